import { attemptKey, type RunIdentity } from '../contract/keys.ts';
import { SupersededError } from '../errors.ts';
import type { Clock, SnapshotStore } from '../ports.ts';
import type { LongRun } from './long-run.ts';
import type { SnapshotRequest } from './request.ts';
import { JSON_TYPE, textObject } from './text-object.ts';

/**
 * Begins an attempt of an invocation. The newest one goes on: those before it may be dead, which nobody can know, and find out
 * by {@link refuseSuperseded} if they are not.
 */
export async function beginAttempt(
  run: RunIdentity,
  invocation: number,
  { store, clock }: { readonly store: SnapshotStore; readonly clock: Clock },
  signal: AbortSignal,
): Promise<number> {
  const text = JSON.stringify({ began: new Date(clock.now()).toISOString() });
  for (let attempt = 1; ; attempt++) {
    const claim = textObject(attemptKey(run, invocation, attempt), text, JSON_TYPE);
    if (await store.putIfAbsent(claim, signal)) return attempt;
  }
}

/**
 * Ends an attempt after which another has begun.
 *
 * The first invocation has no attempts: each delivery of the event begins a run of its own, and of these one is gone on with.
 *
 * @throws SupersededError
 */
export async function refuseSuperseded(
  { attempt, invocation, run }: LongRun,
  request: SnapshotRequest,
  store: SnapshotStore,
  signal: AbortSignal,
): Promise<void> {
  if (invocation === 1) return;
  if ((await store.readText(attemptKey({ ...request, run }, invocation, attempt + 1), signal)) === undefined) return;
  throw new SupersededError(
    `Another attempt of invocation ${invocation} of run ${run} has begun while this one, ${attempt}, was under way. ` +
      'This one ends, and has changed nothing; the other one goes on',
  );
}
