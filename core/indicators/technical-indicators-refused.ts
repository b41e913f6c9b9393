/** Why an indicator of technicalindicators 3.1.0 is not let through, and what to use in its place. */
export interface Refusal {
  readonly fault: string;
  readonly instead?: string;
}

const ZERO = 'stops reading its window at a value of 0';
const CROSS = 'reports a cross at the first value, when nothing has been crossed';
const PATTERN = 'calls two prices equal within 0.1 % of price, hundreds of ticks on some instruments';

/** By lower-case name. Found by comparing with TA-Lib on ordinary prices, flat starts and series that cross zero. */
export const REFUSED: Readonly<Record<string, Refusal>> = {
  adl: { fault: 'rounds to whole numbers and adds the whole volume of a bar without range' },
  adx: { fault: 'turns to NaN for good after a flat start' },
  bollingerbands: { fault: ZERO, instead: 'use bollinger({ period, deviations })' },
  cci: { fault: ZERO },
  chandelierexit: { fault: 'takes the highest of negative values to be 0' },
  crossdown: { fault: CROSS, instead: 'use the operator crossings(first, second)' },
  crossover: { fault: CROSS, instead: 'use the operator crossings(first, second)' },
  crossup: { fault: CROSS, instead: 'use the operator crossings(first, second)' },
  highest: { fault: 'takes the highest of negative values to be 0' },
  kst: { fault: `is built on its ROC, which ${ZERO}` },
  lowest: { fault: ZERO },
  macd: { fault: 'gives no signal while MACD is 0', instead: 'use macd({ fast, slow, signal })' },
  mfi: { fault: 'rounds to 0.01 and counts an unchanged price as selling' },
  psar: { fault: 'does not reverse when a low touches the stop, as prices on a tick grid often do' },
  roc: { fault: ZERO },
  rsi: { fault: 'rounds to 0.01', instead: 'use rsi(period)' },
  sd: { fault: ZERO, instead: 'use bollinger({ period, deviations: 1 }): upper − middle' },
  stochastic: { fault: ZERO },
  stochasticrsi: { fault: 'is built on its RSI, which rounds to 0.01' },
  vwap: { fault: 'never starts afresh at a session open' },
  williamsr: { fault: ZERO },
  ...Object.fromEntries(
    ['bearish', 'bullish', 'doji', 'dragonflydoji', 'gravestonedoji', 'threewhitesoldiers', 'threeblackcrows'].map(
      (name) => [name, { fault: PATTERN }],
    ),
  ),
};
