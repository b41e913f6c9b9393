import { type BinanceFrame, readFrame } from './binance-frame.ts';
import { type Instant, readInstant } from './epoch.ts';

/** Reads `<receipt time, ns> <frame>`; `undefined` when the line is not that. */
export function readFrameLine(line: string, recv: Instant): BinanceFrame | undefined {
  const space = line.indexOf(' ');
  if (!readInstant(line.slice(0, space), 'ns', recv)) return undefined;
  try {
    return readFrame(line.slice(space + 1));
  } catch {
    // Whatever is wrong with it, a line that is no frame is counted by the caller and the import goes on.
    return undefined;
  }
}
