const MONTHS = 'FGHJKMNQUVXZ';
/** A one-digit year lies within these of now: expired months can still be asked for. */
const YEARS_BACK = 2;

export interface Expiry {
  /** 1 to 12. */
  readonly month: number;
  readonly year: number;
}

/** `CON.F.US.ENQ.U26`: the platform's code may hold digits in any place (`M2K`, `EU6`). */
export function parseContractId(id: string): { readonly code: string; readonly expiry: Expiry } | undefined {
  const parts = /^CON\.F\.[A-Z]+\.([A-Z0-9]+)\.([FGHJKMNQUVXZ])(\d\d)$/.exec(id);
  if (parts === null) return undefined;
  const [, code = '', letter = '', year = ''] = parts;
  return { code, expiry: { month: MONTHS.indexOf(letter) + 1, year: 2000 + Number(year) } };
}

export const contractId = (code: string, { month, year }: Expiry): string =>
  `CON.F.US.${code}.${MONTHS[month - 1] ?? ''}${String(year % 100).padStart(2, '0')}`;

/** `NQU6` or `NQU26`: the root of the exchange and a month. `thisYear` decides which decade one digit means. */
export function parseContractName(
  name: string,
  thisYear: number,
): { readonly root: string; readonly expiry: Expiry } | undefined {
  const parts = /^([A-Z0-9]{1,5}?)([FGHJKMNQUVXZ])(\d{1,2})$/.exec(name);
  if (parts === null) return undefined;
  const [, root = '', letter = '', digits = ''] = parts;
  const year = digits.length === 2 ? 2000 + Number(digits) : yearOf(Number(digits), thisYear);
  return { root, expiry: { month: MONTHS.indexOf(letter) + 1, year } };
}

/** The root of a contract's `name`: all but month letter and one digit of the year. */
export const rootOf = (name: string): string => name.slice(0, -2);

function yearOf(digit: number, thisYear: number): number {
  const first = thisYear - YEARS_BACK;
  return first + ((((digit - first) % 10) + 10) % 10);
}

/** Orders contracts by month. */
export const byExpiry = (a: Expiry, b: Expiry): number => a.year - b.year || a.month - b.month;
