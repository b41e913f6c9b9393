import { arch, cpus, totalmem } from 'node:os';
import { type Figure, isWithin } from './figure.ts';
import type { GatewayLoad } from './network/gateway-load.ts';
import type { LoadResult } from './network/load.ts';
import type { MemoryResult } from './tape/memory.ts';
import type { TapeResult } from './tape/tape-group.ts';

/** All that was measured; `--json` prints it. */
export interface Results {
  readonly machine: { readonly node: string; readonly arch: string; readonly cores: number; readonly memoryGb: number };
  readonly figures: readonly Figure[];
  readonly tape?: Omit<TapeResult, 'figures'> | undefined;
  readonly memory?: MemoryResult | undefined;
  readonly load?: LoadResult | undefined;
  readonly gateway?: readonly GatewayLoad[] | undefined;
}

export const machine = (): Results['machine'] => ({
  node: process.version,
  arch: arch(),
  cores: cpus().length,
  memoryGb: Math.round(totalmem() / 2 ** 30),
});

/** What missed its target, by name. */
export const missedTargets = ({ figures, tape, memory, load, gateway = [] }: Results): readonly string[] => [
  ...figures.filter((figure) => isWithin(figure) === false).map(({ group, name }) => `${group}: ${name}`),
  ...(tape?.isFast === false ? ['replay of a tape'] : []),
  ...(load?.isMet === false ? ['trades over a WebSocket'] : []),
  ...gateway.flatMap(({ name, isMet }) => (isMet ? [] : [name])),
  ...(memory?.isFlat === false ? ['memory of a long replay'] : []),
];
