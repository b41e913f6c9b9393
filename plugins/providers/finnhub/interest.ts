import type { Demand, StreamDemand } from '#core';

/** What is wanted of each instrument and what has come, as bytes: the decoder asks for every trade. */
export class Interest {
  readonly trades: Uint8Array;
  readonly quotes: Uint8Array;
  /** 1 once the instrument has had a row on this connection: its subscription was accepted. */
  readonly heard: Uint8Array;
  /** 1 when it has had one since whoever asks for silent instruments last looked. */
  readonly lately: Uint8Array;
  private readonly numbers: ReadonlyMap<string, number>;

  constructor(numbers: ReadonlyMap<string, number>) {
    this.numbers = numbers;
    this.trades = new Uint8Array(numbers.size);
    this.quotes = new Uint8Array(numbers.size);
    this.heard = new Uint8Array(numbers.size);
    this.lately = new Uint8Array(numbers.size);
  }

  note(inst: number): void {
    this.heard[inst] = 1;
    this.lately[inst] = 1;
  }

  /** Takes a demand over, and answers the symbols that it needs, in its order. */
  follow(demands: ReturnType<Demand['current']>): readonly string[] {
    this.trades.fill(0);
    this.quotes.fill(0);
    const symbols = new Set<string>();
    for (const demand of demands) if (this.want(demand)) symbols.add(demand.instrument);
    return [...symbols];
  }

  private want({ stream, instrument }: StreamDemand): boolean {
    const number = this.numbers.get(instrument);
    if (number === undefined || (stream !== 'trades' && stream !== 'quotes')) return false;
    this[stream][number] = 1;
    return true;
  }
}
