import type { Problem } from '../errors/millrace-error.ts';

/** A fault that the YAML parser found, at a line and column from 1. */
export interface SyntaxFault {
  readonly code: string;
  readonly message: string;
  readonly line: number;
  readonly column: number;
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
  const lines = text.split(/\r?\n/);
  const independent = faults.filter(({ code }) => code === 'TAB_AS_INDENT' || code === 'DUPLICATE_KEY');
  const first = faults.find((fault) => !independent.includes(fault));
  const told = independent.length > 0 || first === undefined ? independent : [first];
  return told.map((fault) => syntaxProblem(fault, lines[fault.line - 1] ?? '', file));
}

function syntaxProblem(fault: SyntaxFault, line: string, file: string): Problem {
  const variable = line.indexOf('${');
  const bare = variable !== -1 && fault.code !== 'DUPLICATE_KEY' && !/["']\$\{/.test(line);
  const advice = bare ? BARE_VARIABLE : adviceOn(fault, line);
  return {
    code: fault.code === 'DUPLICATE_KEY' ? 'CONFIG_DUPLICATE_KEY' : 'CONFIG_SYNTAX',
    where: { file, line: fault.line, column: bare ? variable + 1 : fault.column },
    was: line.trim() === '' ? fault.message : withoutSecret(line.trim()),
    ...advice,
  };
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
    return { expected: 'a closing quote', fix: 'close the quote that was opened above' };
  }
  if (/^\s*[\w./-]+:\S/.test(line) && code === 'MISSING_CHAR') {
    return { expected: 'a space after the colon', fix: `write ${line.trim().replace(/:(?=\S)/, ': ')}` };
  }
  if (code === 'MISSING_CHAR') return { expected: 'key: value', fix: `write ${line.trim()}: …, or remove the line` };
  if (code === 'BAD_SCALAR_START' || code === 'BAD_ALIAS') {
    return { expected: 'text that does not begin with @ ` % * &', fix: 'put quotes around the value' };
  }
  if (code === 'BAD_DQ_ESCAPE') {
    return {
      expected: 'a known escape after the backslash',
      fix: "use 'single quotes', where a backslash is a backslash",
    };
  }
  if (message.includes('Flow')) return { expected: 'a closing } or ]', fix: 'close the bracket that was opened above' };
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
