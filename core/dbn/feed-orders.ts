import type { Side } from '../domain/market.ts';
import { toMillis } from '../domain/time.ts';
import { DBN_FLAG, UNDEFINED_U32 } from './codes.ts';
import { microsAt, priceOf, unitsAt } from './int64.ts';

const [ADD, CANCEL, MODIFY, CLEAR] = [0x41, 0x43, 0x4d, 0x52];
const BID = 0x42;
const SAFE_HIGH_HALF = 0x20_0000;
const HALF = 4_294_967_296;

/** A book of orders, such as `L3Book`. Changes answer whether they made sense. */
export interface OrderSink {
  add(id: number | bigint, side: Side, price: number, size: number, tsEvent: number): boolean;
  cancel(id: number | bigint, tsEvent: number, by?: number): boolean;
  modify(id: number | bigint, price: number, size: number, tsEvent: number): boolean;
  has(id: number | bigint): boolean;
  clear(): void;
}

/**
 * Takes the order of an mbo record, from where it lies, into a book of orders. Trades and fills change nothing: the change
 * that they cause comes as a record of its own. A changed order that is not known is a new one, as DBN has it.
 *
 * @returns whether the record ends a venue event: only then is the book as the venue meant it
 */
export function feedOrder(book: OrderSink, data: DataView, at: number): boolean {
  const action = data.getUint8(at + 38);
  if (action === CLEAR) book.clear();
  else if (action === ADD || action === CANCEL || action === MODIFY) change(book, data, at, action);
  return (data.getUint8(at + 36) & DBN_FLAG.last) !== 0;
}

function change(book: OrderSink, data: DataView, at: number, action: number): void {
  const id = orderId(data, at + 16);
  const size = data.getUint32(at + 32, true);
  const event = microsAt(data, at + 8);
  const tsEvent = toMillis(Number.isNaN(event) ? microsAt(data, at + 40) : event);
  if (action === CANCEL) {
    book.cancel(id, tsEvent, size === UNDEFINED_U32 ? Infinity : size);
    return;
  }
  const price = priceOf(unitsAt(data, at + 24));
  if (action === MODIFY && book.has(id)) book.modify(id, price, size, tsEvent);
  else book.add(id, data.getUint8(at + 39) === BID ? 'buy' : 'sell', price, size, tsEvent);
}

/** Some venues number their orders past what a float64 holds exactly. */
function orderId(data: DataView, at: number): number | bigint {
  const high = data.getUint32(at + 4, true);
  return high < SAFE_HIGH_HALF ? high * HALF + data.getUint32(at, true) : data.getBigUint64(at, true);
}
