import { type DbnSchema, type DbnStype, type Log, MillraceError, type Net, NetError } from '#core';

export interface Range {
  readonly schema: DbnSchema;
  readonly stype: DbnStype;
  readonly symbols: readonly string[];
  /** Epoch milliseconds; the end is exclusive. */
  readonly from: number;
  readonly until: number;
}

export interface HistoricalParts {
  readonly url: string;
  readonly key: string;
  readonly dataset: string;
  /** US dollars. */
  readonly spend: number;
  readonly net: Net;
  readonly log: Log;
}

const AGENT = 'millrace';
const SECOND_MS = 1000;
/** The venue's limits, per account. */
const PER_SECOND = { timeseries: 100, symbology: 100, metadata: 20 };
/** The first byte of a large range comes only when the venue has gathered it. */
const DOWNLOAD_LIMIT_MS = 120_000;
const MOST_SYMBOLS = 2000;

type Family = keyof typeof PER_SECOND;
type Fields = Readonly<Record<string, string | number>>;

/** The historical API, as far as it is needed here. Nothing is bought beyond what the configuration lets a run spend. */
export class Historical {
  readonly #parts: HistoricalParts;
  #spent = 0;

  constructor(parts: HistoricalParts) {
    this.#parts = parts;
  }

  /** What a range costs, US dollars. */
  async cost(range: Range): Promise<number> {
    const cost = await this.#post('metadata', 'get_cost', this.#fields(range));
    if (typeof cost !== 'number' || !(cost >= 0)) throw this.#strange('metadata.get_cost', cost);
    return cost;
  }

  /** Epoch milliseconds at which the available data ends: some minutes ago for most accounts. */
  async availableUntil(): Promise<number> {
    const { dataset } = this.#parts;
    const answer = await this.#json('metadata', `get_dataset_range?dataset=${encodeURIComponent(dataset)}`, undefined);
    const end = Date.parse(String((answer as { end?: unknown } | null)?.end));
    if (Number.isNaN(end)) throw this.#strange('metadata.get_dataset_range', answer);
    return end;
  }

  /** Spends what all of it costs, or nothing. Errors: PROVIDER_SPEND, when that is more than is left */
  async pay(ranges: readonly Range[]): Promise<void> {
    const { spend, log } = this.#parts;
    const costs: number[] = [];
    for (const range of ranges) costs.push(await this.cost(range));
    const cost = costs.reduce((sum, one) => sum + one, 0);
    if (this.#spent + cost > spend) throw tooDear(cost, spend, this.#spent);
    this.#spent += cost;
    log.info('history bought', { usd: cost, ofUsd: spend, schemas: ranges.map(({ schema }) => schema).join(', ') });
  }

  /** The range as packed DBN, as it comes. It has to be paid first. */
  async stream(range: Range): Promise<AsyncIterable<Uint8Array>> {
    const form = { ...this.#fields(range), stype_out: 'instrument_id', encoding: 'dbn', compression: 'zstd' };
    return this.#explained(() =>
      this.#parts.net.stream(this.#request('timeseries', 'get_range', form, DOWNLOAD_LIMIT_MS)),
    );
  }

  /** What symbols stand for from one day on: the targets of each, those that resolve to nothing left out. */
  async resolve(
    symbols: readonly string[],
    kinds: { readonly from: DbnStype; readonly to: DbnStype },
    day: string,
  ): Promise<ReadonlyMap<string, readonly string[]>> {
    const resolved = new Map<string, readonly string[]>();
    for (let i = 0; i < symbols.length; i += MOST_SYMBOLS) {
      const answer = await this.#post('symbology', 'resolve', {
        dataset: this.#parts.dataset,
        symbols: symbols.slice(i, i + MOST_SYMBOLS).join(','),
        stype_in: kinds.from,
        stype_out: kinds.to,
        start_date: day,
      });
      for (const [symbol, targets] of this.#targets(answer)) resolved.set(symbol, targets);
    }
    return resolved;
  }

  #targets(answer: unknown): readonly (readonly [string, readonly string[]])[] {
    const { result } = (answer ?? {}) as { result?: unknown };
    if (typeof result !== 'object' || result === null) throw this.#strange('symbology.resolve', answer);
    return Object.entries(result).map(([symbol, intervals]) => {
      if (!Array.isArray(intervals)) throw this.#strange('symbology.resolve', answer);
      const targets = intervals.map((interval: { readonly s?: unknown } | null) => interval?.s);
      return [
        symbol,
        targets.filter((target): target is string => typeof target === 'string' && target !== ''),
      ] as const;
    });
  }

  #fields({ schema, stype, symbols, from, until }: Range): Fields {
    return {
      dataset: this.#parts.dataset,
      schema,
      stype_in: stype,
      symbols: symbols.join(','),
      start: new Date(from).toISOString(),
      end: new Date(until).toISOString(),
    };
  }

  #post(family: Family, method: string, form: Fields): Promise<unknown> {
    return this.#json(family, method, form);
  }

  #json(family: Family, method: string, form: Fields | undefined): Promise<unknown> {
    return this.#explained(() => this.#parts.net.json(this.#request(family, method, form)));
  }

  #request(family: Family, method: string, form: Fields | undefined, timeoutMs?: number) {
    const { url, key, net } = this.#parts;
    const entries = Object.entries(form ?? {}).map(([name, value]): [string, string] => [name, String(value)]);
    return {
      url: `${url}/${family}.${method}`,
      headers: {
        authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}`,
        'user-agent': AGENT,
        ...(form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
      },
      body: form === undefined ? undefined : new URLSearchParams(entries).toString(),
      timeoutMs,
      limit: net.limit(`databento.${family}`, { tokens: PER_SECOND[family], perMs: SECOND_MS }),
    };
  }

  /** A refusal with the venue's own words. */
  async #explained<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof NetError) || error.code !== 'NET_REFUSED') throw error;
      const isAuth = error.status === 401 || error.status === 403;
      throw new MillraceError(
        {
          code: isAuth ? 'PROVIDER_AUTH' : 'NET_REFUSED',
          where: { path: this.#parts.url },
          was: `status ${error.status ?? 0}: ${reasonIn(error.body)}`.replaceAll(this.#parts.key, '•••'),
          expected: 'what was asked for',
          fix: isAuth ? 'check the key on https://databento.com/portal/keys' : 'see what the venue says',
        },
        { cause: error },
      );
    }
  }

  #strange(method: string, answer: unknown): MillraceError {
    return new MillraceError({
      code: 'NET_BAD_ANSWER',
      where: { path: `${this.#parts.url}/${method}` },
      was: (JSON.stringify(answer) ?? 'nothing').slice(0, 100),
      expected: `the answer of ${method}`,
      fix: 'check the address under historical',
    });
  }
}

/** `{"detail": "text"}` or `{"detail": {"case", "message"}}`. */
function reasonIn(body: string): string {
  try {
    const { detail } = JSON.parse(body) as { detail?: unknown };
    if (typeof detail === 'string') return detail;
    const { case: kind, message } = (detail ?? {}) as { case?: unknown; message?: unknown };
    if (typeof message === 'string') return typeof kind === 'string' ? `${message} (${kind})` : message;
  } catch {
    // A proxy answers in words of its own.
  }
  return body.slice(0, 200) || 'no reason given';
}

const tooDear = (cost: number, spend: number, spent: number): MillraceError =>
  new MillraceError({
    code: 'PROVIDER_SPEND',
    where: { path: 'providers.databento.spend' },
    was: `history that costs ${cost.toFixed(4)} US dollars; ${spent.toFixed(4)} are spent already`,
    expected: `at most ${spend} in all`,
    fix: `ask for less, or allow it:  spend: ${Math.ceil((cost + spent) * 100) / 100}`,
  });
