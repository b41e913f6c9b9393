import { asBytes, FrameCursor, Phrase, SymbolFinder } from '#core';

/** What stands between the values of a trade. The old service puts blanks behind colons and commas, a gateway does not. */
const formWith = (blank: string): Readonly<Record<Part, Phrase>> => {
  const phrase = (text: string): Phrase => new Phrase(text.replaceAll(' ', blank));
  return {
    head: phrase('{"type": "trade", "symbol": '),
    timestamp: phrase(', "timestamp": '),
    data: phrase(', "data": {"price": '),
    size: phrase(', "size": '),
    side: phrase(', "side": '),
    id: phrase(', "trade_id": '),
    tail: phrase('}}'),
  };
};
type Part = 'head' | 'timestamp' | 'data' | 'size' | 'side' | 'id' | 'tail';

const COMPACT = formWith('');
const SPACED = formWith(' ');
const BUY = new Phrase('buy"');
const SELL = new Phrase('sell"');

/**
 * Reads frames of one trade in half the time of JSON.parse, with the fingerprint of the trade's id. A frame that is not as
 * both servers write them is left alone, so that there is one place that tells what is wrong with a frame.
 */
export class TradeScanner extends FrameCursor {
  place = -1;
  /** Seconds. */
  timestamp = 0;
  price = 0;
  size = 0;
  isBuy = false;
  private readonly symbols: SymbolFinder;

  /** @param symbols in the order of their places */
  constructor(symbols: readonly string[]) {
    super();
    this.symbols = new SymbolFinder(symbols);
  }

  /** False for a frame that it does not read, and then the fields mean nothing. */
  scan(frame: Uint8Array): boolean {
    return this.open(frame) && (this.read(COMPACT) || this.read(SPACED));
  }

  private read(form: Readonly<Record<Part, Phrase>>): boolean {
    this.at = 0;
    if (!this.skip(form.head)) return false;
    const name = this.skipText();
    if (name < 0) return false;
    this.place = this.symbols.find(this.view, name, this.at - 1);
    if (this.place < 0 || !this.skip(form.timestamp) || !this.skipNumber()) return false;
    this.timestamp = this.value;
    if (!this.skip(form.data) || !this.skipNumber()) return false;
    this.price = this.value;
    if (!this.skip(form.size) || !this.skipNumber()) return false;
    this.size = this.value;
    if (!this.skip(form.side)) return false;
    const side = this.skipText();
    this.isBuy = side >= 0 && this.isAt(BUY, side);
    if (side < 0 || !(this.isBuy || this.isAt(SELL, side)) || !this.skip(form.id)) return false;
    const id = this.skipText();
    if (id < 0) return false;
    this.takeFingerprint(id, this.at - 1, this.place);
    return this.skip(form.tail) && this.ended;
  }

  /** Takes the fingerprint of an id that was read in another way; false for one that is too long. */
  takeId(id: string, place: number): boolean {
    const taken = this.open(asBytes(id));
    if (taken) this.takeFingerprint(0, undefined, place);
    return taken;
  }
}
