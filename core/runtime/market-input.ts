import type { InputRow } from '../domain/chunk.ts';
import type { Bar, ConnectionStatus } from '../domain/market.ts';
import type { Roll } from '../domain/roll.ts';
import type { HistoryAnswer } from '../kernel/history-board.ts';
import type { KernelMarket } from '../kernel/kernel-market.ts';
import type { ReportedGap } from '../plugin/connection.ts';

/** Inputs that belong to the market: a replay with another configuration takes them too. */
const TAKERS: Readonly<Record<string, (market: KernelMarket, payload: unknown) => void>> = {
  history: (market, answer) => market.history.answer(answer as HistoryAnswer),
  status: (market, status) => market.setStatus(status as ConnectionStatus),
  gap: (market, gap) => market.noteGap(gap as ReportedGap),
  roll: (market, roll) => market.noteRoll(roll as Roll),
  backfill: (market, payload) => {
    const { instrument, bars } = payload as { instrument: string; bars: readonly Bar[] };
    market.addMissed(instrument, bars);
  },
};

/** Gives an input to the market if it is one of the market's; tells whether it was. */
export function takeMarketInput(market: KernelMarket, { kind, payload }: InputRow): boolean {
  const take = TAKERS[kind];
  take?.(market, payload);
  return take !== undefined;
}
