import { Frame, LEFT, RIGHT } from './frame.ts';
import { amount, short } from './numbers.ts';
import { joinRows } from './price-rows.ts';
import { linear, roundTicks } from './scale.ts';
import { type Subject, shownProfile } from './subject.ts';
import { element, title } from './svg.ts';

const ROWS = 90;

interface Row {
  /** Lowest price of the row. */
  readonly price: number;
  /** What lies side by side in the row, from the left. */
  readonly parts: readonly { readonly kind: string; readonly value: number }[];
  readonly text: string;
}

interface Profile {
  readonly name: string;
  readonly xLabel: string;
  readonly rows: readonly Row[];
  /** Price units of a row. */
  readonly height: number;
  readonly poc: number | undefined;
  readonly vah: number | undefined;
  readonly val: number | undefined;
}

/** Volume by price with point of control and value area. */
export function profileChart(subject: Subject): string {
  const { profile } = subject.analysis;
  const step = profile.ticksPerBin * subject.instrument.tickSize;
  const { rows, height } = joinRows(profile.bins, step, ROWS, (price, bins): Row => {
    const sum = (read: (bin: (typeof bins)[number]) => number): number => bins.reduce((all, bin) => all + read(bin), 0);
    const [volume, buy, sell] = [sum((bin) => bin.volume), sum((bin) => bin.buy), sum((bin) => bin.sell)];
    return {
      price,
      parts: [
        { kind: 'buy', value: buy },
        { kind: 'sell', value: sell },
        { kind: 'outside', value: Math.max(0, volume - buy - sell) },
      ],
      text: `${amount(volume)}: bought ${amount(buy)}, sold ${amount(sell)}`,
    };
  });
  return drawProfile(subject, { name: 'Volume by price', xLabel: 'volume', rows, height, ...profile });
}

/** Half hours by price: the market profile of the last trading date. */
export function marketProfileChart(subject: Subject): string {
  const marketProfile = shownProfile(subject);
  if (marketProfile === undefined) return '';
  const step = marketProfile.ticksPerRow * subject.instrument.tickSize;
  const { rows, height } = joinRows(marketProfile.rows, step, ROWS, (price, joined): Row => {
    const letters = [...new Set(joined.flatMap((row) => row.letters.split('')))].join('');
    return { price, parts: [{ kind: 'tpo', value: letters.length }], text: `${letters.length} brackets: ${letters}` };
  });
  const name = `Market profile of ${marketProfile.tradingDate}`;
  return drawProfile(subject, { name, xLabel: 'brackets of 30 minutes', rows, height, ...pick(marketProfile) });
}

const pick = ({ poc, vah, val }: { poc: number; vah: number; val: number }) => ({ poc, vah, val });

function drawProfile({ price }: Subject, { name, xLabel, rows, height, poc, vah, val }: Profile): string {
  const low = Math.min(...rows.map((row) => row.price));
  const high = Math.max(...rows.map((row) => row.price)) + height;
  const frame = new Frame({
    name,
    height: 460,
    yLabel: 'price',
    xLabel,
    from: low,
    to: high,
    yText: (value) => price(value),
  });
  const widest = Math.max(...rows.map(({ parts }) => parts.reduce((sum, { value }) => sum + value, 0)), 1e-9);
  const x = linear(0, widest * 1.05, LEFT, RIGHT);
  for (const value of roundTicks(0, widest, Math.min(8, widest))) frame.mark(x(value), short(value));
  if (vah !== undefined && val !== undefined)
    frame.add(valueArea(frame, Math.min(high, vah + height), Math.max(low, val)));
  const thickness = Math.max(0.6, frame.y(0) - frame.y(height) - 0.6);
  for (const row of rows) {
    let left = 0;
    const text = title(`${price(row.price)}${'\n'}${row.text}`);
    for (const { kind, value } of row.parts) {
      const width = x(left + value) - x(left);
      if (value > 0) {
        frame.add(
          element('rect', { class: kind, x: x(left), y: frame.y(row.price + height), width, height: thickness }, text),
        );
      }
      left += value;
    }
  }
  if (poc !== undefined) frame.level(poc, 'poc', `POC ${price(poc)}`);
  if (vah !== undefined) frame.level(vah, 'edge', `VAH ${price(vah)}`);
  if (val !== undefined) frame.level(val, 'edge', `VAL ${price(val)}`);
  return frame.svg;
}

const valueArea = (frame: Frame, top: number, bottom: number): string =>
  element(
    'rect',
    { class: 'area', x: LEFT, y: frame.y(top), width: RIGHT - LEFT, height: frame.y(bottom) - frame.y(top) },
    title('value area'),
  );
