import { smooth } from './ema.ts';
import { COUNT, Incremental } from './incremental.ts';
import { checkNumber, checkPeriod, type NumberFormula, numberFormula } from './indicator.ts';

// Pairs: before the newest price, and with it.
const PRICE_PAST = 1;
const PRICE = 2;
const GAIN_PAST = 3;
const GAIN = 4;
const LOSS_PAST = 5;
const LOSS = 6;

/**
 * Relative strength index with Wilder's smoothing.
 *
 * In       one price per update
 * Out      0 to 100; `undefined` before `period` changes, that is `period + 1` prices
 * Flat     0 when no price has changed yet: TA-Lib's answer to 0 ÷ 0
 * Errors   INDICATOR_BAD_INPUT, INDICATOR_BAD_OPTION
 * Formula  100 × gain ÷ (gain + loss), each the mean of the first `period` changes, then
 *          average += (change − average) ÷ period. J. Welles Wilder, "New Concepts in Technical Trading Systems", 1978;
 *          TA-Lib RSI
 */
export class Rsi extends Incremental<number, number> {
  readonly #period: number;
  readonly #weight: number;

  constructor(period: number) {
    checkPeriod('rsi', period);
    super(`rsi(${period})`, period + 1);
    this.#period = period;
    this.#weight = 1 / period;
    this.reserve(LOSS);
    this.settle();
  }

  get value(): number | undefined {
    const { cells, base } = this;
    if ((cells[base + COUNT] ?? 0) < this.warmup) return undefined;
    return strength(cells[base + GAIN] ?? 0, cells[base + LOSS] ?? 0);
  }

  update(input: number): number | undefined {
    checkNumber(this, input);
    const { cells, base } = this;
    const count = (cells[base + COUNT] ?? 0) + 1;
    cells[base + COUNT] = count;
    cells[base + PRICE_PAST] = cells[base + PRICE] ?? 0;
    cells[base + GAIN_PAST] = cells[base + GAIN] ?? 0;
    cells[base + LOSS_PAST] = cells[base + LOSS] ?? 0;
    return this.#compute(cells, base, input, count);
  }

  replace(input: number): number | undefined {
    checkNumber(this, input);
    const { cells, base } = this;
    const count = cells[base + COUNT] ?? 0;
    if (count === 0) throw this.nothingToReplace();
    return this.#compute(cells, base, input, count);
  }

  #compute(cells: Float64Array, base: number, input: number, count: number): number | undefined {
    cells[base + PRICE] = input;
    if (count === 1) return undefined;
    const change = input - (cells[base + PRICE_PAST] ?? 0);
    const up = change > 0 ? change : 0;
    const down = change < 0 ? -change : 0;
    const gain = smooth(cells[base + GAIN_PAST] ?? 0, up, count - 1, this.#period, this.#weight);
    const loss = smooth(cells[base + LOSS_PAST] ?? 0, down, count - 1, this.#period, this.#weight);
    cells[base + GAIN] = gain;
    cells[base + LOSS] = loss;
    return count < this.warmup ? undefined : strength(gain, loss);
  }
}

/** 0 to 100; 0 when there was neither gain nor loss. */
export const strength = (gain: number, loss: number): number => (gain === 0 ? 0 : 100 * (gain / (gain + loss)));

/** Recipe for `Rsi`. */
export const rsi = (period: number): NumberFormula<number> => numberFormula(() => new Rsi(period));
