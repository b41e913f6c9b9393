/** A message on its way to clients, serialised once for all of them. */
export interface Frame {
  readonly bytes: Buffer;
  /** How much it counts in a queue. */
  readonly size: number;
  /** A later frame of the same key may take its place while both wait. Without a key it is never replaced. */
  readonly key?: string | undefined;
  /** What to send in place of an older one that waits. Itself when left out. */
  readonly over?: (older: Frame) => Frame;
}

/** A frame that every client gets: trades, bars, answers. */
export const kept = (text: string): Frame => {
  const bytes = Buffer.from(text);
  return { bytes, size: bytes.length };
};

/** A frame of which only the newest matters. */
export const latest = (key: string, text: string): Frame => ({ ...kept(text), key });
