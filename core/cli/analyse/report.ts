import type { OptionActivityValue, RightActivity } from '../../volume/option-activity.ts';
import type { Change } from '../../volume/price-change.ts';
import { amount, localTime, percent, signed } from './numbers.ts';
import { joinRows } from './price-rows.ts';
import { type Subject, shownProfile } from './subject.ts';

/** A table as text: the first column is words, the others are numbers. */
export interface Grid {
  readonly title: string;
  readonly header?: readonly string[] | undefined;
  readonly rows: readonly (readonly string[])[];
}

const SESSIONS = 20;
const LARGEST = 15;
const DIVERGENCES = 10;
const FOOTPRINT_ROWS = 24;

/** The figures of one instrument, a line each. */
export function summaryOf(subject: Subject): readonly (readonly string[])[] {
  const { analysis, zone, price } = subject;
  const marketProfile = shownProfile(subject);
  const { total, vwap, change, profile, leftOut, priceOnly } = analysis;
  const prices = ({
    poc,
    vah,
    val,
  }: {
    poc?: number | undefined;
    vah?: number | undefined;
    val?: number | undefined;
  }) =>
    poc === undefined || vah === undefined || val === undefined
      ? 'none'
      : `${price(poc)}, value area ${price(val)} to ${price(vah)}`;
  return [
    ['calendar', `${analysis.calendar}, times on the clock of ${analysis.zone}`],
    ['session', analysis.session === 'all' ? 'all' : `${analysis.session} (${amount(leftOut)} prints left out)`],
    ['from', localTime(analysis.from, zone)],
    ['until', localTime(analysis.to, zone)],
    ['volume', `${amount(total.volume)} in ${amount(total.trades)} trades`],
    ...(priceOnly === 0 ? [] : [['price only', `${amount(priceOnly)} prints of size 0`]]),
    ['bought', `${amount(total.buy)}, sold ${amount(total.sell)}, unknown ${amount(total.unknown)}`],
    ['delta', signed(total.delta)],
    ['last trading date', `${analysis.tradingDate}: VWAP and changes are of it`],
    ...(vwap === undefined ? [] : [['VWAP', `${price(vwap.vwap, 2)}, deviation ${price(vwap.deviation, 2)}`]]),
    ...(vwap?.bands ?? []).map((band) => [
      `  ± ${band.deviations}`,
      `${price(band.lower, 2)} to ${price(band.upper, 2)}`,
    ]),
    ...(change === undefined
      ? []
      : [
          ['last', price(change.price)],
          ['since open', changeText(change.sinceOpen, price)],
          [
            'since close before',
            change.sincePreviousClose === undefined
              ? 'the tape has no day before'
              : changeText(change.sincePreviousClose, price),
          ],
        ]),
    ['volume POC', prices(profile)],
    ...(marketProfile === undefined
      ? []
      : [
          ['market profile POC', `${prices(marketProfile)} (${marketProfile.tradingDate})`],
          [
            'initial balance',
            `${price(marketProfile.initialBalance.low)} to ${price(marketProfile.initialBalance.high)}`,
          ],
        ]),
  ];
}

/** The tables of one instrument. */
export const tablesOf = (subject: Subject): readonly Grid[] => [
  hoursTable(subject),
  sessionsTable(subject),
  largeGroupsTable(subject),
  largestTable(subject),
  ...divergenceTable(subject),
  ...footprintTable(subject),
];

const changeText = ({ from, change, ratio }: Change, price: Subject['price']): string =>
  `${change < 0 ? '−' : '+'}${price(Math.abs(change))}${ratio === undefined ? '' : ` (${(Math.abs(ratio) * 100).toFixed(2)} %)`} from ${price(from)}`;

const hoursTable = ({ analysis, price }: Subject): Grid => ({
  title: `Hours, ${analysis.zone}`,
  header: ['hour', 'volume', 'share', 'RTH', 'ETH', 'bought', 'sold', 'delta', 'trades', 'average', 'VWAP'],
  rows: analysis.hours.map((each) => [
    `${String(each.hour).padStart(2, '0')}:00`,
    amount(each.volume),
    percent(each.share),
    amount(each.bySession.RTH),
    amount(each.bySession.ETH),
    amount(each.buy),
    amount(each.sell),
    signed(each.delta),
    amount(each.trades),
    amount(each.averageSize ?? 0),
    price(each.vwap ?? Number.NaN, 2),
  ]),
});

const sessionsTable = ({ analysis, price }: Subject): Grid => ({
  title: 'Sessions',
  header: ['date', 'session', 'open', 'high', 'low', 'close', 'volume', 'delta', 'trades', 'VWAP'],
  rows: analysis.sessions.sessions
    .slice(-SESSIONS)
    .map((each) => [
      each.tradingDate,
      each.session,
      ...[each.open, each.high, each.low, each.close].map((value) => price(value)),
      amount(each.volume),
      signed(each.delta),
      amount(each.trades),
      each.vwap === undefined ? '' : price(each.vwap, 2),
    ]),
});

const largeGroupsTable = ({ analysis }: Subject): Grid => ({
  title: 'Large trades',
  header: ['which', 'size from', 'trades', 'volume', 'share', 'bought', 'sold', 'delta'],
  rows: [...analysis.largeTrades.bySize, ...analysis.largeTrades.byPercentile].map((group) => [
    group.percentile === undefined ? 'by size' : `percentile ${group.percentile}`,
    amount(group.size),
    amount(group.trades),
    amount(group.volume),
    percent(group.share),
    amount(group.buy),
    amount(group.sell),
    signed(group.delta),
  ]),
});

const largestTable = ({ analysis, zone, price }: Subject): Grid => ({
  title: 'Largest trades',
  header: ['time', 'size', 'price', 'aggressor'],
  rows: analysis.largeTrades.largest
    .slice(0, LARGEST)
    .map((trade) => [localTime(trade.tsEvent, zone), amount(trade.size), price(trade.price), trade.side]),
});

function divergenceTable({ analysis, zone, price }: Subject): readonly Grid[] {
  const { divergences, divergenceCount, spanMs } = analysis.bars;
  if (divergenceCount === 0) return [];
  return [
    {
      title: `Delta divergences on bars of ${spanMs / 1000} s: ${amount(divergenceCount)}, the last ones`,
      header: ['time', 'kind', 'price before', 'price', 'delta before', 'delta'],
      rows: divergences
        .slice(-DIVERGENCES)
        .map((each) => [
          localTime(each.at, zone),
          each.kind,
          price(each.priceBefore),
          price(each.price),
          signed(each.deltaBefore),
          signed(each.delta),
        ]),
    },
  ];
}

function footprintTable({ analysis, instrument, zone, price }: Subject): readonly Grid[] {
  const { busiest } = analysis.bars;
  if (busiest === undefined || busiest.volume === 0) return [];
  const joined = joinRows(busiest.rows, busiest.ticksPerRow * instrument.tickSize, FOOTPRINT_ROWS, (low, rows) => {
    const sum = (read: (row: (typeof rows)[number]) => number): number => rows.reduce((all, row) => all + read(row), 0);
    return { low, sell: sum((row) => row.sell), buy: sum((row) => row.buy), unknown: sum((row) => row.unknown) };
  });
  return [
    {
      title: `Footprint of the busiest bar, ${localTime(busiest.start, zone)}: volume ${amount(busiest.volume)}, delta ${signed(busiest.delta)}`,
      header: ['price from', 'sold', 'bought', 'unknown', 'delta'],
      rows: [...joined.rows]
        .reverse()
        .map(({ low, sell, buy, unknown }) => [
          price(low),
          amount(sell),
          amount(buy),
          amount(unknown),
          signed(buy - sell),
        ]),
    },
  ];
}

/** Puts and calls, and the most active strikes. */
export function optionTables({ calls, puts, putCallRatio, strikes }: OptionActivityValue): readonly Grid[] {
  const ratio = (value: number | undefined): string => (value === undefined ? 'none' : value.toFixed(3));
  const mean = (value: number | undefined): string => (value === undefined ? '' : value.toFixed(4));
  const row = (name: string, { volume, trades, premium, averagePremium: average }: RightActivity): string[] => [
    name,
    amount(volume),
    amount(trades),
    amount(premium),
    mean(average.all),
    mean(average.buy),
    mean(average.sell),
  ];
  return [
    {
      title: `Put/call ratio: ${ratio(putCallRatio.volume)} by volume, ${ratio(putCallRatio.trades)} by trades, ${ratio(putCallRatio.premium)} by premium`,
      header: ['right', 'volume', 'trades', 'premium', 'average', 'average bought', 'average sold'],
      rows: [row('calls', calls), row('puts', puts)],
    },
    {
      title: 'Most active strikes',
      header: ['root', 'expiry', 'right', 'strike', 'volume', 'trades', 'premium'],
      rows: strikes.map((each) => [
        each.root,
        each.expiry,
        each.right,
        String(each.strike),
        amount(each.volume),
        amount(each.trades),
        amount(each.premium),
      ]),
    },
  ];
}
