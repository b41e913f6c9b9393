import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Browser, describeWithChromium } from '../../helpers/chromium.ts';
import { decodePng, type Picture } from '../../helpers/png.ts';
import { answerTo } from './answer.ts';

const cwd = mkdtempSync(join(tmpdir(), 'millrace-page-'));
const page = join(cwd, 'page.html');
afterAll(() => rmSync(cwd, { recursive: true }));

const CHARTS = ['hours', 'price', 'profile', 'market-profile', 'large-trades', 'delta'];

/** A walk over a day and a half of ES: up and down, most trades small, a few large, both sides. */
function walk(): string {
  let state = 7;
  const next = (): number => {
    state = (state * 48_271) % 0x7fffffff;
    return state / 0x7fffffff;
  };
  const lines = ['time,price,size,side'];
  let ticks = 19_000;
  const from = Date.parse('2024-03-04T00:00:00Z');
  for (let i = 0; i < 8_000; i++) {
    ticks += Math.round((next() - 0.5) * 4);
    const size = next() < 0.01 ? 50 + Math.floor(next() * 200) : 1 + Math.floor(next() * 5);
    lines.push(`${from + i * 12_000},${ticks / 4},${size},${next() < 0.5 ? 'buy' : 'sell'}`);
  }
  return `${lines.join('\n')}\n`;
}

beforeAll(async () => {
  writeFileSync(join(cwd, 'walk.csv'), walk());
  for (const line of ['import csv walk.csv --instrument ESH4 --out tape', 'analyse tape --out page.html']) {
    const { code, err } = await answerTo(line.split(' '), { cwd });
    expect({ code, err }).toEqual({ code: 0, err: '' });
  }
});

interface Box {
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const BOXES = `[...document.querySelectorAll('figure')].map((figure) => {
  const { x, y, width, height } = figure.querySelector('svg').getBoundingClientRect();
  return { name: figure.className, x: x + scrollX, y: y + scrollY, width, height };
})`;

/** What is drawn in a chart, its axes and their labels left aside: part of the pixels, and how many colours. */
function drawn(picture: Picture, box: Box): { share: number; colours: number } {
  const background = picture.colour(2, 2);
  const counts = new Map<number, number>();
  const [left, right] = [Math.ceil(box.x + box.width * 0.1), Math.floor(box.x + box.width * 0.97)];
  const [top, bottom] = [Math.ceil(box.y + box.height * 0.05), Math.floor(box.y + box.height * 0.82)];
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) counts.set(picture.colour(x, y), (counts.get(picture.colour(x, y)) ?? 0) + 1);
  }
  const all = (right - left) * (bottom - top);
  // Softened edges make many colours of a few pixels each.
  const colours = [...counts].filter(([colour, count]) => colour !== background && count > all / 2_000).length;
  return { share: 1 - (counts.get(background) ?? 0) / all, colours };
}

const isBlank = (picture: Picture, box: Box): boolean => {
  const { share, colours } = drawn(picture, box);
  return share < 0.06 || colours < 5;
};

/** Names of the colours that the series of a chart are drawn in. */
const SERIES: Readonly<Record<string, readonly string[]>> = {
  hours: ['rth', 'eth'],
  price: ['price', 'vwap'],
  profile: ['buy', 'sell', 'poc'],
  'market-profile': ['tpo', 'poc'],
  'large-trades': ['price', 'range'],
  delta: ['buy', 'sell', 'vwap'],
};

const COLOURS = `Object.fromEntries(['rth', 'eth', 'price', 'range', 'vwap', 'buy', 'sell', 'tpo', 'poc'].map((name) =>
  [name, parseInt(getComputedStyle(document.documentElement).getPropertyValue('--' + name).slice(1), 16)]))`;

function pixelsOf(picture: Picture, box: Box, colour: number | undefined): number {
  let count = 0;
  for (let y = Math.ceil(box.y); y < box.y + box.height; y++) {
    for (let x = Math.ceil(box.x); x < box.x + box.width; x++) if (picture.colour(x, y) === colour) count++;
  }
  return count;
}

describe('the page of runtime analyse', () => {
  it('stands alone: no script, nothing to be fetched', () => {
    const html = readFileSync(page, 'utf8');
    expect(html).not.toMatch(/<script|<link|<img|https?:|url\(|@import/);
  });

  it('says in every chart what it shows, and of every bar and circle how much it stands for', () => {
    const html = readFileSync(page, 'utf8');
    expect(html.match(/role="img" aria-label="[^"]+"/g)).toHaveLength(CHARTS.length);
    for (const shape of html.match(/<(rect|circle) [^>]*?(\/>|>(<title>)?)/g) ?? []) expect(shape).toMatch(/<title>$/);
  });
});

describeWithChromium('the page of runtime analyse in a browser', () => {
  const browser = new Browser();
  afterAll(async () => browser.close());

  async function shot(scheme: 'light' | 'dark'): Promise<{ picture: Picture; boxes: readonly Box[] }> {
    await browser.open(pathToFileURL(page).href, scheme);
    const boxes = await browser.evaluate<Box[]>(BOXES);
    return { picture: decodePng(await browser.screenshot()), boxes };
  }

  it.each(['light', 'dark'] as const)('shows all of its charts in %s colours', async (scheme) => {
    const { picture, boxes } = await shot(scheme);
    expect(boxes.map(({ name }) => name)).toEqual(CHARTS);
    expect(boxes.filter((box) => box.y + box.height > picture.height)).toEqual([]);
    expect(boxes.filter((box) => isBlank(picture, box))).toEqual([]);
    const colours = await browser.evaluate<Record<string, number>>(COLOURS);
    for (const box of boxes) {
      for (const name of SERIES[box.name] ?? []) {
        expect(pixelsOf(picture, box, colours[name]), `${name} in ${box.name}`).toBeGreaterThan(30);
      }
    }
    const light = (picture.colour(2, 2) & 0xff) > 0x80;
    expect(light).toBe(scheme === 'light');
  });

  it('is known to be blank when its charts draw nothing', async () => {
    await browser.open(pathToFileURL(page).href, 'light');
    await browser.evaluate("document.querySelectorAll('svg').forEach((svg) => svg.replaceChildren())");
    const boxes = await browser.evaluate<Box[]>(BOXES);
    const picture = decodePng(await browser.screenshot());
    expect(boxes.filter((box) => isBlank(picture, box)).map(({ name }) => name)).toEqual(CHARTS);
  });

  it('is known to be blank when its charts draw but axes, grid and labels', async () => {
    await browser.open(pathToFileURL(page).href, 'light');
    await browser.evaluate(
      "document.querySelectorAll('svg :is(rect, path, circle), svg .poc, svg .edge').forEach((shape) => shape.remove())",
    );
    const boxes = await browser.evaluate<Box[]>(BOXES);
    const picture = decodePng(await browser.screenshot());
    expect(boxes.filter((box) => isBlank(picture, box)).map(({ name }) => name)).toEqual(CHARTS);
  });

  it('is no wider than its window', async () => {
    await browser.open(pathToFileURL(page).href, 'light');
    expect(await browser.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
  });
});
