import * as core from '#core';

// Constants of this file: the engine builds them into the code, where it looks an imported one up each time.
const { endOfFrame, endOfNumber, fingerprintOf, lastNumber, openFrame, Phrase, SymbolFinder } = core;

/** What stands between the values of a trade. The old service puts blanks behind colons and commas, a gateway does not. */
const formWith = (blank: string): Form => {
  const phrase = (text: string): core.Phrase => new Phrase(text.replaceAll(' ', blank));
  return {
    head: phrase('{"type": "trade", "symbol": "'),
    timestamp: phrase('", "timestamp": '),
    data: phrase(', "data": {"price": '),
    size: phrase(', "size": '),
    side: phrase(', "side": "'),
    id: phrase(', "trade_id": "'),
    tail: phrase('"}}'),
  };
};
type Form = Readonly<Record<'head' | 'timestamp' | 'data' | 'size' | 'side' | 'id' | 'tail', core.Phrase>>;

const COMPACT = formWith('');
const SPACED = formWith(' ');
const BUY = new Phrase('buy"');
const SELL = new Phrase('sell"');

/**
 * Reads frames of one trade in half the time of JSON.parse. A frame that is not as both servers write them is left alone, so
 * that there is one place that tells what is wrong with a frame.
 */
export class TradeScanner {
  place = -1;
  /** Seconds. */
  timestamp = 0;
  price = 0;
  size = 0;
  isBuy = false;
  private idAt = 0;
  private idEnd = 0;
  private readonly symbols: core.SymbolFinder;

  /** @param symbols in the order of their places */
  constructor(symbols: readonly string[]) {
    this.symbols = new SymbolFinder(symbols);
  }

  /** False for a frame that it does not read, and then the fields mean nothing. */
  scan(frame: Uint8Array): boolean {
    return openFrame(frame) && (this.read(COMPACT) || this.read(SPACED));
  }

  /** Of the id of the trade that was read last. The frame is one that this reads only if it is a name. */
  fingerprint(): core.FingerprintOfText {
    return fingerprintOf(this.idAt, this.idEnd, this.place);
  }

  private read({ head, timestamp, data, size, side, id, tail }: Form): boolean {
    if (!head.isAt(0)) return false;
    this.place = this.symbols.find(head.length);
    if (this.place < 0 || !timestamp.isAt(this.symbols.end)) return false;
    let i = endOfNumber(this.symbols.end + timestamp.length);
    if (i < 0 || !data.isAt(i)) return false;
    this.timestamp = lastNumber();
    i = endOfNumber(i + data.length);
    if (i < 0 || !size.isAt(i)) return false;
    this.price = lastNumber();
    i = endOfNumber(i + size.length);
    if (i < 0 || !side.isAt(i)) return false;
    this.size = lastNumber();
    i += side.length;
    this.isBuy = BUY.isAt(i);
    if (!this.isBuy && !SELL.isAt(i)) return false;
    i += this.isBuy ? BUY.length : SELL.length;
    if (!id.isAt(i)) return false;
    this.idAt = i + id.length;
    this.idEnd = endOfFrame() - tail.length;
    return this.idEnd >= this.idAt && tail.isAt(this.idEnd);
  }
}
