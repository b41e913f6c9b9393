import { describe, expect, it } from 'vitest';
import { type Facts, judgeStreams } from '../../../core/cli/session/judge-streams.ts';

const verdicts = (came: Readonly<Record<string, number>>, facts: Partial<Facts> = {}) =>
  judgeStreams({
    wanted: (['trades', 'quotes', 'depth', 'bars'] as const).map((stream) => ({ stream, instrument: 'NQ' })),
    tallies: new Map(Object.entries(came).map(([stream, rows]) => [`${stream} NQ`, { rows, firstAfterMs: 5 }])),
    wasLive: true,
    isDeclared: true,
    forMs: 10_000,
    ...facts,
  }).map(({ verdict }) => verdict);

describe('a stream without data', () => {
  it('is quiet when no bar could end, or nobody traded while prices moved', () => {
    expect(verdicts({ quotes: 3, depth: 9 })).toEqual(['quiet', 'data', 'data', 'quiet']);
  });

  it('is missing when trades came and it did not', () => {
    expect(verdicts({ trades: 3 })).toEqual(['data', 'missing', 'missing', 'quiet']);
  });

  it('is quiet when the provider never said that it has it', () => {
    expect(verdicts({ trades: 3 }, { isDeclared: false })).toEqual(['data', 'quiet', 'quiet', 'quiet']);
  });

  it('is missing when nothing came at all: a closed market and a lack of rights look alike', () => {
    expect(verdicts({})).toEqual(['missing', 'missing', 'missing', 'quiet']);
  });

  it('is missing when the connection never was live', () => {
    expect(verdicts({}, { wasLive: false })).toEqual(['missing', 'missing', 'missing', 'missing']);
  });
});
