import { type AccessToken, MillraceError, type Net, NetError, type RateLimit } from '#core';
import type { ProjectxOptions } from './options.ts';
import { isRow, numberOf, type Row, textOf } from './values.ts';

const DAY_MS = 86_400_000;

/** What each refusal of a login means, and what helps. */
const REFUSALS: Readonly<Record<number, readonly [name: string, fix: string]>> = {
  1: ['UserNotFound', 'check userName'],
  2: ['PasswordVerificationFailed', 'check apiKey'],
  3: ['InvalidCredentials', 'check userName and apiKey; a key can be made anew in the settings of the platform'],
  7: ['AgreementsNotSigned', 'sign the agreements in the settings of the platform'],
  9: ['ApiSubscriptionNotFound', 'subscribe to API access in the settings of the platform'],
  10: ['ApiKeyAuthenticationDisabled', 'switch API keys on in the settings of the platform'],
};

export interface AccessParts {
  readonly net: Net;
  readonly options: ProjectxOptions;
  readonly limit: RateLimit;
}

/**
 * Logs in by key. Errors: PROVIDER_AUTH, with what the gateway says; NET_… when there is no answer. None shows the key, not
 * even when the gateway's answer repeats it.
 */
export async function login({ net, options, limit }: AccessParts): Promise<AccessToken> {
  const { restUrl, userName, apiKey } = options;
  const body = { userName, apiKey };
  const url = `${base(restUrl)}/api/Auth/loginKey`;
  const answer = await masked([apiKey], () => net.json({ url, body, limit })).catch((error: unknown) => {
    if (error instanceof NetError && (error.status === 401 || error.status === 403)) return { errorCode: 3 };
    throw error;
  });
  const token = tokenIn(answer, 'token');
  if (token === undefined) throw refused(userName, restUrl, isRow(answer) ? answer : {}, apiKey);
  return { value: token, expiresAt: expiryOf(token) ?? net.now() + DAY_MS };
}

/** A new token from one that still works; the old one goes on working. */
export async function renew(old: string, { net, options, limit }: AccessParts): Promise<AccessToken> {
  const answer = await masked([old], () =>
    net.json({
      url: `${base(options.restUrl)}/api/Auth/validate`,
      body: {},
      headers: { authorization: `Bearer ${old}` },
      limit,
    }),
  );
  const token = tokenIn(answer, 'newToken');
  if (token === undefined) throw notRenewed(options.restUrl, isRow(answer) ? numberOf(answer['errorCode']) : undefined);
  return { value: token, expiresAt: expiryOf(token) ?? net.now() + DAY_MS };
}

/** When a token ends, epoch milliseconds: the claim in it, whatever the documentation says of 24 hours. */
export function expiryOf(token: string): number | undefined {
  const payload = token.split('.')[1];
  if (payload === undefined) return undefined;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    const seconds = isRow(claims) ? numberOf(claims['exp']) : undefined;
    return seconds === undefined ? undefined : seconds * 1000;
  } catch {
    return undefined;
  }
}

/** An address without the slash at its end. */
export const base = (url: string): string => url.replace(/\/+$/, '');

/** Does something, and takes secrets out of the error if it fails: a gateway may repeat in its answer what it was sent. */
export async function masked<T>(secrets: readonly string[], work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof NetError) || !secrets.some((each) => error.message.includes(each))) throw error;
    const hide = (text: string): string => secrets.reduce((shown, each) => shown.replaceAll(each, '•••'), text);
    const problems = error.problems.map((problem) => ({ ...problem, was: hide(problem.was) }));
    const [problem] = problems;
    throw problem === undefined ? new Error('refused') : new NetError(problem, { status: error.status });
  }
}

function tokenIn(answer: unknown, member: string): string | undefined {
  return isRow(answer) && answer['success'] === true ? textOf(answer[member]) : undefined;
}

function refused(userName: string, url: string, answer: Row, key: string): MillraceError {
  const code = numberOf(answer['errorCode']) ?? 8;
  const known = REFUSALS[code];
  const [name, fix] = known ?? ['UnknownError', 'try again; if it stays, see the venue’s status page'];
  const said = textOf(answer['errorMessage'])?.replaceAll(key, '•••');
  return new MillraceError({
    // An unknown error may pass; the others do not.
    code: known === undefined ? 'NET_REFUSED' : 'PROVIDER_AUTH',
    where: { path: url },
    was: `the gateway refused ${userName}: ${name} (${code})${said === undefined ? '' : `, ${said}`}`,
    expected: 'a user name and an API key that belong together',
    fix,
  });
}

const RENEWALS = ['Success', 'InvalidSession', 'SessionNotFound', 'ExpiredToken', 'UnknownError'];

const notRenewed = (url: string, code: number | undefined): MillraceError =>
  new MillraceError({
    code: 'NET_REFUSED',
    where: { path: url },
    was: `the gateway did not renew the token: ${RENEWALS[code ?? 4] ?? 'UnknownError'} (${code ?? 'no code'})`,
    expected: 'a new token',
    fix: 'nothing to do: a login follows',
  });
