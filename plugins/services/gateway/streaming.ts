/**
 * Whether frames flow: from the first client to the last, unless `start` or `stop` said otherwise. What they said holds
 * until the next of them.
 */
export class Streaming {
  private readonly flow: (on: boolean) => void;
  private ordered: boolean | undefined;
  private clients = 0;

  constructor(flow: (on: boolean) => void) {
    this.flow = flow;
  }

  get active(): boolean {
    return this.ordered ?? this.clients > 0;
  }

  update(clients: number): void {
    this.clients = clients;
    this.flow(this.active);
  }

  order(on: boolean): void {
    this.ordered = on;
    this.flow(this.active);
  }
}
