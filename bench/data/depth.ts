import { SIDE_BUY, SIDE_SELL } from '../../core/domain/chunk.ts';
import { xorshift } from './random.ts';

/** Updates of the resting sizes of one book: `tick` is the price in ticks, size 0 removes. */
export interface DepthRows {
  readonly rows: number;
  readonly side: Int8Array;
  readonly tick: Int32Array;
  readonly size: Int32Array;
}

/** Most updates land within five ticks of a middle that wanders; bids below it, asks above. */
export function makeDepth(rows: number): DepthRows {
  const random = xorshift(777);
  const side = new Int8Array(rows);
  const tick = new Int32Array(rows);
  const size = new Int32Array(rows);
  let middle = 500_000;
  for (let i = 0; i < rows; i++) {
    const draw = random();
    if (draw % 64 === 0) middle += ((draw >>> 8) % 3) - 1;
    const near = (draw >>> 10) % 100;
    const away = near < 80 ? (draw >>> 18) % 5 : near < 95 ? 5 + ((draw >>> 18) % 45) : 50 + ((draw >>> 18) % 450);
    const bid = (draw >>> 6) % 2 === 0;
    side[i] = bid ? SIDE_BUY : SIDE_SELL;
    tick[i] = bid ? middle - 1 - away : middle + 1 + away;
    const sizeDraw = random();
    size[i] = sizeDraw % 4 === 0 ? 0 : 1 + ((sizeDraw >>> 8) % 200);
  }
  return { rows, side, tick, size };
}
