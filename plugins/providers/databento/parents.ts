import { MillraceError } from '#core';
import type { Historical } from './historical.ts';

/** The contracts that parents such as `NQ.FUT` stand for today, spreads included. Errors: PROVIDER_SYMBOL for one of nothing */
export async function contractsOf(
  parents: readonly string[],
  historical: Historical,
  nowMs: number,
): Promise<string[]> {
  const day = new Date(nowMs).toISOString().slice(0, 10);
  const ids = await historical.resolve(parents, { from: 'parent', to: 'instrument_id' }, day);
  const empty = parents.filter((parent) => (ids.get(parent) ?? []).length === 0);
  if (empty.length > 0) throw noContracts(empty);
  const all = [...new Set([...ids.values()].flat())];
  const names = await historical.resolve(all, { from: 'instrument_id', to: 'raw_symbol' }, day);
  return [...new Set([...names.values()].map((targets) => targets.at(-1) ?? ''))].filter((name) => name !== '').sort();
}

const noContracts = (parents: readonly string[]): MillraceError =>
  new MillraceError({
    code: 'PROVIDER_SYMBOL',
    where: { path: 'providers.databento.parents' },
    was: parents.join(', '),
    expected: 'parents that have contracts today, such as NQ.FUT',
    fix: 'check the root, and the dataset that it belongs to',
  });
