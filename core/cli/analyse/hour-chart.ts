import type { HourVolume } from '../../volume/volume-by-hour.ts';
import { Frame, LEFT, RIGHT } from './frame.ts';
import { amount, percent, short, signed } from './numbers.ts';
import type { Subject } from './subject.ts';
import { element, title } from './svg.ts';

const PARTS = [
  ['RTH', 'rth'],
  ['ETH', 'eth'],
  ['outside', 'outside'],
] as const;

/** Volume by hour of the exchange's day, the sessions on top of each other. */
export function hourChart({ analysis }: Subject): string {
  const { hours, zone } = analysis;
  const frame = new Frame({
    name: 'Volume by hour of the day',
    height: 280,
    yLabel: 'volume',
    xLabel: `hour that begins, ${zone}`,
    from: 0,
    to: Math.max(...hours.map(({ volume }) => volume), 1e-9) * 1.05,
    yText: short,
  });
  const width = (RIGHT - LEFT) / 24;
  for (let hour = 0; hour < 24; hour++) frame.mark(LEFT + (hour + 0.5) * width, String(hour).padStart(2, '0'));
  for (const each of hours) frame.add(...column(each, LEFT + (each.hour + 0.12) * width, width * 0.76, frame));
  return frame.svg;
}

function column(hour: HourVolume, x: number, width: number, frame: Frame): string[] {
  let below = 0;
  return PARTS.flatMap(([session, kind]) => {
    const volume = hour.bySession[session];
    if (volume === 0) return [];
    const top = frame.y(below + volume);
    const height = frame.y(below) - top;
    below += volume;
    const text = `${clock(hour.hour)} ${session}: ${amount(volume)}\nhour ${amount(hour.volume)} (${percent(hour.share)}), delta ${signed(hour.delta)}, ${amount(hour.trades)} trades`;
    return [element('rect', { class: kind, x, y: top, width, height }, title(text))];
  });
}

const clock = (hour: number): string => `${String(hour).padStart(2, '0')}:00`;
