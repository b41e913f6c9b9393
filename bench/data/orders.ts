import { SIDE_BUY, SIDE_SELL } from '../../core/domain/chunk.ts';
import { xorshift } from './random.ts';

export const [ADD, CANCEL, RESIZE] = [0, 1, 2];
const FILL = 3;

/** Single orders of one book: 2,000 to 12,000 of them alive, most within five ticks of a middle that wanders. */
export interface OrderRows {
  readonly rows: number;
  readonly action: Uint8Array;
  readonly idLow: Uint32Array;
  readonly side: Int8Array;
  readonly tick: Int32Array;
  /** New size of an order that is added or resized, what is taken of one that is filled. */
  readonly size: Int32Array;
}

/** High half of all ids: CME's have some 43 bits. */
export const ID_HIGH = 0x18f3;

interface Live {
  readonly id: number;
  readonly side: number;
  readonly tick: number;
  size: number;
}

export function makeOrders(rows: number): OrderRows {
  const random = xorshift(31_337);
  const out: OrderRows = {
    rows,
    action: new Uint8Array(rows),
    idLow: new Uint32Array(rows),
    side: new Int8Array(rows),
    tick: new Int32Array(rows),
    size: new Int32Array(rows),
  };
  const live: Live[] = [];
  let [middle, id] = [50_000, 0];
  for (let i = 0; i < rows; i++) {
    const draw = random() % 100;
    if (random() % 400 === 0) middle += (random() % 3) - 1;
    if (live.length < 2000 || (draw < 47 && live.length < 12_000)) {
      id += 1 + (random() % 5);
      const near = random() % 100;
      const away = near < 80 ? random() % 5 : near < 97 ? 5 + (random() % 45) : 50 + (random() % 300);
      const isBid = random() % 2 === 0;
      const order = {
        id,
        side: isBid ? SIDE_BUY : SIDE_SELL,
        tick: isBid ? middle - away : middle + 1 + away,
        size: 1 + (random() % 20),
      };
      live.push(order);
      write(out, i, ADD, order, order.size);
    } else {
      // Most of what changes is young.
      const at =
        random() % 4 === 0 ? random() % live.length : live.length - 1 - (random() % Math.min(800, live.length));
      const order = live[at]!;
      const taken = Math.min(order.size, 1 + (random() % 5));
      if (draw < 88) write(out, i, CANCEL, order, order.size);
      else if (draw < 95) write(out, i, RESIZE, order, 1 + (random() % 20));
      else write(out, i, FILL, order, taken);
      if (draw >= 88 && draw < 95) order.size = out.size[i]!;
      else order.size -= draw < 88 ? order.size : taken;
      if (order.size > 0) continue;
      live[at] = live.at(-1)!;
      live.pop();
    }
  }
  return out;
}

function write(out: OrderRows, i: number, action: number, { id, side, tick }: Live, size: number): void {
  out.action[i] = action;
  out.idLow[i] = id;
  out.side[i] = side;
  out.tick[i] = tick;
  out.size[i] = size;
}
