import { Readable } from 'node:stream';
import { abortable } from '../../lambda/aws/abortable.ts';
import { JOBS_PREFIX, jobsKey, SNAPSHOTS_PREFIX, type SnapshotIdentity } from '../../lambda/contract/keys.ts';
import type { Archive, StoredKey } from '../verify/archive.ts';
import { type Finding, SnapshotCheck } from '../verify/check-snapshot.ts';
import { keyProblem, parseKey } from '../verify/parse-key.ts';
import { RetryingReads } from '../verify/retrying-reads.ts';
import { type Copied, type CopyTarget, SnapshotCopy } from './snapshot-copy.ts';
import { SourceSnapshots } from './source-snapshot.ts';

/** Snapshots that are copied at the same time. Each is in memory as it is stored: some 80 MB at the most. */
const CONCURRENCY = 4;

export interface CopyOptions {
  /** Ends the copy between two snapshots. */
  readonly interrupt: AbortSignal;
  /** The time of day, epoch milliseconds. */
  readonly now?: () => number;
  /** The account whose snapshots are copied; by default, all are. */
  readonly account?: string | undefined;
  /** Days after which rows of the source expire; absent where they do not. */
  readonly rowsExpireAfterDays?: number | undefined;
}

/**
 * Copies every snapshot with whose record rows, changes and details agree, under its own keys. What the target has stays as it is. The history
 * may be written meanwhile, here and there. Keys of rows are kept in memory, some 300 bytes each.
 *
 * @throws an {@link ExporterError} that concerns either place as a whole; the reason of the interrupt. Puts that had begun
 * are finished by then.
 */
export async function* copyHistory(
  from: Archive,
  target: CopyTarget,
  { interrupt, now = Date.now, account, rowsExpireAfterDays }: CopyOptions,
): AsyncIterable<Copied> {
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
): AsyncIterable<Copied> {
  const rows = new Map<string, StoredKey>();
  for await (const stored of archive.list(JOBS_PREFIX + below)) {
    if (parseKey(stored.key)) rows.set(stored.key, stored);
    else yield notOfTheContract(stored);
  }
  yield* concurrently(archive.list(SNAPSHOTS_PREFIX + below), async (stored) => {
    const identity = parseKey(stored.key);
    if (!identity) return notOfTheContract(stored);
    rows.delete(jobsKey(identity));
    return await copy.of(identity);
  });

  const check = new SnapshotCheck({ archive, reads, rows, isQuick: true, now });
  yield* concurrently([...rows.values()], async (stored) => {
    const identity = parseKey(stored.key) as SnapshotIdentity;
    const finding = await check.orphan(stored, identity);
    // Its record came after the records had been listed.
    if (finding?.jobCount !== undefined) return await copy.of(identity);
    return finding && withoutRecord(finding);
  });
  reads.throwIfAllFailed();
}

function withoutRecord({ key, problems, isUnderWay }: Finding): Copied {
  const underWay = [{ key, text: 'has no record yet: the run may be under way; copy again in an hour' }];
  return { key, outcome: 'not-copied', problems: isUnderWay ? underWay : problems };
}

function notOfTheContract({ key }: StoredKey): Copied {
  return { key, outcome: 'not-copied', problems: [{ key, text: keyProblem(key) }] };
}

async function* concurrently(
  stored: AsyncIterable<StoredKey> | Iterable<StoredKey>,
  copy: (one: StoredKey) => Promise<Copied | undefined>,
): AsyncIterable<Copied> {
  // A stream takes `undefined` and `null` for its end.
  const outcome = async (one: StoredKey) => ({ copied: await copy(one) });
  for await (const { copied } of Readable.from(stored).map(outcome, { concurrency: CONCURRENCY })) {
    if (copied) yield copied;
  }
}

/** The values until the signal aborts, without waiting for the next. */
async function* until<T>(signal: AbortSignal, values: AsyncIterable<T>): AsyncIterable<T> {
  const iterator = values[Symbol.asyncIterator]();
  for (;;) {
    const { done, value } = await abortable(iterator.next(), signal);
    if (done) return;
    yield value;
  }
}
