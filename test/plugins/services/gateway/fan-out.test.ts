import type { Duplex } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { Client } from '../../../../plugins/services/gateway/client.ts';
import { Corks } from '../../../../plugins/services/gateway/corks.ts';
import { FanOut } from '../../../../plugins/services/gateway/fan-out.ts';
import { kept } from '../../../../plugins/services/gateway/frame.ts';
import { inSlices } from '../../../../plugins/services/gateway/in-slices.ts';

/** Work that a test lets happen. */
function laterQueue() {
  const waiting: (() => void)[] = [];
  return {
    later: (work: () => void): void => void waiting.push(work),
    turn: (): boolean => {
      const work = waiting.shift();
      work?.();
      return work !== undefined;
    },
  };
}

function clientsOf(count: number) {
  const got: string[][] = [];
  const clients = new Set(
    Array.from({ length: count }, (_, i) => {
      const own: string[] = [];
      got[i] = own;
      return { offer: ({ bytes }: { bytes: Buffer }) => void own.push(bytes.toString()) } as unknown as Client;
    }),
  );
  return { clients, got, total: () => got.reduce((sum, own) => sum + own.length, 0) };
}

describe('frames for many clients', () => {
  it('do not hold up who made them, and come in slices and in order', () => {
    const { later, turn } = laterQueue();
    const { clients, got, total } = clientsOf(1500);
    const fanOut = new FanOut(later);
    for (const text of ['a', 'b', 'c']) fanOut.push(clients, kept(text));
    expect(total()).toBe(0);
    const totals: number[] = [];
    while (turn()) totals.push(total());
    // A slice ends with the client that has had the 2,000th frame.
    expect(totals).toEqual([2001, 4002, 4500]);
    expect(new Set(got.map((own) => own.join('')))).toEqual(new Set(['abc']));
  });

  it('of several symbols keep their order, also while they are on their way', () => {
    const { later, turn } = laterQueue();
    const { clients, got } = clientsOf(1500);
    const some = new Set([...clients].slice(0, 1));
    const fanOut = new FanOut(later);
    fanOut.push(clients, kept('a'));
    fanOut.push(some, kept('b'));
    fanOut.push(clients, kept('c'));
    turn();
    fanOut.push(clients, kept('d'));
    while (turn());
    expect(got[0]?.join('')).toBe('abcd');
    expect(new Set(got.slice(1).map((own) => own.join('')))).toEqual(new Set(['acd']));
  });

  it('come at once when asked for, so that who joins gets only what is new', () => {
    const { later, turn } = laterQueue();
    const { clients, got } = clientsOf(2);
    const fanOut = new FanOut(later);
    fanOut.push(clients, kept('a'));
    fanOut.drain();
    expect(got).toEqual([['a'], ['a']]);
    turn();
    expect(got, 'and not twice').toEqual([['a'], ['a']]);
  });

  it('pass over a client that leaves in the middle', () => {
    const { later } = laterQueue();
    const { clients, got } = clientsOf(3);
    const [first, second] = clients as unknown as Iterable<Client>;
    const fanOut = new FanOut(later);
    Object.assign(first as object, {
      offer: () => {
        clients.delete(second as Client);
        fanOut.drain();
      },
    });
    fanOut.push(clients, kept('a'));
    fanOut.drain();
    expect(got).toEqual([[], [], ['a']]);
  });

  it('do not wait without bound', () => {
    const { later } = laterQueue();
    const { clients, total } = clientsOf(1000);
    const fanOut = new FanOut(later);
    // 50,000 may wait: the 51st frame of a thousand clients takes all with it.
    for (let i = 0; i < 60; i++) fanOut.push(clients, kept('a'));
    expect(total()).toBe(51_000);
  });
});

describe('sockets that have something to write', () => {
  it('are written some at a time, each once', async () => {
    const { later, turn } = laterQueue();
    let written = 0;
    const corks = new Corks(later);
    for (let i = 0; i < 150; i++) {
      const stream = {
        writableCorked: 0,
        cork: () => void stream.writableCorked++,
        uncork: () => {
          stream.writableCorked--;
          written++;
        },
      };
      corks.hold(stream as unknown as Duplex);
      corks.hold(stream as unknown as Duplex);
    }
    await new Promise((resolve) => setImmediate(resolve));
    const writes = [written];
    while (turn()) writes.push(written);
    expect(writes).toEqual([64, 128, 150]);
  });
});

describe('inSlices', () => {
  it('leaves room for others between the slices', () => {
    const { later, turn } = laterQueue();
    const done: number[] = [];
    inSlices([1, 2, 3, 4, 5], 2, later, (item) => void done.push(item));
    expect(done).toEqual([1, 2]);
    turn();
    expect(done).toEqual([1, 2, 3, 4]);
    turn();
    expect(done).toEqual([1, 2, 3, 4, 5]);
    expect(turn()).toBe(false);
  });
});
