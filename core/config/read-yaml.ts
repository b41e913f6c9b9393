import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument } from 'yaml';
import type { Problem } from '../errors/millrace-error.ts';
import { type Path, type Place, Places } from './places.ts';
import { type SyntaxFault, syntaxProblems } from './yaml-syntax.ts';

export interface YamlTree {
  /** Maps, lists and scalars, each occurrence its own copy. `undefined` when the text cannot be read as one map. */
  readonly tree: Record<string, unknown> | undefined;
  readonly places: Places;
  readonly problems: readonly Problem[];
}

/** An anchor used this often is a mistake or an attack, not a configuration. */
const MAX_ALIASES = 1_000;

/** Reads one YAML document (1.2, with merge keys) and remembers where everything stands. Nothing is thrown. */
export function readYaml(written: string, file: string): YamlTree {
  const text = written.replace(/^\uFEFF/, '');
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, merge: true, prettyErrors: false });
  const faults = [...document.errors, ...document.warnings].map(
    ({ code, message, pos }): SyntaxFault => ({ code, message, offset: pos[0] }),
  );
  const problems = syntaxProblems(faults, text, file);
  // A duplicate key leaves the tree readable, so the other faults of the file can be found in the same pass.
  if (faults.some(({ code }) => code !== 'DUPLICATE_KEY'))
    return { tree: undefined, places: new Places(file), problems };

  const reader = new Reader(document, lines, file, text);
  const tree = reader.root();
  return { tree, places: reader.places, problems: [...problems, ...reader.problems] };
}

/** Walks the document; holds the path down to the current node so that a loop of anchors is noticed. */
class Reader {
  readonly places: Places;
  readonly problems: Problem[] = [];
  readonly #document: Document;
  readonly #lines: LineCounter;
  readonly #file: string;
  readonly #text: string;
  readonly #open = new Set<Node>();
  #aliases = 0;

  constructor(document: Document, lines: LineCounter, file: string, text: string) {
    this.#document = document;
    this.#lines = lines;
    this.#file = file;
    this.#text = text;
    this.places = new Places(file);
  }

  root(): Record<string, unknown> | undefined {
    const { contents } = this.#document;
    if (isMap(contents)) return this.#read(contents, []) as Record<string, unknown>;
    const empty = contents === null || (isScalar(contents) && contents.value === null);
    const glued = isScalar(contents) && /^[\w-]+:\S/.test(String(contents.value));
    this.problems.push({
      code: empty ? 'CONFIG_EMPTY' : 'CONFIG_NOT_A_MAP',
      where: empty ? { file: this.#file, line: 1, column: 1 } : this.#place(contents),
      was: empty ? 'an empty file' : isSeq(contents) ? 'a list' : 'a single value',
      expected: 'a map of sections: instrument, providers, strategies, risk, …',
      fix: glued ? 'put a space after each colon' : 'start from a file in config/, or run: runtime new project <dir>',
    });
    return undefined;
  }

  #read(node: Node | null, path: Path): unknown {
    if (isAlias(node)) return this.#follow(node, path);
    if (isMap(node)) return this.#inside(node, () => this.#map(node.items, path));
    if (isSeq(node))
      return this.#inside(node, () => node.items.map((item, i) => this.#item(item as Node, [...path, i])));
    if (!isScalar(node)) return null;
    const { source } = node;
    if (
      typeof node.value === 'number' &&
      source !== undefined &&
      /^[-+]?\d+$/.test(source) &&
      !Number.isSafeInteger(node.value)
    ) {
      this.problems.push({
        code: 'CONFIG_NUMBER_TOO_LARGE',
        where: { ...this.#place(node), path: path.join('.') },
        was: source,
        expected: 'a whole number between -9007199254740991 and 9007199254740991; beyond that digits are lost',
        fix: `if it is a name or an id, put quotes around it: "${source}"`,
      });
    }
    return node.value;
  }

  #map(items: readonly Pair[], path: Path): Record<string, unknown> {
    // Merged keys first: what the map itself says wins, for the values as for their positions.
    const merges = items.filter(isMerge).flatMap(({ value }) => this.#read(value as Node | null, path));
    const result: Record<string, unknown> = {};
    for (const merged of merges.filter(isRecord).reverse()) Object.assign(result, merged);
    for (const pair of items) {
      if (isMerge(pair)) continue;
      const key = pair.key as Node | null;
      const value = pair.value as Node | null;
      const name = isScalar(key) ? (key.source ?? String(key.value)) : String(key);
      const below = [...path, name];
      this.#note(below, key, value);
      // defineProperty, because a key named __proto__ must stay a key like any other.
      Object.defineProperty(result, name, {
        value: this.#read(value, below),
        enumerable: true,
        writable: true,
        configurable: true,
      });
    }
    return result;
  }

  #item(node: Node, path: Path): unknown {
    const place = this.#place(node);
    this.places.set(path, { key: place, value: place });
    return this.#read(node, path);
  }

  #note(path: Path, key: Node | null, value: Node | null): void {
    const at = this.#place(key);
    const empty = value === null || (isScalar(value) && value.value === null && (value.source ?? '') === '');
    this.places.set(path, { key: at, value: empty ? at : this.#place(value) });
    if (empty && key?.range) {
      const line = this.#text.slice(key.range[1], this.#endOfLine(key.range[1]));
      if (/^\s*:\s+#/.test(line)) this.places.setCommented(path);
    }
  }

  #follow(alias: Node, path: Path): unknown {
    const name = String(alias);
    const target = isAlias(alias) ? alias.resolve(this.#document) : undefined;
    const looped = target !== undefined && this.#open.has(target);
    if (target !== undefined && !looped && ++this.#aliases <= MAX_ALIASES) return this.#read(target, path);
    this.problems.push({
      code: 'CONFIG_SYNTAX',
      where: { ...this.#place(alias), path: path.join('.') },
      was:
        target === undefined
          ? `${name} without an anchor of that name above it`
          : looped
            ? `${name} inside its own anchor`
            : 'too many aliases',
      expected: 'an alias of something written above it',
      fix:
        target === undefined
          ? `add &${name.slice(1)} to the value that is meant, or write the value out`
          : 'write the value out',
    });
    return null;
  }

  #inside<T>(node: Node, read: () => T): T {
    this.#open.add(node);
    const result = read();
    this.#open.delete(node);
    return result;
  }

  #place(node: Node | null): Place {
    const at = this.#lines.linePos(node?.range?.[0] ?? 0);
    return { file: this.#file, line: at.line, column: at.col };
  }

  #endOfLine(from: number): number {
    const end = this.#text.indexOf('\n', from);
    return end === -1 ? this.#text.length : end;
  }
}

/** The parser marks a merge key by a symbol in place of `<<`. */
const isMerge = ({ key }: Pair): boolean => isScalar(key) && (key.value === '<<' || typeof key.value === 'symbol');

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
