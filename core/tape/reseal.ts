import { unlinkSync } from 'node:fs';
import { TAPE_STREAMS } from './columns.ts';
import { readManifest, writeManifest } from './manifest.ts';
import { openTape } from './reader.ts';
import { sealSegment } from './segment.ts';
import { seriesRecords, tapeSegments } from './segments.ts';
import { isWrittenHere } from './writer.ts';
import { isWriterAlive } from './writer-process.ts';

/**
 * Makes ordinary Arrow files of a tape whose writer was killed: cuts off torn batches, adds the footers, completes the
 * manifest. Does nothing to a tape that was closed or that is still being written on this machine.
 *
 * Returns whether anything was done.
 */
export async function reseal(dir: string): Promise<boolean> {
  const manifest = readManifest(dir);
  if (manifest.state !== 'open' || isWrittenHere(dir) || isWriterAlive(manifest.writer) === true) return false;
  const segments = tapeSegments(dir);
  for (const { path, schema } of TAPE_STREAMS.flatMap((stream) => segments[stream])) {
    if (schema === undefined) unlinkSync(path);
    else sealSegment(path);
  }
  const found = await (await openTape(dir)).lastCheckpoint();
  writeManifest(dir, {
    ...manifest,
    state: 'recovered',
    series: seriesRecords(tapeSegments(dir)),
    ...(found && { checkpoint: { ...found.checkpoint, seq: found.row.seq } }),
  });
  return true;
}
