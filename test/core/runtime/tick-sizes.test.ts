import { pino } from 'pino';
import { NEVER } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { InstrumentSpec } from '#core';
import { Run } from '../../../core/runtime/run.ts';
import { makeConfig } from './run-kit.ts';

/** Warnings of a run of these instruments with a provider that offers those. */
function warnings(instruments: readonly InstrumentSpec[], offered?: readonly InstrumentSpec[]): readonly string[] {
  const lines: string[] = [];
  const logger = pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) });
  new Run({
    id: 'test',
    config: makeConfig({ strategies: [], instruments }),
    mode: 'paper',
    providers: [{ name: 'venue', provider: { events: () => NEVER, ...(offered && { instruments: offered }) } }],
    startedAt: 0,
    ownClock: false,
    logger,
    print: () => undefined,
    version: 'test',
  });
  return lines.map((line) => (JSON.parse(line) as { msg: string }).msg);
}

describe('a tick size that nobody says', () => {
  it('is a guess, of which the user is told, with what to write', () => {
    expect(warnings([{ symbol: 'AAPL' }, { symbol: 'ES', tickSize: 0.25 }, { symbol: 'SHIB' }])).toEqual([
      'the tick size of AAPL, SHIB is not known and taken as 0.01; ' +
        'say it in the configuration, instruments: { AAPL: { tickSize: … } }',
    ]);
  });

  it.each([
    ['the configuration', [{ symbol: 'ES', tickSize: 0.25 }], undefined],
    ['the provider', [{ symbol: 'ES' }], [{ symbol: 'ES', tickSize: 0.25 }]],
    ['the provider, whose instruments are all taken', [], [{ symbol: 'ES', tickSize: 0.25 }]],
  ] as const)('is none where it is said by %s', (_who, asked, offered) => {
    expect(warnings(asked, offered)).toEqual([]);
  });
});
