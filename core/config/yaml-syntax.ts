import type { Problem } from '../errors/millrace-error.ts';

/** A fault that the YAML parser found. */
export interface SyntaxFault {
  readonly code: string;
  readonly message: string;
  readonly offset: number;
}

interface Advice {
  readonly expected: string;
  readonly fix: string;
}

/**
 * Problems worth telling. Every tab and every duplicate key counts; of the other faults only the first, because the
 * parser stumbles on after it and reports what it tripped over.
 */
export function syntaxProblems(faults: readonly SyntaxFault[], text: string, file: string): readonly Problem[] {
  const independent = faults.filter(({ code }) => code === 'TAB_AS_INDENT' || code === 'DUPLICATE_KEY');
  const first = faults.find((fault) => !independent.includes(fault));
  const told = independent.length > 0 || first === undefined ? independent : [first];
  return told.map((fault) => syntaxProblem(fault, text, file));
}

function syntaxProblem(fault: SyntaxFault, text: string, file: string): Problem {
  const at = position(text, originOf(fault, text));
  const variable = at.text.indexOf('${');
  const bare = variable !== -1 && fault.code !== 'DUPLICATE_KEY' && !/["']\$\{/.test(at.text);
  const advice = bare ? BARE_VARIABLE : adviceOn(fault, at.text);
  const shown = at.text.trim();
  return {
    code: fault.code === 'DUPLICATE_KEY' ? 'CONFIG_DUPLICATE_KEY' : 'CONFIG_SYNTAX',
    where: { file, line: at.line, column: bare ? variable + 1 : at.column },
    was: shown === '' ? fault.message : withoutSecret(shown),
    ...advice,
  };
}

/** A missing end is noticed far below; what the user has to look at is the beginning. */
function originOf({ code, message, offset }: SyntaxFault, text: string): number {
  if (code === 'MISSING_CHAR' && message.includes('quote')) {
    return text.lastIndexOf(message.includes("'") ? "'" : '"', offset - 1);
  }
  if (!message.startsWith('Flow')) return offset;
  let depth = 0;
  for (let i = offset - 1; i >= 0; i--) {
    if ('}]'.includes(text.charAt(i))) depth++;
    if ('{['.includes(text.charAt(i)) && --depth < 0) return i;
  }
  return offset;
}

function position(text: string, offset: number): { line: number; column: number; text: string } {
  const before = text.slice(0, offset).split('\n');
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const [line = ''] = text.slice(start).split(/\r?\n/, 1);
  return { line: before.length, column: offset - start + 1, text: line };
}

/** A line that does not parse is shown as it stands, unless its key sounds like a secret. */
const withoutSecret = (line: string): string =>
  line.replace(/((?:secret|token|password|passphrase|key)["']?\s*:\s*)(?!\$\{).*/i, '$1•••');

const BARE_VARIABLE: Advice = {
  expected: 'quotes around a variable that stands inside { } or [ ], or has a space in its default',
  fix: `write "\${NAME}" or "\${NAME:default}" with the quotes; a number in it stays a number`,
};

function adviceOn({ code, message }: SyntaxFault, line: string): Advice {
  if (code === 'TAB_AS_INDENT') return { expected: 'indentation by spaces', fix: 'replace the tab by two spaces' };
  if (code === 'DUPLICATE_KEY') {
    const key = /([^\s{,:]+)\s*:/.exec(line)?.[1] ?? 'key';
    return {
      expected: 'each key once',
      fix: `remove one of the two, or name a second instance of a plugin ${key}/second`,
    };
  }
  if (code === 'MULTIPLE_DOCS') {
    return {
      expected: 'one configuration per file',
      fix: 'remove the --- line, or put the second part in its own file',
    };
  }
  if (code === 'MISSING_CHAR' && message.includes('quote')) {
    return { expected: 'a closing quote', fix: 'close the quote that is opened here' };
  }
  if (/^\s*[\w./-]+:\S/.test(line) && code === 'MISSING_CHAR') {
    return { expected: 'a space after the colon', fix: `write ${line.trim().replace(/:(?=\S)/, ': ')}` };
  }
  if (/^\s*[\w./-]+\s*$/.test(line))
    return { expected: 'key: value', fix: `write ${line.trim()}: …, or remove the line` };
  if (code === 'BAD_SCALAR_START' || code === 'BAD_ALIAS') {
    return { expected: 'text that does not begin with @ ` % * &', fix: 'put quotes around the value' };
  }
  if (code === 'BAD_DQ_ESCAPE') {
    return {
      expected: 'a known escape after the backslash',
      fix: "use 'single quotes', where a backslash is a backslash",
    };
  }
  if (message.includes('Flow')) return { expected: 'a closing } or ]', fix: 'close the bracket that is opened here' };
  if (code === 'BLOCK_AS_IMPLICIT_KEY' || code === 'BAD_INDENT' || code === 'MULTILINE_IMPLICIT_KEY') {
    return {
      expected: 'entries of one map or list in the same column, and one key: value per line',
      fix: 'line the entry up with its neighbours; put quotes around a value that contains ": "',
    };
  }
  return {
    expected: `valid YAML (${message})`,
    fix: 'look for a missing quote, bracket or colon just before this place',
  };
}
