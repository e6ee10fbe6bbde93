import { Readable } from 'node:stream';
import { abortable } from '../../lambda/aws/abortable.ts';
import { JOBS_PREFIX, jobsKey, SNAPSHOTS_PREFIX, type SnapshotIdentity } from '../../lambda/contract/keys.ts';
import type { Archive, StoredKey } from '../verify/archive.ts';
import { type Finding, SnapshotCheck } from '../verify/check-snapshot.ts';
import { keyProblem, parseKey } from '../verify/parse-key.ts';
import { RetryingReads } from '../verify/retrying-reads.ts';
import { type CopyResult, type CopyTarget, SnapshotCopy } from './snapshot-copy.ts';
import { SourceSnapshots } from './source-snapshot.ts';

/** Snapshots that are copied at the same time. Each is in memory, compressed: at most some 80 MB. */
const CONCURRENCY = 4;

export interface CopyOptions {
  /** Stops the copy between two snapshots. */
  readonly interrupt: AbortSignal;
  /** Current time, epoch milliseconds. */
  readonly now?: () => number;
  /** Only snapshots of this account. @default all */
  readonly account?: string | undefined;
  /** Days after which rows of the source expire; absent if they do not expire. */
  readonly rowsExpireAfterDays?: number | undefined;
}

/**
 * Copies every snapshot whose rows, changes and details match its record, under the same keys. Nothing in the target is
 * overwritten. Both histories may be written meanwhile. Keys of rows are kept in memory, some 300 bytes each.
 *
 * @throws an {@link ExporterError} that concerns either place as a whole; the reason of the interrupt. Started puts are
 * finished before.
 */
export async function* copyHistory(
  from: Archive,
  target: CopyTarget,
  { interrupt, now = Date.now, account, rowsExpireAfterDays }: CopyOptions,
): AsyncIterable<CopyResult> {
  const reads = new RetryingReads();
  const source = new SourceSnapshots(from, reads, { rowsExpireAfterDays, now });
  const copy = new SnapshotCopy(source, target, interrupt);
  const below = account === undefined ? '' : `/account_id=${account}`;
  try {
    yield* until(interrupt, outcomes(from, below, copy, reads, now));
  } finally {
    await copy.settle();
  }
}

async function* outcomes(
  archive: Archive,
  below: string,
  copy: SnapshotCopy,
  reads: RetryingReads,
  now: () => number,
): AsyncIterable<CopyResult> {
  const rows = new Map<string, StoredKey>();
  for await (const stored of archive.list(JOBS_PREFIX + below)) {
    if (parseKey(stored.key)) rows.set(stored.key, stored);
    else yield invalidKey(stored);
  }
  yield* concurrently(archive.list(SNAPSHOTS_PREFIX + below), async (stored) => {
    const identity = parseKey(stored.key);
    if (!identity) return invalidKey(stored);
    rows.delete(jobsKey(identity));
    return await copy.copy(identity);
  });

  const check = new SnapshotCheck({ archive, reads, rows, isQuick: true, now });
  yield* concurrently([...rows.values()], async (stored) => {
    const identity = parseKey(stored.key) as SnapshotIdentity;
    const finding = await check.orphan(stored, identity);
    // Its record was put after the records had been listed.
    if (finding?.jobCount !== undefined) return await copy.copy(identity);
    return finding && withoutRecord(finding);
  });
  reads.throwIfAllFailed();
}

function withoutRecord({ key, problems, isUnderWay }: Finding): CopyResult {
  const underWay = [{ key, text: 'has no record yet: the run may be under way; copy again in an hour' }];
  return { key, outcome: 'not-copied', problems: isUnderWay ? underWay : problems };
}

function invalidKey({ key }: StoredKey): CopyResult {
  return { key, outcome: 'not-copied', problems: [{ key, text: keyProblem(key) }] };
}

async function* concurrently(
  stored: AsyncIterable<StoredKey> | Iterable<StoredKey>,
  copy: (one: StoredKey) => Promise<CopyResult | undefined>,
): AsyncIterable<CopyResult> {
  // `undefined` and `null` would end a stream, so the result is an object.
  const outcome = async (one: StoredKey) => ({ copied: await copy(one) });
  for await (const { copied } of Readable.from(stored).map(outcome, { concurrency: CONCURRENCY })) {
    if (copied) yield copied;
  }
}

/** Yields values until the signal aborts, without waiting for the next value. */
async function* until<T>(signal: AbortSignal, values: AsyncIterable<T>): AsyncIterable<T> {
  const iterator = values[Symbol.asyncIterator]();
  for (;;) {
    const { done, value } = await abortable(iterator.next(), signal);
    if (done) return;
    yield value;
  }
}
