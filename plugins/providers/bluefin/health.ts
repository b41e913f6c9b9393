import { type Log, MillraceError, type Net } from '#core';

const TIMEOUT_MS = 5000;

interface HealthRequest {
  readonly base: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly net: Net;
}

/** What the service says of itself, as far as it matters. */
export interface Health {
  /** Why its data is invented, as far as it tells. */
  readonly invented: string | undefined;
}

/** Asks `/health`, as the old client did before it dialled. Errors: those of `net.json`, and NET_BAD_ANSWER. */
export async function askHealth({ base, headers, net }: HealthRequest): Promise<Health> {
  const url = `${base}/health`;
  // Asked once per connection: a kept one may have died with the last, and would swallow the question.
  const answer = await net.json({ url, headers: { ...headers, connection: 'close' }, timeoutMs: TIMEOUT_MS });
  const body = typeof answer === 'object' && answer !== null ? (answer as Record<string, unknown>) : {};
  if (body['status'] !== 'healthy') throw unhealthy(url, body['status']);
  return { invented: whyInvented(body) };
}

/** Ours says so. The old service streams invented data whatever it says; without an exchange it has nothing else. */
function whyInvented({ mode, connected }: Record<string, unknown>): string | undefined {
  if (mode === 'mock') return 'it is in mode mock';
  return mode === undefined && connected === false ? 'it has no connection to an exchange' : undefined;
}

/** Warns once of each reason. */
export function inventedWarning(log: Log): (health: Health) => void {
  const told = new Set<string>();
  return ({ invented }) => {
    if (invented === undefined || told.has(invented)) return;
    told.add(invented);
    log.warn(`the service may be sending invented data: ${invented}`);
  };
}

const unhealthy = (url: string, status: unknown): MillraceError =>
  new MillraceError({
    code: 'NET_BAD_ANSWER',
    where: { path: url },
    was: status === undefined ? 'an answer without a status' : `status ${JSON.stringify(status)}`,
    expected: '"status": "healthy"',
    fix: 'check that the address is that of a Bluefin streaming service or of a Millrace gateway',
  });
