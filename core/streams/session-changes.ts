import { filter, type OperatorFunction } from 'rxjs';
import type { Session, SessionState } from '../domain/session.ts';

/**
 * The beginnings of trading.
 *
 * In       the sessions of one instrument, from `market.session`
 * Out      those with which trading begins: after the night, the weekend, a break
 */
export const sessionOpens = (): OperatorFunction<Session, Session> => filter(({ change }) => change === 'open');

/**
 * The ends of trading.
 *
 * In       the sessions of one instrument, from `market.session`
 * Out      those with which trading ends: for a break, for the night, for the weekend
 */
export const sessionCloses = (): OperatorFunction<Session, Session> => filter(({ change }) => change === 'close');

/**
 * The beginnings of one kind of session.
 *
 * In       the sessions of one instrument, from `market.session`
 * Out      those in which `state` begins; not the one that lasts when it is subscribed to
 */
export const sessionStarts = (state: SessionState): OperatorFunction<Session, Session> =>
  filter((session) => session.change !== 'now' && session.state === state);
