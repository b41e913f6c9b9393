import { describe, expect, it } from 'vitest';
import type { InstrumentSpec, ProviderPlugin, StreamName } from '#core';
import { declarationContract } from './declaration-contract.ts';
import { openProvider, type SeenRow, TestDemand } from './provider-kit.ts';

export interface ProviderCase {
  /** Options under which rows of every stream arrive within `passMs`. */
  readonly options: unknown;
  /** Each is refused. */
  readonly badOptions: readonly unknown[];
  readonly requested: readonly InstrumentSpec[];
  readonly streams: readonly StreamName[];
  /** Wall-clock milliseconds, virtual, that a case waits. */
  readonly passMs: number;
}

/** What every provider with a stream of events promises. */
export function providerContract(plugin: ProviderPlugin, given: ProviderCase): void {
  const open = () => openProvider(plugin, given.options, given.requested);
  const symbol = given.requested[0]?.symbol ?? '';
  const everything = () =>
    new TestDemand(
      ...given.requested.flatMap((spec) => given.streams.map((stream) => ({ stream, instrument: spec.symbol }))),
    );

  describe(`${plugin.type} keeps the provider contract`, () => {
    declarationContract(plugin, given);

    it('offers every instrument that it was asked for', async () => {
      const { symbols } = await open();
      for (const spec of given.requested) expect(symbols).toContain(spec.symbol);
    });

    it('sends sound rows of known instruments, in order of receipt', async () => {
      const { connect, pass, symbols } = await open();
      const { rows, subscription } = connect(everything());
      pass(given.passMs);
      subscription.unsubscribe();

      expect(new Set(rows.map(({ stream }) => stream))).toEqual(new Set(given.streams));
      const sound = ({ instrument, event, values }: SeenRow) =>
        symbols.includes(instrument) && Number.isFinite(event) && Object.values(values).every(Number.isFinite);
      expect(rows.filter((row) => !sound(row))).toEqual([]);
      const received = rows.flatMap(({ recv }) => recv ?? []);
      const stepsBack = received.filter((recv, i) => recv < (received[i - 1] ?? recv));
      expect(stepsBack, 'receipt times never step back').toEqual([]);
    });

    it('connects on subscribe, not before', async () => {
      const { wall, connect, pass } = await open();
      expect(wall.actions).toHaveLength(0);
      const { rows, subscription } = connect(everything());
      pass(given.passMs);
      subscription.unsubscribe();
      expect(rows.length).toBeGreaterThan(0);
    });

    it('falls silent on unsubscribe and leaves no timer and no listener behind', async () => {
      const { wall, connect, pass } = await open();
      const demand = everything();
      const { rows, subscription } = connect(demand);
      pass(given.passMs);
      const before = rows.length;
      subscription.unsubscribe();
      pass(given.passMs);
      expect(rows).toHaveLength(before);
      expect(wall.actions).toHaveLength(0);
      expect(demand.listeners).toBe(0);
    });

    it('makes a connection of its own for every subscriber', async () => {
      const { connect, pass } = await open();
      const first = connect(everything());
      const second = connect(everything());
      pass(given.passMs);
      first.subscription.unsubscribe();
      const before = second.rows.length;
      expect(before).toBeGreaterThan(0);
      second.rows.length = 0;
      pass(given.passMs);
      second.subscription.unsubscribe();
      if (second.ended === undefined) expect(second.rows.length, 'the other connection goes on').toBeGreaterThan(0);
    });

    it.each(given.streams)('sends %s alone when nothing else is wanted', async (stream) => {
      const { connect, pass } = await open();
      const { rows, subscription } = connect(new TestDemand({ stream, instrument: symbol }));
      pass(given.passMs);
      subscription.unsubscribe();
      expect(rows.length).toBeGreaterThan(0);
      expect(rows.every((row) => row.stream === stream && row.instrument === symbol)).toBe(true);
    });

    it('follows the demand while connected', async () => {
      const { connect, pass } = await open();
      const stream = given.streams[0] as StreamName;
      const demand = new TestDemand({ stream, instrument: symbol });
      const { rows, subscription } = connect(demand);
      pass(given.passMs);
      expect(rows.length).toBeGreaterThan(0);

      demand.change();
      rows.length = 0;
      pass(given.passMs);
      expect(rows).toHaveLength(0);

      demand.change({ stream, instrument: symbol });
      pass(given.passMs);
      subscription.unsubscribe();
      expect(rows.length).toBeGreaterThan(0);
    });
  });
}
