/** Gives out tokens that look like those of the gateway, and knows which still work. */
export class TokenDesk {
  /** Life of a token, milliseconds. */
  lifeMs = 86_400_000;
  /** Nobody is let in. */
  closed = false;
  private readonly now: () => number;
  private readonly ends = new Map<string, number>();
  private count = 0;

  constructor(now: () => number) {
    this.now = now;
  }

  issue(): string {
    const expires = this.now() + this.lifeMs;
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const token = `${part({ alg: 'none' })}.${part({ exp: expires / 1000, jti: ++this.count })}.loopback`;
    this.ends.set(token, expires);
    return token;
  }

  isGood(token: string | undefined): boolean {
    const end = token === undefined ? undefined : this.ends.get(token);
    return !this.closed && end !== undefined && end > this.now();
  }

  revokeAll(): void {
    this.ends.clear();
  }
}
