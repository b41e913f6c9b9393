import { MillraceError, type Problem } from '../errors/millrace-error.ts';

/** A fault of the network or of a venue's answer. */
export class NetError extends MillraceError {
  /** HTTP status, when there was an answer. */
  readonly status: number | undefined;
  /** What the venue asked us to wait, milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** Private, because logs print whatever an error carries. */
  readonly #body: string;

  constructor(
    problem: Problem,
    answer: {
      readonly status?: number | undefined;
      readonly retryAfterMs?: number | undefined;
      readonly body?: string;
    } = {},
  ) {
    super(problem);
    this.name = 'NetError';
    this.status = answer.status;
    this.retryAfterMs = answer.retryAfterMs;
    this.#body = answer.body ?? '';
  }

  /** The beginning of the answer, for those who know the venue's error codes. Not shown. */
  get body(): string {
    return this.#body;
  }
}
