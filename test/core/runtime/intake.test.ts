import fc from 'fast-check';
import { Subject } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import { type InputRow, type JournalEntry, type ProviderEvent, TradeChunk } from '#core';
import { KindCounter } from '../../../core/runtime/counter.ts';
import { Intake } from '../../../core/runtime/intake.ts';
import { at, makeKernel, sinceStart, T0, type TradeRow, trades } from '../../helpers/kernel-kit.ts';

type Event = Exclude<ProviderEvent, { kind: 'status' | 'report' }>;
const ms = (n: number): number => T0 / 1000 + n;
const trade = (change: object = {}): Event => ({ kind: 'trade', instrument: 'ES', price: 100, size: 1, ...change });

interface Row {
  readonly seq: number;
  readonly recv: number;
  readonly event: number;
  readonly inst: number;
}

/** An intake with a wall clock that is set by hand; without one, events bring their own time. */
function makeIntake(wall?: { now: number }, records = true) {
  const made = makeKernel({ instruments: [{ symbol: 'ES' }, { symbol: 'NQ' }] });
  const { kernel, instruments } = made;
  const rows: Row[] = [];
  const inputs: InputRow[] = [];
  const warned: string[] = [];
  const bad = new KindCounter((kind) => warned.push(kind));
  const journal = (entry: JournalEntry): void => {
    if (entry.type !== 'market') return;
    for (let i = entry.from; i < entry.to; i++) {
      const { seq, recv, event, inst } = entry.chunk;
      const time = (us: number | undefined): number => sinceStart((us ?? Number.NaN) / 1000);
      rows.push({ seq: seq[i] ?? 0, recv: time(recv[i]), event: time(event[i]), inst: inst[i] ?? -1 });
    }
  };
  const deliver = vi.fn((row: InputRow) => void inputs.push(row));
  const intake = new Intake({
    kernel,
    symbols: new Map(instruments.map((instrument) => [instrument.symbol, instrument])),
    journal: records ? journal : undefined,
    wall: wall === undefined ? undefined : () => at(wall.now),
    onBad: (fault, event) => bad.add(fault, event),
    deliver,
  });
  return { ...made, intake, rows, inputs, bad, warned, deliver };
}

describe('an intake that nobody records', () => {
  it('delivers, numbers and stamps as one that is recorded', () => {
    const frames = fc.array(
      fc.record({
        wait: fc.constantFrom(0, 1, 40, 1500),
        late: fc.constantFrom(0, 0, 3, 90),
        rows: fc.constantFrom(1, 1, 1, 3),
        number: fc.constantFrom(0, 1, 1, 2),
        size: fc.integer({ min: 1, max: 5 }),
        input: fc.boolean(),
      }),
      { minLength: 1, maxLength: 50 },
    );
    let dropped = 0;
    fc.assert(
      fc.property(frames, fc.boolean(), fc.boolean(), (all, ownClock, sameNumbers) => {
        const seen = (records: boolean): unknown => {
          const wall = { now: 0 };
          const { intake, kernel, market, inside, inputs, warned } = makeIntake(ownClock ? undefined : wall, records);
          const trace: unknown[] = [];
          const note = (what: unknown): void =>
            void trace.push([what, sinceStart(kernel.now / 1000), kernel.cause, intake.lastSeq]);
          inside(() => {
            market.trades('ES').subscribe(note);
            market.bars('NQ', '1s').subscribe(note);
            market.bars('ES', '1s').subscribe(note);
          });
          for (const { wait, late, rows, number, size, input } of all) {
            wall.now += wait;
            const row = { ms: ownClock ? wall.now : 9999, event: wall.now - late, k: number, size };
            // Else the provider's second instrument is the run's first. Either way there is one that the run does not know.
            const numbers = sameNumbers ? undefined : [1, 0, undefined];
            const chunk = trades(Array.from({ length: rows }, () => row));
            intake.take(chunk, numbers, wait === 40 ? at(wall.now - 20) : 0);
            if (input) intake.input('status', { size });
          }
          dropped += warned.length;
          return [trace, inputs, intake.lastSeq, sinceStart(kernel.now / 1000), kernel.counts, warned];
        };
        expect(seen(false)).toEqual(seen(true));
      }),
      { numRuns: 200 },
    );
    expect(dropped).toBeGreaterThan(100);
  });
});

describe('stamping by the wall clock', () => {
  it('numbers events from 1 and gives each the time at which it came', () => {
    const wall = { now: 5 };
    const { intake, rows, kernel } = makeIntake(wall);
    intake.take(trade({ tsEvent: ms(3) }));
    wall.now = 8;
    intake.take(trade({ instrument: 'NQ' }));
    // Venue time is receipt time where the venue sends none.
    expect(rows).toEqual([
      { seq: 1, recv: 5, event: 3, inst: 0 },
      { seq: 2, recv: 8, event: 8, inst: 1 },
    ]);
    expect([intake.lastSeq, sinceStart(kernel.now / 1000)]).toEqual([2, 8]);
  });

  it('never goes backwards, whatever the clock does', () => {
    const wall = { now: 50 };
    const { intake, rows, inputs } = makeIntake(wall);
    intake.take(trade());
    wall.now = 20;
    intake.take(trade());
    intake.input('status', {});
    const chunk = trades([{ ms: 1 }, { ms: 2 }]);
    intake.take(chunk);
    expect(rows.map(({ recv }) => recv)).toEqual([50, 50, 50, 50]);
    expect(inputs.map(({ seq, recv }) => [seq, recv])).toEqual([[3, at(50)]]);
    expect(rows.map(({ seq }) => seq)).toEqual([1, 2, 4, 5]);
  });

  it('takes the time at which the bytes came in, where it is told, but goes back for nothing', () => {
    const { intake, rows } = makeIntake({ now: 50 });
    intake.take(trades([{ ms: 1 }]), undefined, at(40));
    intake.take(trades([{ ms: 2 }]), undefined, at(30));
    intake.take(trades([{ ms: 3 }]));
    expect(rows.map(({ recv }) => recv)).toEqual([40, 40, 50]);
  });
});

describe('events that bring their own time', () => {
  it('keep it, and one that steps back is taken to the time before', () => {
    const { intake, rows } = makeIntake();
    for (const tsRecv of [10, 30, 20]) intake.take(trade({ tsRecv: ms(tsRecv) }));
    intake.take(trades([{ ms: 40 }, { ms: 35 }, { ms: 41 }]));
    expect(rows.map(({ recv }) => recv)).toEqual([10, 30, 30, 40, 40, 41]);
  });

  it('come now when they say nothing', () => {
    const { intake, rows } = makeIntake();
    intake.take(trade({ tsRecv: ms(10) }));
    intake.take(trade());
    expect(rows.map(({ recv }) => recv)).toEqual([10, 10]);
  });
});

describe('bad events', () => {
  const cases: readonly (readonly [string, object])[] = [
    ['trade: unknown instrument', trade({ instrument: 'EZ' })],
    ['trade: price is not a number', trade({ price: Number.NaN })],
    ['trade: size is not a number of at least 0', trade({ size: -1 })],
    ['trade: size is not a number of at least 0', trade({ size: undefined })],
    ['trade: tsEvent is not an epoch time in milliseconds', trade({ tsEvent: T0 })],
    ['trade: tsEvent is not an epoch time in milliseconds', trade({ tsEvent: Number.NaN })],
    ['trade: tsRecv is not an epoch time in milliseconds', trade({ tsRecv: Number.NaN })],
    ['trade: tsRecv is not an epoch time in milliseconds', trade({ tsRecv: T0 })],
    [
      'quote: bid or ask is not a number',
      { kind: 'quote', instrument: 'ES', bid: Number.NaN, bidSize: 1, ask: 1, askSize: 1 },
    ],
    ['depth: a level is not [price, size]', { kind: 'depth', instrument: 'ES', bids: [[1, Number.NaN]], asks: [] }],
    [
      'bar: open or close lies outside low and high',
      { kind: 'bar', instrument: 'ES', timeframe: '1m', start: ms(0), open: 5, high: 4, low: 3, close: 3, volume: 1 },
    ],
    [
      "bar: '7s' is not a timeframe",
      { kind: 'bar', instrument: 'ES', timeframe: '7s', start: ms(0), open: 3, high: 4, low: 3, close: 3, volume: 1 },
    ],
  ];
  it.each(cases)('are dropped and counted: %s', (fault, event) => {
    const { intake, rows, bad, kernel } = makeIntake();
    intake.take(event as Event);
    expect(bad.counts).toEqual({ [fault]: 1 });
    expect([rows, intake.lastSeq, kernel.now]).toEqual([[], 0, T0]);
  });

  it('are reported once for each kind', () => {
    const { intake, bad, warned } = makeIntake();
    for (let i = 0; i < 5; i++) intake.take(trade({ price: Number.NaN }));
    intake.take(trade({ size: -1 }));
    expect(warned).toEqual(['trade: price is not a number', 'trade: size is not a number of at least 0']);
    expect(bad.counts['trade: price is not a number']).toBe(5);
  });

  it('leave the good ones alone', () => {
    const { intake, rows } = makeIntake();
    intake.take(trade({ price: Number.NaN }));
    intake.take(trade({ tsRecv: ms(1) }));
    expect(rows).toEqual([{ seq: 1, recv: 1, event: 1, inst: 0 }]);
  });
});

describe('what comes during a delivery', () => {
  it('waits for its end, in order', async () => {
    const { intake, market, inside, rows, inputs, deliver } = makeIntake();
    const heard: string[] = [];
    inside(() => {
      market.trades('ES').subscribe(({ price }) => {
        heard.push(`trade ${price}`);
        if (price !== 100) return;
        intake.input('status', 'first');
        intake.take(trade({ price: 101, tsRecv: ms(20) }));
        heard.push('end of 100');
      });
    });
    deliver.mockImplementation((row) => void heard.push(`input ${String(row.payload)}`));
    intake.take(trade({ price: 100, tsRecv: ms(10) }));
    expect(heard).toEqual(['trade 100', 'end of 100']);
    await Promise.resolve();
    expect(heard).toEqual(['trade 100', 'end of 100', 'input first', 'trade 101']);
    expect([rows.map(({ seq }) => seq), inputs]).toEqual([[1, 3], []]);
  });

  it('comes before what arrives after it', () => {
    const { intake, market, inside } = makeIntake();
    const heard: number[] = [];
    inside(() => {
      market.trades('ES').subscribe(({ price }) => {
        heard.push(price);
        if (price === 100) intake.take(trade({ price: 101 }));
      });
    });
    intake.take(trade({ price: 100 }));
    intake.take(trade({ price: 102 }));
    expect(heard).toEqual([100, 101, 102]);
  });

  it('is kept as it was when the provider refills its chunk', async () => {
    const { intake, market, inside } = makeIntake();
    const heard: number[] = [];
    const again$ = new Subject<void>();
    const chunk = trades([{ ms: 5, price: 200 }]);
    again$.subscribe(() => {
      intake.take(chunk);
      chunk.price[0] = 999;
    });
    inside(() => {
      market.trades('ES').subscribe(({ price }) => {
        heard.push(price);
        if (price === 100) again$.next();
      });
    });
    intake.take(trade({ price: 100, tsRecv: ms(1) }));
    await Promise.resolve();
    expect(heard).toEqual([100, 200]);
  });
});

describe('chunks', () => {
  const rows: readonly TradeRow[] = [
    { ms: 1, k: 0 },
    { ms: 2, k: 1 },
    { ms: 3, k: 0 },
  ];

  it('get the numbers of the run', () => {
    const { intake, rows: taken } = makeIntake();
    intake.take(trades(rows), [1, 0]);
    expect(taken.map(({ inst, seq }) => [inst, seq])).toEqual([
      [1, 1],
      [0, 2],
      [1, 3],
    ]);
  });

  it.each([
    ['by the provider', [0, undefined]],
    ['by the run', undefined],
  ])('with an instrument that is not known %s are dropped whole and counted', (_by, numbers) => {
    const { intake, rows: taken, bad } = makeIntake();
    intake.take(trades([...rows.map((row) => ({ ...row, k: row.k === 1 ? (numbers ? 1 : 2) : 0 }))]), numbers);
    expect([taken, bad.counts]).toEqual([[], { 'unknown instrument number': 1 }]);
  });

  it('take as many rows as are filled', () => {
    const { intake, rows: taken } = makeIntake();
    const chunk = new TradeChunk(10);
    chunk.recv.set(trades([{ ms: 1 }, { ms: 2 }]).recv);
    chunk.n = 2;
    intake.take(chunk);
    expect(taken).toHaveLength(2);
  });
});

describe('a depth message', () => {
  it('is one event: one time, its levels in a row, the last marked', () => {
    const wall = { now: 5 };
    const { intake, market, inside, rows } = makeIntake(wall);
    const heard: unknown[] = [];
    inside(() => {
      market
        .depth('ES')
        .subscribe(({ bids, asks, snapshot, tsEvent, tsRecv }) =>
          heard.push([bids, asks, snapshot, sinceStart(tsEvent), sinceStart(tsRecv)]),
        );
    });
    // A clock that goes on while the levels are read.
    Object.defineProperty(wall, 'now', { get: () => (clock += 1) });
    let clock = 5;
    const bids = Array.from({ length: 100 }, (_, i) => [1_000 - i, i + 1] as const);
    intake.take({ kind: 'depth', instrument: 'ES', bids, asks: [[1_001, 2]], snapshot: true });
    const [first] = rows;
    expect(heard).toEqual([[bids, [[1_001, 2]], true, first?.recv, first?.recv]]);
    expect(new Set(rows.map(({ recv }) => recv)).size).toBe(1);
    intake.take({ kind: 'depth', instrument: 'ES', bids: [], asks: [] });
    expect(rows).toHaveLength(101);
  });
});

describe('a recording', () => {
  it('keeps its numbers and times', () => {
    const { intake, rows, inputs, kernel } = makeIntake();
    const chunk = trades([
      { ms: 1, seq: 11 },
      { ms: 2, seq: 14 },
      { ms: 9, seq: 19 },
    ]);
    intake.replay(chunk, 0, 2);
    intake.replayInput({ seq: 15, recv: at(4), kind: 'stop', payload: {} });
    intake.replay(chunk, 2, 2);
    expect(rows.map(({ seq, recv }) => [seq, recv])).toEqual([
      [11, 1],
      [14, 2],
    ]);
    expect([inputs[0]?.seq, intake.lastSeq, kernel.now]).toEqual([15, 15, at(4)]);
  });
});
