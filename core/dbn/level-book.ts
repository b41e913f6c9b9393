import { DEPTH_LAST, DEPTH_SNAPSHOT, SIDE_BUY, SIDE_SELL } from '../domain/chunk.ts';
import { priceOf, unitsAt } from './int64.ts';
import { LEVEL_BYTES, LEVELS_AT } from './layouts.ts';
import type { DbnRows } from './rows.ts';

const LEVELS = 10;

interface Resting {
  readonly units: number;
  readonly size: number;
}

/**
 * The ten best levels of each side, which every mbp-10 record holds whole, as changes. A price that leaves the ten is told
 * as empty, since nothing more will be told of it.
 */
export class LevelBook {
  #bids: readonly Resting[] = [];
  #asks: readonly Resting[] = [];
  #isNew = true;

  clear(): void {
    this.#bids = [];
    this.#asks = [];
    this.#isNew = true;
  }

  publish(data: DataView, at: number, rows: DbnRows, inst: number, id: number): void {
    const bids = readSide(data, at + LEVELS_AT, 0, 16);
    const asks = readSide(data, at + LEVELS_AT, 8, 20);
    const bidChanges = changes(this.#bids, bids, true);
    const askChanges = changes(this.#asks, asks, false);
    const count = bidChanges.length + askChanges.length;
    if (this.#isNew && count === 0) rows.depth(inst, id, SIDE_BUY, 0, 0, DEPTH_SNAPSHOT | DEPTH_LAST);
    for (let i = 0; i < count; i++) {
      const isBid = i < bidChanges.length;
      const change = isBid ? bidChanges[i] : askChanges[i - bidChanges.length];
      const flags = (this.#isNew && i === 0 ? DEPTH_SNAPSHOT : 0) | (i === count - 1 ? DEPTH_LAST : 0);
      if (change) rows.depth(inst, id, isBid ? SIDE_BUY : SIDE_SELL, priceOf(change.units), change.size, flags);
    }
    this.#bids = bids;
    this.#asks = asks;
    this.#isNew = false;
  }
}

/** Best first; levels without a price are left out. */
function readSide(data: DataView, at: number, priceAt: number, sizeAt: number): Resting[] {
  const side: Resting[] = [];
  for (let k = 0; k < LEVELS; k++) {
    const level = at + k * LEVEL_BYTES;
    const units = unitsAt(data, level + priceAt);
    const size = data.getUint32(level + sizeAt, true);
    if (!Number.isNaN(units) && size > 0) side.push({ units, size });
  }
  return side;
}

/** What turns one list of levels into the other; both are sorted, the best first. */
function changes(before: readonly Resting[], after: readonly Resting[], isBid: boolean): Resting[] {
  const changed: Resting[] = [];
  let [i, k] = [0, 0];
  while (i < before.length || k < after.length) {
    const [old, now] = [before[i], after[k]];
    const oldFirst =
      old !== undefined && (now === undefined || (isBid ? old.units > now.units : old.units < now.units));
    if (oldFirst) changed.push({ units: old.units, size: 0 });
    else if (now !== undefined && (old?.units !== now.units || old.size !== now.size)) changed.push(now);
    if (oldFirst) i++;
    else {
      if (old?.units === now?.units) i++;
      k++;
    }
  }
  return changed;
}
