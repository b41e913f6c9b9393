import { describe, expect, it } from 'vitest';
import { DbnDecoder, type DbnRecord } from '#core';
import { DBN_INSTRUMENT, dbnOrders, dbnQuotes, dbnTrades } from '../../bench/data/dbn.ts';
import { measureGroup } from '../../bench/figure.ts';
import { dbnGroups } from '../../bench/parts/dbn-group.ts';

const RECORDS = 2000;

function recordsOf(bytes: Uint8Array): readonly DbnRecord[] {
  const records: DbnRecord[] = [];
  const sink = {
    record: (data: DataView, at: number, decoder: DbnDecoder) => {
      const record = decoder.read(data, at);
      if (record !== undefined) records.push(record);
    },
  };
  const decoder = new DbnDecoder(sink, { version: 3 });
  decoder.push(bytes);
  decoder.end();
  return records;
}

describe('the DBN that is measured', () => {
  it.each([
    ['trade', dbnTrades(RECORDS)],
    ['mbp-1', dbnQuotes(RECORDS)],
    ['mbo', dbnOrders(RECORDS)],
  ] as const)('is made of whole %s records in order', (kind, { bytes, trades }) => {
    const records = recordsOf(bytes);
    expect(records).toHaveLength(RECORDS);
    expect(new Set(records.map((record) => record.kind))).toEqual(new Set([kind]));
    expect(new Set(records.map(({ instrumentId }) => instrumentId))).toEqual(new Set([DBN_INSTRUMENT]));
    expect(records.filter((record) => 'action' in record && record.action === 'T')).toHaveLength(trades);
    const times = records.map(({ tsEvent }) => tsEvent);
    expect(times.every((time, i) => i === 0 || time > times[i - 1]!)).toBe(true);
    // 2023-11-14T22:13:20Z, where the invented market begins.
    expect(times[0]).toBe(1_700_000_000_000_000_000n);
  });

  it('never changes an order that is not there', () => {
    const live = new Set<bigint>();
    for (const record of recordsOf(dbnOrders(RECORDS).bytes)) {
      if (record.kind !== 'mbo' || record.action === 'T') continue;
      expect(live.has(record.orderId)).toBe(record.action !== 'A');
      if (record.action === 'C') live.delete(record.orderId);
      else live.add(record.orderId);
    }
    expect(live.size).toBeGreaterThan(10);
  });

  it('comes out with all its trades', async () => {
    for (const group of dbnGroups(RECORDS, 1)) expect(await measureGroup(group)).toHaveLength(2);
  });
});
