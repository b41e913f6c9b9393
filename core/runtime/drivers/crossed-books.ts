import type { Micros } from '../../domain/time.ts';
import type { Run } from '../run.ts';
import { wallMicros, wallTimers } from '../wall.ts';

const LOOK_MS = 250;
/** A book may be crossed between two messages, or for a moment while a venue catches up. */
const PATIENCE_US: Micros = 1_000_000;

/**
 * Notices books whose best bid is at or above the best ask for a second: a level was missed. It is told as a gap of the
 * depth stream, once until the book has come right. Only a venue's snapshot can mend it; before an opening it may be
 * what the venue means.
 *
 * @returns ends it
 */
export function watchCrossedBooks(run: Run, providerOf: (symbol: string) => string): () => void {
  const since = new Map<string, { readonly at: Micros; told: boolean }>();
  const timer = wallTimers.setInterval(() => {
    const now = wallMicros();
    for (const { symbol, index } of run.pieces.instruments) {
      if (run.pieces.kernel.sources.isCrossed(index)) look(symbol, now);
      else since.delete(symbol);
    }
  }, LOOK_MS);

  function look(symbol: string, now: Micros): void {
    const crossed = since.get(symbol) ?? { at: now, told: false };
    since.set(symbol, crossed);
    if (crossed.told || now - crossed.at < PATIENCE_US) return;
    crossed.told = true;
    run.noteGap({
      provider: providerOf(symbol),
      instrument: symbol,
      stream: 'depth',
      from: crossed.at / 1000,
      until: now / 1000,
      filled: 'none',
      reason: 'crossed book',
      tsRecv: run.pieces.intake.stamp() / 1000,
    });
  }
  return () => wallTimers.clearInterval(timer);
}
