import { Readable } from 'node:stream';
import { JOBS_PREFIX, jobsKey, SNAPSHOTS_PREFIX, type SnapshotIdentity, utcDate } from '../../lambda/contract/keys.ts';
import type { Archive, StoredKey } from './archive.ts';
import { type Finding, SnapshotCheck } from './check-snapshot.ts';
import { keyProblem, parseKey } from './parse-key.ts';
import { PatientReads } from './patient-reads.ts';

export type { Finding, Problem } from './check-snapshot.ts';

/** Snapshots looked at at the same time: a store answers several as fast as one. */
const CONCURRENCY = 8;

export interface Selection {
  /** First and last day of scheduled times, `yyyy-MM-dd`. */
  readonly from?: string;
  readonly to?: string;
  readonly exportName?: string;
  /** Whether to believe the store's checksum instead of reading the rows. */
  readonly isQuick?: boolean;
  /** Days after which rows expire, 1 or more; absent where they do not. */
  readonly rowsExpireAfterDays?: number;
}

export interface VerifyOptions {
  /** The time of day, epoch milliseconds. */
  readonly now?: () => number;
  /** Takes the snapshots that there are beside those selected, once for each object. */
  readonly onOther?: (identity: SnapshotIdentity) => void;
}

/**
 * Looks at every record and its object of rows, and at rows without a record, one finding each. The history may be
 * written meanwhile: what seems to be missing is looked for again.
 *
 * @throws an {@link ExporterError} that concerns the archive as a whole
 */
export async function* verify(
  archive: Archive,
  selection: Selection,
  { now = Date.now, onOther = () => {} }: VerifyOptions = {},
): AsyncIterable<Finding> {
  const reads = new PatientReads();
  const rows = new Map<string, StoredKey>();
  for await (const stored of archive.list(JOBS_PREFIX)) {
    const identity = parseKey(stored.key);
    if (!identity) yield notOfTheContract(stored);
    else if (isSelected(identity, selection)) rows.set(stored.key, stored);
    else onOther(identity);
  }
  const { isQuick = false, rowsExpireAfterDays } = selection;
  const check = new SnapshotCheck({ archive, reads, rows, isQuick, rowsExpireAfterDays, now });
  const recorded = new Set<string>();

  async function* records(): AsyncIterable<StoredKey> {
    for await (const stored of archive.list(SNAPSHOTS_PREFIX)) {
      const identity = parseKey(stored.key);
      if (!identity || isSelected(identity, selection)) yield stored;
      else onOther(identity);
    }
  }
  yield* concurrently(records(), async (stored) => {
    const identity = parseKey(stored.key);
    if (!identity) return notOfTheContract(stored);
    recorded.add(jobsKey(identity));
    return await check.record(identity);
  });

  const orphans = [...rows.values()].filter(({ key }) => !recorded.has(key));
  yield* concurrently(orphans, (stored) => check.orphan(stored, parseKey(stored.key) as SnapshotIdentity));
  reads.throwIfNothingWasRead();
}

/** The findings of some objects, several at a time; none for what is `undefined`. */
async function* concurrently(
  stored: AsyncIterable<StoredKey> | Iterable<StoredKey>,
  find: (one: StoredKey) => Promise<Finding | undefined>,
): AsyncIterable<Finding> {
  // A stream takes `undefined` and `null` for its end.
  const findings = Readable.from(stored).map(async (one: StoredKey) => ({ finding: await find(one) }), {
    concurrency: CONCURRENCY,
  });
  for await (const { finding } of findings) if (finding) yield finding;
}

function notOfTheContract({ key, bytes }: StoredKey): Finding {
  return { key, bytes, problems: [{ key, text: keyProblem(key) }] };
}

function isSelected(
  { scheduledAt, exportName }: SnapshotIdentity,
  { from, to, exportName: wanted }: Selection,
): boolean {
  const dt = utcDate(scheduledAt);
  return (from ?? dt) <= dt && dt <= (to ?? dt) && (wanted ?? exportName) === exportName;
}
