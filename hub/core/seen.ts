import type { ListingElement, ScheduleOfRecord, SnapshotRecord } from '../../lambda/contract/columns.ts';
import type { ExportHealthRow } from '../../lambda/contract/health.ts';
import { recordKey, type SnapshotIdentity, snapshotId } from '../../lambda/contract/keys.ts';
import { parseRecord } from '../../lambda/core/parse-record.ts';
import { epochMs, timestamp } from '../../lambda/core/timestamp.ts';
import type { SnapshotKeys } from '../ports.ts';
import type { Failures } from './failures.ts';
import type { ExportPlace } from './place.ts';
import { SnapshotsOf } from './snapshots-of.ts';

/** Records that are tried one after the other, from the newest back, for one that can be read. */
const MOST_TRIED = 100;

/** What a row says of the snapshots of an export. */
export type SeenColumns = Pick<
  ExportHealthRow,
  | 'first_snapshot_at'
  | 'newest_snapshot_id'
  | 'newest_snapshot_at'
  | 'newest_finished_at'
  | 'schedule'
  | 'missing_thing_groups'
  | 'new_snapshots'
  | 'unlinked_snapshots'
>;

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

/** Takes a number of records that may be read, of those that a look may read in all; false where that is too much. */
export type Budget = (records: number) => boolean;

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

/** A snapshot, and its record where that could be read. */
interface Newest {
  readonly snapshot: SnapshotIdentity;
  readonly record?: SnapshotRecord;
}

/** Reads records of an export, each once. */
class Records {
  readonly damaged: string[] = [];
  readonly #read = new Map<number, SnapshotRecord | 'damaged' | 'unread'>();
  readonly #keys: SnapshotKeys;
  readonly #failures: Failures;
  readonly #signal: AbortSignal;

  constructor(keys: SnapshotKeys, failures: Failures, signal: AbortSignal) {
    this.#keys = keys;
    this.#failures = failures;
    this.#signal = signal;
  }

  /** Whether another record may be tried, as those before were damaged. */
  get mayTryMore(): boolean {
    return this.damaged.length < MOST_TRIED;
  }

  /** The first that is not damaged, of those that are tried; without its record where that could not be read. */
  async newestOf(newestFirst: readonly SnapshotIdentity[]): Promise<Newest | undefined> {
    for (const snapshot of newestFirst) {
      if (!this.mayTryMore) return undefined;
      const record = await this.#record(snapshot);
      if (record === 'unread') return { snapshot };
      if (record !== 'damaged') return { snapshot, record };
    }
    return undefined;
  }

  /** Counts the new snapshots. Those that are damaged are none. */
  async countNew(
    newestFirst: readonly SnapshotIdentity[],
    budget: Budget,
  ): Promise<Pick<SeenColumns, 'new_snapshots' | 'unlinked_snapshots'>> {
    const others = newestFirst.filter(({ scheduledAt }) => !this.#read.has(scheduledAt));
    const areRead = budget(others.length);
    for (const snapshot of areRead ? others : []) await this.#record(snapshot);
    const records = newestFirst.map(({ scheduledAt }) => this.#read.get(scheduledAt) ?? 'unread');
    const known = records.filter((record) => typeof record === 'object');
    return {
      new_snapshots: records.filter((record) => record !== 'damaged').length,
      unlinked_snapshots: records.includes('unread')
        ? null
        : known.filter(({ unlinked_reason }) => unlinked_reason === 'UNREADABLE').length,
    };
  }

  async #record(snapshot: SnapshotIdentity): Promise<SnapshotRecord | 'damaged' | 'unread'> {
    const text = await this.#failures.orUndefined(() => this.#keys.readRecord(snapshot, this.#signal));
    const parsed = text === undefined ? undefined : parseRecord(text, snapshot);
    if (parsed && 'fault' in parsed) this.damaged.push(`${recordKey(snapshot)} ${parsed.fault}`);
    const result = parsed === undefined ? 'unread' : 'fault' in parsed ? 'damaged' : parsed.record;
    this.#read.set(snapshot.scheduledAt, result);
    return result;
  }
}

/** What a record says. A run that was started by hand has no schedule: that of the snapshots before it holds on. */
function columnsOf({ snapshot, record }: Newest, scheduleBefore: ScheduleOfRecord | null): Partial<SeenColumns> {
  return {
    newest_snapshot_id: snapshotId(snapshot),
    newest_snapshot_at: timestamp(snapshot.scheduledAt),
    newest_finished_at: record?.finished_at ?? null,
    schedule: record?.schedule ?? scheduleBefore,
    missing_thing_groups: record ? missingGroups(record.listings) : null,
  };
}

/** Names or ids of the thing groups that do not exist; `null` where none is known to be missing, and of some that is not known. */
function missingGroups(listings: readonly ListingElement[]): readonly string[] | null {
  const missing = listings.filter((listing) => listing.missing === true);
  const isUnchecked = listings.some((listing) => listing.missing === null && listing.thing_group_name !== null);
  if (missing.length === 0 && isUnchecked) return null;
  return [
    ...new Set(missing.map((listing) => listing.thing_group_name ?? listing.queried_thing_group_id ?? '')),
  ].sort();
}

function onlySeen(row: SeenColumns): SeenColumns {
  return Object.fromEntries(
    Object.keys(NOTHING_SEEN).map((name) => [name, row[name as keyof SeenColumns]]),
  ) as unknown as SeenColumns;
}
