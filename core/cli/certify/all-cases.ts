import type { CertifyCase } from './case.ts';
import { expiredToken, keepsSecrets, rateLimited, wrongToken } from './cases/access.ts';
import { comesAgain, connects, followsDemand, subscribes } from './cases/demand.ts';
import { bookReset, duplicate, malformed, sequenceGap, unknownMessage } from './cases/frames.ts';
import { leavesNothing } from './cases/leaving.ts';
import { delayed, slowConsumer } from './cases/load.ts';
import { answersHistory, dropsBadRows, mapsBars, mapsDepth, mapsQuotes, mapsTrades } from './cases/mapping.ts';
import { closed, cutInFrame, dropped, halfOpen, noTradeTwice, refused, restarted, silent } from './cases/outages.ts';

/** In the order of their numbers. */
export const CERTIFY_CASES: readonly CertifyCase[] = [
  connects,
  subscribes,
  mapsTrades,
  mapsQuotes,
  mapsDepth,
  mapsBars,
  followsDemand,
  dropped,
  cutInFrame,
  refused,
  restarted,
  halfOpen,
  silent,
  closed,
  malformed,
  unknownMessage,
  duplicate,
  sequenceGap,
  bookReset,
  wrongToken,
  expiredToken,
  rateLimited,
  answersHistory,
  delayed,
  slowConsumer,
  noTradeTwice,
  keepsSecrets,
  dropsBadRows,
  leavesNothing,
  comesAgain,
];
