export type OptionRight = 'call' | 'put';

/** What an option's symbol tells. */
export interface OptionContract {
  /** Root of the option: SPY, BTC, and with CME the option's own root, such as ES or E3A. */
  readonly root: string;
  /** `YYYY-MM-DD`, or with CME the month and year as it writes them: `H4`. */
  readonly expiry: string;
  readonly right: OptionRight;
  /** In price units of the underlying, with CME as the symbol has it. */
  readonly strike: number;
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];

/** `SPY   240119C00475000`, padded or not: root, date, right, strike × 1000. OCC Options Symbology Initiative, 2010. */
const OCC = /^([A-Z][A-Z0-9.]{0,5}) *(\d{2})(\d{2})(\d{2})([CP])(\d{8})$/;
/** `ESH4 C4800`: root, month and year, right, strike. CME Globex, as Databento gives it. */
const CME = /^([A-Z0-9]{1,4}?)([FGHJKMNQUVXZ]\d{1,2}) ([CP])(\d+(?:\.\d+)?)$/;
/** `BTC-29MAR24-60000-C`. Deribit. */
const DERIBIT = /^([A-Z][A-Z0-9_]*)-(\d{1,2})([A-Z]{3})(\d{2})-(\d+(?:d\d+)?)-([CP])$/;

/** The option that a symbol of OCC, CME or Deribit names; `undefined` for anything else. */
export const optionOf = (symbol: string): OptionContract | undefined =>
  occOption(symbol) ?? cmeOption(symbol) ?? deribitOption(symbol);

function occOption(symbol: string): OptionContract | undefined {
  const [, root, year, month, day, right, strike] = OCC.exec(symbol) ?? [];
  if (root === undefined) return undefined;
  const expiry = date(Number(year), Number(month), Number(day));
  return expiry === undefined ? undefined : { root, expiry, right: rightOf(right), strike: Number(strike) / 1000 };
}

function cmeOption(symbol: string): OptionContract | undefined {
  const [, root, expiry, right, strike] = CME.exec(symbol) ?? [];
  if (root === undefined || expiry === undefined) return undefined;
  return { root, expiry, right: rightOf(right), strike: Number(strike) };
}

function deribitOption(symbol: string): OptionContract | undefined {
  const [, root, day, month = '', year, strike = '', right] = DERIBIT.exec(symbol) ?? [];
  if (root === undefined) return undefined;
  const expiry = date(Number(year), MONTHS.indexOf(month) + 1, Number(day));
  // Small coins have strikes such as 0d55.
  if (expiry === undefined) return undefined;
  return { root, expiry, right: rightOf(right), strike: Number(strike.replace('d', '.')) };
}

const rightOf = (letter: string | undefined): OptionRight => (letter === 'C' ? 'call' : 'put');

function date(year: number, month: number, day: number): string | undefined {
  const when = new Date(Date.UTC(2000 + year, month - 1, day));
  return month >= 1 && when.getUTCMonth() === month - 1 ? when.toISOString().slice(0, 10) : undefined;
}
