import type { Continuation } from '../contract/event.ts';
import { attemptKey, type RunIdentity } from '../contract/keys.ts';
import { SupersededError } from '../errors.ts';
import type { Clock, SnapshotStore } from '../ports.ts';
import type { LongRun } from './long-run.ts';
import { CHECK_EVERY_MS } from './pause.ts';
import type { SnapshotRequest } from './request.ts';
import { JSON_TYPE, textObject } from './text-object.ts';

/** Number of the attempt that begins a run. */
export const FIRST_ATTEMPT = 1;

/**
 * Registers a new attempt to resume a run. Only the newest attempt continues. Whether an earlier one still runs cannot be
 * known; if it does, it ends by {@link refuseSuperseded}.
 *
 * @param after the attempt that suspended the run
 * @returns the number of the new attempt
 */
export async function beginAttempt(
  run: RunIdentity,
  { invocation, attempt: after }: Pick<Continuation, 'invocation' | 'attempt'>,
  { store, clock }: { readonly store: SnapshotStore; readonly clock: Clock },
  signal: AbortSignal,
): Promise<number> {
  const text = JSON.stringify({ invocation, began: new Date(clock.now()).toISOString() });
  for (let attempt = after + 1; ; attempt++) {
    if (await store.putIfAbsent(textObject(attemptKey(run, attempt), text, JSON_TYPE), signal)) return attempt;
  }
}

/**
 * Throws if a newer attempt has begun.
 *
 * @throws SupersededError
 */
export async function refuseSuperseded(
  { run, attempt }: LongRun,
  request: SnapshotRequest,
  store: SnapshotStore,
  signal: AbortSignal,
): Promise<void> {
  // Each delivery of the event begins a run of its own. When they are suspended, only one of them is continued.
  if (attempt === FIRST_ATTEMPT) return;
  if ((await store.readText(attemptKey({ ...request, run }, attempt + 1), signal)) === undefined) return;
  throw new SupersededError(
    `Another attempt to go on with run ${run} has begun while this one, ${attempt}, was under way. ` +
      'This one ends, and has changed nothing; the other one goes on',
  );
}

/**
 * Awaits `work`, and checks every minute whether a newer attempt has begun. If the store cannot be read, `work` continues: the
 * attempt checks again before it stores anything.
 *
 * @throws SupersededError; what `work` throws
 */
export async function unlessSuperseded<T>(
  work: Promise<T>,
  run: LongRun,
  request: SnapshotRequest,
  { store, clock }: { readonly store: SnapshotStore; readonly clock: Clock },
  signal: AbortSignal,
): Promise<T> {
  const stop = new AbortController();
  const eitherSignal = AbortSignal.any([signal, stop.signal]);
  const watch = async (): Promise<never> => {
    for (;;) {
      await clock.sleep(CHECK_EVERY_MS, eitherSignal);
      try {
        await refuseSuperseded(run, request, store, eitherSignal);
      } catch (error) {
        if (error instanceof SupersededError) throw error;
      }
    }
  };
  const watching = watch();
  watching.catch(() => {});
  try {
    return await Promise.race([work, watching]);
  } finally {
    stop.abort();
  }
}
