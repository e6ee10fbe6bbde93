import type { ListingElement, ScheduleOfRecord, SnapshotRecord } from '../../lambda/contract/columns.ts';
import { MAX_SCHEDULE_CHARACTERS } from '../../lambda/contract/event.ts';
import type { ExportHealthRow } from '../../lambda/contract/health.ts';
import { recordKey, type SnapshotIdentity, snapshotId } from '../../lambda/contract/keys.ts';
import { parseRecord } from '../../lambda/core/parse-record.ts';
import { timestamp } from '../../lambda/core/timestamp.ts';
import { readSchedule } from '../../schedule/schedule.ts';
import type { SnapshotKeys } from '../ports.ts';
import type { Failures } from './failures.ts';
import type { ExportPlace } from './place.ts';

/** Maximum of damaged records, from the newest back, before the search for a valid one ends. */
const MAX_DAMAGED = 100;

/** Maximum of characters of a fault, which quotes the record. */
const MAX_FAULT_CHARACTERS = 300;
/** Maximum of missing thing groups in a row. The record has all. */
const MAX_MISSING_GROUPS = 100;

/** The columns that derive from the newest record of an export. */
export type RecordColumns = Pick<
  ExportHealthRow,
  'newest_snapshot_id' | 'newest_snapshot_at' | 'newest_finished_at' | 'schedule' | 'missing_thing_groups'
>;

/** The columns that count new snapshots. */
type NewColumns = Pick<ExportHealthRow, 'new_snapshots' | 'unlinked_snapshots'>;

/** Reserves a number of records to read, out of the limit of a look; false when that exceeds the limit. */
export type Budget = (records: number, place: ExportPlace) => boolean;

/** The newest snapshot, with its record when that could be read. */
export interface NewestSnapshot {
  readonly snapshot: SnapshotIdentity;
  readonly record?: SnapshotRecord;
}

/** Reads records of an export, each once. */
export class Records {
  readonly damaged: string[] = [];
  /** By scheduled time. Not the records themselves: those of some days would not fit into memory. */
  readonly #read = new Map<number, 'unlinked' | 'fine' | 'damaged' | 'unread'>();
  readonly #keys: SnapshotKeys;
  readonly #failures: Failures;
  readonly #signal: AbortSignal;

  constructor(keys: SnapshotKeys, failures: Failures, signal: AbortSignal) {
    this.#keys = keys;
    this.#failures = failures;
    this.#signal = signal;
  }

  /** Whether few enough records were damaged to try another. */
  get canTryMore(): boolean {
    return this.damaged.length < MAX_DAMAGED;
  }

  /** The first snapshot whose record is not damaged; without its record when that could not be read. */
  async newestOf(newestFirst: readonly SnapshotIdentity[]): Promise<NewestSnapshot | undefined> {
    for (const snapshot of newestFirst) {
      if (!this.canTryMore) return undefined;
      const record = await this.#record(snapshot);
      if (record !== 'damaged') return { snapshot, ...(record !== 'unread' && { record }) };
    }
    return undefined;
  }

  /** Counts the new snapshots, without those whose record is damaged. */
  async countNew(newestFirst: readonly SnapshotIdentity[], budget: Budget): Promise<NewColumns> {
    const others = newestFirst.filter(({ scheduledAt }) => !this.#read.has(scheduledAt));
    const [place] = others;
    const areRead = place !== undefined && budget(others.length, place);
    for (const snapshot of areRead ? others : []) await this.#record(snapshot);
    const records = newestFirst.map(({ scheduledAt }) => this.#read.get(scheduledAt) ?? 'unread');
    return {
      new_snapshots: records.filter((record) => record !== 'damaged').length,
      unlinked_snapshots: records.includes('unread') ? null : records.filter((record) => record === 'unlinked').length,
    };
  }

  async #record(snapshot: SnapshotIdentity): Promise<SnapshotRecord | 'damaged' | 'unread'> {
    const text = await this.#failures.orUndefined(() => this.#keys.readRecord(snapshot, this.#signal));
    const parsed = text === undefined ? undefined : parseRecord(text, snapshot);
    if (parsed && 'fault' in parsed)
      this.damaged.push(`${recordKey(snapshot)} ${parsed.fault.slice(0, MAX_FAULT_CHARACTERS)}`);
    if (parsed === undefined || 'fault' in parsed) {
      const result = parsed ? 'damaged' : 'unread';
      this.#read.set(snapshot.scheduledAt, result);
      return result;
    }
    this.#read.set(snapshot.scheduledAt, parsed.record.unlinked_reason === 'UNREADABLE' ? 'unlinked' : 'fine');
    return parsed.record;
  }
}

/** Columns from the newest record. A run that was started by hand has no schedule: the previous one still applies. */
export function recordColumns(
  { snapshot, record }: NewestSnapshot,
  scheduleBefore: ScheduleOfRecord | null,
): RecordColumns {
  return {
    newest_snapshot_id: snapshotId(snapshot),
    newest_snapshot_at: timestamp(snapshot.scheduledAt),
    newest_finished_at: record?.finished_at ?? null,
    schedule: scheduleOf(record) ?? scheduleBefore,
    missing_thing_groups: record ? missingGroups(record.listings) : null,
  };
}

/** The schedule of a record; `null` when AWS would not accept it. */
function scheduleOf(record: SnapshotRecord | undefined): ScheduleOfRecord | null {
  const { expression = '', time_zone = '' } = record?.schedule ?? {};
  const isRight = expression.length <= MAX_SCHEDULE_CHARACTERS && readSchedule(expression, time_zone) !== undefined;
  return isRight ? { expression, time_zone } : null;
}

/** Names or ids of missing thing groups; `null` when none is known to be missing, but some could not be checked. */
function missingGroups(listings: readonly ListingElement[]): readonly string[] | null {
  const missing = listings.filter((listing) => listing.missing === true);
  const isUnchecked = listings.some((listing) => listing.missing === null && listing.thing_group_name !== null);
  if (missing.length === 0 && isUnchecked) return null;
  return [...new Set(missing.map((listing) => listing.thing_group_name ?? listing.queried_thing_group_id ?? ''))]
    .sort()
    .slice(0, MAX_MISSING_GROUPS);
}
