import type { Driver } from '../../runtime/drivers/driver.ts';
import type { Run } from '../../runtime/run.ts';
import { wallTimers } from '../../runtime/wall.ts';

const REFRESH_MS = 250;

/** One line that is rewritten while a person watches; nothing at all when nobody does. */
export class StatusLine {
  private readonly timer: NodeJS.Timeout | undefined;
  private readonly text: () => string;
  private shown = false;

  constructor(run: Run, driver: Driver, enabled: boolean) {
    this.text = () => statusText(run, driver);
    this.timer = enabled ? wallTimers.setInterval(() => this.draw(), REFRESH_MS) : undefined;
  }

  /** Takes the line away so that something else can be printed. */
  clear(): void {
    if (this.shown) process.stderr.write('\r\x1b[K');
    this.shown = false;
  }

  stop(): void {
    wallTimers.clearInterval(this.timer);
    this.clear();
  }

  private draw(): void {
    const width = (process.stderr.columns ?? 80) - 1;
    process.stderr.write(`\r\x1b[K${this.text().slice(0, width)}`);
    this.shown = true;
  }
}

function statusText(run: Run, driver: Driver): string {
  const { counts } = run.pieces.kernel;
  const progress = driver.progress();
  const prices = run.pieces.instruments
    .slice(0, 3)
    .map(
      ({ symbol, index }) =>
        `${symbol} ${Number.isNaN(run.pieces.kernel.last(index)) ? '…' : run.pieces.kernel.last(index)}`,
    );
  const { net } = run.pieces.desk.account.portfolio.equity();
  const held = run.pieces.desk.account.portfolio
    .positions()
    .filter(({ quantity }) => quantity !== 0)
    .map(({ instrument, quantity }) => `${quantity > 0 ? '+' : ''}${quantity} ${instrument}`);
  const connections = run.connections().map(({ provider, state }) => `${provider} ${state}`);
  return [
    new Date(run.pieces.kernel.now / 1000).toISOString().slice(0, 19).replace('T', ' '),
    ...(progress === undefined ? connections : [bar(progress)]),
    ...prices,
    `${(counts.trades + counts.quotes + counts.depth + counts.bars).toLocaleString('en-US')} events`,
    `${run.pieces.desk.counts.fills} fills`,
    held.length === 0 ? 'flat' : held.join(' '),
    `net ${net.toFixed(2)}`,
  ].join(' │ ');
}

const bar = (share: number): string => {
  const full = Math.round(share * 20);
  return `${'█'.repeat(full)}${'░'.repeat(20 - full)} ${Math.floor(share * 100)}%`;
};
