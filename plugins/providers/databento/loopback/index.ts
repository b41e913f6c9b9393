import { asyncScheduler } from 'rxjs';
import type { LoopbackFactory, MarketEvent, StreamDemand, StreamName, VenueFault } from '#core';
import { LoopbackBase } from '#core/testing';
import { type Contract, Contracts } from './contracts.ts';
import { HistoricalServer } from './historical-server.ts';
import { LiveServer } from './live-server.ts';
import { LAST, NOWHERE, priceRecord, unknownRecord } from './records.ts';
import type { Sent } from './venue-book.ts';

const KEY = 'db-loopback0000000000000000Loop1';
const AUTH_FAILED = 1;

/** Databento on this machine: the live gateway over plain TCP, and the historical API. */
export class DatabentoVenue extends LoopbackBase {
  override readonly streams: readonly StreamName[] = ['trades', 'quotes', 'depth', 'bars'];
  override readonly faults: readonly VenueFault[] = [
    'malformed',
    'unknown-message',
    'silent',
    'wrong-token',
    'sequence-gap',
    'reset-book',
    'rate-limit',
  ];
  readonly live: LiveServer;
  readonly historical: HistoricalServer;
  readonly #contracts: Contracts;
  #skipsNext = false;

  constructor(instruments: readonly string[]) {
    super();
    this.#contracts = new Contracts(instruments);
    this.live = new LiveServer(this.#contracts, KEY);
    this.historical = new HistoricalServer(this.#contracts, this.live.log, KEY, () => asyncScheduler.now());
  }

  override options(): Readonly<Record<string, unknown>> {
    const [live, historical] = [this.port(0), this.port(1)];
    return { key: KEY, gateway: `127.0.0.1:${live}`, historical: `http://127.0.0.1:${historical}/v0`, symbols: {} };
  }

  override demand(): readonly StreamDemand[] {
    const all = [...this.live.clients].flatMap((client) => client.demand());
    return [...new Map(all.map((one) => [`${one.stream} ${one.instrument}`, one])).values()];
  }

  override send(event: MarketEvent): boolean {
    const contract = this.#contracts.byName(event.instrument);
    if (contract === undefined || this.live.isSilent) return false;
    const records = this.#recordsOf(contract, event);
    if (!this.#skipsNext) return this.live.publish(records);
    this.#skipsNext = false;
    for (const client of this.live.clients) client.skip();
    return false;
  }

  protected override async open(): Promise<readonly number[]> {
    return [await this.live.listen(), await this.historical.listen()];
  }

  protected override async shut(): Promise<void> {
    await this.live.close();
    await this.historical.close();
  }

  protected override play(fault: VenueFault): void {
    switch (fault) {
      case 'malformed':
        return this.#toAll(tradeWithoutPrice);
      case 'unknown-message':
        return this.#toAll(() => unknownRecord(this.live.now()));
      case 'wrong-token':
        return this.#refuseKeys();
      case 'reset-book':
        return this.#resetBooks();
      case 'silent':
        this.live.isSilent = true;
        break;
      case 'sequence-gap':
        this.#skipsNext = true;
        break;
      default:
        this.historical.isBusy = true;
    }
  }

  protected override behaveAgain(): void {
    this.live.isSilent = false;
    this.live.refusesKeys = false;
    this.historical.refusesKeys = false;
    this.historical.isBusy = false;
  }

  protected override closeAll(): void {
    for (const client of this.live.clients) client.sayGoodbye();
  }

  #recordsOf({ book }: Contract, event: MarketEvent): readonly Sent[] {
    const now = this.live.now();
    if (event.kind === 'trade') return book.trade(event, now);
    if (event.kind === 'quote') return book.quote(event, now);
    return event.kind === 'depth' ? book.depth(event, now) : book.bar(event);
  }

  #resetBooks(): void {
    const { live } = this;
    // At the market's own time, which need not be that of the wall.
    const at = live.log.latest > 0n ? live.log.latest : live.now();
    for (const { book } of this.#contracts.all) live.publish(book.again(at));
  }

  #refuseKeys(): void {
    this.live.refusesKeys = true;
    this.historical.refusesKeys = true;
    for (const client of this.live.clients) client.dismiss(AUTH_FAILED, 'User or API key deactivated');
  }

  #toAll(recordOf: (id: number) => Uint8Array): void {
    for (const client of this.live.clients) {
      const [first] = client.demand();
      const id = this.#contracts.byName(first?.instrument ?? '')?.id;
      if (id !== undefined) client.write(recordOf(id));
    }
  }
}

/** It has no time either, so that no replay begins from it. */
const tradeWithoutPrice = (id: number): Uint8Array =>
  priceRecord(
    0x00,
    { id, event: NOWHERE, recv: 1n, sequence: 0 },
    { action: 'T', side: 'B', price: undefined, size: 1, flags: LAST },
    [],
  );

const make: LoopbackFactory = ({ instruments }) => new DatabentoVenue(instruments);

export default make;
