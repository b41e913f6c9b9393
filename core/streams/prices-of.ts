import { map, type OperatorFunction } from 'rxjs';
import type { Bar, Trade } from '../domain/market.ts';

/**
 * The price of each event.
 *
 * In       trades, or bars
 * Out      the trade's price, the bar's close, in price units, one for one
 */
export const pricesOf = (): OperatorFunction<Pick<Trade, 'price'> | Pick<Bar, 'close'>, number> =>
  map((event) => ('price' in event ? event.price : event.close));
