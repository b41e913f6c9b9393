/** What the gateway sends is checked member by member: new members appear, old ones are left out, ids come as text. */
export type Row = Readonly<Record<string, unknown>>;

export const isRow = (value: unknown): value is Row =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The rows of a list; a single object counts as a list of one. */
export function rowsOf(value: unknown): readonly Row[] {
  if (Array.isArray(value)) return value.filter(isRow);
  return isRow(value) ? [value] : [];
}

/** A finite number, also one that is written as text. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string' || !/^-?\d+(\.\d+)?([eE]-?\d+)?$/.test(value)) return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

export const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

/** An order's, a fill's or an account's number, as the text that names it. */
export function idOf(value: unknown): string | undefined {
  const number = numberOf(value);
  return number !== undefined && Number.isSafeInteger(number) ? String(number) : undefined;
}
