import { Observable } from 'rxjs';
import { defineProvider, type ProviderEvent, RecentFingerprints } from '#core';
import { inventedWarning } from './health.ts';
import { bluefinOptions } from './options.ts';
import { Session } from './session.ts';

/** Trades of all symbols that are known again when they come twice. */
const REMEMBERED_TRADES = 20_000;
/** A connection without a byte for this many pings is lost. */
const SILENT_PINGS = 3;

/**
 * Streams of a Bluefin streaming service, or of another Millrace's gateway, which speaks the same protocol.
 *
 * The protocol has trades, and price updates whose `volume` says nothing of trades; quotes and depth come from a gateway
 * only. It numbers no trade and sends nothing again: what happens while the connection is away is missed, and told as a gap.
 */
export default defineProvider({
  type: 'bluefin',
  summary: 'Trades of a Bluefin streaming service, or all streams of another Millrace through its gateway.',
  options: bluefinOptions,
  loopback: () => import('./loopback/index.ts'),
  create: ({ name, options, requested, log, wall, net, link }) => {
    const seen = new RecentFingerprints(REMEMBERED_TRADES);
    const parts = { name, options, instruments: requested, net, link, wall, seen, onHealth: inventedWarning(log) };
    return {
      instruments: requested,
      streams: options.extensions ? ['trades', 'quotes', 'depth'] : ['trades'],
      connection: { silenceUs: SILENT_PINGS * options.ping },
      events: (demand) =>
        new Observable<ProviderEvent>((subscriber) => {
          const session = new Session(parts, demand, subscriber);
          void session.open();
          return () => session.close();
        }),
    };
  },
});
