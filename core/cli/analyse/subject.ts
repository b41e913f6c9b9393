import { type ZoneTable, zoneTable } from '../../calendar/zone-table.ts';
import type { Instrument } from '../../domain/instrument.ts';
import type { MarketProfileValue } from '../../volume/market-profile.ts';
import type { VolumeAnalysisValue } from '../../volume/volume-analysis.ts';
import { priceText } from './numbers.ts';

/** One instrument's analysis with what is needed to write it down. */
export interface Subject {
  readonly analysis: VolumeAnalysisValue;
  readonly instrument: Instrument;
  readonly zone: ZoneTable;
  /** Prices with the digits of the tick size, and a few more when asked for. */
  readonly price: (price: number, moreDigits?: number) => string;
}

export const subjectOf = (analysis: VolumeAnalysisValue, instrument: Instrument): Subject => ({
  analysis,
  instrument,
  zone: zoneTable(analysis.zone),
  price: priceText(instrument.tickSize),
});

/** The market profile that is shown: of the dates at hand the one with the most brackets, of equals the latest. */
export const shownProfile = ({ analysis }: Subject): MarketProfileValue | undefined =>
  [...analysis.marketProfiles].sort((a, b) => a.brackets.length - b.brackets.length).at(-1);
