/** What an error message of the venue's stream is about. The texts are not documented: these are the ones on record. */
export type VenueErrorKind =
  | 'wrong key'
  | 'too many symbols'
  | 'invalid symbol'
  | 'limit reached'
  | 'no access'
  | 'other';

const PATTERNS: readonly (readonly [RegExp, VenueErrorKind])[] = [
  [/(invalid|wrong|missing|expired).*(token|api key)|unauthori[sz]ed/i, 'wrong key'],
  [/too many symbols/i, 'too many symbols'],
  [/invalid symbol/i, 'invalid symbol'],
  [/limit reached|too many requests/i, 'limit reached'],
  [/access/i, 'no access'],
];

export const kindOfError = (text: string): VenueErrorKind =>
  PATTERNS.find(([pattern]) => pattern.test(text))?.[1] ?? 'other';
