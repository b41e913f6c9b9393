import { Command, InvalidArgumentError, Option } from 'commander';
import type { ExportTapeOptions } from './commands/export.ts';
import type { ImportOptions } from './import/import-options.ts';
import type {
  AnalyseOptions,
  CertifyOptions,
  ConnectOptions,
  JsonOption,
  ReplayOptions,
  SchemaOptions,
  StartOptions,
  ValidateOptions,
} from './options.ts';
import { packageVersion } from './package-info.ts';

/**
 * The commands and their options. Every action imports its command only when it runs, so that `--help` and `hash` need
 * not wait for a kernel; each returns the exit code.
 */
export function buildProgram(done: (exitCode: number) => void): Command {
  const program = new Command('runtime')
    .description('One strategy, one kernel, three clocks: live, paper, replay.')
    .version(packageVersion)
    .exitOverride()
    // Descriptions say what is chosen by default, and from what; docs/commands.md is made of them.
    .configureHelp({ optionDescription: ({ description }) => description })
    .showHelpAfterError('(add --help for all options)')
    .addHelpText('after', `\n${EXAMPLES}`);
  const command = (usage: string, summary: string, example: string): Command =>
    program.command(usage).description(summary).addHelpText('after', `\nExample:\n  $ ${example}`);

  program.commandsGroup('Run a market:');
  command(
    'start <config>',
    'Run a configuration until Ctrl-C, SIGTERM or --for.',
    'runtime start config/demo.yaml --for 30s',
  )
    .option('--for <duration>', 'stop after this long on the clock of the run, for example 30s')
    .option('--set <path=value>', 'override an option of the file; may be repeated', collect, [])
    .option('--json', 'print one JSON object on stdout', false)
    .action(async (config: string, options: StartOptions) =>
      done(await (await import('./commands/start.ts')).runStart(config, options)),
    );

  command(
    'replay <tape>',
    'Run a recording again, to the same decisions.',
    'runtime replay runs/20250917-133000-000001-demo --speed max',
  )
    .option('--config <file>', 'run another configuration over the recorded market')
    .option('--set <path=value>', "override an option of it, or of the tape's own; may be repeated", collect, [])
    .option('--speed <speed>', 'max, or a multiple of the recorded pace such as 5x; default max', 'max')
    .option('--from <time>', 'first moment to replay, ISO 8601')
    .option('--until <time>', 'last moment to replay, ISO 8601')
    .option('--expect-hash <hash>', 'fail unless the decisions have this hash')
    .option('--json', 'print one JSON object on stdout', false)
    .action(async (tape: string, options: ReplayOptions) =>
      done(await (await import('./commands/replay.ts')).runReplay(tape, options)),
    );

  program.commandsGroup('Try connections:');
  command(
    'connect <config>',
    'Connect the providers and show what comes; trades nothing.',
    'runtime connect config/binance.yaml --for 20s',
  )
    .option('--for <duration>', 'how long to look; default 10s', '10s')
    .option('--set <path=value>', 'override an option of the file; may be repeated', collect, [])
    .option('--json', 'print one JSON object on stdout', false)
    .action(async (config: string, options: ConnectOptions) =>
      done(await (await import('./commands/connect.ts')).runConnect(config, options)),
    );

  command(
    'certify <provider>',
    'Play numbered cases against the venue of a provider; exit code 1 when one fails.',
    'runtime certify binance --only 3,8',
  )
    .option('--only <numbers>', 'only these cases, with commas between; default all')
    .option('--seed <number>', 'of what is random in the cases; default 1', whole, 1)
    .option('--instruments <symbols>', 'symbols to play with, with commas between; default what the venue names')
    .option('--json', 'print one JSON object on stdout', false)
    .action(async (provider: string, options: CertifyOptions) =>
      done(await (await import('./commands/certify.ts')).runCertify(provider, options)),
    );

  program.commandsGroup('Look at recordings:');
  command(
    'import <format> <files...>',
    'Turn recordings of others into a tape: lean, binance-frames, dbn or csv.',
    'runtime import lean future/comex/tick/gc/20131007_trade.zip --instrument GCZ13 --out tapes/gc',
  )
    .requiredOption('--out <tape>', 'folder of the tape to write')
    .option('--instrument <name>', 'symbol on the tape; default what the file calls it')
    .option('--tick-size <size>', 'smallest price step; default a known one, or what the prices show', positive)
    .option('--point-value <value>', 'account currency per price unit; default a known one, or 1', positive)
    .option('--contract <expiry>', 'lean: expiry as in the file, such as 201312; default the busiest contract')
    .option('--security <type>', 'lean: equity, future or another; default from the folder names')
    .addOption(
      new Option('--kind <kind>', 'csv: what a row is: trades, quotes or bars; default from the header').choices([
        'trades',
        'quotes',
        'bars',
      ]),
    )
    .option('--columns <list>', 'csv: field=column,… by header name or number from 1')
    .addOption(
      new Option('--time-unit <unit>', 'csv: s, ms, us, ns or iso; default from the first time').choices([
        's',
        'ms',
        'us',
        'ns',
        'iso',
      ]),
    )
    .option('--recv-column <column>', 'csv: our receipt time; default the venue time')
    .option('--delimiter <character>', 'csv: default what the first line shows')
    .option('--no-header', 'csv: the first line holds values')
    .option('--timeframe <length>', 'csv bars: such as 1m; default the shortest step')
    .addOption(
      new Option('--bar-time <end>', 'csv bars: what a time stands for, start or end; default start').choices([
        'start',
        'end',
      ]),
    )
    .option('--json', 'print one JSON object on stdout', false)
    .action(async (format: string, files: string[], options: ImportOptions) =>
      done(await (await import('./commands/import.ts')).runImport(format, files, options)),
    );

  command(
    'inspect <tape>',
    'Per stream and instrument: rows, times, rate, gaps, order, clock skew.',
    'runtime inspect tapes/gc',
  )
    .option('--json', 'print one JSON object on stdout', false)
    .action(async (tape: string, options: JsonOption) =>
      done(await (await import('./commands/inspect.ts')).runInspect(tape, options)),
    );

  command(
    'analyse <tape>',
    'Volume by hour, session and price, VWAP, large trades, delta: as tables and as a page with charts.',
    'runtime analyse tapes/gc --session RTH --out gc.html',
  )
    .option('--session <session>', 'only trades of RTH or of ETH; default all', 'all')
    .option('--instrument <symbol>', 'only this one; default all')
    .option('--calendar <name>', 'exchange calendar, by name or file; default that of the instrument')
    .option('--bar <length>', 'bars of footprint and divergence; default 5m', '5m')
    .option('--sizes <list>', 'sizes from which a trade is large, with commas between; default by percentile only')
    .option(
      '--sides <rule>',
      'aggressors: venue, as recorded, or tick, unknown ones by the tick rule; default venue',
      'venue',
    )
    .option('--out <file>', 'page to write; default <tape>-volume.html in the current folder, with --json none')
    .option('--json', 'print one JSON object on stdout', false)
    .action(async (tape: string, options: AnalyseOptions) =>
      done(await (await import('./commands/analyse.ts')).runAnalyse(tape, options)),
    );

  command(
    'export <tape>',
    'Write a stream of a tape for other tools.',
    'runtime export tapes/gc --stream trades --format parquet',
  )
    .requiredOption('--stream <stream>', 'trades, quotes, bars or depth')
    .option('--format <format>', 'parquet, csv, arrow or dbn; default parquet', 'parquet')
    .option('--out <file>', 'file to write; default <tape>-<stream>.<format> in the current folder')
    .option('--instrument <symbol>', 'only this one; default all')
    .option('--timeframe <length>', 'bars of this length, built from the trades when the tape has none; default 1m')
    .option('--json', 'print one JSON object on stdout', false)
    .action(async (tape: string, options: ExportTapeOptions) =>
      done(await (await import('./commands/export.ts')).runExport(tape, options)),
    );

  command(
    'hash <tape>',
    'Print the decision hash that a run left behind.',
    'runtime hash runs/20250917-133000-000001-demo',
  )
    .option('--json', 'print one JSON object on stdout', false)
    .action(async (tape: string, options: JsonOption) =>
      done(await (await import('./commands/hash.ts')).runHash(tape, options)),
    );

  command(
    'diff <a> <b>',
    'Show the first decision at which two runs part; exit code 1 when they do.',
    'runtime diff runs/20250917-133000-000001-demo runs/20250918-133000-000001-demo',
  )
    .option('--json', 'print one JSON object on stdout', false)
    .action(async (a: string, b: string, options: JsonOption) =>
      done(await (await import('./commands/diff.ts')).runDiff(a, b, options)),
    );

  program.commandsGroup('Write configurations and plugins:');
  command(
    'validate <config>',
    'Check a configuration and load its plugins, without starting anything.',
    'runtime validate config/demo.yaml',
  )
    .option('--set <path=value>', 'override an option of the file; may be repeated', collect, [])
    .option('--json', 'print one JSON object on stdout', false)
    .action(async (config: string, options: ValidateOptions) =>
      done(await (await import('./commands/validate.ts')).runValidate(config, options)),
    );

  command(
    'schema',
    'Write the JSON Schema that gives editors completion for every plugin.',
    'runtime schema --out config/schema.json',
  )
    .option('--out <file>', 'file to write; default stdout')
    .option('--kind <kind>', 'only the plugins of one kind: provider, strategy, risk, persistence or service')
    .action(async (options: SchemaOptions) => done(await (await import('./commands/schema.ts')).runSchema(options)));

  command('plugins [name]', 'List the plugins, or the options of one.', 'runtime plugins max-position')
    .option('--json', 'print one JSON object on stdout', false)
    .action(async (name: string | undefined, options: JsonOption) =>
      done(await (await import('./commands/plugins.ts')).runPlugins(name, options)),
    );

  command(
    'new <kind> <name>',
    'Start a strategy, risk, provider, persistence, service or project.',
    'runtime new strategy breakout',
  )
    .option('--json', 'print one JSON object on stdout', false)
    .action(async (kind: string, name: string, options: JsonOption) =>
      done(await (await import('./commands/new.ts')).runNew(kind, name, options)),
    );

  return program.commandsGroup('Help:').helpCommand(true);
}

const EXAMPLES = `Examples:
  $ runtime new project desk                     # a folder with a strategy that runs
  $ runtime start desk/config.yaml --for 30s     # its last line is the command that replays the run
  $ runtime plugins sma-cross                    # its options`;

const collect = (value: string, previous: readonly string[]): readonly string[] => [...previous, value];

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('It must be a number above 0.');
  return value;
}

function whole(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new InvalidArgumentError('It must be a whole number from 0.');
  return value;
}
