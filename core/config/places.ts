import type { Where } from '../errors/millrace-error.ts';

export type Path = readonly (string | number)[];

/** Where a piece of the configuration was written; the path is added by whoever reports it. */
export type Place = Omit<Where, 'path'>;

/** What came from the environment, and the name (or names) that it has there. */
export interface FromVariable {
  readonly name: string;
  readonly text: string;
}

/** Remembers where each key and value of a configuration tree was written. Lookups fall back to the nearest parent. */
export class Places {
  readonly #keys = new Map<string, Place>();
  readonly #values = new Map<string, Place>();
  readonly #variables = new Map<string, FromVariable>();
  readonly #used: FromVariable[] = [];
  readonly #commented = new Set<string>();
  readonly #file: string | undefined;

  constructor(file?: string) {
    this.#file = file;
  }

  set(path: Path, place: { readonly key: Place; readonly value: Place }): void {
    this.#keys.set(id(path), place.key);
    this.#values.set(id(path), place.value);
  }

  /** Everything at the path now comes from somewhere else: what was known below it is forgotten. */
  replace(path: Path, place: Place): void {
    const itself = id(path);
    const below = `${itself.slice(0, -1)},`;
    for (const known of [this.#keys, this.#values, this.#variables]) {
      for (const key of known.keys()) if (key === itself || key.startsWith(below)) known.delete(key);
    }
    for (let length = 1; length <= path.length; length++) {
      const part = path.slice(0, length);
      if (!this.#keys.has(id(part))) this.set(part, { key: place, value: place });
    }
  }

  /** Position of the value, or of its key when there is no value to point at. */
  value(path: Path): Where {
    return this.#find(this.#values, path);
  }

  key(path: Path): Where {
    return this.#find(this.#keys, path);
  }

  setVariable(path: Path, variable: FromVariable): void {
    this.#variables.set(id(path), variable);
  }

  variable(path: Path): FromVariable | undefined {
    return this.#variables.get(id(path));
  }

  /** Notes that a variable was filled in somewhere. */
  use(variable: FromVariable): void {
    this.#used.push(variable);
  }

  /** Every variable that was filled in. */
  used(): readonly FromVariable[] {
    return this.#used;
  }

  /** Notes that the value is empty because a comment begins where it should stand. */
  setCommented(path: Path): void {
    this.#commented.add(id(path));
  }

  isCommented(path: Path): boolean {
    return this.#commented.has(id(path));
  }

  #find(places: ReadonlyMap<string, Place>, path: Path): Where {
    for (let length = path.length; length > 0; length--) {
      const place = places.get(id(path.slice(0, length)));
      if (place !== undefined) return { ...place, path: path.join('.') };
    }
    // What a file lacks altogether is missing from its first line on.
    const top = this.#keys.size > 0 ? { line: 1, column: 1 } : {};
    return { file: this.#file, ...top, path: path.join('.') };
  }
}

const id = (path: Path): string => JSON.stringify(path.map(String));
