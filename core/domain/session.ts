/**
 * What an exchange is doing: regular hours (RTH), extended hours (ETH), a break within a trading day, or closed between
 * two of them. Orders trade in RTH and ETH.
 */
export type SessionState = 'RTH' | 'ETH' | 'break' | 'closed';

/**
 * What made a `Session` be told: trading begins or ends (a break ends it too), or another session begins without a pause; `now`
 * is no change at all.
 */
export type SessionChange = 'now' | 'open' | 'close' | 'session';

/** The session of an instrument at one moment. Times are epoch milliseconds UTC; Infinity for never. */
export interface Session {
  readonly instrument: string;
  readonly state: SessionState;
  readonly isOpen: boolean;
  readonly change: SessionChange;
  /** The moment that the rest is said of. */
  readonly ts: number;
  /** The trading day, `YYYY-MM-DD`; while closed the one that comes next. Not the date of UTC: Sunday's evening is Monday's. */
  readonly tradingDate: string;
  /** When this state began and when it ends. */
  readonly start: number;
  readonly end: number;
  /** The next time that trading begins, and that it ends. */
  readonly opensAt: number;
  readonly closesAt: number;
  /** Milliseconds until trading begins, 0 while it is open; and until it ends, 0 while it is not. */
  readonly msToOpen: number;
  readonly msToClose: number;
}
