import { inYaml } from './describe-option.ts';
import type { FromVariable } from './places.ts';
import { MASK, soundsSecret } from './secrets.ts';

const LONGEST = 60;

/** A value as an error shows it: short, on one line, with the variable that it came from. */
export function shown(value: unknown, variable?: FromVariable): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : inYaml(value);
  const short = text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
  if (variable === undefined) return short;
  return `${soundsSecret(variable.name) ? MASK : short}, from the environment (${variable.name})`;
}
