import { defer, map, type OperatorFunction } from 'rxjs';
import type { AggressorSide } from '../domain/market.ts';
import { checkWhole } from './option-checks.ts';
import type { OptionContract, OptionRight } from './option-symbol.ts';

/** A trade of an option. */
export interface OptionTrade extends OptionContract {
  /** The premium, price units per unit of the underlying. */
  readonly price: number;
  /** Contracts. */
  readonly size: number;
  readonly side: AggressorSide;
  /** Account currency per price unit and contract: 100 for US stock options. Default 1. */
  readonly multiplier?: number | undefined;
}

export interface OptionActivityOptions {
  /** Contracts in `strikes`. Default 20. */
  readonly top?: number | undefined;
  /** Contracts that are told apart. Default 20,000. */
  readonly maxContracts?: number | undefined;
}

/** Σ(price × contracts) ÷ Σ contracts, price units; `undefined` where nothing was traded. */
export interface AveragePremium {
  readonly all: number | undefined;
  readonly buy: number | undefined;
  readonly sell: number | undefined;
  readonly unknown: number | undefined;
}

export interface RightActivity {
  readonly volume: number;
  readonly trades: number;
  /** Σ(price × contracts × multiplier), account currency. */
  readonly premium: number;
  readonly averagePremium: AveragePremium;
}

export interface StrikeActivity extends OptionContract {
  readonly volume: number;
  readonly trades: number;
  readonly premium: number;
}

export interface OptionActivityValue {
  readonly calls: RightActivity;
  readonly puts: RightActivity;
  /** Puts over calls; `undefined` without calls. */
  readonly putCallRatio: {
    readonly volume: number | undefined;
    readonly trades: number | undefined;
    readonly premium: number | undefined;
  };
  /** Most traded contracts first; of equals the one that traded first. */
  readonly strikes: readonly StrikeActivity[];
  /** Contracts traded of options beyond `maxContracts`: in all figures but `strikes`. */
  readonly unlisted: number;
}

/**
 * What is traded in options: puts against calls, the most active strikes, what was paid on which side.
 *
 * In       trades of options of any number of contracts; those of size 0 count not
 * Formula  put/call ratio = volume of puts ÷ volume of calls, as Cboe publishes it
 * Resets   never
 * Memory   one row per contract, `maxContracts` at most: the first ones that traded
 */
export class OptionActivity {
  readonly #top: number;
  readonly #maxContracts: number;
  readonly #rights: Readonly<Record<OptionRight, RightSums>> = { call: new RightSums(), put: new RightSums() };
  readonly #strikes = new Map<string, { contract: OptionContract; volume: number; trades: number; premium: number }>();
  #unlisted = 0;

  constructor({ top = 20, maxContracts = 20_000 }: OptionActivityOptions = {}) {
    checkWhole('top', top, 0);
    checkWhole('maxContracts', maxContracts);
    this.#top = top;
    this.#maxContracts = maxContracts;
  }

  add({ root, expiry, right, strike, price, size, side, multiplier = 1 }: OptionTrade): void {
    if (!(size > 0)) return;
    this.#rights[right].add(price, size, side, multiplier);
    const key = `${root} ${expiry} ${right} ${strike}`;
    let row = this.#strikes.get(key);
    if (row === undefined) {
      if (this.#strikes.size >= this.#maxContracts) {
        this.#unlisted += size;
        return;
      }
      row = { contract: { root, expiry, right, strike }, volume: 0, trades: 0, premium: 0 };
      this.#strikes.set(key, row);
    }
    row.volume += size;
    row.trades++;
    row.premium += price * size * multiplier;
  }

  get value(): OptionActivityValue {
    const calls = this.#rights.call.value;
    const puts = this.#rights.put.value;
    const ratio = (put: number, call: number): number | undefined => (call === 0 ? undefined : put / call);
    const rows = [...this.#strikes.values()].sort((a, b) => b.volume - a.volume).slice(0, this.#top);
    return {
      calls,
      puts,
      putCallRatio: {
        volume: ratio(puts.volume, calls.volume),
        trades: ratio(puts.trades, calls.trades),
        premium: ratio(puts.premium, calls.premium),
      },
      strikes: rows.map(({ contract, ...sums }) => ({
        ...contract,
        ...sums,
      })),
      unlisted: this.#unlisted,
    };
  }
}

class RightSums {
  readonly #sizes = { buy: 0, sell: 0, unknown: 0 };
  readonly #paid = { buy: 0, sell: 0, unknown: 0 };
  #trades = 0;
  #premium = 0;

  add(price: number, size: number, side: AggressorSide, multiplier: number): void {
    this.#sizes[side] += size;
    this.#paid[side] += price * size;
    this.#premium += price * size * multiplier;
    this.#trades++;
  }

  get value(): RightActivity {
    const [sizes, paid] = [this.#sizes, this.#paid];
    const volume = sizes.buy + sizes.sell + sizes.unknown;
    const mean = (sum: number, size: number): number | undefined => (size === 0 ? undefined : sum / size);
    return {
      volume,
      trades: this.#trades,
      premium: this.#premium,
      averagePremium: {
        all: mean(paid.buy + paid.sell + paid.unknown, volume),
        buy: mean(paid.buy, sizes.buy),
        sell: mean(paid.sell, sizes.sell),
        unknown: mean(paid.unknown, sizes.unknown),
      },
    };
  }
}

/** The activity after each trade; see `OptionActivity`. */
export const optionActivity =
  (options: OptionActivityOptions = {}): OperatorFunction<OptionTrade, OptionActivityValue> =>
  (trades$) =>
    defer(() => {
      const activity = new OptionActivity(options);
      return trades$.pipe(
        map((trade) => {
          activity.add(trade);
          return activity.value;
        }),
      );
    });
