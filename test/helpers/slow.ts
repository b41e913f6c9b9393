/**
 * What is tried over and over, with other seeds, moments or faults, is tried once or a few times by a plain `npm test`, which
 * has to end while somebody waits for it. MILLRACE_SLOW=1 tries all of it, as is done before a change is kept.
 */
export const SLOW = process.env['MILLRACE_SLOW'] === '1';

/** How often something is tried: a tenth of `count` by a plain `npm test`. */
export const often = (count: number): number => (SLOW ? count : count / 10);
