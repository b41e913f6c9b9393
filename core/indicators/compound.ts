import { Extreme } from './blocks/extreme.ts';
import { Registers } from './blocks/registers.ts';
import { fromFirst } from './blocks/smoothed.ts';
import { Lag, Window } from './blocks/window.ts';
import { numberLine } from './formula.ts';
import { checkPeriod, checkSetting, type NumberFormula } from './indicator.ts';
import { rsiBlock } from './stochastic.ts';

/** Schaff trend cycle: the MACD's place in its range, smoothed, and that place's place, smoothed: 0 to 100. Doug Schaff 1999. */
export function schaff({ cycle = 10, fast = 23, slow = 50, weight = 0.5 } = {}): NumberFormula<number> {
  checkPeriod('schaff', cycle, 'cycle');
  checkPeriod('schaff', fast, 'fast');
  checkPeriod('schaff', slow, 'slow');
  checkSetting('schaff', 'weight', weight, { above: 0, most: 1 });
  return numberLine(`schaff(${cycle},${fast},${slow},${weight})`, slow + cycle, (room) => {
    const [quick, calm] = [fromFirst(room, fast), fromFirst(room, slow)];
    const places = [0, 1].map(() => ({
      high: new Extreme(room, cycle, 'highest'),
      low: new Extreme(room, cycle, 'lowest'),
      // What it was: the place while there is no range, and its average.
      state: new Registers(room, 3),
    }));
    return (input, fresh) => {
      let value = quick.step(input, fresh) - calm.step(input, fresh);
      for (const { high, low, state } of places) {
        state.begin(fresh);
        high.step(value, fresh);
        low.step(value, fresh);
        const range = high.value - low.value;
        const place = range > 0 ? (100 * (value - low.value)) / range : state.past(0);
        value = state.past(2) === 0 ? place : state.past(1) + weight * (place - state.past(1));
        state.set(0, place);
        state.set(1, value);
        state.set(2, 1);
      }
      return value;
    };
  });
}

/**
 * Connors RSI: mean of an RSI of the price, an RSI of the length of its run of rises or falls, and the share of the last
 * `rank` changes in percent that were smaller than the newest.
 *
 * Cost     in proportion to `rank`
 * Zero     a change from a price of 0 counts as none. Connors & Alvarez 2012
 */
export function connorsRsi({ period = 3, streak = 2, rank = 100 } = {}): NumberFormula<number> {
  checkPeriod('connorsRsi', period);
  checkPeriod('connorsRsi', streak, 'streak');
  checkPeriod('connorsRsi', rank, 'rank');
  return numberLine(`connorsRsi(${period},${streak},${rank})`, Math.max(period, streak, rank + 1) + 1, (room) => {
    const [price, runs] = [rsiBlock(room, period), rsiBlock(room, streak)];
    const before = new Lag(room, 1);
    const run = new Registers(room, 1);
    const window = new Window(room, rank + 1);
    return (input, fresh) => {
      run.begin(fresh);
      const past = before.step(input, fresh);
      const change = past === 0 ? 0 : input / past - 1;
      const side = Number.isNaN(past) ? 0 : Math.sign(input - past);
      const length = side === Math.sign(run.past(0)) ? run.past(0) + side : side;
      run.set(0, length);
      const strengths = price(input, fresh) + runs(length, fresh);
      if (!window.step(change, fresh)) return Number.NaN;
      let smaller = 0;
      for (let back = 1; back <= rank; back++) smaller += window.get(back) < change ? 1 : 0;
      return (strengths + (100 * smaller) / rank) / 3;
    };
  });
}
