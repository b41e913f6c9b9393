import type { Room } from '../room.ts';
import { Registers } from './registers.ts';
import { WeightedMean } from './rolling-sum.ts';
import { Window } from './window.ts';

const DEGREES = 180 / Math.PI;
const [COUNT, PERIOD, SMOOTH, I2, Q2, RE, IM] = [0, 1, 2, 3, 4, 5, 6];

/**
 * John Ehlers' measurement of the dominant cycle by a Hilbert transform (homodyne discriminator), "Rocket Science for
 * Traders", 2001, with TA-Lib's start: `idle` inputs only fill the average of prices.
 */
export class Cycle {
  /** Of the newest input. After `step`. */
  period = 0;
  inPhase = 0;
  quadrature = 0;
  smoothPrice = 0;
  readonly #state: Registers;
  readonly #price: WeightedMean;
  readonly #smooth: Window;
  readonly #detrender: Window;
  readonly #inPhase: Window;
  readonly #quadrature: Window;
  readonly #idle: number;

  constructor(room: Room, idle: number) {
    this.#state = new Registers(room, 7);
    this.#price = new WeightedMean(room, 4);
    this.#smooth = new Window(room, 7);
    this.#detrender = new Window(room, 7);
    this.#inPhase = new Window(room, 7);
    this.#quadrature = new Window(room, 7);
    this.#idle = idle;
  }

  /** Gives whether it is measuring yet. */
  step(input: number, fresh: boolean): boolean {
    const state = this.#state;
    state.begin(fresh);
    const count = state.past(COUNT) + 1;
    state.set(COUNT, count);
    this.smoothPrice = this.#price.step(input, fresh);
    if (count <= this.#idle) return false;
    const scale = 0.075 * state.past(PERIOD) + 0.54;
    this.#smooth.step(this.smoothPrice, fresh);
    this.#detrender.step(hilbert(this.#smooth) * scale, fresh);
    this.quadrature = hilbert(this.#detrender) * scale;
    this.inPhase = at(this.#detrender, 3);
    this.#inPhase.step(this.inPhase, fresh);
    this.#quadrature.step(this.quadrature, fresh);
    this.#measure(hilbert(this.#inPhase) * scale, hilbert(this.#quadrature) * scale);
    return true;
  }

  /** The period smoothed once more. */
  get smoothPeriod(): number {
    return this.#state.now(SMOOTH);
  }

  #measure(jI: number, jQ: number): void {
    const state = this.#state;
    const i2 = 0.2 * (this.inPhase - jQ) + 0.8 * state.past(I2);
    const q2 = 0.2 * (this.quadrature + jI) + 0.8 * state.past(Q2);
    const re = 0.2 * (i2 * state.past(I2) + q2 * state.past(Q2)) + 0.8 * state.past(RE);
    const im = 0.2 * (i2 * state.past(Q2) - q2 * state.past(I2)) + 0.8 * state.past(IM);
    const before = state.past(PERIOD);
    const raw = re !== 0 && im !== 0 ? 360 / (Math.atan(im / re) * DEGREES) : before;
    const steady = Math.max(0.67 * before, Math.min(1.5 * before, raw));
    this.period = 0.2 * Math.max(6, Math.min(50, steady)) + 0.8 * before;
    state.set(I2, i2);
    state.set(Q2, q2);
    state.set(RE, re);
    state.set(IM, im);
    state.set(PERIOD, this.period);
    state.set(SMOOTH, 0.33 * this.period + 0.67 * state.past(SMOOTH));
  }
}

/** What is not there yet counts as 0. */
const at = (window: Window, back: number): number => window.get(back) || 0;

const hilbert = (window: Window): number =>
  0.0962 * at(window, 0) + 0.5769 * at(window, 2) - 0.5769 * at(window, 4) - 0.0962 * at(window, 6);
