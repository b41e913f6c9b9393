import { MICROS_PER_MS, type Micros } from '../domain/time.ts';
import { MillraceError } from '../errors/millrace-error.ts';

const DAY: Micros = 86_400_000_000;
/** The years for which changes of a clock are looked up. */
const FIRST = Date.UTC(1970, 0, 1) * MICROS_PER_MS;
const LAST = Date.UTC(2050, 0, 1) * MICROS_PER_MS;

/**
 * The offsets of an IANA time zone, asked of the system once. A formatter per event costs 1,000 ns and more; this is a
 * compare for the interval that was asked for last, and a binary search otherwise.
 */
export class ZoneTable {
  readonly name: string;
  /** Offset `offsets[i]` holds from `starts[i]` to `starts[i + 1]`. */
  private readonly starts: readonly Micros[];
  private readonly offsets: readonly Micros[];
  private from: Micros = 0;
  private until: Micros = 0;
  private current: Micros = 0;

  constructor(name: string) {
    this.name = name;
    const [starts, offsets] = transitionsOf(name);
    this.starts = starts;
    this.offsets = offsets;
  }

  /** What a clock in the zone shows beyond UTC, microseconds. */
  offset(us: Micros): Micros {
    if (us < this.from || us >= this.until) this.move(us);
    return this.current;
  }

  /** What a clock in the zone shows, as if it were UTC. */
  toLocal(us: Micros): Micros {
    return us + this.offset(us);
  }

  /**
   * The instant at which a clock shows `local`. A time that comes twice is the first of the two; one that is skipped is
   * moved on by the length of the gap, as RFC 5545 has it.
   */
  toUtc(local: Micros): Micros {
    const before = this.offset(local - DAY);
    const after = this.offset(local + DAY);
    if (this.offset(local - before) === before) return local - before;
    return this.offset(local - after) === after ? local - after : local - before;
  }

  private move(us: Micros): void {
    const { starts } = this;
    let low = 0;
    let high = starts.length;
    while (low + 1 < high) {
      const middle = (low + high) >> 1;
      if ((starts[middle] as Micros) <= us) low = middle;
      else high = middle;
    }
    this.from = starts[low] as Micros;
    this.until = starts[low + 1] ?? Number.POSITIVE_INFINITY;
    this.current = this.offsets[low] as Micros;
  }
}

const tables = new Map<string, ZoneTable>();

/** The table of a zone, made at the first call. */
export function zoneTable(name: string): ZoneTable {
  const known = tables.get(name) ?? new ZoneTable(name);
  tables.set(name, known);
  return known;
}

function transitionsOf(name: string): readonly [starts: Micros[], offsets: Micros[]] {
  const offsetAt = offsetsOf(name);
  const starts: Micros[] = [Number.NEGATIVE_INFINITY];
  const offsets: Micros[] = [offsetAt(FIRST)];
  // No zone has changed its clock twice in a week and back.
  for (let at = FIRST; at < LAST; at += 7 * DAY) {
    const offset = offsetAt(at + 7 * DAY);
    if (offset === offsets.at(-1)) continue;
    let low = at;
    let high = at + 7 * DAY;
    // Changes fall on whole seconds.
    while (high - low > 1_000_000) {
      const middle = Math.floor((low + high) / 2_000_000) * 1_000_000;
      if (offsetAt(middle) === offset) high = middle;
      else low = middle;
    }
    starts.push(high);
    offsets.push(offset);
  }
  return [starts, offsets];
}

function offsetsOf(timeZone: string): (us: Micros) => Micros {
  const format = formatterOf(timeZone);
  return (us) => {
    const parts = format.formatToParts(us / MICROS_PER_MS);
    const part = (type: string): number => Number(parts.find((each) => each.type === type)?.value);
    const [year, month, day] = [part('year'), part('month'), part('day')];
    const shown = Date.UTC(year, month - 1, day, part('hour'), part('minute'), part('second'));
    return shown * MICROS_PER_MS - us;
  };
}

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch (cause) {
    throw new MillraceError(
      {
        code: 'CALENDAR_INVALID',
        where: { path: 'zone' },
        was: `'${timeZone}'`,
        expected: 'a time zone of the IANA database',
        fix: 'write a name such as America/Chicago, Europe/Berlin or UTC',
      },
      { cause },
    );
  }
}
