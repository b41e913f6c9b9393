import { Observable, type OperatorFunction } from 'rxjs';
import type { Instrument } from '../domain/instrument.ts';
import { type BookEvent, BookFollower, type BookListener } from './book-follower.ts';
import { type Iceberg, IcebergDetector, type IcebergOptions } from './iceberg-detector.ts';
import { SpoofDetector } from './spoof-detector.ts';
import type { SpoofAlert, SpoofOptions } from './spoof-options.ts';

/**
 * Icebergs as they are found; see `IcebergDetector`.
 *
 * In       depth and trades of one instrument: `merge(market.depth('ES'), market.trades('ES'))`, from a snapshot on
 */
export const icebergs = (instrument: Instrument, options: IcebergOptions = {}): OperatorFunction<BookEvent, Iceberg> =>
  detecting(instrument, (found) => new IcebergDetector(instrument, found, options));

/** Patterns that look like spoofing, from the same input; see `SpoofDetector`. */
export const spoofing = (instrument: Instrument, options: SpoofOptions = {}): OperatorFunction<BookEvent, SpoofAlert> =>
  detecting(instrument, (found) => new SpoofDetector(instrument, found, options));

const detecting =
  <Found>(instrument: Instrument, create: (found: (value: Found) => void) => BookListener) =>
  (events$: Observable<BookEvent>): Observable<Found> =>
    new Observable((subscriber) => {
      const follower = new BookFollower(instrument, [create((value) => subscriber.next(value))]);
      return events$.subscribe({
        next: (event) => follower.take(event),
        error: (error: unknown) => subscriber.error(error),
        complete: () => subscriber.complete(),
      });
    });
