import { MillraceError, type Problem } from '../../errors/millrace-error.ts';
import { asError } from '../../runtime/as-error.ts';

/** What stands in the reasons of Node's network, and what to do about it. */
const REMEDIES: readonly (readonly [RegExp, string])[] = [
  [/ENOTFOUND|EAI_AGAIN/, 'the host is unknown: check the spelling of the address, or the DNS of this machine'],
  [/ECONNREFUSED/, 'the machine is there and nothing listens at that port: check the address, or wait for the venue'],
  [/EHOSTUNREACH|ENETUNREACH|ENETDOWN/, 'this machine has no way there: check its network, VPN or proxy'],
  [
    /certificate|self.signed|ERR_TLS/i,
    'the certificate is not trusted: check the address and the clock of this machine',
  ],
  [
    /ECONNRESET|hang up/,
    'the venue cuts the connection: check the address, ws:// against wss://, and whether this IP is allowed',
  ],
  [/status 40[13]/, 'check the key, and what it is allowed to do'],
  [/status 404/, 'check the path of the address'],
  [/status 429/, 'wait: the venue limits connections, and each try counts'],
];

/** Why a provider did not come to be live, with the remedy for what the system or the venue said. */
export function explainFailure(provider: string, error: unknown): readonly Problem[] {
  if (error === undefined) return [silence(provider)];
  if (error instanceof MillraceError) return error.problems.map((problem) => withRemedy(provider, problem));
  return [
    {
      code: 'INTERNAL',
      where: { path: `providers.${provider}` },
      was: asError(error).message,
      expected: 'a connection',
      fix: 'this is a fault of the provider: run again with LOG_LEVEL=debug, and report it',
    },
  ];
}

function withRemedy(provider: string, problem: Problem): Problem {
  const { path = '' } = problem.where;
  const place = path.startsWith('providers.') ? path : [`providers.${provider}`, path].filter(Boolean).join('  ');
  const remedy = problem.code.startsWith('NET_')
    ? REMEDIES.find(([pattern]) => pattern.test(problem.was))?.[1]
    : undefined;
  return { ...problem, where: { ...problem.where, path: place }, fix: remedy ?? problem.fix };
}

const silence = (provider: string): Problem => ({
  code: 'NET_TIMEOUT',
  where: { path: `providers.${provider}` },
  was: 'no answer to the login or to the subscriptions before the time was over',
  expected: 'a connection that goes live',
  fix: 'give it longer with --for 30s; if that is not it, check the address and the venue’s status page',
});
