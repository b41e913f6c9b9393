import { resolve } from 'node:path';
import {
  defineProvider,
  type InstrumentSpec,
  knownContract,
  type Micros,
  MillraceError,
  openDbn,
  type Provider,
  type ProviderContext,
  toMicros,
} from '#core';
import { download } from './download.ts';
import { Historical } from './historical.ts';
import { historyBars } from './history.ts';
import { liveEvents } from './live.ts';
import { type DatabentoOptions, databentoOptions } from './options.ts';
import { contractsOf } from './parents.ts';
import { renamed } from './renamed.ts';
import { Schemas } from './schemas.ts';
import type { Gateway } from './session.ts';
import { Symbols } from './symbology.ts';

const PORT = 13_000;
/** Datasets of CME Globex, whose contracts are known by their names. */
const GLOBEX = 'GLBX';
/** How much later than promised a heartbeat may come. */
const HEARTBEAT_SLACK_US = 5_000_000;
const KEY_LENGTH = 32;

type Context = ProviderContext<DatabentoOptions>;

/**
 * Databento: live sessions, the historical API, and DBN files.
 *
 * Live     trades, quotes, depth and bars from the schemas of the configuration, each stream from one of them; a new
 *          session replays from where the last one ended, so nothing is lost and nothing comes twice
 * Files    `file`, or a stretch `from` … `until` that is downloaded once: a recording that drives the clock
 * History  bars, out of what the configuration allows to `spend`
 * Terms    tick size, point value and calendar of well-known CME futures; files bring definitions of their own
 * Times    `ts_event`, to the nanosecond; the id of a trade is the venue's sequence number
 * Errors   PROVIDER_AUTH with the venue's reason, PROVIDER_SYMBOL, PROVIDER_SPEND; DBN_… of files
 */
export default defineProvider({
  type: 'databento',
  summary: 'Databento: live, historical and recorded market data in DBN, such as CME futures.',
  options: databentoOptions,
  loopback: () => import('./loopback/index.ts'),
  create: (context) => {
    const { file, from } = context.options;
    if (file !== undefined)
      return playFiles(
        [file].flat().map((path) => resolve(context.baseDir, path)),
        context,
      );
    return from === undefined ? connectLive(context) : playHistory(context);
  },
});

async function connectLive(context: Context): Promise<Provider> {
  const { options, link, log, wall } = context;
  const { dataset, heartbeat, spend } = options;
  const key = keyOf(options);
  const historical = historicalOf(context);
  const offered = options.parents.length === 0 ? [] : await contractsOf(options.parents, historical, context.net.now());
  const named = withOffered(context.requested, offered);
  const symbols = new Symbols(dataset.startsWith(GLOBEX) ? withTerms(named, options.symbols) : named, options.symbols);
  const schemas = new Schemas([options.schemas].flat());
  const heartbeatSeconds = Math.round(heartbeat / 1e6);
  const start = startOf(options.start);
  const live = {
    gateway: gatewayOf(options),
    key,
    dataset,
    heartbeatSeconds,
    compression: options.compression,
    schemas,
    symbols,
    start,
    link,
    log,
    wall,
  };
  return {
    instruments: symbols.specs,
    streams: schemas.streams,
    resumes: true,
    connection: { silenceUs: heartbeat + HEARTBEAT_SLACK_US },
    events: liveEvents(live),
    ...(spend === 0
      ? {}
      : { history: (request) => historyBars(historical, symbols.venueOf(request.instrument), request) }),
  };
}

async function playHistory(context: Context): Promise<Provider> {
  const { options, requested, baseDir } = context;
  const { dataset, parents } = options;
  const symbols = new Symbols(requested, options.symbols);
  const wanted = {
    dataset,
    schemas: [options.schemas].flat(),
    symbols: [...requested.map(({ symbol }) => symbols.venueOf(symbol)), ...parents],
    from: Date.parse(options.from ?? ''),
    until: Date.parse(options.until ?? ''),
  };
  const files = await download(historicalOf(context), wanted, resolve(baseDir, options.cache));
  return playFiles(files, context);
}

async function playFiles(files: readonly string[], { options, requested, log }: Context): Promise<Provider> {
  const symbols = new Symbols(requested, options.symbols);
  const recording = await openDbn(files, {
    from: micros(options.from),
    until: micros(options.until),
    damaged: (error) => log.warn('a file is damaged; what came before the fault is played', { err: error.message }),
  });
  const named = renamed(recording, requested, (name) => symbols.venueOf(name));
  return { instruments: named.instruments, recording: named };
}

const historicalOf = ({ options, net, log }: Context): Historical => {
  const { historical, dataset, spend } = options;
  return new Historical({ url: historical, key: keyOf(options), dataset, spend, net, log });
};

function gatewayOf({ gateway, dataset }: DatabentoOptions): Gateway {
  if (gateway === undefined)
    return { host: `${dataset.toLowerCase().replaceAll('.', '-')}.lsg.databento.com`, port: PORT };
  const colon = gateway.lastIndexOf(':');
  return { host: gateway.slice(0, colon), port: Number(gateway.slice(colon + 1)) };
}

/** A key that cannot be one is found before anything is sent. */
function keyOf({ key = '', gateway }: DatabentoOptions): string {
  if (gateway !== undefined || (key.length === KEY_LENGTH && /^db-[\x21-\x7e]+$/.test(key))) return key;
  throw new MillraceError({
    code: 'PROVIDER_AUTH',
    where: { path: 'providers.databento.key' },
    was: `a key of ${key.length} characters`,
    expected: `${KEY_LENGTH} characters that begin with db-`,
    fix: 'copy it again from https://databento.com/portal/keys',
  });
}

function withOffered(requested: readonly InstrumentSpec[], offered: readonly string[]): readonly InstrumentSpec[] {
  const named = new Set(requested.map(({ symbol }) => symbol));
  return [...requested, ...offered.filter((symbol) => !named.has(symbol)).map((symbol) => ({ symbol }))];
}

/** Tick size, point value and calendar of well-known futures; what the configuration says of one wins. */
function withTerms(
  specs: readonly InstrumentSpec[],
  renamed: Readonly<Record<string, string>>,
): readonly InstrumentSpec[] {
  return specs.map((spec) => ({ ...knownContract(renamed[spec.symbol] ?? spec.symbol), ...spec }));
}

function startOf(start: string | undefined): bigint | undefined {
  if (start === undefined) return undefined;
  return start === 'all' ? 0n : BigInt(Date.parse(start)) * 1_000_000n;
}

const micros = (iso: string | undefined): Micros | undefined =>
  iso === undefined ? undefined : toMicros(Date.parse(iso));
