import { MillraceError } from '../errors/millrace-error.ts';
import { nearest } from '../errors/nearest.ts';
import { RollingSum } from './blocks/rolling-sum.ts';
import { Lag, Window } from './blocks/window.ts';
import { type Candle, PATTERNS, type PatternName, type Usual } from './candle-patterns.ts';
import { barLine } from './formula.ts';
import type { BarFormula, BarValues } from './indicator.ts';
import type { Room } from './room.ts';

/** Bars before the pattern that say what is usual, and those that say which way prices had gone. */
const USUAL = 10;
const TREND = 5;

/** Names that `candlestick` takes. */
export const patternNames = Object.keys(PATTERNS).sort() as readonly PatternName[];

/**
 * A candlestick pattern that ends with the newest bar.
 *
 * Out      1 when it speaks for a rise, −1 for a fall, 0 when it is not there; `undefined` for the first 10 bars and the
 *          pattern's own
 * Formula  see `candle-patterns.ts`: long, short, doji and shadows are measured against the mean body and range of the 10
 *          bars before the pattern, as TA-Lib does, so that they mean the same on a price of 0.00001 and of 20,000. Hammers
 *          and tweezers need a trend: the close before the pattern against the mean of the 5 before it
 * Side     with `side`, only patterns that speak for it
 * Cost     constant
 * Errors   INDICATOR_UNKNOWN
 */
export function candlestick(name: PatternName, side?: 1 | -1): BarFormula<number> {
  if (!Object.hasOwn(PATTERNS, name)) throw unknownPattern(name);
  const { length, test } = PATTERNS[name];
  return barLine(`candlestick(${name}${side === undefined ? '' : `,${side}`})`, USUAL + length, (room) => {
    const fields = (['open', 'high', 'low', 'close'] as const).map((field) => ({ field, last: new Window(room, 3) }));
    const before = usualBefore(room, length);
    return (bar, fresh) => {
      for (const { field, last } of fields) last.step(bar[field], fresh);
      const usual = before(bar, fresh);
      const [newest, second, third] = [0, 1, 2].map((back) => {
        const [open = 0, high = 0, low = 0, close = 0] = fields.map(({ last }) => last.get(back));
        return candleOf(open, high, low, close);
      }) as [Candle, Candle, Candle];
      const found = test([newest, second, third], usual);
      return side === undefined || found === side ? found : 0;
    };
  });
}

/** What was usual before a pattern of `length` bars that ends now. */
function usualBefore(room: Room, length: number): (bar: BarValues, fresh: boolean) => Usual {
  const lags = { body: new Lag(room, length), range: new Lag(room, length), close: new Lag(room, length) };
  const sums = {
    body: new RollingSum(room, USUAL),
    range: new RollingSum(room, USUAL),
    close: new RollingSum(room, TREND),
  };
  return ({ open, high, low, close }, fresh) => {
    const past = lags.close.step(close, fresh);
    return {
      body: sums.body.step(lags.body.step(Math.abs(close - open), fresh), fresh) / USUAL,
      range: sums.range.step(lags.range.step(high - low, fresh), fresh) / USUAL,
      trend: Math.sign(past - sums.close.step(past, fresh) / TREND),
    };
  };
}

function candleOf(open: number, high: number, low: number, close: number): Candle {
  const top = Math.max(open, close);
  const bottom = Math.min(open, close);
  return {
    open,
    high,
    low,
    close,
    volume: 0,
    side: Math.sign(close - open),
    body: top - bottom,
    range: high - low,
    top,
    bottom,
    upper: high - top,
    lower: bottom - low,
  };
}

function unknownPattern(name: string): MillraceError {
  const close = nearest(name, patternNames);
  return new MillraceError({
    code: 'INDICATOR_UNKNOWN',
    where: { path: `candlestick.${name}` },
    was: name,
    expected: `one of ${patternNames.join(', ')}`,
    fix: close === undefined ? 'take one of these' : `did you mean ${close}?`,
  });
}
