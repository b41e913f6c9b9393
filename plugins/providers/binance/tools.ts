import type { SchedulerLike } from 'rxjs';
import type { ChunkWriter, Link, Log, Net } from '#core';

/** What the parts of the provider share. */
export interface Tools {
  readonly writer: ChunkWriter;
  readonly link: Link;
  readonly log: Log;
  readonly net: Net;
  readonly wall: SchedulerLike;
}
