import { inYaml } from './describe-option.ts';
import type { FromVariable } from './places.ts';

const LONGEST = 60;

/** A value as an error shows it: short, on one line, with the variable that it came from. */
export function shown(value: unknown, variable?: FromVariable): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : inYaml(value);
  const short = text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
  return variable === undefined ? short : `${short}, from the environment (${variable.name})`;
}
