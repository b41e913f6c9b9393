import { MillraceError } from '../errors/millrace-error.ts';

const AGAIN = 'fetch the file again; what came before the fault is good';

export const truncated = (file: string | undefined, was: string): MillraceError =>
  new MillraceError({
    code: 'DBN_TRUNCATED',
    where: { file },
    was,
    expected: 'an end after a whole record',
    fix: AGAIN,
  });

export const corrupt = (file: string | undefined, was: string, expected: string, cause?: unknown): MillraceError =>
  new MillraceError({ code: 'DBN_CORRUPT', where: { file }, was, expected, fix: AGAIN }, { cause });

export const unknownVersion = (file: string | undefined, was: string): MillraceError =>
  new MillraceError({
    code: 'DBN_VERSION',
    where: { file },
    was,
    expected: 'DBN of version 1, 2 or 3',
    fix: 'convert the file with Databento’s own tools, or update Millrace',
  });

/** A fault of the data, which leaves all records before it good. */
export const isDbnProblem = (error: unknown): error is MillraceError =>
  error instanceof MillraceError && error.code.startsWith('DBN_');
