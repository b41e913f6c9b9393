import type { SchedulerLike } from 'rxjs';
import type { ChunkWriter, Link, Log, Net } from '#core';
import type { TradeTails } from './trade-tails.ts';

/** What the parts of the provider share. */
export interface Tools {
  readonly writer: ChunkWriter;
  readonly tails: TradeTails;
  readonly link: Link;
  readonly log: Log;
  readonly net: Net;
  readonly wall: SchedulerLike;
}
