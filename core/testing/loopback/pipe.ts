import type { Socket } from 'node:net';
import type { Micros } from '../../domain/time.ts';
import { wallMicros, wallTimers } from '../../runtime/wall.ts';

/** What is under way; `undefined` for the end. */
interface Parcel {
  readonly bytes: Buffer | undefined;
  readonly dueAt: Micros;
}

export interface Weather {
  readonly frozen: boolean;
  readonly delayMs: number;
}

/**
 * One direction of a relayed connection. Bytes keep their order whatever the delay does in the meantime, the end comes after
 * the last of them, and a reader that does not keep up slows the writer down, as TCP does.
 */
export class Pipe {
  private readonly from: Socket;
  private readonly to: Socket;
  private readonly weather: Weather;
  /** Sees bytes before they are passed on; answers false to keep them. */
  private readonly passes: (bytes: Buffer) => boolean;
  private parcels: Parcel[] = [];
  private timer: NodeJS.Timeout | undefined;
  private cut = false;

  constructor(from: Socket, to: Socket, weather: Weather, passes: (bytes: Buffer) => boolean = () => true) {
    this.from = from;
    this.to = to;
    this.weather = weather;
    this.passes = passes;
    from.on('data', (bytes: Buffer) => this.put(bytes));
    from.on('end', () => this.put(undefined));
    to.on('drain', () => this.flow());
    this.flow();
  }

  /** After a change of the weather, and whenever there is room again. */
  flow(): void {
    if (this.weather.frozen) this.from.pause();
    else this.from.resume();
    this.deliver();
  }

  /** Nothing is passed on any more; what still comes is thrown away. */
  sever(): void {
    this.cut = true;
    this.parcels = [];
    wallTimers.clearTimeout(this.timer);
    // Nobody else would answer its end.
    this.from.once('end', () => this.from.destroy()).resume();
  }

  private put(bytes: Buffer | undefined): void {
    if (this.cut) return;
    this.parcels.push({ bytes, dueAt: wallMicros() + this.weather.delayMs * 1000 });
    this.deliver();
  }

  private deliver(): void {
    wallTimers.clearTimeout(this.timer);
    while (!this.weather.frozen) {
      const [first] = this.parcels;
      if (first === undefined) return;
      const waitMs = (first.dueAt - wallMicros()) / 1000;
      if (waitMs > 0) {
        this.timer = wallTimers.setTimeout(() => this.deliver(), Math.ceil(waitMs));
        return;
      }
      this.parcels.shift();
      this.pass(first);
    }
  }

  private pass({ bytes }: Parcel): void {
    if (bytes === undefined) this.to.end();
    else if (this.passes(bytes) && !this.to.write(bytes)) this.from.pause();
  }
}
