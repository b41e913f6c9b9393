import { SIDE_BUY, SIDE_SELL } from '../../core/domain/chunk.ts';
import { makeInstrument } from '../../core/domain/instrument.ts';
import type { L2Book } from '../../core/kernel/book/book.ts';
import { OrderPool } from '../../core/kernel/book/order-pool.ts';
import { RingBook } from '../../core/kernel/book/ring-book.ts';
import { SortedBook } from '../../core/kernel/book/sorted-book.ts';
import { type DepthRows, makeDepth } from '../data/depth.ts';
import { ADD, CANCEL, ID_HIGH, makeOrders, type OrderRows, RESIZE } from '../data/orders.ts';
import type { Group } from '../figure.ts';
import { shared } from '../places.ts';

const WINDOW = 4096;
const seen = new Float64Array(1);
/** What the issue allows over the prototypes. */
const ALLOWED = 1.3;

/** The prototypes of books; sides are 0 and 1. */
interface Prototypes {
  readonly RingBook: new () => { apply(side: number, tick: number, size: number): void; best(side: number): number };
  readonly OrderPool: new () => {
    readonly bb: number;
    readonly ba: number;
    add(low: number, high: number, side: number, tick: number, size: number): void;
    cancel(low: number, high: number): void;
    resize(low: number, high: number, size: number): void;
    fill(low: number, high: number, size: number): void;
  };
}

// They lie beside the project. Without them the books are measured against a bare array, and held to nothing.
const place = shared('reference/kperf/books.mjs').href;
const prototypes = await (import(place) as Promise<Prototypes>).catch(() => undefined);

/** Updates of one book, by level and by order, the best bid and ask read after each. */
export const bookGroups = (rows: number, rounds: number): readonly Group[] => [
  levelGroup(rows, rounds),
  orderGroup(rows, rounds),
];

function levelGroup(rows: number, rounds: number): Group {
  const depth = makeDepth(rows);
  const grid = makeInstrument({ symbol: 'BOOK', tickSize: 0.01 }, 0);
  const prices = Float64Array.from(depth.tick, grid.price);
  const sides = Uint8Array.from(depth.side, (side) => (side === SIDE_BUY ? 0 : 1));
  const limit = prototypes
    ? { name: 'limit: the prototype ring', run: () => updatePrototype(new prototypes.RingBook(), depth, sides) }
    : { name: 'limit: sizes into an array, no best', run: () => storeSizes(depth) };
  const atMost = prototypes && ALLOWED;
  const one = (name: string, run: () => void, most?: number) => ({
    name,
    operations: rows,
    start: () => ({ run }),
    atMost: most,
  });
  return {
    name: 'book updates with best bid and ask',
    per: 'update',
    rounds,
    cases: [
      one(limit.name, limit.run),
      one('RingBook, in ticks', () => updateTicks(new RingBook(grid), depth), atMost),
      one('RingBook, in prices', () => update(new RingBook(grid), depth, prices)),
      one('SortedBook', () => update(new SortedBook(), depth, prices)),
    ],
  };
}

function orderGroup(rows: number, rounds: number): Group {
  const orders = makeOrders(rows);
  const sides = Uint8Array.from(orders.side, (side) => (side === SIDE_SELL ? 1 : 0));
  const pool = (atMost?: number) => ({
    name: 'OrderPool',
    operations: rows,
    start: () => ({ run: () => updateOrders(new OrderPool(), orders) }),
    atMost,
  });
  const limit = prototypes && {
    name: 'limit: the prototype pool',
    operations: rows,
    start: () => ({ run: () => updateOrderPrototype(new prototypes.OrderPool(), orders, sides) }),
  };
  return {
    name: 'orders one by one, with best bid and ask',
    per: 'order event',
    rounds,
    cases: limit ? [limit, pool(ALLOWED)] : [pool()],
  };
}

function update(book: L2Book, { rows, side, size }: DepthRows, prices: Float64Array): void {
  for (let i = 0; i < rows; i++) {
    book.apply(side[i]!, prices[i]!, size[i]!);
    seen[0]! += book.bid + book.ask;
  }
}

function updateTicks(book: RingBook, { rows, side, tick, size }: DepthRows): void {
  for (let i = 0; i < rows; i++) {
    book.applyTicks(side[i]!, tick[i]!, size[i]!);
    seen[0]! += book.bidTicks + book.askTicks;
  }
}

function updatePrototype(
  book: InstanceType<Prototypes['RingBook']>,
  { rows, tick, size }: DepthRows,
  sides: Uint8Array,
): void {
  for (let i = 0; i < rows; i++) {
    book.apply(sides[i]!, tick[i]!, size[i]!);
    seen[0]! += book.best(0) + book.best(1);
  }
}

function updateOrders(book: OrderPool, { rows, action, idLow, side, tick, size }: OrderRows): void {
  for (let i = 0; i < rows; i++) {
    if (action[i] === ADD) book.add(idLow[i]!, ID_HIGH, side[i]!, tick[i]!, size[i]!);
    else if (action[i] === CANCEL) book.cancel(idLow[i]!, ID_HIGH);
    else if (action[i] === RESIZE) book.modify(idLow[i]!, ID_HIGH, tick[i]!, size[i]!);
    else book.reduce(idLow[i]!, ID_HIGH, size[i]!);
    seen[0]! += book.bids.best + book.asks.best;
  }
}

function updateOrderPrototype(
  book: InstanceType<Prototypes['OrderPool']>,
  { rows, action, idLow, tick, size }: OrderRows,
  sides: Uint8Array,
): void {
  for (let i = 0; i < rows; i++) {
    if (action[i] === ADD) book.add(idLow[i]!, ID_HIGH, sides[i]!, tick[i]!, size[i]!);
    else if (action[i] === CANCEL) book.cancel(idLow[i]!, ID_HIGH);
    else if (action[i] === RESIZE) book.resize(idLow[i]!, ID_HIGH, size[i]!);
    else book.fill(idLow[i]!, ID_HIGH, size[i]!);
    seen[0]! += book.bb + book.ba;
  }
}

function storeSizes({ rows, side, tick, size }: DepthRows): void {
  const bids = new Float64Array(WINDOW);
  const asks = new Float64Array(WINDOW);
  for (let i = 0; i < rows; i++) {
    const sizes = side[i] === SIDE_BUY ? bids : asks;
    sizes[tick[i]! & (WINDOW - 1)] = size[i]!;
    seen[0]! += tick[i]!;
  }
}
