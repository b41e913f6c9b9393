import { createHash } from 'node:crypto';

/** The last characters of a key name the bucket that it is in; they alone may be shown. */
const BUCKET_LENGTH = 5;

/**
 * The answer to a gateway's challenge: a hash that proves the key without sending it, and the key's bucket.
 *
 * @param challenge what followed `cram=` in the gateway's greeting
 */
export function cramResponse(challenge: string, key: string): string {
  const hash = createHash('sha256').update(`${challenge}|${key}`).digest('hex');
  return `${hash}-${key.slice(-BUCKET_LENGTH)}`;
}
