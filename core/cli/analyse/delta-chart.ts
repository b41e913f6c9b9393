import type { LinePoint } from '../../volume/price-line.ts';
import { Frame, LEFT, RIGHT } from './frame.ts';
import { localTime, short, signed } from './numbers.ts';
import { linear, timeTicks } from './scale.ts';
import type { Subject } from './subject.ts';
import { element, linePath, title } from './svg.ts';

const COLUMNS = 120;

/** Bought minus sold: columns within stretches of time, a line since the session began. */
export function deltaChart({ analysis, zone }: Subject): string {
  const { points, spanMs } = analysis.line;
  const from = points[0]?.start ?? 0;
  const to = (points.at(-1)?.start ?? 0) + spanMs;
  const columns = joinPoints(points, from, to);
  const values = [0, ...points.map((point) => point.cumulativeDelta), ...columns.map(({ delta }) => delta)];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const margin = (high - low) * 0.05 || 1;
  const frame = new Frame({
    name: 'Delta',
    height: 300,
    yLabel: 'bought − sold',
    xLabel: `time, ${analysis.zone}`,
    from: low - margin,
    to: high + margin,
    yText: short,
  });
  const x = linear(from, to, LEFT, RIGHT);
  frame.timeMarks(timeTicks(from, to, zone), x);
  const zero = frame.y(0);
  frame.add(element('line', { class: 'axis', x1: LEFT, x2: RIGHT, y1: zero, y2: zero }));
  const width = ((RIGHT - LEFT) / COLUMNS) * 0.8;
  for (const { start, delta } of columns) {
    const y = frame.y(delta);
    const box = {
      class: delta < 0 ? 'sell' : 'buy',
      x: x(start),
      y: Math.min(y, zero),
      width,
      height: Math.abs(y - zero),
    };
    frame.add(element('rect', box, title(`${localTime(start, zone)}\ndelta ${signed(delta)}`)));
  }
  const line = linePath(points.map((point) => [x(point.start + spanMs), frame.y(point.cumulativeDelta)]));
  frame.add(element('path', { class: 'cumulative', d: line }, title('delta since the session began')));
  return frame.svg;
}

function joinPoints(points: readonly LinePoint[], from: number, to: number): { start: number; delta: number }[] {
  const span = (to - from) / COLUMNS;
  const sums = new Map<number, number>();
  for (const { start, delta } of points) {
    const column = Math.floor((start - from) / span);
    sums.set(column, (sums.get(column) ?? 0) + delta);
  }
  return [...sums].map(([column, delta]) => ({ start: from + column * span, delta }));
}
