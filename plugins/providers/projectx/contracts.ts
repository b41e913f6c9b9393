import { type Instrument, type InstrumentSpec, MillraceError, makeInstrument, NetError, nearest } from '#core';
import { byExpiry, contractId, parseContractId, parseContractName, rootOf } from './contract-name.ts';
import type { Gateway } from './gateway.ts';
import type { ProjectxOptions } from './options.ts';
import { numberOf, type Row, rowsOf, textOf } from './values.ts';

/** What the gateway says of a contract. */
export interface ContractRow {
  readonly id: string;
  /** Root, month letter and one digit of the year: `NQU6`. */
  readonly name: string;
  readonly description: string;
  readonly tickSize: number;
  readonly tickValue: number;
  readonly active: boolean;
}

/** A contract that serves an instrument of the configuration. */
export interface Contract extends ContractRow {
  /** As the configuration calls it. */
  readonly symbol: string;
  readonly spec: InstrumentSpec;
  /** Place among the provider's instruments. */
  readonly inst: number;
  /** Grid of the venue's prices. */
  readonly grid: Instrument;
}

export interface ContractParts {
  readonly gateway: Gateway;
  readonly options: Pick<ProjectxOptions, 'contracts' | 'live'>;
  readonly thisYear: number;
}

/**
 * Finds the contract of every symbol: `NQ` is the active month of the root NQ, `NQZ6` or `NQZ26` that month, `ENQ` the
 * platform's own code, `CON.F.US.ENQ.Z26` exactly that. The option `contracts` goes before the rule.
 *
 * Errors   PROVIDER_SYMBOL for every symbol that the gateway does not know
 */
export async function resolveContracts(
  requested: readonly InstrumentSpec[],
  parts: ContractParts,
): Promise<readonly Contract[]> {
  const finder = new Finder(parts);
  const found: Contract[] = [];
  const unknown: string[] = [];
  for (const spec of requested) {
    const row = await finder.find(spec.symbol);
    if (row === undefined) unknown.push(spec.symbol);
    else found.push(contractOf(spec, row, found.length));
  }
  if (unknown.length > 0) throw unknownSymbols(unknown, await finder.roots());
  return found;
}

/** The row of a root's contract among the answers of a search, which also finds `MNQ` for `NQ`. */
export function frontOf(rows: readonly ContractRow[], root: string, thisYear: number): ContractRow | undefined {
  const ofRoot = rows.filter(({ name }) => rootOf(name) === root);
  const active = ofRoot.filter((row) => row.active);
  const expiry = ({ id, name }: ContractRow) =>
    parseContractId(id)?.expiry ?? parseContractName(name, thisYear)?.expiry ?? { year: 9999, month: 12 };
  // By month, never by name: U9 sorts after H0.
  return (active.length > 0 ? active : ofRoot).toSorted((a, b) => byExpiry(expiry(a), expiry(b)))[0];
}

class Finder {
  private readonly parts: ContractParts;
  private all: Promise<readonly ContractRow[]> | undefined;

  constructor(parts: ContractParts) {
    this.parts = parts;
  }

  async find(symbol: string): Promise<ContractRow | undefined> {
    const explicit =
      this.parts.options.contracts[symbol] ?? (parseContractId(symbol) === undefined ? undefined : symbol);
    if (explicit !== undefined) return this.byId(explicit);
    return (await this.byRoot(symbol)) ?? (await this.byMonth(symbol)) ?? (await this.byCode(symbol));
  }

  /** Roots of what can be traded. */
  async roots(): Promise<readonly string[]> {
    return (await this.available()).map(({ name }) => rootOf(name));
  }

  private async byId(id: string): Promise<ContractRow | undefined> {
    try {
      const answer = await this.parts.gateway.ask('Contract/searchById', { contractId: id });
      return contractRows(answer['contract'])[0];
    } catch (error) {
      // Refused with status 200: there is no such contract. Anything else is no answer to the question.
      if (error instanceof MillraceError && error.code === 'NET_REFUSED' && !(error instanceof NetError))
        return undefined;
      throw error;
    }
  }

  private async byRoot(root: string): Promise<ContractRow | undefined> {
    const { gateway, options, thisYear } = this.parts;
    const answer = await gateway.ask('Contract/search', { searchText: root, live: options.live });
    return frontOf(contractRows(answer['contracts']), root, thisYear);
  }

  /** The search lists one month a product, so that another one's number is made from it. */
  private async byMonth(symbol: string): Promise<ContractRow | undefined> {
    const asked = parseContractName(symbol, this.parts.thisYear);
    const front = asked === undefined ? undefined : await this.byRoot(asked.root);
    const code = front === undefined ? undefined : parseContractId(front.id)?.code;
    return asked === undefined || code === undefined ? undefined : this.byId(contractId(code, asked.expiry));
  }

  /** The search goes by the exchange's root; `ENQ` and `EP` are known to the full list only. */
  private async byCode(code: string): Promise<ContractRow | undefined> {
    return (await this.available()).find(({ id }) => parseContractId(id)?.code === code);
  }

  private available(): Promise<readonly ContractRow[]> {
    const { gateway, options } = this.parts;
    this.all ??= gateway
      .ask('Contract/available', { live: options.live })
      .then((answer) => contractRows(answer['contracts']));
    return this.all;
  }
}

function contractRows(value: unknown): readonly ContractRow[] {
  return rowsOf(value).flatMap((row: Row) => {
    const id = textOf(row['id']);
    const tickSize = numberOf(row['tickSize']) ?? 0;
    const tickValue = numberOf(row['tickValue']) ?? 0;
    if (id === undefined || tickSize <= 0 || tickValue <= 0) return [];
    const description = textOf(row['description']) ?? '';
    return [
      { id, name: textOf(row['name']) ?? '', description, tickSize, tickValue, active: row['activeContract'] === true },
    ];
  });
}

function contractOf(spec: InstrumentSpec, row: ContractRow, inst: number): Contract {
  const { symbol } = spec;
  const ofVenue = {
    tickSize: row.tickSize,
    // 6.25 / 0.00005 is a hair beside 125,000.
    pointValue: Number((row.tickValue / row.tickSize).toPrecision(12)),
    lotSize: 1,
    currency: 'USD',
    description: row.description,
  };
  const configured = Object.fromEntries(Object.entries(spec).filter(([, value]) => value !== undefined));
  return {
    ...row,
    symbol,
    inst,
    spec: { ...ofVenue, ...configured, symbol },
    grid: makeInstrument({ symbol, tickSize: row.tickSize }, inst),
  };
}

function unknownSymbols(symbols: readonly string[], roots: readonly string[]): MillraceError {
  return new MillraceError(
    symbols.map((symbol) => {
      const near = nearest(symbol, roots);
      return {
        code: 'PROVIDER_SYMBOL',
        where: { path: `instruments.${symbol}` },
        was: `${symbol}, which the gateway does not know`,
        expected: `a root such as ${roots.slice(0, 8).join(', ') || 'NQ'}, a month such as NQZ6, or a contract’s full id`,
        fix: near === undefined ? 'see the contracts on the platform' : `did you mean ${near}?`,
      };
    }),
  );
}
