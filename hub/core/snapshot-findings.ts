import type { ExportHealthRow } from '../../lambda/contract/health.ts';
import { epochMs, timestampOrNull } from '../../lambda/core/timestamp.ts';
import { TooManyKeysError } from '../errors.ts';
import type { SnapshotKeys } from '../ports.ts';
import type { Failures } from './failures.ts';
import type { ExportPlace } from './place.ts';
import { type Budget, type NewestSnapshot, type RecordColumns, Records, recordColumns } from './records.ts';
import { SnapshotLister } from './snapshot-lister.ts';

/** The columns about the snapshots of an export. */
export type SnapshotColumns = RecordColumns &
  Pick<ExportHealthRow, 'first_snapshot_at' | 'new_snapshots' | 'unlinked_snapshots'>;

/** The findings about the snapshots of an export. */
export interface SnapshotFindings {
  readonly columns: SnapshotColumns;
  /** Keys of damaged records, each with its fault. */
  readonly damaged: readonly string[];
  /** Keys of records in the future. */
  readonly future: readonly string[];
  /** Whether the keys could not be listed, so that the columns are those of the previous look. */
  readonly isStale: boolean;
}

/** Columns of an export without snapshots. */
export const NO_SNAPSHOTS: SnapshotColumns = {
  first_snapshot_at: null,
  newest_snapshot_id: null,
  newest_snapshot_at: null,
  newest_finished_at: null,
  schedule: null,
  missing_thing_groups: null,
  new_snapshots: 0,
  unlinked_snapshots: 0,
};

/** Findings of the previous look, for an export whose keys cannot be listed. */
export function previousFindings(before: SnapshotColumns | undefined): SnapshotFindings {
  const columns = { ...(before ?? NO_SNAPSHOTS), new_snapshots: null, unlinked_snapshots: null };
  return { columns: snapshotColumns(columns), damaged: [], future: [], isStale: true };
}

export interface InspectionContext {
  readonly keys: SnapshotKeys;
  readonly failures: Failures;
  /** Limit of records other than the newest. */
  readonly budget: Budget;
  readonly now: number;
  readonly signal: AbortSignal;
}

/**
 * Reads the snapshots of an export since the previous look; without one, the newest and the first.
 *
 * A damaged record does not count as a snapshot, so it does not make an export look alive.
 *
 * @param schedule expression in the configuration. If the previous look used another, the newest record is read again to see
 * which of the two it has
 */
export async function inspectSnapshots(
  place: ExportPlace,
  before: SnapshotColumns | undefined,
  schedule: string | undefined,
  { keys, failures, budget, now, signal }: InspectionContext,
): Promise<SnapshotFindings> {
  const snapshots = new SnapshotLister(place, keys, now, signal);
  const records = new Records(keys, failures, signal);
  const known = before?.newest_snapshot_at == null ? undefined : before;
  const findings = await failures.orUndefined(
    async () =>
      (known && (await inspectNewSnapshots(place, known, schedule, snapshots, records, budget))) ??
      (await inspectAllSnapshots(snapshots, records, known)),
  );
  return findings ?? previousFindings(before);
}

/** Reads the snapshots after the newest known one; `undefined` when there are too many to list. */
async function inspectNewSnapshots(
  place: ExportPlace,
  before: SnapshotColumns,
  schedule: string | undefined,
  snapshots: SnapshotLister,
  records: Records,
  budget: Budget,
): Promise<SnapshotFindings | undefined> {
  const newestBefore = { ...place, scheduledAt: epochMs(before.newest_snapshot_at ?? '') };
  const found = await unlessTooMany(() => snapshots.after(newestBefore.scheduledAt));
  if (found === undefined) return undefined;
  const hasOtherSchedule = schedule !== undefined && schedule !== before.schedule?.expression;
  const isUnread = before.newest_finished_at === null || hasOtherSchedule;
  const newest = await records.newestOf(isUnread ? [...found.newestFirst, newestBefore] : found.newestFirst);
  const columns = {
    ...snapshotColumns(before),
    ...(newest && recordColumns(newest, before.schedule)),
    ...(await records.countNew(found.newestFirst, budget)),
  };
  return { columns, damaged: records.damaged, future: found.future, isStale: false };
}

async function unlessTooMany<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof TooManyKeysError) return undefined;
    throw error;
  }
}

/** Finds the newest snapshot and, if not known yet, the first. The number of new snapshots stays unknown. */
async function inspectAllSnapshots(
  snapshots: SnapshotLister,
  records: Records,
  before: SnapshotColumns | undefined,
): Promise<SnapshotFindings> {
  const future: string[] = [];
  let newest: NewestSnapshot | undefined;
  for await (const day of snapshots.daysBack()) {
    future.push(...day.future);
    newest = await records.newestOf(day.newestFirst);
    if (newest || !records.canTryMore) break;
  }
  const rest = { damaged: records.damaged, future, isStale: false };
  if (newest === undefined && before === undefined) return { columns: NO_SNAPSHOTS, ...rest };
  const firstAt = before ? before.first_snapshot_at : timestampOrNull((await snapshots.first())?.scheduledAt);
  const columns = {
    ...snapshotColumns(before ?? NO_SNAPSHOTS),
    ...(newest && recordColumns(newest, before?.schedule ?? null)),
    first_snapshot_at: firstAt,
    new_snapshots: null,
    unlinked_snapshots: null,
  };
  return { columns, ...rest };
}

function snapshotColumns(row: SnapshotColumns): SnapshotColumns {
  return Object.fromEntries(
    Object.keys(NO_SNAPSHOTS).map((name) => [name, row[name as keyof SnapshotColumns]]),
  ) as unknown as SnapshotColumns;
}
