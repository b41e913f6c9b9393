import { map } from 'rxjs';
import type { Demand } from '../../plugin/demand.ts';

/** The part of a run's demand that is one provider's to serve. */
export function ownDemand(demand: Demand, serves: (symbol: string) => boolean): Demand {
  return {
    current: () => demand.current().filter(({ instrument }) => serves(instrument)),
    wants: (stream, instrument) => serves(instrument) && demand.wants(stream, instrument),
    changes$: demand.changes$.pipe(map((all) => all.filter(({ instrument }) => serves(instrument)))),
  };
}
