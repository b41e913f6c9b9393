import { DBN_FLAG, RTYPE } from '../../core/dbn/codes.ts';
import { xorshift } from './random.ts';
import { START } from './trades.ts';

/** Invented records of one instrument as they come from Databento, without metadata. */
export interface DbnBytes {
  readonly bytes: Uint8Array;
  readonly records: number;
  /** Records among them that are trades. */
  readonly trades: number;
}

export const DBN_INSTRUMENT = 4242;
/** A tick of 0.25 in units of 1e-9. */
const TICK = 250_000_000n;
const LIVE_ORDERS = 2000;
const [ASK, BID] = [0x41, 0x42];
const [ADD, CANCEL, MODIFY, TRADE] = [0x41, 0x43, 0x4d, 0x54];

/** A quarter of them a tick away from the one before. */
export function dbnTrades(records: number): DbnBytes {
  const { data, head, price } = writer(records, 48, RTYPE.trades);
  const random = xorshift(31);
  let tick = 20_000;
  for (let n = 0, at = 0; n < records; n++, at += 48) {
    const draw = random();
    tick += draw % 8 === 0 ? 1 : draw % 8 === 1 ? -1 : 0;
    head(at, n, 32, 44);
    price(at + 16, tick);
    data.setUint32(at + 24, 1 + ((draw >>> 8) % 20), true);
    data.setUint8(at + 28, TRADE);
    data.setUint8(at + 29, draw % 2 === 0 ? BID : ASK);
    data.setUint8(at + 30, DBN_FLAG.last);
  }
  return { bytes: new Uint8Array(data.buffer), records, trades: records };
}

/** Best quotes, a tenth of them with a trade. */
export function dbnQuotes(records: number): DbnBytes {
  const { data, head, price } = writer(records, 80, RTYPE.mbp1);
  const random = xorshift(32);
  let tick = 20_000;
  let trades = 0;
  for (let n = 0, at = 0; n < records; n++, at += 80) {
    const draw = random();
    tick += draw % 16 === 0 ? 1 : draw % 16 === 1 ? -1 : 0;
    const isTrade = (draw >>> 20) % 10 === 0;
    if (isTrade) trades++;
    head(at, n, 32, 44);
    price(at + 16, tick);
    data.setUint32(at + 24, 1 + ((draw >>> 8) % 20), true);
    data.setUint8(at + 28, isTrade ? TRADE : ADD);
    data.setUint8(at + 29, draw % 2 === 0 ? BID : ASK);
    data.setUint8(at + 30, DBN_FLAG.last);
    price(at + 48, tick);
    price(at + 56, tick + 1);
    data.setUint32(at + 64, 1 + ((draw >>> 10) % 50), true);
    data.setUint32(at + 68, 1 + ((draw >>> 16) % 50), true);
  }
  return { bytes: new Uint8Array(data.buffer), records, trades };
}

/** Orders that come, change and go within ten ticks of a middle that wanders, each a venue event of its own; some trades. */
export function dbnOrders(records: number): DbnBytes {
  const { data, head, price } = writer(records, 56, RTYPE.mbo);
  const random = xorshift(33);
  const live: { readonly id: number; readonly side: number; readonly tick: number; size: number }[] = [];
  let middle = 20_000;
  let trades = 0;
  for (let n = 0, at = 0; n < records; n++, at += 56) {
    const [kind, draw] = [random() % 100, random()];
    if (kind === 0) middle += draw % 2 === 0 ? 1 : -1;
    const isTrade = kind < 5;
    const isNew = live.length < 10 || (kind < 50 && live.length < LIVE_ORDERS);
    const place = draw % Math.max(1, live.length);
    const side = draw % 2 === 0 ? BID : ASK;
    const away = (draw >>> 4) % 10;
    const order =
      isTrade || isNew
        ? { id: n + 1, side, tick: side === BID ? middle - away : middle + 1 + away, size: 1 + ((draw >>> 12) % 20) }
        : live[place]!;
    const action = isTrade ? TRADE : isNew ? ADD : kind < 90 ? CANCEL : MODIFY;
    if (action === TRADE) trades++;
    else if (action === ADD) live.push(order);
    else if (action === CANCEL) live[place] = live.at(-1)!;
    else order.size = 1 + ((draw >>> 12) % 20);
    if (action === CANCEL) live.pop();
    head(at, n, 40, 52);
    data.setUint32(at + 16, order.id, true);
    price(at + 24, order.tick);
    data.setUint32(at + 32, order.size, true);
    data.setUint8(at + 36, DBN_FLAG.last);
    data.setUint8(at + 38, action);
    data.setUint8(at + 39, order.side);
  }
  return { bytes: new Uint8Array(data.buffer), records, trades };
}

function writer(records: number, size: number, rtype: number) {
  const data = new DataView(new ArrayBuffer(records * size));
  return {
    data,
    /** Ten microseconds apart, received 50 µs later. */
    head: (at: number, n: number, recvAt: number, sequenceAt: number): void => {
      const nanos = BigInt(START + n * 10) * 1000n + BigInt(n % 1000);
      data.setUint8(at, size / 4);
      data.setUint8(at + 1, rtype);
      data.setUint16(at + 2, 1, true);
      data.setUint32(at + 4, DBN_INSTRUMENT, true);
      data.setBigUint64(at + 8, nanos, true);
      data.setBigUint64(at + recvAt, nanos + 50_000n, true);
      data.setUint32(at + sequenceAt, n + 1, true);
    },
    price: (at: number, tick: number): void => data.setBigInt64(at, BigInt(tick) * TICK, true),
  };
}
