import { SIDE_BUY, SIDE_SELL } from '../../domain/chunk.ts';
import type { AggressorSide } from '../../domain/market.ts';

/** The word for a side as columns hold it. */
export const sideName = (side: number | undefined): AggressorSide =>
  side === SIDE_BUY ? 'buy' : side === SIDE_SELL ? 'sell' : 'unknown';

/** What an export needs besides rows. */
export interface ExportTarget {
  readonly file: string;
  /** By instrument number. */
  readonly symbols: readonly string[];
}
