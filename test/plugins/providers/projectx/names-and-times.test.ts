import { describe, expect, it } from 'vitest';
import { planBars } from '../../../../plugins/providers/projectx/bar-plan.ts';
import {
  contractId,
  parseContractId,
  parseContractName,
} from '../../../../plugins/providers/projectx/contract-name.ts';
import { frontOf } from '../../../../plugins/providers/projectx/contracts.ts';
import { momentOf } from '../../../../plugins/providers/projectx/gateway-time.ts';
import { isGlobexOpen } from '../../../../plugins/providers/projectx/globex-hours.ts';
import { ContractTable } from '../../../../plugins/providers/projectx/loopback/contract-table.ts';

const row = (id: string, name: string, active: boolean) => ({
  id,
  name,
  description: '',
  tickSize: 1,
  tickValue: 1,
  active,
});

describe('contracts', () => {
  it.each([
    ['CON.F.US.ENQ.U26', 'ENQ', 9, 2026],
    ['CON.F.US.EU6.Z25', 'EU6', 12, 2025],
    ['CON.F.US.M2K.H27', 'M2K', 3, 2027],
  ])('reads %s', (id, code, month, year) => {
    expect(parseContractId(id)).toEqual({ code, expiry: { month, year } });
    expect(contractId(code, { month, year })).toBe(id);
  });

  it.each([
    ['NQU6', 'NQ', 9, 2026],
    ['NQU26', 'NQ', 9, 2026],
    ['M2KZ5', 'M2K', 12, 2025],
    ['6EH7', '6E', 3, 2027],
    // 2024 is two years back, 2033 seven ahead.
    ['ESZ4', 'ES', 12, 2024],
    ['ESZ3', 'ES', 12, 2033],
  ])('reads the name %s', (name, root, month, year) => {
    expect(parseContractName(name, 2026)).toEqual({ root, expiry: { month, year } });
  });

  it('knows no month in a root', () => {
    for (const root of ['NQ', 'M2K', '6E', 'E7']) expect(parseContractName(root, 2026)).toBeUndefined();
  });

  it('chooses the exact root, not what contains it', () => {
    const rows = [row('CON.F.US.MNQ.U26', 'MNQU6', true), row('CON.F.US.ENQ.U26', 'NQU6', true)];
    expect(frontOf(rows, 'NQ', 2026)?.id).toBe('CON.F.US.ENQ.U26');
    expect(frontOf(rows, 'Q', 2026)).toBeUndefined();
  });

  it('chooses the active month, and by month where the alphabet would choose another year', () => {
    expect(
      frontOf([row('CON.F.US.EP.U29', 'ESU9', false), row('CON.F.US.EP.Z29', 'ESZ9', true)], 'ES', 2029)?.name,
    ).toBe('ESZ9');
    // H0 is March 2030: before it in the alphabet, after it in time.
    expect(
      frontOf([row('CON.F.US.EP.H30', 'ESH0', true), row('CON.F.US.EP.Z29', 'ESZ9', true)], 'ES', 2029)?.name,
    ).toBe('ESZ9');
  });

  it('has all 51 products of the reference table on the loopback venue, one active month each', () => {
    const all = new ContractTable(Date.UTC(2026, 7, 19)).available();
    expect(all).toHaveLength(51);
    expect(all.find(({ name }) => name === 'NQU6')).toMatchObject({
      id: 'CON.F.US.ENQ.U26',
      tickSize: 0.25,
      tickValue: 5,
    });
    expect(all.find(({ name }) => name === 'ESU6')).toMatchObject({
      id: 'CON.F.US.EP.U26',
      tickSize: 0.25,
      tickValue: 12.5,
    });
  });
});

describe('times', () => {
  const second = Date.UTC(2026, 7, 16, 23, 26, 2) * 1000;

  it.each([
    ['2026-08-16T23:26:02.15673+00:00', 156_730, 0],
    ['2026-08-16T23:26:02.175078+00:00', 175_078, 0],
    ['2026-08-16T23:26:02.3938333Z', 393_833, 300],
    ['2026-08-16T23:26:02', 0, 0],
    ['2026-08-16T18:26:02.1-05:00', 100_000, 0],
    ['2026-08-17T00:26:02.000000001+01:00', 0, 1],
  ])('reads %s', (text, micros, ns) => {
    expect(momentOf(text)).toEqual({ us: second + micros, ns });
  });

  it('reads nothing else', () => {
    for (const value of ['', 'yesterday', 5, null, '2026-08-16', '1950-01-01T00:00:00Z'])
      expect(momentOf(value)).toBeUndefined();
  });

  it.each([
    // Chicago is five hours behind in August and six in January.
    ['2026-08-19T20:59:00Z', true],
    ['2026-08-19T21:00:00Z', false],
    ['2026-08-19T22:00:00Z', true],
    ['2026-08-21T20:59:00Z', true],
    ['2026-08-21T22:30:00Z', false],
    ['2026-08-22T15:00:00Z', false],
    ['2026-08-23T21:59:00Z', false],
    ['2026-08-23T22:00:00Z', true],
    ['2026-01-14T21:59:00Z', true],
    ['2026-01-14T22:30:00Z', false],
  ])('knows whether the market is open at %s: %s', (text, open) => {
    expect(isGlobexOpen(Date.parse(text))).toBe(open);
  });
});

describe('lengths of bars', () => {
  it.each([
    [5_000, { unit: 1, unitNumber: 5, baseMs: 5_000, perBar: 1 }],
    [60_000, { unit: 2, unitNumber: 1, baseMs: 60_000, perBar: 1 }],
    [900_000, { unit: 2, unitNumber: 15, baseMs: 900_000, perBar: 1 }],
    [3_600_000, { unit: 3, unitNumber: 1, baseMs: 3_600_000, perBar: 1 }],
    // Not aligned to the hour at the venue: made of what is.
    [14_400_000, { unit: 3, unitNumber: 1, baseMs: 3_600_000, perBar: 4 }],
    [86_400_000, { unit: 3, unitNumber: 1, baseMs: 3_600_000, perBar: 24 }],
    [2_700_000, { unit: 2, unitNumber: 15, baseMs: 900_000, perBar: 3 }],
    [90_000, { unit: 1, unitNumber: 30, baseMs: 30_000, perBar: 3 }],
  ])('asks for %i ms bars as the gateway has them', (ms, plan) => {
    expect(planBars(ms)).toEqual(plan);
  });

  it('has no bars below a second', () => {
    expect(planBars(100)).toBeUndefined();
  });
});
