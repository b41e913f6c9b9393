import { isScalar, parseDocument } from 'yaml';
import type { Problem } from '../errors/millrace-error.ts';
import { nearest } from '../errors/nearest.ts';
import type { Path, Places } from './places.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

interface Variables {
  readonly env: Environment;
  /** Names that a `.env` file beside the configuration defines; such files are not read. */
  readonly dotenv: readonly string[];
}

const VARIABLE = /\$(\$?)\{([^}]*)(\}?)/g;
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * Fills `${NAME}` and `${NAME:default}` into the texts of a tree. `$${` stands for a plain `${`. A text that is one
 * variable and nothing else takes the type that YAML gives to the variable's text. An empty variable counts as unset.
 */
export function interpolate(
  tree: unknown,
  places: Places,
  variables: Variables,
): { tree: unknown; problems: Problem[] } {
  const problems: Problem[] = [];
  const fill = (value: unknown, path: Path): unknown => {
    if (typeof value === 'string') return fillText(value, { path, places, variables, problems });
    if (Array.isArray(value)) return value.map((item, i) => fill(item, [...path, i]));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fill(item, [...path, key])]));
  };
  return { tree: fill(tree, []), problems };
}

interface Spot {
  readonly path: Path;
  readonly places: Places;
  readonly variables: Variables;
  readonly problems: Problem[];
}

function fillText(text: string, spot: Spot): unknown {
  const whole = /^\$\{([^}:]*)(?::[^}]*)?\}$/.exec(text)?.[1];
  const filled = text.replaceAll(VARIABLE, (match, escaped: string, inside: string, closed: string) => {
    if (escaped !== '') return match.slice(1);
    const colon = inside.indexOf(':');
    const name = colon === -1 ? inside : inside.slice(0, colon);
    if (closed === '' || !NAME.test(name)) return refuse(malformed(match), spot);
    const given = spot.variables.env[name];
    if (given !== undefined && given !== '') {
      spot.places.use({ name, text: given });
      return given;
    }
    if (colon !== -1) return inside.slice(colon + 1);
    return refuse(unset(name, given, spot.variables), spot);
  });
  if (whole === undefined) {
    if (filled !== text) spot.places.setVariable(spot.path, { name: variableNames(text).join(', '), text: filled });
    return filled;
  }
  spot.places.setVariable(spot.path, { name: whole, text: filled });
  return typed(filled);
}

const variableNames = (text: string): readonly string[] =>
  [...text.matchAll(VARIABLE)]
    .filter(([, escaped]) => escaped === '')
    .map(([, , inside = '']) => inside.split(':')[0] ?? '');

/** The scalar that the text would be in YAML; anything that is not one plain scalar stays text. */
function typed(text: string): unknown {
  const document = parseDocument(text);
  const { contents } = document;
  const plain = document.errors.length === 0 && isScalar(contents) && contents.type === 'PLAIN';
  return plain && contents.value !== null && typeof contents.value !== 'object' ? contents.value : text;
}

type Fault = Pick<Problem, 'code' | 'was' | 'expected' | 'fix'>;

function refuse(fault: Fault, { path, places, problems }: Spot): string {
  problems.push({ where: places.value(path), ...fault });
  return '';
}

const malformed = (match: string): Fault => ({
  code: 'CONFIG_BAD_VARIABLE',
  was: match,
  expected: `\${NAME} or \${NAME:default}, with a name of letters, digits and _`,
  fix: `correct the name, or write $\${ where a plain \${ is meant`,
});

function unset(name: string, given: string | undefined, { env, dotenv }: Variables): Fault {
  const similar = nearest(
    name,
    Object.keys(env).filter((known) => env[known] !== undefined && env[known] !== ''),
  );
  const fix = dotenv.includes(name)
    ? `a .env file beside the configuration has it, but is not read by itself; run: set -a; . ./.env; set +a`
    : similar === undefined
      ? `export ${name}=…, or give a default: \${${name}:value}`
      : `did you mean \${${similar}}? Otherwise export ${name}=…, or give a default: \${${name}:value}`;
  return {
    code: 'CONFIG_UNSET_VARIABLE',
    was: `\${${name}}, which is ${given === undefined ? 'not set' : 'set but empty'}`,
    expected: `the environment variable ${name}`,
    fix,
  };
}
