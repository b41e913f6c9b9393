import { linear, roundTicks, type Scale, type TimeTick } from './scale.ts';
import { element, escapeText, title } from './svg.ts';

/** Pixels of a drawing; a browser scales all of it. */
const WIDTH = 960;
export const LEFT = 84;
export const RIGHT = WIDTH - 20;
const TOP = 14;
const BOTTOM = 46;

export interface FrameOptions {
  /** Says what the drawing shows, for those who cannot see it. */
  readonly name: string;
  readonly height: number;
  readonly yLabel: string;
  readonly xLabel: string;
  /** Range of the values on the vertical axis. */
  readonly from: number;
  readonly to: number;
  readonly yText: (value: number) => string;
}

/** A drawing area with a vertical axis. */
export class Frame {
  readonly top = TOP;
  readonly bottom: number;
  readonly y: Scale;
  readonly #options: FrameOptions;
  readonly #parts: string[] = [];

  constructor(options: FrameOptions) {
    this.#options = options;
    this.bottom = options.height - BOTTOM;
    this.y = linear(options.from, options.to, this.bottom, this.top);
    for (const value of roundTicks(options.from, options.to, 6)) {
      const y = this.y(value);
      this.add(element('line', { class: 'grid', x1: LEFT, x2: RIGHT, y1: y, y2: y }));
      this.add(label(options.yText(value), LEFT - 8, y + 4, 'end'));
    }
  }

  add(...markup: readonly string[]): void {
    this.#parts.push(...markup);
  }

  /** A mark on the horizontal axis. */
  mark(x: number, text: string): void {
    this.add(element('line', { class: 'tick', x1: x, x2: x, y1: this.bottom, y2: this.bottom + 5 }));
    this.add(label(text, x, this.bottom + 19, 'middle'));
  }

  timeMarks(ticks: readonly TimeTick[], x: Scale): void {
    for (const { at, label: text } of ticks) this.mark(x(at), text);
  }

  /** A line across all of it, with its name at the right end. */
  level(value: number, kind: string, text: string): void {
    const y = this.y(value);
    this.add(element('line', { class: kind, x1: LEFT, x2: RIGHT, y1: y, y2: y }, title(text)));
    this.add(label(text, RIGHT - 4, y - 4, 'end', 'name'));
  }

  get svg(): string {
    const { name, height, yLabel, xLabel } = this.#options;
    const middle = (this.top + this.bottom) / 2;
    return element(
      'svg',
      { viewBox: `0 0 ${WIDTH} ${height}`, role: 'img', 'aria-label': name },
      ...this.#parts,
      element('line', { class: 'axis', x1: LEFT, x2: RIGHT, y1: this.bottom, y2: this.bottom }),
      element('line', { class: 'axis', x1: LEFT, x2: LEFT, y1: this.top, y2: this.bottom }),
      label(xLabel, (LEFT + RIGHT) / 2, height - 8, 'middle'),
      element(
        'text',
        { transform: `translate(16 ${middle}) rotate(-90)`, 'text-anchor': 'middle' },
        escapeText(yLabel),
      ),
    );
  }
}

const label = (text: string, x: number, y: number, anchor: 'middle' | 'end', kind?: string): string =>
  element('text', { x, y, 'text-anchor': anchor, class: kind }, escapeText(text));
