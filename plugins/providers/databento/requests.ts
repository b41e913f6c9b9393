import { type DbnSchema, MillraceError } from '#core';
import { stypeOf } from './symbology.ts';

const MOST_SYMBOLS = 500;

export interface Subscription {
  readonly schema: DbnSchema;
  /** In the venue's names. */
  readonly symbols: readonly string[];
  /** Nanoseconds; replays from there. 0 is all that the venue holds. */
  readonly start?: bigint | undefined;
  /** The state of the book before its changes: mbo only, and not with a start. */
  readonly snapshot?: boolean | undefined;
}

export type Compression = 'none' | 'zstd';

export interface Login {
  readonly response: string;
  readonly dataset: string;
  readonly heartbeatSeconds: number;
  readonly client: string;
  readonly compression: Compression;
}

export const loginLine = ({ response, dataset, heartbeatSeconds, client, compression }: Login): string =>
  `auth=${response}|dataset=${dataset}|encoding=dbn|compression=${compression}|ts_out=0|client=${client}` +
  `|heartbeat_interval_s=${heartbeatSeconds}\n`;

/** One line for each kind of symbol and each 500 symbols; lines of one kind share the id. */
export function subscriptionLines(subscriptions: readonly Subscription[], firstId: number): readonly string[] {
  const groups = subscriptions.flatMap((subscription) => byStype(subscription));
  return groups.flatMap(({ stype, symbols, schema, start, snapshot }, group) => {
    const parts = chunksOf(symbols, MOST_SYMBOLS);
    return parts.map((part, i) =>
      [
        `schema=${schema}|stype_in=${stype}|symbols=${part.join(',')}`,
        `|snapshot=${snapshot === true ? 1 : 0}|is_last=${i === parts.length - 1 ? 1 : 0}`,
        start === undefined ? '' : `|start=${start}`,
        `|id=${firstId + group}\n`,
      ].join(''),
    );
  });
}

export const START_SESSION = 'start_session=0\n';

/** `key=value` pairs between bars; empty pieces are passed over. */
export const fieldsOf = (line: string): ReadonlyMap<string, string> =>
  new Map(
    line
      .split('|')
      .filter((piece) => piece !== '')
      .map((piece): [string, string] => {
        const equals = piece.indexOf('=');
        return equals === -1 ? [piece, ''] : [piece.slice(0, equals), piece.slice(equals + 1)];
      }),
  );

function byStype(subscription: Subscription) {
  const groups = new Map<string, string[]>();
  for (const symbol of subscription.symbols) {
    // A line has no way to quote: these would become other fields, or other symbols.
    if (/[|,\s]/.test(symbol) || symbol === '') throw notASymbol(symbol);
    const stype = stypeOf(symbol);
    groups.set(stype, [...(groups.get(stype) ?? []), symbol]);
  }
  return [...groups].map(([stype, symbols]) => ({ ...subscription, stype, symbols }));
}

const chunksOf = (symbols: readonly string[], size: number): readonly (readonly string[])[] =>
  Array.from({ length: Math.ceil(symbols.length / size) }, (_, i) => symbols.slice(i * size, (i + 1) * size));

const notASymbol = (symbol: string): MillraceError =>
  new MillraceError({
    code: 'PROVIDER_SYMBOL',
    where: { path: 'instruments' },
    was: JSON.stringify(symbol),
    expected: 'a symbol without spaces, commas and bars',
    fix: 'write it as the venue does, such as NQM6 or NQ.v.0',
  });
