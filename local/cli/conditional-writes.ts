import { createHash } from 'node:crypto';
import { INTENTS_PREFIX } from '../../lambda/contract/keys.ts';
import { StoreRefusedError } from '../../lambda/errors.ts';
import type { SnapshotStore, StoredObject } from '../../lambda/ports.ts';

const body = Buffer.from('{"purpose":"tells whether this store honors If-None-Match"}\n');
/** One object for all runs. No table reads its folder, and the history's bucket removes it after 7 days. */
const PROBE: StoredObject = {
  key: `${INTENTS_PREFIX}/probe-of-conditional-writes.json`,
  body,
  sha256: createHash('sha256').update(body).digest('hex'),
  contentType: 'application/json',
};

/**
 * Checks that a store does not overwrite an existing object. Some S3-compatible stores ignore `If-None-Match: *`, so a
 * second run would overwrite the first one's snapshot. Amazon S3 honors it and needs no probe.
 * Source: Amazon S3 User Guide, "How to prevent object overwrites with conditional writes".
 *
 * @param endpoint for the error message
 * @throws StoreRefusedError when the store has no conditional writes
 */
export async function probeConditionalWrites(
  store: SnapshotStore,
  endpoint: string,
  signal: AbortSignal,
): Promise<void> {
  const isPut = () =>
    store.putIfAbsent(PROBE, signal).catch((error: unknown) => {
      throw isNotImplemented(error) ? refusal(endpoint, error) : error;
    });
  // The first run puts the probe object; later runs find it.
  if ((await isPut()) && (await isPut())) throw refusal(endpoint);
}

function refusal(endpoint: string, cause?: unknown): StoreRefusedError {
  return new StoreRefusedError(
    `The S3 at ${endpoint} has no conditional writes (If-None-Match: *), so a second run would overwrite a snapshot: use ` +
      'Amazon S3, a newer version of that store, or a directory',
    { cause },
  );
}

/** A store may also reject the header. Source: Amazon S3 API Reference, "Error responses", 501. */
function isNotImplemented(error: unknown): boolean {
  const { cause } = error as { cause?: { name?: string } };
  return cause?.name === 'NotImplemented';
}
