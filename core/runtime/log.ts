import { styleText } from 'node:util';
import pino, { type Logger } from 'pino';
import type { Log } from '../plugin/context.ts';

export type LogFormat = 'text' | 'json';

interface Line {
  readonly level: number;
  readonly time: number;
  readonly msg: string;
  readonly plugin?: string;
  readonly err?: { readonly message?: string; readonly stack?: string };
}

/** Log lines on stderr, so that stdout stays free for results. `text` is for people, `json` for machines. */
export function createLogger(format: LogFormat, level: string): Logger {
  // pino adds process id and host to each line unless told that there is no base.
  const options: pino.LoggerOptions = { level, base: null };
  if (format === 'json') return pino(options, pino.destination({ dest: 2, sync: true }));
  return pino(options, { write: (line: string) => void process.stderr.write(readable(line)) });
}

/** One plugin's log. */
export function logOf(logger: Logger, plugin: string): Log {
  const child = logger.child({ plugin });
  return {
    debug: (message, fields = {}) => child.debug(fields, message),
    info: (message, fields = {}) => child.info(fields, message),
    warn: (message, fields = {}) => child.warn(fields, message),
    error: (message, fields = {}) => child.error(fields, message),
  };
}

const NAMES: Readonly<Record<number, string>> = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'ERROR',
  60: 'FATAL',
};
const COLOURS = { warn: 'yellow', ERROR: 'red', FATAL: 'red' } as const;

function readable(text: string): string {
  const { level, time, msg, plugin, err, ...fields } = JSON.parse(text) as Line;
  const name = NAMES[level] ?? String(level);
  const colour = name in COLOURS ? COLOURS[name as keyof typeof COLOURS] : 'dim';
  const label = styleText(colour, name.padEnd(5), { stream: process.stderr });
  const rest = Object.entries(fields).map(
    ([key, value]) => ` ${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  const reason = err === undefined ? '' : `\n  ${err.stack ?? err.message ?? ''}`;
  const clock = new Date(time).toISOString().slice(11, 23);
  return `${clock} ${label} ${plugin === undefined ? '' : `${plugin}: `}${msg}${rest.join('')}${reason}\n`;
}
