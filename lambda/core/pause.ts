import type { Clock } from '../ports.ts';

/** When an invocation stops listing to suspend the run. */
export interface Pause {
  /** Aborts at the pause, so that a call that hangs does not delay it. */
  readonly signal: AbortSignal;
  /** Whether no further page should be requested. */
  isDue(): boolean;
  /** To be called between pages: throws if a newer attempt has begun. */
  check(signal: AbortSignal): Promise<void>;
}

/** Interval at which an attempt checks whether a newer one has begun, milliseconds. */
export const CHECK_EVERY_MS = 60_000;

export interface PauseOptions {
  readonly clock: Clock;
  /** Time of the pause, in the clock's monotonic time; `Infinity` for an invocation that does not suspend the run. */
  readonly at: number;
  /** Whether the run has to pause because its upload can take no more parts. */
  readonly isFull: () => boolean;
  /** Throws if a newer attempt has begun. */
  readonly check: (signal: AbortSignal) => Promise<void>;
}

/** Runs `work` with a pause. */
export async function withPause<T>(
  { clock, at, isFull, check }: PauseOptions,
  work: (pause: Pause) => Promise<T>,
): Promise<T> {
  const pause = new AbortController();
  const ended = new AbortController();
  if (at !== Number.POSITIVE_INFINITY) {
    clock.sleep(Math.max(0, at - clock.monotonic()), ended.signal).then(
      () => pause.abort(new Error('The invocation suspends the run')),
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
