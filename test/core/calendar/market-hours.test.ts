import { expect, it } from 'vitest';
import { calendarOf } from '../../../core/calendar/calendar-of.ts';
import { zoneTable } from '../../../core/calendar/zone-table.ts';
import { SeededRandom } from '../../../core/domain/random.ts';
import { describeWithData } from '../../helpers/shared-data.ts';
import { LeanHours } from './lean-hours.ts';

const INSTANTS = 1_000_000;
const FROM = Date.UTC(2013, 0, 1);
const UNTIL = Date.UTC(2027, 0, 1);
const DAY = 86_400_000;

const PRODUCTS: Readonly<Record<string, string>> = {
  'Future-cme-ES': 'cme-equity',
  'Future-cme-NQ': 'cme-equity',
  'Future-cme-RTY': 'cme-equity',
  'Future-cbot-YM': 'cme-equity',
  'Future-cme-MES': 'cme-equity',
  'Future-cme-MNQ': 'cme-equity',
  'Future-cme-M2K': 'cme-equity',
  'Future-cbot-MYM': 'cme-equity',
  'Future-comex-GC': 'cme-metals',
  'Future-comex-MGC': 'cme-metals',
  'Future-nymex-CL': 'cme-energy',
  'Future-nymex-MCL': 'cme-energy',
  'Future-cme-6E': 'cme-fx',
  'Future-cme-BTC': 'cme-crypto',
  'Future-cme-MBT': 'cme-crypto',
  'Future-cbot-ZN': 'cme-rates',
  'Equity-usa-[*]': 'us-equities',
  'Crypto-coinbase-[*]': 'crypto',
  'CryptoFuture-binance-[*]': 'crypto',
};

/** CME's calendar of holidays: dates without any trade date, New Year, Good Friday without the jobs report, Christmas. */
const NO_TRADING = new Set(
  `2013-01-01 2013-03-29 2013-12-25 2014-01-01 2014-04-18 2014-12-25 2015-01-01 2015-12-25 2016-01-01 2016-03-25 2016-12-26
   2017-01-02 2017-04-14 2017-12-25 2018-01-01 2018-03-30 2018-12-25 2019-01-01 2019-04-19 2019-12-25 2020-01-01 2020-04-10
   2020-12-25 2021-01-01 2021-12-24 2022-04-15 2022-12-26 2023-01-02 2023-12-25 2024-01-01 2024-03-29 2024-12-25 2025-01-01
   2025-04-18 2025-12-25 2026-01-01 2026-12-25`.split(/\s+/),
);
/** Metals and energy do not trade on any Good Friday. */
const NO_COMMODITIES = new Set(['2015-04-03', '2021-04-02', '2023-04-07', '2026-04-03']);
const CLOSED_EARLY_BEFORE_THE_4TH = new Set(['2013-07-03', '2014-07-03', '2017-07-03', '2018-07-03', '2019-07-03']);

interface Moment {
  readonly product: string;
  readonly calendar: string;
  readonly ours: boolean;
  readonly date: string;
  readonly dayAfter: string;
  /** Minutes of Chicago from midnight of the date, for stocks those of New York. The date is that of LEAN's zone. */
  readonly minute: number;
  readonly twin: boolean | undefined;
}
const at = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
const isCme = ({ calendar }: Moment): boolean => calendar.startsWith('cme');
const isCommodity = ({ calendar }: Moment): boolean => calendar === 'cme-metals' || calendar === 'cme-energy';
const noTrading = (moment: Moment, date: string): boolean =>
  isCme(moment) && (NO_TRADING.has(date) || (isCommodity(moment) && NO_COMMODITIES.has(date)));

/** Why LEAN's table and ours differ. Each must hold for at least one difference, and each difference needs one. */
const REASONS: Readonly<Record<string, (moment: Moment) => boolean>> = {
  'Globex halted equity futures from 15:15 to 15:30 until 2021-06-25; the ES tapes of 2013 and 2020 have no bar there':
    (m) =>
      !m.ours &&
      m.calendar === 'cme-equity' &&
      m.date <= '2021-06-25' &&
      m.minute >= at('15:15') &&
      m.minute < at('15:30'),
  'Globex closed at 16:15 until 2015-09-18; the tapes of 2013 have bars until then': (m) =>
    m.ours && isCme(m) && m.date <= '2015-09-18' && m.minute >= at('16:00') && m.minute < at('16:15'),
  'the evening before a date without trading would belong to that date: there is none': (m) =>
    !m.ours && noTrading(m, m.dayAfter) && m.minute >= at('17:00'),
  'the evening of a date without trading belongs to the next trading date; LEAN closes whole dates': (m) =>
    m.ours && noTrading(m, m.date) && m.minute >= at('17:00'),
  'a date without trading: the subset lacks the market-wide list of NYMEX and CBOT, and Christmas 2025 for CME': (m) =>
    !m.ours && noTrading(m, m.date) && m.minute < at('17:00'),
  'after the early close of July 3 it opens for the session that LEAN itself has on the morning of July 4': (m) =>
    m.ours && isCme(m) && CLOSED_EARLY_BEFORE_THE_4TH.has(m.date) && m.minute >= at('17:00'),
  'early closes that LEAN lacks: before July 4 in 2023 and 2024, and the day after Thanksgiving 2024': (m) =>
    !m.ours && isCme(m) && ['2023-07-03', '2024-07-03', '2024-11-29'].includes(m.date) && m.minute >= at('12:15'),
  'on the day of mourning 2018-12-05 Globex traded: equity futures until 08:30, the others as ever': (m) =>
    m.ours &&
    isCme(m) &&
    m.date === '2018-12-05' &&
    (m.calendar !== 'cme-equity' || m.minute < at('08:30') || m.minute >= at('17:00')),
  'equity futures stopped at 08:30 on the days of mourning 2018-12-05 and 2025-01-09': (m) =>
    !m.ours &&
    m.calendar === 'cme-equity' &&
    ['2018-12-05', '2025-01-09'].includes(m.date) &&
    m.minute >= at('08:30') &&
    m.minute < at('16:00'),
  'metals traded on the day of mourning 2025-01-09': (m) =>
    m.ours && m.calendar === 'cme-metals' && m.date === '2025-01-09',
  'CME had no bitcoin futures before the evening of 2017-12-17': (m) =>
    !m.ours &&
    m.calendar === 'cme-crypto' &&
    (m.date < '2017-12-17' || (m.date === '2017-12-17' && m.minute < at('17:00'))),
  "Presidents' Day 2018 ended at noon for bitcoin as for all of Globex": (m) =>
    !m.ours &&
    m.calendar === 'cme-crypto' &&
    m.date === '2018-02-19' &&
    m.minute >= at('12:00') &&
    m.minute < at('16:00'),
  "the lists of GC (before 2024) and MBT (before 2021) are short; MGC's and BTC's, same hours, agree with us": (m) =>
    m.twin === m.ours,
  'stocks trade late until 17:00 after an early close (NYSE Arca, Nasdaq)': (m) =>
    m.ours && m.calendar === 'us-equities' && m.minute >= at('13:00') && m.minute < at('17:00'),
};
const TWINS: Readonly<Record<string, string>> = {
  'Future-comex-GC': 'Future-comex-MGC',
  'Future-cme-MBT': 'Future-cme-BTC',
};

describeWithData('opening hours', () => {
  const used = new Set<string>();

  it.each(Object.entries(PRODUCTS))(
    `%s agrees with LEAN at ${INSTANTS.toLocaleString('en')} random instants, but for what is explained`,
    (product, name) => {
      const lean = new LeanHours(product);
      const twin = TWINS[product];
      const second = twin === undefined ? undefined : new LeanHours(twin);
      const calendar = calendarOf(name);
      const [leanZone, secondZone] = [zoneTable(lean.zone), second && zoneTable(second.zone)];
      // LEAN's dates are New York's for some products: Chicago's clock shows an hour less.
      const shift = name.startsWith('cme') && lean.zone === 'America/New_York' ? 60 : 0;
      const random = new SeededRandom(2013, product);
      const unexplained: string[] = [];
      for (let i = 0; i < INSTANTS; i++) {
        const us = (FROM + Math.floor(random.next() * (UNTIL - FROM))) * 1000;
        const ours = calendar.isOpen(us);
        const local = leanZone.toLocal(us) / 1000;
        if (ours === lean.isOpen(local)) continue;
        const moment: Moment = {
          product,
          calendar: name,
          ours,
          date: new Date(local).toISOString().slice(0, 10),
          dayAfter: new Date(local + DAY).toISOString().slice(0, 10),
          minute: (local % DAY) / 60_000 - shift,
          twin: second?.isOpen(secondZone!.toLocal(us) / 1000),
        };
        const reason = Object.keys(REASONS).find((each) => REASONS[each]!(moment));
        if (reason === undefined)
          unexplained.push(`${ours ? 'open' : 'not open'} at ${new Date(us / 1000).toISOString()}`);
        else used.add(reason);
      }
      expect(unexplained.slice(0, 10)).toEqual([]);
    },
    60_000,
  );

  it('needs every explanation', () => {
    expect(Object.keys(REASONS).filter((reason) => !used.has(reason))).toEqual([]);
  });
});
