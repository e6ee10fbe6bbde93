import type { Clock } from '../ports.ts';

/** When an invocation stops listing, to hand the run on. */
export interface Pause {
  /** Aborts then, so that a call that hangs does not hold it. */
  readonly signal: AbortSignal;
  /** Whether to ask for no further page. */
  isDue(): boolean;
  /** Between two pages: throws where the run is no longer this attempt's. */
  check(signal: AbortSignal): Promise<void>;
}

/** How often an attempt looks whether another has begun. */
export const CHECK_EVERY_MS = 60_000;

export interface PauseOptions {
  readonly clock: Clock;
  /** By the clock's monotonic time; `Infinity` for an invocation that does not hand on. */
  readonly at: number;
  /** Whether there is another reason to pause. */
  readonly isFull: () => boolean;
  /** Throws where another attempt has begun. */
  readonly check: (signal: AbortSignal) => Promise<void>;
}

/** Runs `work` with a pause at an instant. */
export async function withPause<T>(
  { clock, at, isFull, check }: PauseOptions,
  work: (pause: Pause) => Promise<T>,
): Promise<T> {
  const pause = new AbortController();
  const ended = new AbortController();
  if (at !== Number.POSITIVE_INFINITY) {
    clock.sleep(Math.max(0, at - clock.monotonic()), ended.signal).then(
      () => pause.abort(new Error('The invocation hands the run on')),
      () => {},
    );
  }
  let checkedAt = clock.monotonic();
  try {
    return await work({
      signal: pause.signal,
      isDue: () => clock.monotonic() >= at || isFull(),
      check: async (signal) => {
        const now = clock.monotonic();
        if (now - checkedAt < CHECK_EVERY_MS) return;
        checkedAt = now;
        await check(signal);
      },
    });
  } finally {
    ended.abort();
  }
}
