import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DbnDecoder } from '../../../core/dbn/decoder.ts';
import { chooseFeeds } from '../../../core/dbn/feeds.ts';
import { DbnMarket } from '../../../core/dbn/market.ts';
import { unpackDbn } from '../../../core/dbn/unpack.ts';
import { MillraceError } from '../../../core/errors/millrace-error.ts';
import { describeWithData } from '../../helpers/shared-data.ts';
import { Lines } from './records.ts';
import { pieces, sampleBytes, samples, unpacked } from './samples.ts';

const FEEDS = [chooseFeeds([0x00, 0x01, 0x0a]), chooseFeeds([0xa0]), chooseFeeds([0xb1]), chooseFeeds([0xc3])];
const IDS = [5482, 294_973, 183_748, 0, 15_144];

/** A fast generator of its own: fast-check chooses the seeds, and shows the one that fails. */
function randomOf(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 4_294_967_296) * below);
  };
}

/** A sample with some of its bytes changed, a piece cut out, or its end cut off; sometimes pure noise. */
function mutated(sources: readonly Uint8Array[], random: (below: number) => number): Uint8Array {
  if (random(20) === 0) return Uint8Array.from({ length: random(600) }, () => random(256));
  const bytes = Uint8Array.from(sources[random(sources.length)]!);
  for (let n = random(6); n > 0; n--) bytes[random(bytes.length)] = random(3) === 0 ? 255 : random(256);
  if (random(4) === 0) return bytes.subarray(0, random(bytes.length));
  if (random(6) === 0) bytes.copyWithin(random(bytes.length), random(bytes.length));
  return bytes;
}

function swallow(bytes: Uint8Array, random: (below: number) => number): void {
  const rows = new Lines();
  const market = new DbnMarket(rows);
  for (const id of IDS) market.assign(id, 0, FEEDS[random(FEEDS.length)]!);
  const decoder = new DbnDecoder({
    record: (data, at, of) => {
      market.take(data, at);
      of.read(data, at);
    },
  });
  try {
    for (let at = 0; at < bytes.length; ) {
      const size = 1 + random(900);
      decoder.push(bytes.subarray(at, at + size));
      at += size;
    }
    decoder.end();
  } catch (error) {
    if (!(error instanceof MillraceError)) throw error;
  }
  // What comes out is bounded by what goes in: a record of 48 bytes or more makes at most 21 rows.
  if (rows.lines.length > bytes.length) throw new Error(`${rows.lines.length} rows of ${bytes.length} bytes`);
}

describeWithData('DBN that was tampered with', () => {
  it('gives records or one MillraceError, over 100,000 files', { timeout: 120_000 }, async () => {
    const sources = await Promise.all(Object.keys(samples).map((name) => unpacked(sampleBytes(name))));
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const random = randomOf(seed);
        for (let n = 0; n < 500; n++) swallow(mutated(sources, random), random);
      }),
      { numRuns: 200 },
    );
  });

  it('gives bytes or one MillraceError when it is packed, over 3,000 files', { timeout: 120_000 }, async () => {
    const packed = Object.keys(samples)
      .filter((name) => name.endsWith('.zst'))
      .map(sampleBytes);
    const random = randomOf(20_261_121);
    let failed = 0;
    for (let n = 0; n < 3_000; n++) {
      const bytes = mutated(packed, random);
      try {
        for await (const part of unpackDbn(pieces(bytes, 1 + random(300)))) expect(part.length).toBeGreaterThan(0);
      } catch (error) {
        if (!(error instanceof MillraceError)) throw error;
        failed++;
      }
    }
    expect(failed, 'most of them are refused').toBeGreaterThan(1_000);
  });

  it('takes no more memory than it was given bytes, whatever a header promises', () => {
    const header = Uint8Array.from([0x44, 0x42, 0x4e, 3, 0, 0, 0, 3, ...new Array(20).fill(0)]);
    const before = process.memoryUsage().arrayBuffers;
    const decoders = Array.from({ length: 1_000 }, () => {
      const decoder = new DbnDecoder({ record: () => undefined });
      decoder.push(header);
      return decoder;
    });
    // 50 MB each were promised.
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20_000_000);
    expect(decoders).toHaveLength(1_000);
  });
});
