import { map, Subject } from 'rxjs';
import { Trade } from '../../core/domain/market.ts';
import { HotSource } from '../../core/kernel/hot-source.ts';
import type { Group } from '../figure.ts';

const RING = 1024;
/** Where subscribers leave what they saw, so that nothing is optimised away. */
const seen = new Float64Array(1);

/** One event through a source to its subscriber. */
export function sourceGroup(events: number, rounds: number): Group {
  const ring = Array.from({ length: RING }, (_, i) => new Trade('S0000', 100 + (i % 97) / 4, 1, 'buy', i, i));
  const use = ({ price }: Trade): void => {
    seen[0]! += price;
  };
  const drive = (next: (trade: Trade) => void): void => {
    for (let i = 0; i < events; i++) next(ring[i & (RING - 1)]!);
  };
  const direct = { next: use };
  return {
    name: 'events to a subscriber',
    per: 'event',
    rounds,
    cases: [
      { name: 'limit: a call', operations: events, start: () => ({ run: () => drive((trade) => direct.next(trade)) }) },
      {
        name: 'HotSource',
        operations: events,
        start: () => {
          const source = new HotSource<Trade>();
          source.subscribe(use);
          return { run: () => drive((trade) => source.emit(trade)) };
        },
      },
      {
        name: 'HotSource, then map',
        operations: events,
        start: () => {
          const source = new HotSource<Trade>();
          source.pipe(map((trade) => trade)).subscribe(use);
          return { run: () => drive((trade) => source.emit(trade)) };
        },
      },
      {
        name: "RxJS's Subject",
        operations: events,
        start: () => {
          const subject = new Subject<Trade>();
          subject.subscribe(use);
          return { run: () => drive((trade) => subject.next(trade)) };
        },
      },
      {
        name: "RxJS's Subject, then map",
        operations: events,
        start: () => {
          const subject = new Subject<Trade>();
          subject.pipe(map((trade) => trade)).subscribe(use);
          return { run: () => drive((trade) => subject.next(trade)) };
        },
      },
    ],
  };
}
