import { crc32 } from 'node:zlib';
import type { Level } from '../../domain/market.ts';
import type { BookView } from '../../plugin/context.ts';

export interface ChecksumOptions {
  /** Levels of each side that count. OKX takes 25. */
  readonly levels?: number | undefined;
  /** How the venue writes a price and a size. By default the shortest decimals, without exponents. */
  readonly price?: ((price: number) => string) | undefined;
  readonly size?: ((size: number) => string) | undefined;
}

/**
 * The checksum by which OKX and others let a book be compared: CRC-32 as a signed 32-bit number over
 * `bid:size:ask:size:…`, one level of each side in turn; where a side has ended the other goes on alone.
 *
 * Source: OKX API, "Order book channel", checksum.
 */
export function bookChecksum(book: Pick<BookView, 'levels'>, options: ChecksumOptions = {}): number {
  const { levels = 25, price = plainDecimal, size = plainDecimal } = options;
  const write = (level: Level | undefined): string[] => (level === undefined ? [] : [price(level[0]), size(level[1])]);
  const bids = book.levels('bid', levels);
  const asks = book.levels('ask', levels);
  const parts: string[] = [];
  for (let i = 0; i < Math.max(bids.length, asks.length); i++) parts.push(...write(bids[i]), ...write(asks[i]));
  return crc32(parts.join(':')) | 0;
}

/** A number without an exponent: 1e-8 as 0.00000001. */
function plainDecimal(value: number): string {
  const text = String(value);
  const parts = /^(-?)(\d+)(?:\.(\d+))?e-(\d+)$/.exec(text);
  if (parts === null) return text;
  const [, sign = '', whole = '', rest = '', zeros = ''] = parts;
  return `${sign}0.${'0'.repeat(Number(zeros) - whole.length)}${whole}${rest}`;
}
