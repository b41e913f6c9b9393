import { Observable } from 'rxjs';
import type { Demand, ProviderEvent } from '#core';
import { LiveConnection, type LiveParts } from './live-connection.ts';
import { LiveState } from './live-state.ts';
import { gatewaySession } from './session.ts';

const CLIENT = 'millrace';

/** Live market rows. Every connection continues where the one before it ended. */
export function liveEvents(parts: LiveParts): (demand: Demand) => Observable<ProviderEvent> {
  const state = new LiveState(parts.symbols, parts.link);
  return (demand) =>
    new Observable((subscriber) => {
      const connection = new LiveConnection(parts, state, demand, subscriber);
      const session = gatewaySession({ ...parts, client: CLIENT, onReady: (send) => connection.open(send) });
      subscriber.add(session.subscribe({ next: (bytes) => connection.take(bytes), error: (e) => subscriber.error(e) }));
      subscriber.add(() => connection.close());
    });
}
