import { basename } from 'node:path';
import { MICROS_PER_MS, type Micros } from '../../domain/time.ts';
import { timeframeMicros } from '../../domain/timeframe.ts';
import { MillraceError } from '../../errors/millrace-error.ts';

export type LeanResolution = 'tick' | 'second' | 'minute' | 'hour' | 'daily';
type LeanType = 'trade' | 'quote';

/** What LEAN's folder and file names say of a data file. */
export interface LeanFile {
  readonly file: string;
  /** Equities are in New York time with prices × 10,000; all else in UTC with plain prices. */
  readonly equity: boolean;
  readonly resolution: LeanResolution;
  readonly type: LeanType;
  /** Lower-case root or ticker, `gc`. */
  readonly symbol: string;
  /** `20131007`; absent on hour and daily files, which hold all days. */
  readonly date: string | undefined;
}

const LAYOUT = /([^/]+)\/[^/]+\/(tick|second|minute)\/([^/]+)\/(\d{8})_(trade|quote)\.zip$/;
const WHOLE_HISTORY = /([^/]+)\/[^/]+\/(hour|daily)\/([^/_]+)(?:_(trade|quote))?\.zip$/;

/**
 * Reads a path in LEAN's layout: `<security>/<market>/<resolution>/<symbol>/<date>_<type>.zip`, hour and daily
 * `<security>/<market>/<resolution>/<symbol>[_<type>].zip`.
 *
 * Errors: IMPORT_LEAN_NAME
 */
export function leanFile(file: string, security: string | undefined): LeanFile {
  const path = file.replaceAll('\\', '/');
  const day = LAYOUT.exec(path);
  const all = WHOLE_HISTORY.exec(path);
  const [, folder, resolution, symbol, date, type] =
    day ?? (all && [...all.slice(0, 4), undefined, all[4] ?? 'trade']) ?? [];
  if (symbol === undefined) throw strangeName(file);
  return {
    file,
    equity: (security ?? folder) === 'equity',
    resolution: resolution as LeanResolution,
    type: type as LeanType,
    symbol,
    date,
  };
}

/** Length of a bar of the file; `undefined` for ticks. */
export function barSpan(resolution: LeanResolution): Micros | undefined {
  const names = { second: '1s', minute: '1m', hour: '1h', daily: '1d' } as const;
  return resolution === 'tick' ? undefined : timeframeMicros(names[resolution]);
}

/** Midnight of `20131007` in the file's time zone, microseconds UTC. */
export function midnight(date: string, equity: boolean): Micros {
  const utcMs = Date.UTC(Number(date.slice(0, 4)), Number(date.slice(4, 6)) - 1, Number(date.slice(6, 8)));
  return (equity ? utcMs - newYorkOffset(utcMs) : utcMs) * MICROS_PER_MS;
}

const newYork = new Intl.DateTimeFormat('en-US', { timeZone: 'America/New_York', hour: 'numeric', hourCycle: 'h23' });

/** New York's distance from UTC, in ms, in the trading hours of a day. Clocks change at two in the night of a Sunday. */
function newYorkOffset(utcMidnightMs: number): number {
  const noonUtc = utcMidnightMs + 12 * 3_600_000;
  const hour = Number(newYork.format(noonUtc));
  return (hour - 12) * 3_600_000;
}

const strangeName = (file: string): MillraceError =>
  new MillraceError({
    code: 'IMPORT_LEAN_NAME',
    where: { file },
    was: basename(file),
    expected: "trade or quote zips in LEAN's folders, such as future/comex/tick/gc/20131007_trade.zip",
    fix: "keep the file in LEAN's folders: their names say the security, the market, the resolution and the symbol",
  });
