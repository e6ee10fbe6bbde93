import type { Clock } from '../ports.ts';

/**
 * Holds calls to a steady rate: each waits for its turn, and turns are `1 / callsPerSecond` apart. Time that went by
 * without a call is not made up for, so there are no bursts. A clock that is set back does not prolong a wait.
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
