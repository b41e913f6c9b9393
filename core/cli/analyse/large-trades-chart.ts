import { amount, localTime } from './numbers.ts';
import { priceFrame, priceLine } from './price-chart.ts';
import type { Subject } from './subject.ts';
import { element, title } from './svg.ts';

const LARGEST_RADIUS = 16;

/** The largest trades on the price: the area of a circle is the size. */
export function largeTradesChart(subject: Subject): string {
  const { analysis, zone, price } = subject;
  const { largest } = analysis.largeTrades;
  const drawn = priceFrame(
    subject,
    'Large trades',
    largest.map((trade) => trade.price),
  );
  const { frame, x } = drawn;
  frame.add(priceLine(subject, drawn, false));
  const most = largest[0]?.size ?? 1;
  // The largest come first, so the smaller ones lie on top.
  for (const trade of largest) {
    const text = `${localTime(trade.tsEvent, zone)}\n${amount(trade.size)} at ${price(trade.price)}, aggressor ${trade.side}`;
    const r = LARGEST_RADIUS * Math.sqrt(trade.size / most);
    const circle = { class: `trade ${trade.side}`, cx: x(trade.tsEvent), cy: frame.y(trade.price), r };
    frame.add(element('circle', circle, title(text)));
  }
  return frame.svg;
}
