import { of } from 'rxjs';
import { type AggressorSide, Trade } from '../../../core/domain/market.ts';

/** A trade as `[ISO time, price, size, side]`; the day is that of the test. */
export const trade = (time: string, price: number, size = 1, side: AggressorSide = 'unknown'): Trade =>
  new Trade('ES', price, size, side, Date.parse(time), Date.parse(time));

export const trades$ = (...trades: readonly Trade[]) => of(...trades);
