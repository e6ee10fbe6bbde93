import type { ExportHealthRow } from '../../lambda/contract/health.ts';
import { epochMs, timestampOrNull } from '../../lambda/core/timestamp.ts';
import { TooManyKeysError } from '../errors.ts';
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
  const known = before?.newest_snapshot_at == null ? undefined : before;
  const seen = await failures.orUndefined(
    async () =>
      (known && (await lookOn(of, known, schedule, snapshots, records, budget))) ??
      (await lookAnew(snapshots, records, known)),
  );
  return seen ?? seenBefore(before);
}

/** From the newest snapshot that is known; `undefined` where too much came since to be listed. */
async function lookOn(
  of: ExportPlace,
  before: SeenColumns,
  schedule: string | undefined,
  snapshots: SnapshotsOf,
  records: Records,
  budget: Budget,
): Promise<Seen | undefined> {
  const newestBefore = { ...of, scheduledAt: epochMs(before.newest_snapshot_at ?? '') };
  const found = await unlessTooMany(() => snapshots.after(newestBefore.scheduledAt));
  if (found === undefined) return undefined;
  const isHeldToAnother = schedule !== undefined && schedule !== before.schedule?.expression;
  const isUnread = before.newest_finished_at === null || isHeldToAnother;
  const newest = await records.newestOf(isUnread ? [...found.newestFirst, newestBefore] : found.newestFirst);
  const columns = {
    ...onlySeen(before),
    ...(newest && columnsOf(newest, before.schedule)),
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

/** At the newest and, where no look has found it yet, the first. How many came since the look before is not known then. */
async function lookAnew(snapshots: SnapshotsOf, records: Records, before: SeenColumns | undefined): Promise<Seen> {
  const future: string[] = [];
  let newest: Newest | undefined;
  for await (const day of snapshots.daysBack()) {
    future.push(...day.future);
    newest = await records.newestOf(day.newestFirst);
    if (newest || !records.mayTryMore) break;
  }
  const rest = { damaged: records.damaged, future, isStale: false };
  if (newest === undefined && before === undefined) return { columns: NOTHING_SEEN, ...rest };
  const firstAt = before ? before.first_snapshot_at : timestampOrNull((await snapshots.first())?.scheduledAt);
  const columns = {
    ...onlySeen(before ?? NOTHING_SEEN),
    ...(newest && columnsOf(newest, before?.schedule ?? null)),
    first_snapshot_at: firstAt,
    new_snapshots: null,
    unlinked_snapshots: null,
  };
  return { columns, ...rest };
}

function onlySeen(row: SeenColumns): SeenColumns {
  return Object.fromEntries(
    Object.keys(NOTHING_SEEN).map((name) => [name, row[name as keyof SeenColumns]]),
  ) as unknown as SeenColumns;
}
