import type { SchedulerLike } from 'rxjs';
import type { ChunkWriter, Link, Log } from '#core';
import type { Exchange } from './exchange.ts';
import type { CcxtOptions } from './options.ts';

/** What the parts of the provider share. */
export interface Tools {
  readonly exchange: Exchange;
  readonly options: CcxtOptions;
  readonly writer: ChunkWriter;
  readonly link: Link;
  readonly log: Log;
  readonly wall: SchedulerLike;
  /** Epoch milliseconds. */
  readonly now: () => number;
}
