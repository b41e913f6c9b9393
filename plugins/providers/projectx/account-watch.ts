import type { BrokerReport, FillReport, Link } from '#core';
import type { Gateway } from './gateway.ts';
import type { HubEvent } from './hub.ts';
import { dataOf, type NameOf, reportOf } from './report-rows.ts';
import { type Row, rowsOf } from './values.ts';

/** Fills that are remembered, to tell none twice. */
const FILLS_KEPT = 10_000;
/** What is asked again after a reconnect begins this long before the last event. */
const OVERLAP_MS = 60_000;

export interface AccountParts {
  readonly gateway: Gateway;
  readonly accountId: number;
  readonly link: Link;
  readonly now: () => number;
  readonly nameOf: NameOf;
  readonly memory: AccountMemory;
  readonly emit: (report: BrokerReport) => void;
}

/** What outlives a connection. */
export interface AccountMemory {
  /** Fills by number, and whether they were voided. */
  readonly fills: Map<string, boolean>;
  /** Contracts with a position. */
  readonly held: Set<string>;
  /** Epoch milliseconds of the last news. */
  lastAt: number | undefined;
}

/**
 * The account as the user hub tells of it. The hub replays nothing, so that at every connection the state is read over REST
 * and what changed meanwhile is told: fills and ended orders that were missed, open orders, positions, those that were
 * closed included. A fill is told once, and once more if the venue voids it.
 */
export class AccountWatch {
  private readonly parts: AccountParts;
  /** What the hub told of while the state was being read: the answers may be older. */
  private touched: Set<string> | undefined;

  constructor(parts: AccountParts) {
    this.parts = parts;
  }

  take({ target, args }: HubEvent): void {
    const row = dataOf(args);
    if (row === undefined) return this.parts.link.bad(target, args);
    this.touched?.add(nameOfRow(target, row));
    if (!this.tell(target, row)) this.parts.link.bad(target, args);
  }

  /** Reads the state and tells it. Rejects as `Gateway.ask` does. */
  async catchUp(): Promise<void> {
    this.touched = new Set();
    try {
      await this.read();
    } finally {
      this.touched = undefined;
    }
  }

  private async read(): Promise<void> {
    const { gateway, accountId, now, memory } = this.parts;
    const ask = async (path: string, member: string, more: Row = {}): Promise<readonly Row[]> =>
      rowsOf((await gateway.ask(path, { accountId, ...more }))[member]);
    if (memory.lastAt !== undefined) {
      const since = new Date(memory.lastAt - OVERLAP_MS).toISOString();
      const trades = await ask('Trade/search', 'trades', { startTimestamp: since });
      for (const row of trades.toReversed()) this.answer('GatewayUserTrade', row);
      const orders = await ask('Order/search', 'orders', { startTimestamp: since });
      for (const row of orders) this.answer('GatewayUserOrder', row);
    }
    const accounts = rowsOf((await gateway.ask('Account/search', { onlyActiveAccounts: false }))['accounts']);
    for (const row of accounts) if (row['id'] === accountId) this.answer('GatewayUserAccount', row);
    this.positions(await ask('Position/searchOpen', 'positions'));
    for (const row of await ask('Order/searchOpen', 'orders')) this.answer('GatewayUserOrder', row);
    memory.lastAt ??= now();
  }

  private positions(rows: readonly Row[]): void {
    const before = new Set(this.parts.memory.held);
    for (const row of rows) {
      this.answer('GatewayUserPosition', row);
      before.delete(String(row['contractId']));
    }
    // Closed while nobody listened.
    for (const contractId of before) {
      this.answer('GatewayUserPosition', { accountId: this.parts.accountId, contractId, size: 0, type: 0 });
    }
  }

  private answer(target: string, row: Row): void {
    if (this.touched?.has(nameOfRow(target, row)) === true) return;
    if (!this.tell(target, row)) this.parts.link.bad(target, row);
  }

  /** False for a row that cannot be read. */
  private tell(target: string, row: Row): boolean {
    const report = reportOf(target, row, this.parts.nameOf);
    if (report === undefined) return false;
    // The hub of a user may tell of all accounts; one is followed.
    if (report.account !== String(this.parts.accountId)) return true;
    this.parts.memory.lastAt = this.parts.now();
    if (report.type === 'fill' && !this.isNew(report)) return true;
    if (report.type === 'position') this.noteHeld(String(row['contractId']), report.quantity !== 0);
    this.parts.emit(report);
    return true;
  }

  private isNew({ venueId, voided }: FillReport): boolean {
    const { fills } = this.parts.memory;
    if (fills.get(venueId) === voided) return false;
    fills.set(venueId, voided);
    const [oldest] = fills.keys();
    if (fills.size > FILLS_KEPT && oldest !== undefined) fills.delete(oldest);
    return true;
  }

  private noteHeld(contractId: string, isHeld: boolean): void {
    const { held } = this.parts.memory;
    if (isHeld) held.add(contractId);
    else held.delete(contractId);
  }
}

/** Positions have a number each time they are opened; the contract is what stays. */
const nameOfRow = (target: string, row: Row): string =>
  `${target.toLowerCase()} ${JSON.stringify(/position$/i.test(target) ? row['contractId'] : (row['id'] ?? row['orderId']))}`;
