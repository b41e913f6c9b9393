import { ChunkWriter, chunkRows, DbnMarket, type Link, type ProviderEvent } from '#core';
import { DemandGate } from './demand-gate.ts';
import { Resume } from './resume.ts';
import type { Symbols } from './symbology.ts';

/** What outlives a connection: how far the records have come, the books, and which contract each instrument is. */
export class LiveState {
  readonly resume = new Resume();
  readonly writer = new ChunkWriter((chunk) => this.emit(chunk));
  readonly gate: DemandGate;
  readonly market: DbnMarket;
  /** Instruments whose orders are all known (mbo): a replay continues them, the others need a snapshot. */
  readonly followed = new Set<number>();
  /** Where rows go: the connection of the moment. */
  emit: (event: ProviderEvent) => void = () => undefined;
  readonly #ids = new Map<number, number>();
  readonly #insts = new Map<number, number>();

  constructor(symbols: Symbols, link: Link) {
    this.gate = new DemandGate(chunkRows(this.writer), symbols.specs.length);
    this.market = new DbnMarket(this.gate, {
      leftOut: (reason, inst) => {
        // Orders from before the start are not known and cannot be.
        if (reason.includes('order') && !this.followed.has(inst)) return;
        link.bad(reason, symbols.nameOf(inst));
      },
      suspect: (inst) =>
        link.gap({ instrument: symbols.nameOf(inst), stream: 'depth', filled: 'none', reason: 'lost in the channel' }),
    });
  }

  idOf(inst: number): number | undefined {
    return this.#ids.get(inst);
  }

  instOf(id: number): number | undefined {
    return this.#insts.get(id);
  }

  map(id: number, inst: number): void {
    const before = this.#ids.get(inst);
    if (before !== undefined) this.#insts.delete(before);
    this.#ids.set(inst, id);
    this.#insts.set(id, inst);
  }

  /** Begins anew at the present. */
  forget(): void {
    this.resume.forget();
    this.market.reset();
    this.followed.clear();
    this.#ids.clear();
    this.#insts.clear();
  }
}
