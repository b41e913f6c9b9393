/** What has happened since the start. */
export class Counts {
  /** Handed to a socket, over all clients. */
  frames = 0;
  /** Replaced by a newer one while they waited. */
  conflated = 0;
  /** Clients put out for reading too slowly, and the frames that they did not get. */
  slow = 0;
  dropped = 0;
  /** Clients turned away because all places were taken. */
  refused = 0;

  report(): Readonly<Record<string, number>> {
    const { frames, conflated, slow, dropped, refused } = this;
    return { frames, conflated, slow, dropped, refused };
  }
}
