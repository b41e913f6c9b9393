import { asyncScheduler, NEVER, Observable, type Subscriber } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { Demand, ProviderEvent, TradeEvent } from '#core';
import { SeededRandom } from '../../../../core/domain/random.ts';
import { LiveConnection } from '../../../../plugins/providers/databento/live-connection.ts';
import { LiveState } from '../../../../plugins/providers/databento/live-state.ts';
import {
  mappingRecord,
  metadataBlock,
  NOWHERE,
  systemRecord,
} from '../../../../plugins/providers/databento/loopback/records.ts';
import { VenueBook } from '../../../../plugins/providers/databento/loopback/venue-book.ts';
import { Schemas } from '../../../../plugins/providers/databento/schemas.ts';
import { Symbols } from '../../../../plugins/providers/databento/symbology.ts';
import { testLink } from '../../../helpers/provider-rig.ts';
import { often } from '../../../helpers/slow.ts';
import { NQ, OPEN, trade } from './databento-world.ts';

const FRAMES = often(100_000);
const ID = 7;

const demand: Demand = { current: () => [], wants: () => true, changes$: NEVER };
const head = metadataBlock({
  dataset: 'GLBX.MDP3',
  schema: 0xffff,
  start: 1n,
  end: NOWHERE,
  stypeIn: 255,
  mappings: [],
});
const mapping = mappingRecord(1n, { id: ID, stype: 3, asked: NQ.symbol, raw: 'NQZ6' });

describe('a fuzzed stream of databento', () => {
  it(`never throws and never grows, over ${FRAMES} records with faults`, () => {
    const random = new SeededRandom(21, 'fuzz');
    const link = { ...testLink(), bad: (): void => undefined, gap: (): void => undefined };
    const symbols = new Symbols([NQ], {});
    const schemas = new Schemas(['trades', 'mbp-1', 'mbp-10', 'mbo', 'ohlcv-1s']);
    const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
    const parts = {
      gateway: { host: 'here', port: 1 },
      key: 'db-key',
      dataset: 'GLBX.MDP3',
      heartbeatSeconds: 5,
      compression: 'none' as const,
      schemas,
      symbols,
      start: undefined,
      link,
      log,
      wall: asyncScheduler,
    };
    const state = new LiveState(symbols, link);
    const book = new VenueBook(ID);
    const recordOf = (i: number): Uint8Array => {
      if (i % 20 === 0) return systemRecord(1n, 0, 'Heartbeat');
      const depth = {
        kind: 'depth',
        instrument: NQ.symbol,
        bids: [[100, i % 9]],
        asks: [[101, 1]],
        tsEvent: OPEN + i,
      } as const;
      const records = i % 2 === 0 ? book.trade(trade(i) as TradeEvent, 1n) : book.depth(depth, 1n);
      return records[random.below(records.length)]?.bytes ?? mapping;
    };
    let failures = 0;
    let sessions = 0;
    let rows = 0;
    let connection: LiveConnection | undefined;
    for (let i = 0; i < FRAMES; i++) {
      if (connection === undefined) {
        let subscriber: Subscriber<ProviderEvent> | undefined;
        new Observable<ProviderEvent>((made) => {
          subscriber = made;
        }).subscribe({
          next: (event) => {
            if ('capacity' in event) rows += event.n;
          },
          error: () => {
            failures++;
            connection = undefined;
          },
        });
        if (subscriber === undefined) throw new Error('nobody subscribed');
        sessions++;
        connection = new LiveConnection(parts, state, demand, subscriber);
        connection.open(() => undefined);
        connection.take(head);
        connection.take(mapping);
      }
      connection.take(faulty(recordOf(i), random));
    }
    expect(sessions).toBe(failures + (connection === undefined ? 0 : 1));
    // Faults of all kinds were met, and what was whole came through.
    expect(failures).toBeGreaterThan(100);
    expect(rows).toBeGreaterThan(FRAMES / 20);
  });
});

/** Mostly whole; else bits turned over, cut, or noise. */
function faulty(record: Uint8Array, random: SeededRandom): Uint8Array {
  const kind = random.below(10);
  if (kind < 5) return record;
  if (kind === 9) return Uint8Array.from({ length: 4 + random.below(60) }, () => random.below(256));
  const copy = record.slice();
  const flips = 1 + random.below(3);
  for (let i = 0; i < flips; i++) {
    const at = random.below(copy.length);
    copy[at] = (copy[at] ?? 0) ^ (1 << random.below(8));
  }
  return kind === 8 ? copy.subarray(0, random.below(copy.length)) : copy;
}
