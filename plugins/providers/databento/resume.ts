import { DBN_FLAG, type DbnSchema, RTYPE } from '#core';
import { rtypeOf } from './schemas.ts';

/** How far back of the last record a replay begins: venue times of instruments are not in one order. */
const OVERLAP_NS = 1_000_000_000n;
const HALF = 4_294_967_296;
const HIGHEST_U32 = 0xffff_ffff;

/** How far the records of one type, venue and instrument have come. Times are in halves: nanoseconds do not fit a number. */
interface Position {
  /** Index time of the last record. */
  high: number;
  low: number;
  /** Records delivered with exactly that time. */
  count: number;
  /** Those of them that the replay under way has brought again. */
  seen: number;
  /** The session whose replay is being compared. */
  session: number;
  /** The replay has passed the place: everything is new. */
  passed: boolean;
}

/** How far a record type has come, over all its instruments, by the time that a replay selects by. */
interface Progress {
  high: number;
  low: number;
  /** Nothing from before this: where the first session began. */
  floor: bigint;
  /** No record has come yet: the place is where the session said that it begins. */
  isAssumed: boolean;
}

/**
 * Lets a new session continue exactly where the last one ended. A replay begins a little early, and what was delivered
 * before is left out: by index time (`ts_recv`, of bars `ts_event`), which never goes back within one instrument, and by
 * count where several records share it.
 */
export class Resume {
  readonly #positions: (Map<number, Position> | undefined)[] = [];
  readonly #progress: (Progress | undefined)[] = [];
  #session = 0;
  #replays = 0;

  /**
   * A session has begun: what it replays is compared with what was delivered.
   *
   * @param replays requests of the session that begin in the past
   */
  begin(replays: number): void {
    this.#session++;
    this.#replays = replays;
  }

  /** A replay has caught up with the present. After the last of them everything is new, whatever its time says. */
  replayed(): void {
    this.#replays--;
  }

  /** Schemas that are followed from now on: at this venue time, nanoseconds (0 when it is not known). */
  follow(schemas: Iterable<DbnSchema>, start: bigint): void {
    if (start === 0n) return;
    for (const schema of schemas) {
      this.#progress[rtypeOf(schema)] ??= {
        high: Number(start >> 32n),
        low: Number(start & 0xffff_ffffn),
        floor: start,
        isAssumed: true,
      };
    }
  }

  /** Where a replay of the schema has to begin; `undefined` when there is nothing to continue. */
  startOf(schema: DbnSchema): bigint | undefined {
    const progress = this.#progress[rtypeOf(schema)];
    if (progress === undefined) return undefined;
    const start = nanos(progress) - OVERLAP_NS;
    return start > progress.floor ? start : progress.floor;
  }

  /** Venue time of the last record of any type, nanoseconds; 0 before the first. */
  get last(): bigint {
    const times = this.#progress.flatMap((progress) => (progress === undefined ? [] : [nanos(progress)]));
    return times.reduce((latest, time) => (time > latest ? time : latest), 0n);
  }

  /** The venue cannot replay from there any more, or the ids mean something else. */
  forget(): void {
    this.#positions.length = 0;
    this.#progress.length = 0;
  }

  /** Whether a market record is new. Every record has to be asked about once, in order. */
  accept(data: DataView, at: number): boolean {
    const rtype = data.getUint8(at + 1);
    // A snapshot is made for one session and begins by clearing the book; its times are those of other days.
    if (isSnapshot(data, at, rtype)) return true;
    const timeAt = at + indexTimeAt(rtype);
    const low = data.getUint32(timeAt, true);
    const high = data.getUint32(timeAt + 4, true);
    const position = this.#positionOf(rtype, data.getUint16(at + 2, true) * HALF + data.getUint32(at + 4, true));
    if (position.session !== this.#session) {
      position.session = this.#session;
      position.seen = 0;
      position.passed = this.#replays <= 0;
    }
    const order = high === position.high ? low - position.low : high - position.high;
    if (!position.passed && this.#replays > 0 && isOld(position, order)) return false;
    position.passed = true;
    if (order > 0) {
      position.high = high;
      position.low = low;
      position.count = 0;
    }
    if (order >= 0) position.count++;
    this.#advance(data, at, rtype, timeAt);
    return true;
  }

  #advance(data: DataView, at: number, rtype: number, timeAt: number): void {
    const selectedBy = isSampled(rtype) ? timeAt : at + 8;
    const low = data.getUint32(selectedBy, true);
    const high = data.getUint32(selectedBy + 4, true);
    if (high === HIGHEST_U32) return;
    const progress = this.#progress[rtype];
    if (progress === undefined || progress.isAssumed) {
      const time = data.getBigUint64(selectedBy, true);
      const floor = progress === undefined || time < progress.floor ? time : progress.floor;
      this.#progress[rtype] = { high, low, floor, isAssumed: false };
    } else if (high > progress.high || (high === progress.high && low > progress.low)) {
      progress.high = high;
      progress.low = low;
    }
  }

  #positionOf(rtype: number, key: number): Position {
    let positions = this.#positions[rtype];
    if (positions === undefined) {
      positions = new Map();
      this.#positions[rtype] = positions;
    }
    const known = positions.get(key);
    if (known !== undefined) return known;
    const made: Position = { high: 0, low: 0, count: 0, seen: 0, session: this.#session, passed: true };
    positions.set(key, made);
    return made;
  }
}

/** Whether a replay has brought what was delivered before. */
function isOld(position: Position, order: number): boolean {
  if (order !== 0 || position.seen === position.count) return order < 0;
  position.seen++;
  return true;
}

const nanos = ({ high, low }: Progress): bigint => (BigInt(high) << 32n) + BigInt(low);

function indexTimeAt(rtype: number): number {
  if ((rtype & 0xf0) === 0x20) return 8;
  if (rtype === RTYPE.mbo) return 40;
  // Status, definitions, imbalances and statistics are the types in between.
  return rtype >= RTYPE.status && rtype <= RTYPE.statistics ? 16 : 32;
}

/** The gateway replays samples by `ts_recv` and everything else by `ts_event`. */
const isSampled = (rtype: number): boolean =>
  rtype === RTYPE.bbo1s || rtype === RTYPE.bbo1m || rtype === RTYPE.cbbo1s || rtype === RTYPE.cbbo1m;

const isSnapshot = (data: DataView, at: number, rtype: number): boolean =>
  rtype === RTYPE.mbo && (data.getUint8(at + 36) & DBN_FLAG.snapshot) !== 0;
