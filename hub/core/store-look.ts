import type { ExportHealthRow } from '../../lambda/contract/health.ts';
import { HEALTH_KEY } from '../../lambda/contract/keys.ts';
import { StoreUnavailableError } from '../../lambda/errors.ts';
import type { HealthStore } from '../ports.ts';
import { parseState, stateText } from './state.ts';

/** Attempts to put a look while others do the same. */
const MAX_TRIES = 5;

/**
 * Replaces the previous look. Two looks may run at once, such as one on schedule and one after a deployment: the one that
 * started later stays.
 *
 * @param expectedVersion the version that was read when the look started
 * @returns false when a newer look exists
 * @throws an {@link ExporterError} that says what failed; the signal's reason when it aborts
 */
export async function storeLook(
  rows: readonly ExportHealthRow[],
  lookedAt: number,
  expectedVersion: string | undefined,
  store: HealthStore,
  signal: AbortSignal,
): Promise<boolean> {
  const text = stateText(rows);
  let version = expectedVersion;
  for (let attempt = 1; attempt <= MAX_TRIES; attempt++) {
    if (await store.put(text, version, signal)) return true;
    const existing = await store.read(signal);
    const state = existing && parseState(existing.text);
    if (state && 'rows' in state && state.lookedAt !== undefined && state.lookedAt > lookedAt) return false;
    version = existing?.version;
  }
  throw new StoreUnavailableError(
    `${HEALTH_KEY} was changed by others at each of ${MAX_TRIES} tries to put a look there: find out who writes it beside ` +
      'the function, and stop that',
  );
}
