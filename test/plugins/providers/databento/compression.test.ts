import { constants, createZstdCompress } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import type { MillraceError } from '#core';
import { metadataBlock, NOWHERE } from '../../../../plugins/providers/databento/loopback/records.ts';
import { zstdStream } from '../../../../plugins/providers/databento/loopback/zstd-stream.ts';
import { Unpacking } from '../../../../plugins/providers/databento/unpacking.ts';
import { until } from '../../../helpers/provider-rig.ts';
import { connect, NQ, open, rowsOf, trade, want } from './databento-world.ts';

type World = Awaited<ReturnType<typeof open>>;
let world: World | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

const packed = { schemas: 'trades', compression: 'zstd' };
const started = async (): Promise<World> => {
  world = await open(packed, want('trades', NQ.symbol));
  await connect(world);
  return world;
};
const ids = ({ rig }: World): unknown[] => rowsOf(rig.events, 'trades', ['id']).map(({ id }) => id);
const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);

describe('a packed session of databento', () => {
  it('brings what the venue sent, in order, each record when it was flushed', async () => {
    const one = await started();
    expect(one.venue.live.lines[0]).toContain('|compression=zstd|');
    one.venue.send(trade(1));
    // Nothing follows that could push it out.
    await until(() => ids(one).length === 1);
    // More than a window of the stream holds.
    for (const i of range(3000).slice(1)) one.venue.send(trade(i));
    await until(() => ids(one).length >= 3000, 20_000);
    expect(ids(one)).toEqual(range(3000));
    expect(one.rig.link.said.bad).toEqual([]);
  });

  it('goes on where it broke off, with a new stream', async () => {
    const one = await started();
    for (const i of range(50)) one.venue.send(trade(i));
    await until(() => ids(one).length >= 50);
    one.venue.misbehave('drop');
    await until(() => one.rig.errors.length === 1);
    expect(one.rig.errors).toMatchObject([{ code: 'NET_LOST' }]);
    for (const i of [51, 52]) one.venue.send(trade(i));
    await connect(one);
    await until(() => ids(one).length >= 52);
    expect(ids(one)).toEqual(range(52));
  });

  it('hands on all that came before the venue closed it', async () => {
    const one = await started();
    for (const i of range(2000)) one.venue.send(trade(i));
    one.venue.misbehave('close');
    await until(() => one.rig.errors.length === 1);
    expect(ids(one)).toEqual(range(2000));
    expect(one.rig.link.said.bad).toEqual([]);
  });

  it('hears the last words of a venue that closes it', async () => {
    world = await open({ ...packed, symbols: { NQ: 'NQQ' } }, want('trades', 'NQ'), [{ symbol: 'NQ' }]);
    await connect(world);
    expect((world.rig.errors as MillraceError[])[0]?.code).toBe('PROVIDER_SYMBOL');
  });
});

describe('unpacking', () => {
  const block = metadataBlock({ dataset: 'X', schema: 0, start: 0n, end: NOWHERE, stypeIn: 0, mappings: [] });
  const bytes = Buffer.concat([block, Buffer.alloc(300_000, 7)]);

  function unpacking() {
    const out: Uint8Array[] = [];
    const done: unknown[] = [];
    const flow: string[] = [];
    const socket = { pause: () => flow.push('pause'), resume: () => flow.push('resume') };
    const made = new Unpacking(socket as never, {
      next: (part) => out.push(part.slice()),
      done: (error) => done.push(error),
    });
    return {
      made,
      done,
      flow,
      size: () => out.reduce((sum, { length }) => sum + length, 0),
      all: () => Buffer.concat(out),
    };
  }

  it('gives what was flushed, however the packed bytes are cut, and tells of the end of the session', async () => {
    const { made, done, size, all } = unpacking();
    const compress = createZstdCompress();
    const pieces: Buffer[] = [];
    compress.on('data', (piece: Buffer) => pieces.push(piece));
    await new Promise<void>((resolve) => {
      compress.write(bytes);
      compress.flush(constants.ZSTD_e_flush, () => resolve());
    });
    const sent = Buffer.concat(pieces);
    for (let at = 0; at < sent.length; at += 7) made.take(sent.subarray(at, at + 7));
    await until(() => size() >= bytes.length);
    expect(all().equals(bytes)).toBe(true);
    expect(done).toEqual([]);
    made.end();
    await until(() => done.length > 0);
    expect(done).toEqual([undefined]);
  });

  it('tells of bytes that are no zstd, after those that were', async () => {
    const { made, done, size } = unpacking();
    const pack = zstdStream();
    made.take(pack(bytes));
    made.take(Buffer.from('ffffffffffff', 'hex'));
    await until(() => done.length > 0);
    expect(size()).toBe(bytes.length);
    expect(done).toMatchObject([{ code: 'DBN_CORRUPT' }]);
  });

  it('lets the socket wait when more comes than is unpacked', async () => {
    const { made, flow, size } = unpacking();
    const pack = zstdStream();
    for (let i = 0; i < 10; i++) made.take(pack(bytes));
    expect(flow[0]).toBe('pause');
    await until(() => size() >= 10 * bytes.length);
    expect(flow.at(-1)).toBe('resume');
  });
});
