import type { Account, Equity, Instrument, Position } from '#core';
import type { Answer } from './http-api.ts';

const OFF: Answer = { status: 403, detail: 'The account is served only by a gateway with a token' };

interface AccountParts {
  readonly account: Account;
  readonly instruments: readonly Instrument[];
  /** Whether the gateway asks for a token. */
  readonly guarded: boolean;
  /** The newest, when there has been one. */
  readonly equity: () => Equity | undefined;
}

/** Account and positions in the shapes of the old service. What is not known is null: nothing is made up. */
export function accountApi({ account, instruments, guarded, equity }: AccountParts) {
  return {
    positions: (): Answer => (guarded ? { body: instruments.flatMap((instrument) => rows(account, instrument)) } : OFF),
    account: (): Answer => {
      if (!guarded) return OFF;
      const now = equity();
      return {
        body: {
          equity: now?.net ?? null,
          margin_used: null,
          available_margin: null,
          unrealized_pnl: now?.open ?? null,
        },
      };
    },
    orders: (): Answer => ({ status: 403, detail: 'This gateway takes no orders' }),
  };
}

function rows(account: Account, instrument: Instrument): readonly object[] {
  const held = account.position(instrument.symbol);
  if (held.quantity === 0) return [];
  return [
    {
      symbol: held.instrument,
      side: held.quantity > 0 ? 'LONG' : 'SHORT',
      size: Math.abs(held.quantity),
      entry_price: held.averagePrice ?? null,
      mark_price: markOf(held, instrument),
      pnl: held.open,
      margin: null,
    },
  ];
}

/** The price at which the open PnL is what it is. */
const markOf = ({ averagePrice, open, quantity }: Position, { pointValue }: Instrument): number | null =>
  averagePrice === undefined ? null : averagePrice + open / (quantity * pointValue);
