/** Why something of technicalindicators 3.1.0 is not let through, and what to use in its place. */
export interface Refusal {
  readonly fault: string;
  readonly instead: string;
}

const CROSS: Refusal = {
  fault: 'reports a cross at the first value, when nothing has been crossed',
  instead: 'use the operator crossings(first, second)',
};
const ANY: Refusal = {
  fault: 'says that one of many patterns is there, not which',
  instead: 'use candlestick(name) for each that you mean',
};

/** By lower-case name: what is no formula that takes one input at a time, or would not say what it seems to. */
export const REFUSED: Readonly<Record<string, Refusal>> = {
  bearish: ANY,
  bullish: ANY,
  crossdown: CROSS,
  crossover: CROSS,
  crossup: CROSS,
  fibonacciretracement: { fault: 'is arithmetic on two prices', instead: 'use low + share × (high − low)' },
  fixedsizelinkedlist: { fault: 'is the list inside the others, which stops at a value of 0', instead: 'use Window' },
  heikinashi: { fault: 'makes bars, not values', instead: 'ask the runtime for such bars' },
  renko: { fault: 'makes bars, not values', instead: 'ask the runtime for such bars' },
  volumeprofile: { fault: 'works on a finished list of bars', instead: 'use the volume profile of the runtime' },
};
