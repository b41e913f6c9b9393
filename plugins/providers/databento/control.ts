import { type DbnErrorRecord, type DbnStatus, type DbnSystem, type Link, type Log, MillraceError } from '#core';
import { lost, refused } from './session.ts';

const ERROR = {
  authFailed: 1,
  keyDeactivated: 2,
  connectionLimit: 3,
  symbolUnknown: 4,
  badSubscription: 5,
  skippedRecords: 7,
  agedOut: 8,
  unset: 255,
};
const SYSTEM = { heartbeat: 0, acknowledged: 1, slowReader: 2, replayCompleted: 3, endOfInterval: 4 };

export interface ControlParts {
  readonly dataset: string;
  readonly key: string;
  readonly link: Link;
  readonly log: Log;
  /** Epoch milliseconds of the last market record. */
  readonly lastMillis: () => number | undefined;
  readonly isLive: () => boolean;
  /** The session is up, and what was asked for has been understood. */
  readonly onLive: () => void;
  /** The requested start is no longer held: the next session begins at the present. */
  readonly onAgedOut: () => void;
  /** A replay has caught up with the present. */
  readonly onReplayed: () => void;
  readonly fail: (error: MillraceError) => void;
}

/** What the gateway says of the session itself, by code; texts are for people. */
export class Control {
  readonly #parts: ControlParts;
  readonly #said = new Set<string>();

  constructor(parts: ControlParts) {
    this.#parts = parts;
  }

  system({ code, msg }: DbnSystem): void {
    const { link, log, onLive, onReplayed } = this.#parts;
    if (code === SYSTEM.heartbeat) link.heartbeat();
    if (code === SYSTEM.replayCompleted) onReplayed();
    if (code === SYSTEM.heartbeat || code === SYSTEM.acknowledged) onLive();
    else if (code === SYSTEM.slowReader) log.warn('the gateway says that we read too slowly', { text: msg });
    else if (code !== SYSTEM.endOfInterval) log.debug('the gateway says', { code, text: msg });
  }

  error({ code, err }: DbnErrorRecord): void {
    const { link, log, dataset, key, lastMillis, fail, onAgedOut } = this.#parts;
    const from = lastMillis();
    switch (code) {
      case ERROR.authFailed:
      case ERROR.keyDeactivated:
        return fail(refused(dataset, key, err));
      case ERROR.symbolUnknown:
        return this.#unknownSymbol(err);
      case ERROR.connectionLimit:
      case ERROR.badSubscription:
        return fail(notTaken(dataset, err));
      case ERROR.skippedRecords:
        return link.gap({ from, filled: 'none', reason: err });
      case ERROR.agedOut:
        link.gap({ from, filled: 'none', reason: err });
        onAgedOut();
        return fail(lost(dataset, err));
      case ERROR.unset:
        // Nothing says what it means for the session; if it is over, the gateway closes it.
        return log.warn('the gateway says', { text: err });
      default:
        return fail(lost(dataset, err));
    }
  }

  status({ action, reason, isTrading }: DbnStatus, instrument: string): void {
    this.#parts.log.info(`trading status of ${instrument}`, { action, reason, isTrading });
  }

  /** At the start it is a mistake of the configuration; later the session goes on for the others. */
  #unknownSymbol(text: string): void {
    const { isLive, fail, log, dataset } = this.#parts;
    if (!isLive()) return fail(unknownSymbol(dataset, text));
    if (this.#said.has(text)) return;
    this.#said.add(text);
    log.warn('the gateway does not know a symbol; it follows on its own should the venue list it', { text });
  }
}

const unknownSymbol = (dataset: string, text: string): MillraceError =>
  new MillraceError({
    code: 'PROVIDER_SYMBOL',
    where: { path: dataset },
    was: text,
    expected: `a contract of ${dataset} such as NQM6, or a continuous one such as NQ.v.0`,
    fix: 'correct the name under instruments, or say under symbols what the venue calls it',
  });

const notTaken = (dataset: string, text: string): MillraceError =>
  new MillraceError({
    code: 'NET_REFUSED',
    where: { path: dataset },
    was: text,
    expected: 'a session',
    fix: 'too many sessions: close others of this account; a bad subscription: check schemas, symbols and dataset',
  });
