import type { ScheduleOfRecord, SnapshotRecord } from '../../lambda/contract/columns.ts';
import { changesKey, detailsKey, jobsKey, recordKey, type SnapshotIdentity } from '../../lambda/contract/keys.ts';
import type { Archive, StoredKey } from './archive.ts';
import { Bodies, type Fetched } from './bodies.ts';
import { checkChanges, recordedChanges } from './check-changes.ts';
import { DetailsRowsCheck } from './check-details-rows.ts';
import type { CheckedRecord } from './check-record.ts';
import { checkRows, type RowConsumer } from './check-rows.ts';
import { StoredDetailsCheck } from './check-stored-details.ts';
import { missingRowsProblem } from './expiry.ts';
import { Comparison } from './line/comparison.ts';
import type { Break, Line } from './line/line.ts';
import { PreviousRowsReader } from './line/previous-rows.ts';
import { readRecord } from './read-record.ts';
import type { Read, RetryingReads } from './retrying-reads.ts';
import { checkObject, DELETED, type FoundObject, MISSING, type Problem, UNEXPECTED } from './stored-object.ts';

export type { Problem } from './stored-object.ts';

/**
 * Rows without a record that are younger may belong to a running export. A run puts its record moments after its rows.
 * If it dies in between, a retry completes it; Lambda's two retries of 15 minutes each and 3 minutes of waiting take
 * less than an hour. Source: AWS Lambda Developer Guide, "How Lambda handles errors and retries with asynchronous
 * invocation".
 */
const UNDER_WAY_MS = 3_600_000;
/**
 * Rows with an earlier scheduled time cannot belong to a running export: an event waits for at most 6 hours. This is
 * checked as well because all files of a copied history are young.
 */
const UNDER_WAY_SCHEDULED_MS = 24 * 3_600_000;

/** Result of the check of one snapshot, or of one object that belongs to none. */
export interface Finding {
  readonly key: string;
  /** Absent if the key does not conform to the data contract. */
  readonly identity?: SnapshotIdentity;
  /** Absent without a record. */
  readonly jobCount?: number;
  /** Absent if the record has no changes. */
  readonly changeCount?: number;
  /** Jobs in the details; absent if the record has no details. */
  readonly detailCount?: number;
  /** Absent if the record has none. */
  readonly schedule?: ScheduleOfRecord;
  /** Stored size of rows, changes and details; size of the object if its key does not conform to the data contract. */
  readonly bytes: number;
  readonly problems: readonly Problem[];
  /** Gaps and forks in the line at this snapshot. */
  readonly breaks?: readonly Break[];
  /** Why the snapshot was not compared with its predecessor. */
  readonly notCompared?: string;
  /** Why its details were not compared with those of its predecessor. */
  readonly detailsNotCompared?: string;
  /** Whether there are recent objects without a record. */
  readonly isUnderWay?: true;
  /** Whether the rows do not exist and are old enough to have expired. */
  readonly haveRowsExpired?: true;
}

/** Result of the check of the rows of a snapshot. */
interface FoundRows extends FoundObject {
  readonly areExpired?: true;
}

export interface SnapshotCheckProps {
  readonly archive: Archive;
  readonly reads: RetryingReads;
  /** Listed objects of rows, by key. */
  readonly rows: ReadonlyMap<string, StoredKey>;
  /** Listed objects of changes, by key. */
  readonly changes?: ReadonlyMap<string, StoredKey>;
  /** Listed objects of details, by key. */
  readonly details?: ReadonlyMap<string, StoredKey>;
  /** Whether to use the store's checksums instead of reading rows, changes and details. */
  readonly isQuick: boolean;
  /** Days after which the bucket's lifecycle rule expires rows; absent without such a rule. */
  readonly rowsExpireAfterDays?: number | undefined;
  readonly now: () => number;
}

/** A snapshot with its fetched objects. */
export interface FetchedSnapshot {
  readonly identity: SnapshotIdentity;
  readonly record: Read<CheckedRecord>;
  readonly rows: Read<Fetched>;
  readonly changes: Read<Fetched>;
  readonly details: Read<Fetched>;
}

const NO_OBJECT: FoundObject = { bytes: 0, problems: [] };
const QUICK_REASON = '--quick does not read the rows';

/** Checks snapshots one by one. */
export class SnapshotCheck {
  readonly #props: SnapshotCheckProps;
  readonly #bodies: Bodies;
  readonly #previousRows: PreviousRowsReader;
  readonly #details: StoredDetailsCheck;

  constructor(props: SnapshotCheckProps) {
    this.#props = props;
    this.#bodies = new Bodies(props.archive, props.reads);
    this.#previousRows = new PreviousRowsReader({ ...props, bodies: this.#bodies });
    this.#details = new StoredDetailsCheck({ ...props, bodies: this.#bodies });
  }

  /** Checks a snapshot without its predecessor. */
  async record(identity: SnapshotIdentity): Promise<Finding> {
    return await this.check(await this.fetch(identity));
  }

  /** Fetches the objects of a snapshot. Several calls may run at the same time. */
  async fetch(identity: SnapshotIdentity): Promise<FetchedSnapshot> {
    const { archive, reads, rows, changes, details, isQuick } = this.#props;
    const key = recordKey(identity);
    const record = await reads.attempt(async () => await readRecord(await archive.read(key), identity));
    const recorded = record.kind === 'value' ? record.value.record : undefined;
    // Rows are listed before records, so rows of a new record may be missing from the listing.
    const fetch = (objectKey: string, listed: StoredKey | undefined) =>
      this.#bodies.fetch(objectKey, listed, isQuick && recorded !== undefined);
    const [rowsKey, changesObjectKey, detailsObjectKey] = [
      jobsKey(identity),
      changesKey(identity),
      detailsKey(identity),
    ];
    const [listedChanges, listedDetails] = [changes?.get(changesObjectKey), details?.get(detailsObjectKey)];
    return {
      identity,
      record,
      rows: await fetch(rowsKey, rows.get(rowsKey)),
      changes:
        listedChanges || recorded?.changes_key ? await fetch(changesObjectKey, listedChanges) : { kind: 'absent' },
      details:
        listedDetails || recorded?.details_key ? await fetch(detailsObjectKey, listedDetails) : { kind: 'absent' },
    };
  }

  /**
   * Checks a fetched snapshot.
   *
   * @param line set to compare the snapshot with its predecessor; snapshots must then come ordered by scheduled time
   */
  async check({ identity, record: read, rows, changes, details }: FetchedSnapshot, line?: Line): Promise<Finding> {
    const key = recordKey(identity);
    if (read.kind !== 'value') {
      const text = read.kind === 'failed' ? read.problem : DELETED;
      const objects = [
        await this.#rows(identity, undefined, rows),
        await this.#changes(identity, undefined, changes),
        await this.#details.check(identity, undefined, details),
      ];
      const problems = [{ key, text }, ...objects.flatMap((object) => object.problems)];
      return { key, identity, bytes: objects.reduce((sum, { bytes }) => sum + bytes, 0), problems };
    }
    const { record, problems } = read.value;
    const validRecord = problems.length === 0 ? record : undefined;
    const lineCheck = await line?.check(identity, validRecord);
    const compared = line && validRecord ? await this.#comparison(identity, validRecord) : undefined;
    const comparison = compared instanceof Comparison ? compared : undefined;
    // Details are checked before the rows, which are read only once.
    const isCompared = line !== undefined && !this.#props.isQuick;
    const foundDetails = await this.#details.check(identity, record, details, isCompared ? validRecord : undefined);
    const detailsRows = new DetailsRowsCheck(foundDetails.described, record);
    const consumers = [detailsRows, ...(comparison ? [comparison.rows] : [])];
    const foundRows = await this.#rows(identity, record, rows, comparison, consumers);
    const foundChanges = await this.#changes(identity, record, changes, comparison);
    if (comparison && validRecord) this.#previousRows.keep(identity, validRecord, comparison);
    const recordProblems = [
      ...problems,
      ...(lineCheck?.problems ?? []),
      ...detailsRows.recordProblems(foundDetails.previousTurn),
    ];
    const detailsProblems = detailsRows.problems.map((text) => ({ key: detailsKey(identity), text }));
    const breaks = [...(lineCheck?.breaks ?? []), ...(foundDetails.breaks ?? [])];
    const areRowsCompared = comparison?.areRowsRead ?? true;
    return {
      key,
      identity,
      ...(record && { jobCount: record.job_count }),
      ...(record?.change_count != null && { changeCount: record.change_count }),
      ...(record?.detail_count != null && { detailCount: record.detail_count }),
      ...(record?.schedule && { schedule: record.schedule }),
      bytes: foundRows.bytes + foundChanges.bytes + foundDetails.bytes,
      problems: [
        ...recordProblems.map((text) => ({ key, text })),
        ...foundRows.problems,
        ...foundChanges.problems,
        ...foundDetails.problems,
        ...detailsProblems,
      ],
      ...(breaks.length > 0 && { breaks }),
      ...(typeof compared === 'string' && { notCompared: compared }),
      ...(!areRowsCompared && { notCompared: foundRows.areExpired ? ROWS_EXPIRED : ROWS_DAMAGED }),
      ...(foundDetails.notCompared !== undefined && { detailsNotCompared: foundDetails.notCompared }),
      ...(foundRows.areExpired && { haveRowsExpired: true as const }),
    };
  }

  /**
   * Checks an object of rows, changes or details whose record was not listed. `undefined` if it has been deleted since.
   */
  async orphan({ key, bytes, modifiedAt }: StoredKey, identity: SnapshotIdentity): Promise<Finding | undefined> {
    const { archive, reads, now } = this.#props;
    const record = await reads.attempt(() => archive.find(recordKey(identity)));
    const orphan = await reads.attempt(() => archive.find(key));
    if (record.kind === 'failed') {
      return { key, identity, bytes, problems: [{ key: recordKey(identity), text: record.problem }] };
    }
    if (record.kind === 'value' && record.value) return await this.record(identity);
    if (orphan.kind === 'value' && !orphan.value) return undefined;
    const isRecent = now() - identity.scheduledAt < UNDER_WAY_SCHEDULED_MS;
    if (isRecent && modifiedAt !== undefined && now() - modifiedAt < UNDER_WAY_MS) {
      return { key, identity, bytes, problems: [], isUnderWay: true };
    }
    const what = { [jobsKey(identity)]: 'rows', [changesKey(identity)]: 'changes' }[key] ?? 'details';
    const text = `has no record: no query reads these ${what}`;
    return { key, identity, bytes, problems: [{ key, text }] };
  }

  /** The comparison with the predecessor, or the reason why it is not possible; `undefined` without a predecessor. */
  async #comparison(identity: SnapshotIdentity, record: SnapshotRecord): Promise<Comparison | string | undefined> {
    if (record.previous_snapshot_id == null) return undefined;
    return this.#props.isQuick ? QUICK_REASON : await this.#previousRows.comparison(identity, record);
  }

  async #rows(
    identity: SnapshotIdentity,
    record: SnapshotRecord | undefined,
    fetched: Read<Fetched>,
    comparison?: Comparison,
    consumers: readonly RowConsumer[] = [],
  ): Promise<FoundRows> {
    const { rows, rowsExpireAfterDays, now } = this.#props;
    const key = jobsKey(identity);
    const recorded = record && { bytes: record.object_bytes, sha256: record.object_sha256, count: record.job_count };
    const found = await checkObject(this.#bodies, key, recorded, fetched, (body) =>
      checkRows(body, identity, record, consumers),
    );
    if (found) {
      const ages = (comparison?.ageProblems ?? []).map((text) => ({ key, text }));
      return { bytes: found.bytes, problems: [...found.problems, ...ages] };
    }
    // Without a record it is not known when the rows were put.
    const text = record
      ? missingRowsProblem(record.finished_at, now(), rowsExpireAfterDays)
      : 'is not there, and its record cannot be read';
    if (text === undefined) return { bytes: 0, problems: [], areExpired: true };
    return { bytes: 0, problems: [{ key, text: rows.has(key) ? DELETED : text }] };
  }

  async #changes(
    identity: SnapshotIdentity,
    record: SnapshotRecord | undefined,
    fetched: Read<Fetched>,
    comparison?: Comparison,
  ): Promise<FoundObject> {
    const key = changesKey(identity);
    const recorded = recordedChanges(record);
    const consumer = comparison?.areRowsRead ? comparison.changes : undefined;
    const found = await checkObject(this.#bodies, key, recorded, fetched, (body) =>
      checkChanges(body, identity, record, consumer),
    );
    const isRecorded = record?.changes_key != null;
    if (!found) {
      if (isRecorded) {
        const text = this.#props.changes?.has(key) ? DELETED : MISSING;
        return { bytes: 0, problems: [{ key, text }] };
      }
      if (!consumer) return NO_OBJECT;
      // Without an object, the comparison must find no change.
      consumer.begin();
      consumer.end();
      return {
        bytes: 0,
        problems: (comparison?.changeProblems ?? []).map((text) => ({ key: recordKey(identity), text })),
      };
    }
    const unexpected = record && !isRecorded ? [{ key, text: UNEXPECTED }] : [];
    const changeProblems =
      unexpected.length > 0 ? [] : (comparison?.changeProblems ?? []).map((text) => ({ key, text }));
    return { bytes: found.bytes, problems: [...found.problems, ...unexpected, ...changeProblems] };
  }
}

const ROWS_EXPIRED = 'its own rows have expired';
const ROWS_DAMAGED = 'its own rows are not there, or are damaged';
