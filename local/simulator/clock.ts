import type { Clock } from '../../lambda/ports.ts';

/** Maximum delay of a Node timer. */
const MAX_TIMER_MS = 2 ** 31 - 1;

interface Sleeper {
  readonly wakeAt: number;
  readonly wake: () => void;
  timer?: NodeJS.Timeout;
}

/** A clock that runs `scale` times as fast as the real one and can be advanced. It never goes back. */
export class SimulatedClock implements Clock {
  readonly #scale: number;
  readonly #sleepers = new Set<Sleeper>();
  #time: number;
  #setAt = performance.now();

  constructor(startAt: number, scale = 1) {
    this.#time = startAt;
    this.#scale = scale;
  }

  now(): number {
    return Math.floor(this.monotonic());
  }

  monotonic(): number {
    return this.#time + (performance.now() - this.#setAt) * this.#scale;
  }

  /** Advances the clock and wakes sleepers that are due. An earlier instant has no effect. */
  skipTo(instant: number): void {
    if (instant <= this.now()) return;
    this.#time = instant;
    this.#setAt = performance.now();
    for (const sleeper of this.#sleepers) this.#arm(sleeper);
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const cleanUp = () => {
        clearTimeout(sleeper.timer);
        this.#sleepers.delete(sleeper);
        signal?.removeEventListener('abort', abort);
      };
      const abort = () => {
        cleanUp();
        reject(signal?.reason);
      };
      const wake = () => {
        cleanUp();
        resolve();
      };
      const sleeper: Sleeper = { wakeAt: this.now() + ms, wake };
      signal?.addEventListener('abort', abort, { once: true });
      this.#sleepers.add(sleeper);
      this.#arm(sleeper);
    });
  }

  #arm(sleeper: Sleeper): void {
    clearTimeout(sleeper.timer);
    const realMs = (sleeper.wakeAt - this.now()) / this.#scale;
    sleeper.timer = setTimeout(
      () => (this.now() >= sleeper.wakeAt ? sleeper.wake() : this.#arm(sleeper)),
      Math.min(Math.max(realMs, 0), MAX_TIMER_MS),
    );
  }
}
