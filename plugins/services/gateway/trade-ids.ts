/**
 * `trade_<ms>_<number>`, as the old service wrote them. The number counts the trades of a symbol since the start of the
 * gateway, so an id is the same for all clients and never comes twice.
 */
export class TradeIds {
  private readonly counts = new Map<string, number>();

  next(symbol: string, tsEvent: number): string {
    const count = (this.counts.get(symbol) ?? 0) + 1;
    this.counts.set(symbol, count);
    return `trade_${Math.floor(tsEvent)}_${String(count).padStart(4, '0')}`;
  }
}
