import type { ExportHealthRow } from '../../lambda/contract/health.ts';
import { epochMs, timestamp } from '../../lambda/core/timestamp.ts';
import type { SnapshotKeys } from '../ports.ts';
import type { Failures } from './failures.ts';
import type { ExportPlace } from './place.ts';
import { type Budget, columnsOf, type Newest, type RecordColumns, Records } from './records.ts';
import { SnapshotsOf } from './snapshots-of.ts';

/** What a row says of the snapshots of an export. */
export type SeenColumns = RecordColumns &
  Pick<ExportHealthRow, 'first_snapshot_at' | 'new_snapshots' | 'unlinked_snapshots'>;

/** What is known of the snapshots of an export. */
export interface Seen {
  readonly columns: SeenColumns;
  /** Keys of records that are none, with what is wrong. */
  readonly damaged: readonly string[];
  /** Keys of records in the future. */
  readonly future: readonly string[];
  /** Whether the keys could not be listed: then it is what the look before knew. */
  readonly isStale: boolean;
}

/** Of an export without snapshots. */
export const NOTHING_SEEN: SeenColumns = {
  first_snapshot_at: null,
  newest_snapshot_id: null,
  newest_snapshot_at: null,
  newest_finished_at: null,
  schedule: null,
  missing_thing_groups: null,
  new_snapshots: 0,
  unlinked_snapshots: 0,
};

/** What the look before knew of an export, where this one cannot list its keys. */
export function seenBefore(before: SeenColumns | undefined): Seen {
  const columns = { ...(before ?? NOTHING_SEEN), new_snapshots: null, unlinked_snapshots: null };
  return { columns: onlySeen(columns), damaged: [], future: [], isStale: true };
}

export interface LookerProps {
  readonly keys: SnapshotKeys;
  readonly failures: Failures;
  /** Of the records beside the newest of each export. */
  readonly budget: Budget;
  readonly now: number;
  readonly signal: AbortSignal;
}

/**
 * Looks at the snapshots of an export that came since the look before; without one, at the newest and the first.
 *
 * The newest is the newest whose record is one: a damaged record is no snapshot, and makes none look alive.
 *
 * @param schedule expression that the configuration has: where the look before held the export to another, which of the two
 * its newest record has is read anew
 */
export async function lookAtSnapshots(
  of: ExportPlace,
  before: SeenColumns | undefined,
  schedule: string | undefined,
  { keys, failures, budget, now, signal }: LookerProps,
): Promise<Seen> {
  const snapshots = new SnapshotsOf(of, keys, now, signal);
  const records = new Records(keys, failures, signal);
  const { newest_snapshot_at: newestAt, newest_finished_at: finishedAt, schedule: heldTo } = before ?? NOTHING_SEEN;
  if (newestAt === null) {
    return (await failures.orUndefined(() => lookForTheFirstTime(snapshots, records))) ?? seenBefore(before);
  }
  const newestBefore = { ...of, scheduledAt: epochMs(newestAt) };
  const found = await failures.orUndefined(() => snapshots.after(newestBefore.scheduledAt));
  if (found === undefined) return seenBefore(before);
  const isHeldToAnother = schedule !== undefined && schedule !== heldTo?.expression;
  const isUnread = finishedAt === null || isHeldToAnother;
  const newest = await records.newestOf(isUnread ? [...found.newestFirst, newestBefore] : found.newestFirst);
  const columns = {
    ...onlySeen(before ?? NOTHING_SEEN),
    ...(newest && columnsOf(newest, heldTo)),
    ...(await records.countNew(found.newestFirst, budget)),
  };
  return { columns, damaged: records.damaged, future: found.future, isStale: false };
}

/** Without a look before: the newest and the first. */
async function lookForTheFirstTime(snapshots: SnapshotsOf, records: Records): Promise<Seen> {
  const future: string[] = [];
  let newest: Newest | undefined;
  for await (const day of snapshots.daysBack()) {
    future.push(...day.future);
    newest = await records.newestOf(day.newestFirst);
    if (newest || !records.mayTryMore) break;
  }
  if (newest === undefined) return { columns: NOTHING_SEEN, damaged: records.damaged, future, isStale: false };
  const first = (await snapshots.first()) ?? newest.snapshot;
  const columns = {
    ...NOTHING_SEEN,
    ...columnsOf(newest, null),
    first_snapshot_at: timestamp(first.scheduledAt),
    // How many came since the look before is not known.
    new_snapshots: null,
    unlinked_snapshots: null,
  };
  return { columns, damaged: records.damaged, future, isStale: false };
}

function onlySeen(row: SeenColumns): SeenColumns {
  return Object.fromEntries(
    Object.keys(NOTHING_SEEN).map((name) => [name, row[name as keyof SeenColumns]]),
  ) as unknown as SeenColumns;
}
