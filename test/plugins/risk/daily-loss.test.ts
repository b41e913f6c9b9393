import { describe, expect, it } from 'vitest';
import { makeInstrument } from '#core';
import dailyLoss from '../../../plugins/risk/daily-loss.ts';
import { riskContract } from '../../contracts/risk-contract.ts';
import { buy, RiskDesk, sell } from '../../contracts/risk-kit.ts';

const HOUR = 3_600_000;

riskContract(dailyLoss, {
  options: { limit: 500 },
  badOptions: [{}, { limit: -500 }, { limit: 0 }, { limit: 500, action: 'panic' }, { limit: 500, resetAt: '24:00' }],
  refused: { order: buy(1), before: (desk) => desk.equity({ realised: -300, open: -190, fees: 12 }) },
  reasonHolds: { number: '502.00', limit: '500.00' },
  approved: { order: buy(1) },
});

describe('daily-loss', () => {
  const desk = (options: object = {}) => new RiskDesk(dailyLoss, { limit: 500, ...options });
  const kinds = (account: RiskDesk): readonly string[] => account.actions.map(({ kind }) => kind);

  it('halts and flattens once, at the limit and not before', () => {
    const account = desk();
    account.equity({ realised: -499.99 });
    expect(account.ask({ order: buy(1) }).approved).toBe(true);
    expect(account.actions).toEqual([]);

    account.equity({ realised: -400, open: -95, fees: 5 });
    account.equity({ realised: -450, open: -95, fees: 5 });
    const reason = "the day's loss is 500.00; the limit is 500.00";
    expect(account.actions).toEqual([
      { kind: 'halt', reason },
      { kind: 'flatten', reason },
    ]);
  });

  it('only halts when told to refuse', () => {
    const account = desk({ action: 'refuse' });
    account.equity({ realised: -600 });
    expect(kinds(account)).toEqual(['halt']);
    expect(account.ask({ order: buy(1) }).approved).toBe(false);
    expect(account.ask({ order: sell(1), position: 1 }).approved).toBe(true);
  });

  it('refuses on a loss that the question shows before the account tells of it', () => {
    const account = desk();
    account.equity({ realised: -600 }, { told: false });
    expect(account.ask({ order: buy(1) }).approved).toBe(false);
    expect(account.actions).toEqual([]);
  });

  it('does not go on when the loss is won back', () => {
    const account = desk();
    account.equity({ realised: -600 });
    account.equity({ realised: 100 });
    expect(account.ask({ order: buy(1) }).approved).toBe(false);
  });

  it('resumes at the next midnight UTC, and counts from there', () => {
    const account = desk();
    account.equity({ realised: -600 });
    // 14:30 to 24:00 are 9.5 hours.
    account.pass(9.5 * HOUR - 1);
    expect(account.ask({ order: buy(1) }).approved).toBe(false);
    account.pass(1);
    expect(account.actions.at(-1)).toEqual({ kind: 'resume', reason: 'a new day began at 00:00 UTC' });
    expect(account.ask({ order: buy(1) }).approved).toBe(true);

    account.equity({ realised: -1_099 });
    expect(account.ask({ order: buy(1) }).approved).toBe(true);
    account.equity({ realised: -1_100 });
    expect(account.ask({ order: buy(1) }).approved).toBe(false);
    expect(kinds(account)).toEqual(['halt', 'flatten', 'resume', 'halt', 'flatten']);

    account.pass(24 * HOUR);
    expect(account.ask({ order: buy(1) }).approved, 'every day, not only the first').toBe(true);
  });

  it.each([
    ['22:00', 7.5],
    ['14:00', 23.5],
    ['14:30', 24],
  ])('begins its day at %s UTC when told so', (resetAt, hours) => {
    const account = desk({ resetAt });
    account.equity({ realised: -600 });
    account.pass(hours * HOUR - 1);
    expect(account.ask({ order: buy(1) }).approved).toBe(false);
    account.pass(1);
    expect(account.ask({ order: buy(1) }).approved).toBe(true);
  });

  it('takes a gain of the day before as the new zero', () => {
    const account = desk();
    account.equity({ realised: 1_000 });
    account.pass(24 * HOUR);
    account.equity({ realised: 500 });
    expect(account.ask({ order: buy(1) }).approved).toBe(false);
  });

  it('says nothing at the reset of a day that went well', () => {
    const account = desk();
    account.equity({ realised: 10 });
    account.pass(48 * HOUR);
    expect(account.actions).toEqual([]);
  });

  describe('that resets with the session', () => {
    const future = (symbol: string, calendar?: string) => makeInstrument({ symbol, calendar }, 0);
    const on = (startAt: string, instruments = [future('MNQ', 'cme-equity')]) =>
      new RiskDesk(dailyLoss, { limit: 500, resetAt: 'session' }, startAt, instruments);

    it("begins its day with the exchange's trading date, not at midnight UTC", () => {
      // Monday 14:30 UTC; the trading date ends at 16:00 in Chicago, 22:00 UTC.
      const account = on('2026-01-05T14:30:00Z');
      account.equity({ realised: -600 });
      account.pass(7.5 * HOUR - 1);
      expect(account.ask({ order: buy(1) }).approved).toBe(false);
      account.pass(1);
      expect(account.actions.at(-1)).toEqual({ kind: 'resume', reason: 'the trading date 2026-01-06 began' });
      account.equity({ realised: -1_100 });
      account.pass(2 * HOUR);
      expect(account.ask({ order: buy(1) }).approved, 'past midnight UTC').toBe(false);
      account.pass(22 * HOUR);
      expect(account.ask({ order: buy(1) }).approved, 'the day after').toBe(true);
    });

    it('takes a holiday and the evening before it as one day with the next trading date', () => {
      // Sunday evening before Martin Luther King Day: Tuesday's trading date, until Tuesday 22:00 UTC.
      const account = on('2026-01-18T23:30:00Z');
      account.equity({ realised: -600 });
      account.pass(46.5 * HOUR - 1);
      expect(account.ask({ order: buy(1) }).approved).toBe(false);
      account.pass(1);
      expect(account.ask({ order: buy(1) }).approved).toBe(true);
    });

    it.each([
      ['no calendar', [future('MNQ')]],
      ['two calendars', [future('MNQ', 'cme-equity'), future('GC', 'cme-metals')]],
    ])('refuses to start with %s', (_, instruments) => {
      expect(() => on('2026-01-05T14:30:00Z', instruments)).toThrow(/resetAt[\s\S]*CALENDAR_NONE/);
    });
  });
});
