import { describe, expect, it } from 'vitest';
import { calendarOf, duringSession, type Session, sessionCloses, sessionOpens, sessionStarts, type Trade } from '#core';
import { makeKernel, T0, trades } from '../../helpers/kernel-kit.ts';

// T0 is Tuesday 2024-01-02 00:00 UTC, Monday 18:00 in Chicago: the hour before it Globex opened for the year.
const HOUR = 3_600_000;
const specs = [
  { symbol: 'ES', tickSize: 0.25, calendar: 'cme-equity' },
  { symbol: 'XY', tickSize: 0.01 },
];
const world = () => makeKernel({ instruments: specs });
const brief = ({ change, state, ts, tradingDate }: Session): string =>
  `${(ts - T0 / 1000) / HOUR} h ${change} ${state} ${tradingDate}`;

describe('the sessions of a market', () => {
  it('tells the session now, and each change at its hour', () => {
    const { kernel, market, inside } = world();
    const seen: string[] = [];
    inside(() => market.session('ES').subscribe((session) => seen.push(brief(session))));
    kernel.advanceTo(T0 + 24 * HOUR * 1000);
    // 08:30, 15:00, 16:00 and 17:00 in Chicago.
    expect(seen).toEqual([
      '0 h now ETH 2024-01-02',
      '14.5 h session RTH 2024-01-02',
      '21 h session ETH 2024-01-02',
      '22 h close closed 2024-01-03',
      '23 h open ETH 2024-01-03',
    ]);
  });

  it('counts down to the open and to the close', () => {
    const { kernel, market, inside } = world();
    const left: (readonly number[])[] = [];
    inside(() =>
      market
        .session('ES', { every: '8h' })
        .subscribe(
          ({ change, msToOpen, msToClose }) => change === 'now' && left.push([msToOpen / HOUR, msToClose / HOUR]),
        ),
    );
    kernel.advanceTo(T0 + 24 * HOUR * 1000);
    expect(left).toEqual([
      [0, 22],
      [0, 14],
      [0, 6],
      [0, 22],
    ]);
    kernel.advanceTo(T0 + 22.5 * HOUR * 1000 + 24 * HOUR * 1000);
    let now: Session | undefined;
    inside(() => market.session('ES').subscribe((session) => (now = session)));
    expect(now).toMatchObject({ isOpen: false, msToOpen: HOUR / 2, msToClose: 0, opensAt: T0 / 1000 + 47 * HOUR });
  });

  it('opens before the first trade that has that time', () => {
    const { kernel, market, inside } = world();
    const seen: string[] = [];
    inside(() => {
      market.trades('ES').subscribe(() => seen.push('trade'));
      market.session('ES').subscribe(({ state }) => seen.push(state));
    });
    kernel.process(trades([{ ms: 14.5 * HOUR - 1 }, { ms: 14.5 * HOUR }]), 0, 2);
    expect(seen).toEqual(['ETH', 'trade', 'RTH', 'trade']);
  });

  it('has opens, closes and the beginnings of a session as streams', () => {
    const { kernel, market, inside } = world();
    const seen: string[] = [];
    inside(() => {
      market
        .session('ES')
        .pipe(sessionOpens())
        .subscribe((session) => seen.push(`opens ${brief(session)}`));
      market
        .session('ES')
        .pipe(sessionCloses())
        .subscribe((session) => seen.push(`closes ${brief(session)}`));
      market
        .session('ES')
        .pipe(sessionStarts('RTH'))
        .subscribe((session) => seen.push(`starts ${brief(session)}`));
    });
    kernel.advanceTo(T0 + 24 * HOUR * 1000);
    expect(seen).toEqual([
      'starts 14.5 h session RTH 2024-01-02',
      'closes 22 h close closed 2024-01-03',
      'opens 23 h open ETH 2024-01-03',
    ]);
  });

  it('leaves no timer behind', () => {
    const { kernel, market, inside } = world();
    inside(() => market.session('ES', { every: '1s' }).subscribe().unsubscribe());
    expect(kernel.timers.size).toBe(0);
  });

  it('says so when an instrument has no calendar, and when an interval is none', () => {
    const { market } = world();
    expect(() => market.session('XY')).toThrow(/instruments\.XY\.calendar[\s\S]*CALENDAR_NONE/);
    expect(() => market.session('ES', { every: 'soon' })).toThrow(/BAD_INTERVAL/);
  });
});

describe('duringSession', () => {
  const rows = trades([{ ms: 14.5 * HOUR - 1 }, { ms: 14.5 * HOUR }, { ms: 21 * HOUR }, { ms: 22.5 * HOUR }]);
  const seen = (session: 'RTH' | 'ETH' | 'open'): readonly number[] => {
    const { kernel, market, inside } = world();
    const times: number[] = [];
    const note = ({ tsEvent }: Trade): void => void times.push((tsEvent - T0 / 1000) / HOUR);
    inside(() =>
      market
        .trades('ES')
        .pipe(duringSession(session, calendarOf('cme-equity')))
        .subscribe(note),
    );
    kernel.process(rows, 0, rows.n);
    return times.map((hours) => Math.round(hours * 100) / 100);
  };

  it('lets trades through by venue time', () => {
    expect(seen('RTH')).toEqual([14.5]);
    expect(seen('ETH')).toEqual([14.5, 21]);
    expect(seen('open')).toEqual([14.5, 14.5, 21]);
  });

  it('lets bars through by their start', () => {
    const { kernel, market, inside } = world();
    const starts: number[] = [];
    inside(() =>
      market
        .bars('ES', '1h')
        .pipe(duringSession('RTH', calendarOf('cme-equity')))
        .subscribe(({ start }) => starts.push((start - T0 / 1000) / HOUR)),
    );
    kernel.process(trades([14, 15, 20, 21].map((hours) => ({ ms: hours * HOUR + 1 }))), 0, 4);
    kernel.advanceTo(T0 + 24 * HOUR * 1000);
    // 14:00 to 15:00 holds 14:30, but begins before it.
    expect(starts).toEqual([15, 20]);
  });
});
