/** What a user or a provider says about an instrument. Everything but the symbol has a default. */
export interface InstrumentSpec {
  readonly symbol: string;
  /** Smallest price step, in price units (ES 0.25). Default 0.01. */
  readonly tickSize?: number | undefined;
  /** Account currency per whole price unit and contract (ES 50). Default 1. */
  readonly pointValue?: number | undefined;
  /** Smallest quantity step (futures 1, BTCUSDT 0.001). Default 1. */
  readonly lotSize?: number | undefined;
  /** ISO 4217 code or coin. Default USD. */
  readonly currency?: string | undefined;
  readonly description?: string | undefined;
  /** The provider (its YAML key) that serves this instrument; the first provider that knows it by default. */
  readonly provider?: string | undefined;
  /** When it trades: the name of an exchange calendar, or the path of a calendar's file. Default: nothing is known of it. */
  readonly calendar?: string | undefined;
  /** Last day of trading of a contract, `YYYY-MM-DD` by the exchange's trading dates. */
  readonly expiry?: string | undefined;
}

/** What is traded. `index` is its dense number within a run, in order of symbol. */
export interface Instrument {
  readonly symbol: string;
  readonly index: number;
  readonly tickSize: number;
  readonly pointValue: number;
  readonly lotSize: number;
  readonly currency: string;
  readonly description: string;
  readonly provider: string | undefined;
  readonly calendar: string | undefined;
  readonly expiry: string | undefined;
  /** Price to whole ticks, to the nearest. */
  readonly ticks: (price: number) => number;
  /** Whole ticks to the price as a decimal literal would give it. */
  readonly price: (ticks: number) => number;
  /** Quantity to whole lots, to the nearest. */
  readonly lots: (quantity: number) => number;
  /** Whole lots to a quantity. */
  readonly quantity: (lots: number) => number;
}

/** Of an instrument of which nothing is said. */
export const GUESSED_TICK_SIZE = 0.01;

export function makeInstrument(spec: InstrumentSpec, index: number): Instrument {
  const tickSize = spec.tickSize ?? GUESSED_TICK_SIZE;
  const lotSize = spec.lotSize ?? 1;
  const price = grid(tickSize);
  const size = grid(lotSize);
  return {
    symbol: spec.symbol,
    index,
    tickSize,
    pointValue: spec.pointValue ?? 1,
    lotSize,
    currency: spec.currency ?? 'USD',
    description: spec.description ?? '',
    provider: spec.provider,
    calendar: spec.calendar,
    expiry: spec.expiry,
    ticks: price.steps,
    price: price.value,
    lots: size.steps,
    quantity: size.value,
  };
}

/** Conversion between values and whole steps of a grid. */
function grid(step: number): { steps: (value: number) => number; value: (steps: number) => number } {
  const inverse = 1 / step;
  const perUnit = Math.round(inverse);
  // Dividing by a whole number gives the double of the decimal literal; multiplying by 0.01 misses it for 13 % of prices.
  if (perUnit >= 1 && Math.abs(inverse - perUnit) < 1e-9 * inverse) {
    return { steps: (value) => Math.round(value * perUnit), value: (steps) => steps / perUnit };
  }
  return { steps: (value) => Math.round(value / step), value: (steps) => steps * step };
}
