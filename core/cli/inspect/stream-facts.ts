import type { Chunk, ChunkKind } from '../../domain/chunk.ts';
import type { Instrument } from '../../domain/instrument.ts';
import { isoMicros, MICROS_PER_SECOND, type Micros, toMillis } from '../../domain/time.ts';
import { DepthBook } from '../../kernel/book/depth-book.ts';
import { isOnGrid } from '../../kernel/book/on-grid.ts';
import { Skew, type SkewFacts } from './skew.ts';

/** Silence that counts as a gap in trades, quotes and depth. In bars it is anything longer than one bar. */
const SILENCE_US: Micros = 10 * MICROS_PER_SECOND;

/** What a stream of one instrument looks like on a tape. */
export interface StreamFacts {
  readonly stream: ChunkKind;
  readonly instrument: string;
  readonly rows: number;
  /** Receipt time, ISO 8601 to the microsecond. */
  readonly first: string;
  readonly last: string;
  /** Rows per second, from the first to the last. */
  readonly perSecond: number;
  readonly busiestSecond: number;
  readonly silences: { readonly longestMs: number; readonly count: number; readonly overMs: number };
  /** Trade numbers that are missing, where the venue counts its trades. */
  readonly missingIds: number | undefined;
  /** Rows whose venue time lies before that of the row before. */
  readonly outOfOrder: number;
  /** `undefined` when receipt times are venue times, as in imports without any. */
  readonly skew: SkewFacts | undefined;
  /** Rows with a price between two ticks. */
  readonly offGrid: number;
  /** Quotes, or depth messages, after which the best bid is above the best ask. */
  readonly crossed: number;
}

/** Gathers the facts row by row, in memory that does not depend on the number of rows. */
export class StreamScan {
  readonly #stream: ChunkKind;
  readonly #instrument: Instrument;
  readonly #book: DepthBook;
  readonly #skew = new Skew();
  #silenceUs = SILENCE_US;
  #rows = 0;
  #firstRecv: Micros = 0;
  #lastRecv: Micros = 0;
  #lastEvent: Micros = -Infinity;
  #lastEventNs = 0;
  #second = 0;
  #inSecond = 0;
  #busiestSecond = 0;
  #longest: Micros = 0;
  #silences = 0;
  #lastId = 0;
  #missingIds = 0;
  /** Numbers that follow right upon the one before, less those that leap: below 0 the venue counts something else. */
  #following = 0;
  #outOfOrder = 0;
  #offGrid = 0;
  #crossed = 0;

  constructor(stream: ChunkKind, instrument: Instrument) {
    this.#stream = stream;
    this.#instrument = instrument;
    this.#book = new DepthBook(instrument);
  }

  add(chunk: Chunk, i: number): void {
    const recv = chunk.recv[i] ?? 0;
    const event = chunk.event[i] ?? 0;
    if (this.#rows++ === 0) this.#firstRecv = recv;
    else this.#countSilence(recv - this.#lastRecv);
    this.#countSecond(recv);
    this.#countOrder(event, chunk.eventNs[i] ?? 0);
    this.#skew.add(recv - event);
    this.#lastRecv = recv;
    this.#countPrices(chunk, i);
  }

  facts(): StreamFacts {
    const seconds = (this.#lastRecv - this.#firstRecv) / MICROS_PER_SECOND;
    return {
      stream: this.#stream,
      instrument: this.#instrument.symbol,
      rows: this.#rows,
      first: isoMicros(this.#firstRecv),
      last: isoMicros(this.#lastRecv),
      perSecond: seconds > 0 ? this.#rows / seconds : 0,
      busiestSecond: this.#busiestSecond,
      silences: { longestMs: toMillis(this.#longest), count: this.#silences, overMs: toMillis(this.#silenceUs) },
      missingIds: this.#lastId > 0 && this.#following >= 0 ? this.#missingIds : undefined,
      outOfOrder: this.#outOfOrder,
      skew: this.#skew.facts(),
      offGrid: this.#offGrid,
      crossed: this.#crossed,
    };
  }

  #countSilence(us: Micros): void {
    if (us > this.#longest) this.#longest = us;
    if (us > this.#silenceUs) this.#silences++;
  }

  #countSecond(recv: Micros): void {
    const second = Math.floor(recv / MICROS_PER_SECOND);
    this.#inSecond = second === this.#second ? this.#inSecond + 1 : 1;
    this.#second = second;
    if (this.#inSecond > this.#busiestSecond) this.#busiestSecond = this.#inSecond;
  }

  #countOrder(event: Micros, eventNs: number): void {
    if (event < this.#lastEvent || (event === this.#lastEvent && eventNs < this.#lastEventNs)) this.#outOfOrder++;
    this.#lastEvent = event;
    this.#lastEventNs = eventNs;
  }

  #countPrices(chunk: Chunk, i: number): void {
    switch (chunk.kind) {
      case 'trades':
        this.#countIds(chunk.id[i] ?? 0);
        return this.#countGrid(chunk.price[i]);
      case 'quotes':
        if ((chunk.bid[i] ?? Number.NaN) > (chunk.ask[i] ?? Number.NaN)) this.#crossed++;
        return this.#countGrid(chunk.bid[i], chunk.ask[i]);
      case 'depth':
        if (this.#book.applyRow(chunk, i) && this.#book.crossed) this.#crossed++;
        return this.#countGrid(chunk.price[i]);
      case 'bars':
        this.#silenceUs = chunk.span[i] ?? SILENCE_US;
        return this.#countGrid(chunk.open[i], chunk.high[i], chunk.low[i], chunk.close[i]);
    }
  }

  #countIds(id: number): void {
    if (this.#lastId > 0 && id > this.#lastId) {
      this.#missingIds += id - this.#lastId - 1;
      this.#following += id === this.#lastId + 1 ? 1 : -1;
    }
    if (id > 0) this.#lastId = id;
  }

  #countGrid(...prices: readonly (number | undefined)[]): void {
    const isOff = (price = Number.NaN): boolean => !Number.isNaN(price) && !isOnGrid(price, this.#instrument);
    if (prices.some(isOff)) this.#offGrid++;
  }
}
