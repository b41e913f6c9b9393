import { defer } from 'rxjs';
import type { Link } from '../plugin/connection.ts';
import type { Net, RateLimit } from '../plugin/net.ts';
import { wallMicros } from '../runtime/wall.ts';
import { requestJson, requestStream } from './http.ts';
import { TokenBucket } from './rate-limit.ts';
import { KeptToken } from './token-keeper.ts';
import { webSocket, webSocketBytes } from './web-socket.ts';

export interface NetParts {
  readonly link: Link;
  /** Buckets by name: one map for all providers of a run. */
  readonly limits: Map<string, RateLimit>;
  /** Told when a socket is opened: from then on its silence means something. */
  readonly onSocket?: () => void;
  readonly onProblem: (what: string, error: unknown) => void;
}

/** The network helpers of one provider. */
export function createNet({ link, limits, onSocket, onProblem }: NetParts): Net {
  return {
    webSocket: (request) =>
      defer(() => {
        onSocket?.();
        return webSocket(request, link);
      }),
    webSocketBytes: (request) =>
      defer(() => {
        onSocket?.();
        return webSocketBytes(request, link);
      }),
    json: (request) => requestJson(request, link),
    stream: (request) => requestStream(request, link),
    token: (source) => new KeptToken(source, (error) => onProblem('renewing the access token', error)),
    now: () => wallMicros() / 1000,
    limit: (name, bucket) => {
      const known = limits.get(name) ?? new TokenBucket(bucket);
      limits.set(name, known);
      return known;
    },
  };
}
