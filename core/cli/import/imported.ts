import type { Manifest } from '../../tape/manifest.ts';

/** How the manifest of an import says that its run ended. */
export const IMPORTED = 'imported';

/** Was the tape written by `runtime import`? Then it holds a market, and nobody decided anything. */
export const isImported = ({ summary }: Manifest): boolean => summary?.stopped === IMPORTED;
