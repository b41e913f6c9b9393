import type { HubEvent } from './hub.ts';

/**
 * Joins the events of a connection and of its successor, which was opened before the first one is closed, into one stream
 * without a hole and without anything twice. The first one goes on being heard; what the successor says meanwhile is kept,
 * and when it takes over, what the first one has already said is struck out, also where the successor lags and says it
 * only later. Prints carry no number, so they are told apart by their content, and equal ones are counted.
 */
export class Handover {
  private readonly kept: HubEvent[] = [];
  private readonly said = new Map<string, number>();

  /** The first connection said it. */
  heard(event: HubEvent): void {
    for (const key of partsOf(event).map(([key]) => key)) this.said.set(key, (this.said.get(key) ?? 0) + 1);
  }

  /** The successor said it, before it took over. */
  keep(event: HubEvent): void {
    this.kept.push(event);
  }

  /** What only the successor said before it took over, in its order. */
  rest(): readonly HubEvent[] {
    return this.kept.splice(0).flatMap((event) => this.fresh(event) ?? []);
  }

  /** The part of what the successor says that the first one had not said; `undefined` for none. */
  fresh(event: HubEvent): HubEvent | undefined {
    if (this.said.size === 0) return event;
    const parts = partsOf(event);
    const fresh = parts.filter(([key]) => !this.strike(key)).map(([, part]) => part);
    if (fresh.length === parts.length) return event;
    return fresh.length === 0 ? undefined : { target: event.target, args: [...event.args.slice(0, -1), fresh] };
  }

  /** The successor cannot lag any more: from now on all that it says is fresh. */
  forget(): void {
    this.said.clear();
  }

  private strike(key: string): boolean {
    const count = this.said.get(key) ?? 0;
    if (count === 0) return false;
    if (count === 1) this.said.delete(key);
    else this.said.set(key, count - 1);
    return true;
  }
}

/** The prints or levels of a message, or the message as one part, each with what tells it from others. */
function partsOf({ target, args }: HubEvent): readonly (readonly [key: string, part: unknown])[] {
  const payload = args.at(-1);
  const parts: readonly unknown[] = Array.isArray(payload) ? payload : [payload];
  const about = `${target.toLowerCase()} ${args.length > 1 ? String(args[0]) : ''}`;
  return parts.map((part) => [`${about} ${JSON.stringify(part)}`, part]);
}
