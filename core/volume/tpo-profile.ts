/** A row of a market profile. */
export interface ProfileRow {
  /** Lowest price of the row. */
  readonly price: number;
  /** The brackets that traded here, in order of time. */
  readonly letters: string;
}

interface BracketRange {
  readonly letter: string;
  /** Whole ticks. */
  readonly high: number;
  readonly low: number;
}

interface TpoProfile {
  /** From the lowest. */
  readonly rows: readonly { readonly ticks: number; readonly letters: string }[];
  readonly ticksPerRow: number;
  readonly poc: number;
  /** Highest and lowest row of the value area, each by its lowest price; whole ticks. */
  readonly vah: number;
  readonly val: number;
  readonly letters: number;
}

interface TpoOptions {
  readonly ticksPerRow: number;
  readonly maxRows: number;
  readonly valueArea: number;
}

/** Lays the letters of at least one bracket on prices; see `MarketProfile` for the rules. */
export function tpoProfile(brackets: readonly BracketRange[], options: TpoOptions): TpoProfile {
  const low = Math.min(...brackets.map((bracket) => bracket.low));
  const high = Math.max(...brackets.map((bracket) => bracket.high));
  let { ticksPerRow } = options;
  const rowOf = (ticks: number): number => Math.floor(ticks / ticksPerRow);
  while (rowOf(high) - rowOf(low) + 1 > options.maxRows) ticksPerRow *= 2;

  const first = rowOf(low);
  const letters: string[] = new Array<string>(rowOf(high) - first + 1).fill('');
  for (const bracket of brackets) {
    for (let row = rowOf(bracket.low); row <= rowOf(bracket.high); row++) letters[row - first] += bracket.letter;
  }
  const counts = letters.map((row) => row.length);
  const area = tpoValueArea(counts, options.valueArea);
  const ticksOf = (row: number): number => (first + row) * ticksPerRow;
  return {
    rows: letters.flatMap((row, i) => (row === '' ? [] : [{ ticks: ticksOf(i), letters: row }])),
    ticksPerRow,
    poc: ticksOf(area.poc),
    vah: ticksOf(area.high),
    val: ticksOf(area.low),
    letters: counts.reduce((sum, count) => sum + count, 0),
  };
}

/** Rows of the point of control and of the ends of the value area. */
export function tpoValueArea(
  counts: readonly number[],
  share: number,
): { readonly poc: number; readonly high: number; readonly low: number } {
  const middle = (counts.length - 1) / 2;
  const away = (row: number): number => Math.abs(row - middle);
  const isBetter = (count: number, row: number, best: number): boolean =>
    count > (counts[best] ?? 0) || (count === counts[best] && away(row) < away(best));
  const poc = counts.reduce((best, count, row) => (isBetter(count, row, best) ? row : best), 0);

  const wanted = share * counts.reduce((sum, count) => sum + count, 0);
  const twoFrom = (row: number, step: number): number => (counts[row + step] ?? 0) + (counts[row + 2 * step] ?? 0);
  let [low, high, sum] = [poc, poc, counts[poc] ?? 0];
  // A share such as 0.7 is no exact binary number; a whole count must not fall short of it by a crumb.
  while (sum < wanted - 1e-9 && (low > 0 || high < counts.length - 1)) {
    const above = twoFrom(high, 1);
    const below = twoFrom(low, -1);
    const up = high < counts.length - 1 && (above >= below || low === 0);
    if (up) high = Math.min(high + 2, counts.length - 1);
    else low = Math.max(low - 2, 0);
    sum += up ? above : below;
  }
  return { poc, high, low };
}
