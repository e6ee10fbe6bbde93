import type { Clock } from '../ports.ts';

/**
 * A rate limit: each call waits for its turn, and turns are `1 / callsPerSecond` seconds apart. Unused time is not made up
 * for, so there are no bursts. It uses monotonic time, so setting the clock back does not prolong a wait.
 */
export class Pace {
  readonly #clock: Clock;
  readonly #intervalMs: number;
  #nextTurn = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock, callsPerSecond: number) {
    this.#clock = clock;
    this.#intervalMs = 1000 / callsPerSecond;
  }

  async turn(signal?: AbortSignal): Promise<void> {
    const now = this.#clock.monotonic();
    const turn = Math.max(now, this.#nextTurn);
    this.#nextTurn = turn + this.#intervalMs;
    if (turn > now) await this.#clock.sleep(turn - now, signal);
  }
}
