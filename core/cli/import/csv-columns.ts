import { MillraceError } from '../../errors/millrace-error.ts';
import type { ImportOptions } from './import-options.ts';

type CsvKind = 'trades' | 'quotes' | 'bars';

const COMMON = ['ts', 'recv', 'symbol', 'id'] as const;
const FIELDS = {
  trades: [...COMMON, 'price', 'size', 'side', 'buyerIsMaker'],
  quotes: [...COMMON, 'bid', 'bidSize', 'ask', 'askSize'],
  bars: [...COMMON, 'open', 'high', 'low', 'close', 'volume', 'trades'],
} as const;
const NEEDED: Readonly<Record<CsvKind, readonly CsvField[]>> = {
  trades: ['ts', 'price'],
  quotes: ['ts', 'bid', 'ask'],
  bars: ['ts', 'open', 'high', 'low', 'close'],
};
export type CsvField = (typeof FIELDS)[CsvKind][number];

/** Names that files in the wild give to a field, in lower case without separators; the first that is there counts. */
const ALIASES: Readonly<Record<CsvField, readonly string[]>> = {
  ts: ['tsevent', 'timestamp', 'time', 'datetime', 'date', 'ts', 'transacttime', 'opentime', 'timeusutc', 'starttime'],
  recv: ['tsrecv', 'localtimestamp', 'recvtime', 'receivetime', 'recv'],
  symbol: ['symbol', 'instrument', 'ticker', 'pair'],
  id: ['id', 'tradeid', 'aggtradeid', 'updateid', 'sequence'],
  price: ['price', 'tradeprice', 'last', 'lastprice'],
  size: ['size', 'amount', 'quantity', 'qty', 'volume', 'tradesize', 'lastsize'],
  side: ['side', 'aggressorside', 'takerside', 'direction'],
  buyerIsMaker: ['isbuyermaker', 'buyerismaker'],
  bid: ['bid', 'bidprice', 'bestbid', 'bestbidprice'],
  bidSize: ['bidsize', 'bidamount', 'bidqty', 'bidquantity', 'bestbidqty', 'bestbidsize', 'bidvolume'],
  ask: ['ask', 'askprice', 'bestask', 'bestaskprice'],
  askSize: ['asksize', 'askamount', 'askqty', 'askquantity', 'bestaskqty', 'bestasksize', 'askvolume'],
  open: ['open'],
  high: ['high'],
  low: ['low'],
  close: ['close'],
  volume: ['volume', 'vol'],
  trades: ['trades', 'count', 'tradecount', 'numberoftrades'],
};

export interface CsvColumns {
  readonly kind: CsvKind;
  /** Place of each field in a line, from 0; what the file lacks is absent. */
  readonly at: Readonly<Partial<Record<CsvField, number>>>;
}

/**
 * Finds the columns: those of `--columns` and `--recv-column`, then well-known header names for the rest.
 *
 * Errors: IMPORT_CSV_COLUMNS
 */
export function findColumns(header: readonly string[] | undefined, options: ImportOptions, file: string): CsvColumns {
  const named = namedColumns(options);
  const names = header?.map(plain) ?? [];
  const known = (field: CsvField): number =>
    ALIASES[field].map((alias) => names.indexOf(alias)).find((i) => i >= 0) ?? -1;
  const place = (field: CsvField): number => {
    const column = named.get(field);
    return column === undefined ? known(field) : placeOf(column, header, file);
  };
  const kind = options.kind ?? kindOf((field) => place(field) >= 0);
  if (kind === undefined) throw badColumns(file, header, 'columns of trades, quotes or bars');
  checkFields(named, kind, file);

  const at: Partial<Record<CsvField, number>> = {};
  for (const field of FIELDS[kind]) if (place(field) >= 0) at[field] = place(field);
  const missing = NEEDED[kind].filter((field) => at[field] === undefined);
  if (missing.length > 0)
    throw badColumns(file, header, `${kind} with ${NEEDED[kind].join(', ')}; not found: ${missing.join(', ')}`);
  return { kind, at };
}

function kindOf(has: (field: CsvField) => boolean): CsvKind | undefined {
  // A bar also has a volume and a quote file may repeat a last price, so the most telling kind is asked for first.
  const order = ['bars', 'quotes', 'trades'] as const;
  return order.find((kind) => NEEDED[kind].every(has));
}

function namedColumns({ columns, recvColumn }: ImportOptions): Map<string, string> {
  const named = new Map<string, string>();
  for (const part of columns?.split(',') ?? []) {
    const [field = '', column = ''] = part.split('=').map((text) => text.trim());
    named.set(field, column);
  }
  if (recvColumn !== undefined) named.set('recv', recvColumn);
  return named;
}

function checkFields(named: ReadonlyMap<string, string>, kind: CsvKind, file: string): void {
  const fields: readonly string[] = FIELDS[kind];
  const strange = [...named.keys()].find((field) => !fields.includes(field));
  if (strange === undefined) return;
  throw new MillraceError({
    code: 'IMPORT_CSV_COLUMNS',
    where: { file, path: '--columns' },
    was: `a field ${strange}`,
    expected: `fields of ${kind}: ${fields.join(', ')}`,
    fix: 'write field=column, such as --columns ts=timestamp,price=price,size=amount',
  });
}

/** A header name, or a number from 1. */
function placeOf(column: string, header: readonly string[] | undefined, file: string): number {
  const byName = header?.indexOf(column) ?? -1;
  if (byName >= 0) return byName;
  const number = Number(column);
  if (Number.isSafeInteger(number) && number > 0) return number - 1;
  throw badColumns(file, header, `a column ${column}`);
}

const plain = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');

const badColumns = (file: string, header: readonly string[] | undefined, expected: string): MillraceError =>
  new MillraceError({
    code: 'IMPORT_CSV_COLUMNS',
    where: { file, line: 1 },
    was: header === undefined ? 'a file without a header' : `columns ${header.join(', ')}`,
    expected,
    fix: 'name the columns: --columns ts=timestamp,price=price,size=amount,side=side (numbers from 1 where there is no header)',
  });
