/** Every error code and what it means. `docs/errors.md` is made of this; a test holds both to what the code throws. */
export const ERROR_CODES = {
  BAD_DURATION: 'A length of time on the command line cannot be read.',
  BAD_INTERVAL: 'clock.every was given something other than a duration of at least 1 ms.',
  BAD_OPTION: 'An option of a command does not fit the tape or the other options.',
  BAD_TIMEFRAME: 'A strategy asked for bars of a length that does not divide the day.',
  NO_BROKER: 'mode: live without a provider that takes orders.',
  NO_INSTRUMENTS: 'Neither the configuration nor a provider names an instrument.',
  TWO_CLOCKS: 'Providers of one run that cannot share a clock.',
  UNKNOWN_INSTRUMENT: 'A symbol that the run does not have.',

  CLI_FILE_EXISTS: 'runtime new found a file in its place; it overwrites nothing.',
  CLI_USAGE: 'A command, argument or option of the command line that does not exist.',
  INTERNAL: 'A fault of the runtime itself; please report it.',

  CONFIG_BAD_SETTING: '--set is not path=value, or the value is not YAML.',
  CONFIG_BAD_VARIABLE: `A \${…} that is not \${NAME} or \${NAME:default}.`,
  CONFIG_DUPLICATE_KEY: 'The same key twice in one map.',
  CONFIG_EMPTY: 'The file holds nothing but comments.',
  CONFIG_INVALID_OPTION: 'A value that its option does not take.',
  CONFIG_MISSING_OPTION: 'An option without a default was left out.',
  CONFIG_NOT_A_MAP: 'The file is a list or a single value.',
  CONFIG_NOT_FOUND: 'The configuration file cannot be read.',
  CONFIG_NO_PROVIDER: 'No source of market data.',
  CONFIG_NUMBER_TOO_LARGE: 'A whole number that would lose digits.',
  CONFIG_SECRET_FILE: 'The file that should hold a secret cannot be read.',
  CONFIG_SYNTAX: 'The file is not valid YAML.',
  CONFIG_UNKNOWN_INSTRUMENT: 'An option names an instrument that is not configured.',
  CONFIG_UNKNOWN_KEY: 'A key that nobody reads, often a misspelt one.',
  CONFIG_UNSET_VARIABLE: 'An environment variable that is not set, or empty, and has no default.',

  PLUGIN_IMPORT_NOT_FOUND: 'A plugin imports a file, package or name that does not exist.',
  PLUGIN_NOT_A_PLUGIN: 'The default export was not made by one of the define functions.',
  PLUGIN_NOT_FOUND: 'No built-in plugin, file or package of that name.',
  PLUGIN_NO_DEFAULT_EXPORT: 'A plugin’s file without a default export.',
  PLUGIN_SYNTAX: 'A plugin’s file does not parse.',
  PLUGIN_THREW: 'A plugin’s file throws while it is imported.',
  PLUGIN_UNSUPPORTED_TYPESCRIPT: 'TypeScript that cannot be run by removing the types, such as an enum.',
  PLUGIN_WRONG_KIND: 'A plugin below the section of another kind.',

  TAPE_DAMAGED: 'Bytes of a tape that are not those that were recorded.',
  TAPE_EXISTS: 'A tape is already in the folder.',
  TAPE_MANIFEST: 'The manifest of a tape cannot be read.',
  TAPE_NOT_FOUND: 'No tape in the folder.',
  TAPE_NO_ROWS: 'A tape without the stream that was asked for.',
  TAPE_TORN: 'A file of a tape breaks off in the middle.',
  TAPE_UNKNOWN_INSTRUMENT: 'A row of an instrument that the tape was not opened with.',
  TAPE_VERSION: 'A tape of a version that this runtime does not read.',

  IMPORT_BAD_ZIP: 'A zip file that cannot be read.',
  IMPORT_CSV_COLUMNS: 'Columns of a CSV file that are missing or unknown.',
  IMPORT_CSV_SYMBOLS: 'CSV files of several symbols for one name.',
  IMPORT_CSV_TIMEFRAME: 'The length of the bars cannot be told.',
  IMPORT_FORMAT: 'A format that runtime import does not know.',
  IMPORT_LEAN_CONTRACT: 'A contract that the LEAN file does not hold.',
  IMPORT_LEAN_NAME: 'A file that is not named as in LEAN’s folders.',
  IMPORT_LEAN_SYMBOLS: 'LEAN files of several symbols.',
  IMPORT_NO_DATA: 'A file without a single usable row.',
  IMPORT_NO_FILE: 'A file to import that is not there.',
  IMPORT_ONE_NAME: 'One name for a recording of several symbols.',

  INDICATOR_BAD_INPUT: 'A value that is not a finite number.',
  INDICATOR_BAD_OPTION: 'A setting that the indicator does not take.',
  INDICATOR_BAD_SNAPSHOT: 'A snapshot of another indicator, or of other settings.',
  INDICATOR_NAME_TAKEN: 'An indicator under a name that bars use themselves.',
  INDICATOR_NOTHING_TO_REPLACE: 'replace before the first update.',
  INDICATOR_NO_REPLACE: 'A forming bar for an indicator that cannot take an input back.',
  INDICATOR_UNKNOWN: 'No indicator of that name.',
  INDICATOR_UNSAFE: 'An indicator of technicalindicators that is wrong for some series.',

  PERSISTENCE_IN_USE: 'Another run is writing to the journal.',
  PERSISTENCE_MIXED_MODES: 'A journal with open positions of a run in another mode.',
  PERSISTENCE_OPEN_FAILED: 'The journal cannot be opened.',
  PERSISTENCE_UNKNOWN_VERSION: 'A journal of a version that this runtime does not read.',
  PERSISTENCE_WRITE_FAILED: 'The journal cannot be written.',

  TEST_BAD_MARBLES: 'Marbles of a test that name no value.',
} as const satisfies Readonly<Record<string, string>>;

/** The catalogue as a Markdown page. */
export function errorPage(): string {
  const rows = Object.entries(ERROR_CODES).map(([code, meaning]) => `| \`${code}\` | ${meaning} |`);
  return [
    '# Errors',
    '',
    'Every error says what was wrong and where, what was expected, how to mend it, and one of these codes.',
    'The page is written by a test from `core/errors/catalogue.ts`.',
    '',
    '| code | meaning |',
    '|---|---|',
    ...rows,
    '',
  ].join('\n');
}
