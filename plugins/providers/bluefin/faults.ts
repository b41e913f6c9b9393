import { MillraceError, NetError } from '#core';

/** A refusal of the token, under its own code; any other error as it is. */
export function explain(error: unknown, name: string): unknown {
  if (!(error instanceof NetError) || (error.status !== 401 && error.status !== 403)) return error;
  const [problem] = error.problems;
  return new MillraceError(
    {
      code: 'PROVIDER_AUTH',
      where: problem?.where ?? {},
      was: problem?.was ?? 'a refusal',
      expected: 'a service that lets us in',
      fix: `set the token that the service asks for at providers.${name}.token`,
    },
    { cause: error },
  );
}

/** An error frame that says that the configuration asks for too much; `undefined` for any other. */
export function refusalIn(message: string, name: string): MillraceError | undefined {
  const [, unknown, known] = /^Unknown symbols: (.*); known are (.*)$/.exec(message) ?? [];
  if (unknown !== undefined) {
    return new MillraceError({
      code: 'PROVIDER_SYMBOL',
      where: { path: `providers.${name}` },
      was: unknown,
      expected: `symbols of the service: ${known}`,
      fix: 'write a symbol that the service has, or name it under symbols',
    });
  }
  const [, cap, over] = /^Only (\d+) symbols per socket; left out: (.*)$/.exec(message) ?? [];
  if (over === undefined) return undefined;
  return new MillraceError({
    code: 'PROVIDER_CAP',
    where: { path: `providers.${name}.symbolsPerSocket` },
    was: `the service left out ${over}`,
    expected: `at most ${cap} symbols per socket`,
    fix: `set symbolsPerSocket: ${cap}`,
  });
}
