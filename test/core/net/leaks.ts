import { inspect } from 'node:util';
import pino from 'pino';

/** All that anybody could print of an error: text, stack, cause, properties, JSON, and a log line. */
export function allOf(error: unknown): string {
  const { message, stack = '', cause } = error as Error;
  const lines: string[] = [];
  pino({ base: null }, { write: (text: string) => void lines.push(text) }).error({ err: error }, 'failed');
  return [
    message,
    stack,
    inspect(error, { depth: 10, showHidden: true }),
    JSON.stringify(error),
    ...lines,
    cause === undefined ? '' : allOf(cause),
  ].join('\n');
}
