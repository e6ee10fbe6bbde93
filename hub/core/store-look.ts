import type { ExportHealthRow } from '../../lambda/contract/health.ts';
import { HEALTH_KEY } from '../../lambda/contract/keys.ts';
import { StoreUnavailableError } from '../../lambda/errors.ts';
import type { HealthStore } from '../ports.ts';
import { parseState, stateText } from './state.ts';

/** Looks that may come in between. */
const MOST_TRIES = 5;

/**
 * Puts a look in the place of the one before. Two may be at work at once, as one on schedule and one after a deployment: of
 * two the one that began later stays.
 *
 * @param over the version that was read when the look began
 * @returns false where a newer look stands
 * @throws an {@link ExporterError} that says what failed; the signal's reason when it aborts
 */
export async function storeLook(
  rows: readonly ExportHealthRow[],
  lookedAt: number,
  over: string | undefined,
  store: HealthStore,
  signal: AbortSignal,
): Promise<boolean> {
  const text = stateText(rows);
  let version = over;
  for (let attempt = 1; attempt <= MOST_TRIES; attempt++) {
    if (await store.put(text, version, signal)) return true;
    const existing = await store.read(signal);
    const state = existing && parseState(existing.text);
    if (state && 'rows' in state && state.lookedAt !== undefined && state.lookedAt > lookedAt) return false;
    version = existing?.version;
  }
  throw new StoreUnavailableError(
    `${HEALTH_KEY} was changed by others at each of ${MOST_TRIES} tries to put a look there: find out who writes it beside ` +
      'the function, and stop that',
  );
}
