import type { LinePoint } from '../../volume/price-line.ts';
import { Frame, LEFT, RIGHT } from './frame.ts';
import { localTime } from './numbers.ts';
import { linear, type Scale, timeTicks } from './scale.ts';
import type { Subject } from './subject.ts';
import { areaPath, element, linePath, title } from './svg.ts';

export interface TimeFrame {
  readonly frame: Frame;
  readonly x: Scale;
}

/** A frame over the time of the tape whose vertical axis is a price. */
export function priceFrame({ analysis, zone, price }: Subject, name: string, extremes: readonly number[]): TimeFrame {
  const { points, spanMs } = analysis.line;
  const low = Math.min(...points.map((point) => point.low), ...extremes);
  const high = Math.max(...points.map((point) => point.high), ...extremes);
  const margin = (high - low) * 0.04 || Math.abs(high) * 0.001 || 1;
  const frame = new Frame({
    name,
    height: 360,
    yLabel: 'price',
    xLabel: `time, ${analysis.zone}`,
    from: low - margin,
    to: high + margin,
    yText: (value) => price(value),
  });
  const from = points[0]?.start ?? 0;
  const to = (points.at(-1)?.start ?? 0) + spanMs;
  const x = linear(from, to, LEFT, RIGHT);
  frame.timeMarks(timeTicks(from, to, zone), x);
  return { frame, x };
}

/** Range and last price of each stretch. */
export function priceLine({ analysis, zone, price }: Subject, { frame, x }: TimeFrame, withTitles: boolean): string {
  const { points, spanMs } = analysis.line;
  const middle = (point: LinePoint): number => x(point.start + spanMs / 2);
  const ranges = points
    .map((point) => `M${middle(point).toFixed(1)} ${frame.y(point.high).toFixed(1)}V${frame.y(point.low).toFixed(1)}`)
    .join('');
  const hovers = !withTitles
    ? []
    : points.map((point) => {
        const text = `${localTime(point.start, zone)}\nopen ${price(point.open)}, high ${price(point.high)}, low ${price(point.low)}, close ${price(point.close)}`;
        const width = Math.max(1, x(point.start + spanMs) - x(point.start));
        const box = { class: 'hover', x: x(point.start), y: frame.top, width, height: frame.bottom - frame.top };
        return element('rect', box, title(text));
      });
  return [
    element('path', { class: 'range', d: ranges }),
    element('path', { class: 'price', d: linePath(points.map((point) => [middle(point), frame.y(point.close)])) }),
    ...hovers,
  ].join('');
}

/** Price with the session's VWAP and bands of one and two standard deviations. */
export function priceChart(subject: Subject): string {
  const { points, spanMs } = subject.analysis.line;
  const drawn = priceFrame(subject, 'Price with VWAP and bands', []);
  const { frame, x } = drawn;
  const at = (point: LinePoint, deviations: number): number | undefined =>
    point.vwap === undefined || point.deviation === undefined
      ? undefined
      : inside(frame, frame.y(point.vwap + deviations * point.deviation));
  const middle = (point: LinePoint): number => x(point.start + spanMs / 2);
  // Each date for itself: between two of them there is no VWAP.
  const days = [...Map.groupBy(points, ({ tradingDate }) => tradingDate).values()];
  for (const deviations of [2, 1]) {
    const area = days
      .map((day) => areaPath(day.map((point) => [middle(point), at(point, deviations), at(point, -deviations)])))
      .join('');
    const text = title(`VWAP ± ${deviations} standard deviation${deviations === 1 ? '' : 's'}`);
    frame.add(element('path', { class: 'band', d: area }, text));
  }
  frame.add(priceLine(subject, drawn, true));
  const vwap = days.map((day) => linePath(day.map((point) => [middle(point), at(point, 0)]))).join('');
  frame.add(element('path', { class: 'vwap', d: vwap }, title('VWAP')));
  return frame.svg;
}

/** Bands that leave the drawing end at its edge. */
const inside = (frame: Frame, y: number): number => Math.min(frame.bottom, Math.max(frame.top, y));
