import type { OptionActivityValue } from '../../volume/option-activity.ts';
import { deltaChart } from './delta-chart.ts';
import { hourChart } from './hour-chart.ts';
import { largeTradesChart } from './large-trades-chart.ts';
import { priceChart } from './price-chart.ts';
import { marketProfileChart, profileChart } from './profile-chart.ts';
import { type Grid, optionTables, summaryOf, tablesOf } from './report.ts';
import { STYLE } from './style.ts';
import type { Subject } from './subject.ts';
import { element, escapeText } from './svg.ts';

export interface PageContent {
  /** What was analysed. */
  readonly tape: string;
  readonly subjects: readonly Subject[];
  readonly options: OptionActivityValue | undefined;
  readonly notes: readonly string[];
}

/** One HTML page with all in it: no script, no font, no file beside it. Light or dark as the reader's system is. */
export function analysisPage({ tape, subjects, options, notes }: PageContent): string {
  const body = [
    element('h1', {}, `Volume analysis of ${escapeText(tape)}`),
    ...notes.map((note) => element('p', { class: 'note' }, escapeText(note))),
    ...subjects.map(subjectSection),
    ...(options === undefined
      ? []
      : [element('section', {}, heading('Options'), ...optionTables(options).map(htmlTable))]),
  ];
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    element('title', {}, `Volume analysis of ${escapeText(tape)}`),
    element('style', {}, STYLE),
    '</head>',
    element('body', {}, element('main', {}, ...body)),
    '</html>',
    '',
  ].join('\n');
}

function subjectSection(subject: Subject): string {
  const { buy, sell, unknown } = subject.analysis.total;
  const sides = LEGENDS.sides.filter(([kind]) => (kind === 'outside' ? unknown : buy + sell) > 0);
  const figures = [
    figure('hours', 'Volume by hour', LEGENDS.sessions, hourChart(subject)),
    figure('price', 'Price with VWAP', LEGENDS.vwap, priceChart(subject)),
    figure('profile', 'Volume profile', sides, profileChart(subject)),
    figure('market-profile', 'Market profile', LEGENDS.none, marketProfileChart(subject)),
    figure('large-trades', 'Large trades', sides, largeTradesChart(subject)),
    figure('delta', 'Delta', LEGENDS.delta, deltaChart(subject)),
  ];
  const summary: Grid = { title: 'Summary', rows: summaryOf(subject) };
  const tables = [summary, ...tablesOf(subject)].map(htmlTable);
  return element('section', {}, heading(subject.instrument.symbol), ...figures, ...tables);
}

type Legend = readonly (readonly [kind: string, text: string])[];

const LEGENDS = {
  none: [],
  sessions: [
    ['rth', 'regular hours'],
    ['eth', 'extended hours'],
    ['outside', 'outside of both'],
  ],
  sides: [
    ['buy', 'buyer was the aggressor'],
    ['sell', 'seller was the aggressor'],
    ['outside', 'unknown'],
  ],
  vwap: [
    ['price', 'price'],
    ['vwap', 'VWAP of the session, ± 1 and 2 standard deviations'],
  ],
  delta: [
    ['buy', 'more bought'],
    ['sell', 'more sold'],
    ['cumulative', 'since the session began'],
  ],
} as const satisfies Readonly<Record<string, Legend>>;

function figure(name: string, caption: string, legend: Legend, svg: string): string {
  if (svg === '') return '';
  const keys = legend.map(([kind, text]) => element('span', { class: `key ${kind}` }, escapeText(text)));
  return element(
    'figure',
    { class: name },
    element('figcaption', {}, element('b', {}, escapeText(caption)), ...keys),
    svg,
  );
}

const heading = (text: string): string => element('h2', {}, escapeText(text));

function htmlTable({ title, header, rows }: Grid): string {
  const cells = (kind: 'td' | 'th', row: readonly string[]): string =>
    element('tr', {}, ...row.map((cell) => element(kind, {}, escapeText(cell))));
  return element(
    'details',
    { open: '' },
    element('summary', {}, escapeText(title)),
    element(
      'table',
      {},
      ...(header === undefined ? [] : [element('thead', {}, cells('th', header))]),
      element('tbody', {}, ...rows.map((row) => cells('td', row))),
    ),
  );
}
