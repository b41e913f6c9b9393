/** Bytes; a longer frame is left to JSON.parse. */
export const LONGEST_FRAME = 1_048_576;

/** Where the frame lies that is being read. What is known of a text may be looked for behind the end. */
export const frameBytes: Uint8Array = new Uint8Array(LONGEST_FRAME + 64);
export const frameView: DataView = new DataView(frameBytes.buffer);
