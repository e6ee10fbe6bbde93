import type { ScheduleOfRecord, SnapshotRecord } from '../../lambda/contract/columns.ts';
import { changesKey, detailsKey, jobsKey, recordKey, type SnapshotIdentity } from '../../lambda/contract/keys.ts';
import type { Archive, StoredKey } from './archive.ts';
import { Bodies, type Brought } from './bodies.ts';
import { checkChanges, saidOfChanges } from './check-changes.ts';
import type { CheckedRecord } from './check-record.ts';
import { checkRows, type RowTaker } from './check-rows.ts';
import { DetailsCheck } from './details-check.ts';
import { absenceProblem } from './expiry.ts';
import { Comparison } from './line/comparison.ts';
import type { Break, Line } from './line/line.ts';
import { RowsBefore } from './line/rows-before.ts';
import type { PatientReads, Read } from './patient-reads.ts';
import { readRecord } from './read-record.ts';
import { RowsOfDetails } from './rows-of-details.ts';
import { checkObject, DELETED, type FoundObject, type Problem, SAID_TO_BE, SAID_TO_BE_NONE } from './stored-object.ts';

export type { Problem } from './stored-object.ts';

/**
 * Rows without a record that are younger may be those of a run that is under way. A run puts its record moments after its
 * rows; one that died between is completed by a retry, and Lambda's two retries with 15 minutes each and 3 minutes of
 * waiting take less than an hour. Source: AWS Lambda Developer Guide, "How Lambda handles errors and retries with
 * asynchronous invocation".
 */
const UNDER_WAY_MS = 3_600_000;
/**
 * Rows of an earlier scheduled time are not of a run that is under way: an event waits for 6 hours at most. A copy of a
 * history has files that are all young.
 */
const UNDER_WAY_SCHEDULED_MS = 24 * 3_600_000;

/** What was found of one snapshot, or of one object that is none's. */
export interface Finding {
  readonly key: string;
  /** Absent for a key that is not of the data contract. */
  readonly identity?: SnapshotIdentity;
  /** Absent where there is no record to say so. */
  readonly jobCount?: number;
  /** Absent where the record says nothing of changes. */
  readonly changeCount?: number;
  /** Jobs in the details; absent where the record says nothing of them. */
  readonly detailCount?: number;
  /** Absent where the record has none. */
  readonly schedule?: ScheduleOfRecord;
  /** Size of the rows, changes and details as stored; of a key that is not of the data contract, its own. */
  readonly bytes: number;
  readonly problems: readonly Problem[];
  /** Where the line of its export is not one unbroken line. */
  readonly breaks?: readonly Break[];
  /** Why it was not compared with the snapshot before, which it names. */
  readonly notCompared?: string;
  /** Why its details were not held to those of the snapshot before. */
  readonly detailsNotCompared?: string;
  /** Whether there are young objects without a record. */
  readonly isUnderWay?: true;
  /** Whether the rows are gone, and old enough to have expired. */
  readonly haveRowsExpired?: true;
}

/** What was found of the rows of a snapshot. */
interface FoundRows extends FoundObject {
  readonly haveExpired?: true;
}

export interface SnapshotCheckProps {
  readonly archive: Archive;
  readonly reads: PatientReads;
  /** The objects of rows that a listing showed. */
  readonly rows: ReadonlyMap<string, StoredKey>;
  /** The objects of changes that a listing showed. */
  readonly changes?: ReadonlyMap<string, StoredKey>;
  /** The objects of details that a listing showed. */
  readonly details?: ReadonlyMap<string, StoredKey>;
  /** Whether to believe the store's checksums instead of reading the rows, the changes and the details. */
  readonly isQuick: boolean;
  /** Days after which the bucket's lifecycle rule lets rows expire; absent where it does not. */
  readonly rowsExpireAfterDays?: number | undefined;
  readonly now: () => number;
}

/** A snapshot whose objects were brought, as far as memory allows it. */
export interface BroughtSnapshot {
  readonly identity: SnapshotIdentity;
  readonly record: Read<CheckedRecord>;
  readonly rows: Read<Brought>;
  readonly changes: Read<Brought>;
  readonly details: Read<Brought>;
}

const NOTHING: FoundObject = { bytes: 0, problems: [] };
const QUICK = '--quick does not read the rows';

/** Checks snapshots one by one. */
export class SnapshotCheck {
  readonly #props: SnapshotCheckProps;
  readonly #bodies: Bodies;
  readonly #rowsBefore: RowsBefore;
  readonly #details: DetailsCheck;

  constructor(props: SnapshotCheckProps) {
    this.#props = props;
    this.#bodies = new Bodies(props.archive, props.reads);
    this.#rowsBefore = new RowsBefore({ ...props, bodies: this.#bodies });
    this.#details = new DetailsCheck({ ...props, bodies: this.#bodies });
  }

  /** A snapshot whose record was listed, without regard to the one before. */
  async record(identity: SnapshotIdentity): Promise<Finding> {
    return await this.check(await this.bring(identity));
  }

  /** Brings a snapshot whose record was listed. It may be done of several at a time. */
  async bring(identity: SnapshotIdentity): Promise<BroughtSnapshot> {
    const { archive, reads, rows, changes, details, isQuick } = this.#props;
    const key = recordKey(identity);
    const record = await reads.of(async () => await readRecord(await archive.read(key), identity));
    const said = record.kind === 'value' ? record.value.record : undefined;
    // Rows are listed before records, so those of a new record may not have been there.
    const bring = (ofKey: string, listed: StoredKey | undefined) =>
      this.#bodies.bring(ofKey, listed, isQuick && said !== undefined);
    const [ofRows, ofChanges, ofDetails] = [jobsKey(identity), changesKey(identity), detailsKey(identity)];
    const [listedChanges, listedDetails] = [changes?.get(ofChanges), details?.get(ofDetails)];
    return {
      identity,
      record,
      rows: await bring(ofRows, rows.get(ofRows)),
      changes: listedChanges || said?.changes_key ? await bring(ofChanges, listedChanges) : { kind: 'absent' },
      details: listedDetails || said?.details_key ? await bring(ofDetails, listedDetails) : { kind: 'absent' },
    };
  }

  /**
   * Checks what was brought.
   *
   * @param line where the snapshot is compared with the one before; then the snapshots come in the order of their times
   */
  async check({ identity, record: read, rows, changes, details }: BroughtSnapshot, line?: Line): Promise<Finding> {
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
    const sound = problems.length === 0 ? record : undefined;
    const place = await line?.look(identity, sound);
    const compared = line && sound ? await this.#comparison(identity, sound) : undefined;
    const comparison = compared instanceof Comparison ? compared : undefined;
    // Before the rows, which are read once: details are few.
    const isCompared = line !== undefined && !this.#props.isQuick;
    const ofDetails = await this.#details.check(identity, record, details, isCompared ? sound : undefined);
    const rowsOfDetails = new RowsOfDetails(ofDetails.described, record);
    const takers = [rowsOfDetails, ...(comparison ? [comparison.rows] : [])];
    const ofRows = await this.#rows(identity, record, rows, comparison, takers);
    const ofChanges = await this.#changes(identity, record, changes, comparison);
    if (comparison && sound) this.#rowsBefore.turn(identity, sound, comparison);
    const ofRecord = [...problems, ...(place?.problems ?? []), ...rowsOfDetails.recordProblems(ofDetails.turnBefore)];
    const foreign = rowsOfDetails.problems.map((text) => ({ key: detailsKey(identity), text }));
    const breaks = [...(place?.breaks ?? []), ...(ofDetails.breaks ?? [])];
    const areRowsCompared = comparison?.areRowsRead ?? true;
    return {
      key,
      identity,
      ...(record && { jobCount: record.job_count }),
      ...(record?.change_count != null && { changeCount: record.change_count }),
      ...(record?.detail_count != null && { detailCount: record.detail_count }),
      ...(record?.schedule && { schedule: record.schedule }),
      bytes: ofRows.bytes + ofChanges.bytes + ofDetails.bytes,
      problems: [
        ...ofRecord.map((text) => ({ key, text })),
        ...ofRows.problems,
        ...ofChanges.problems,
        ...ofDetails.problems,
        ...foreign,
      ],
      ...(breaks.length > 0 && { breaks }),
      ...(typeof compared === 'string' && { notCompared: compared }),
      ...(!areRowsCompared && { notCompared: ofRows.haveExpired ? OWN_EXPIRED : OWN_DAMAGED }),
      ...(ofDetails.notCompared !== undefined && { detailsNotCompared: ofDetails.notCompared }),
      ...(ofRows.haveExpired && { haveRowsExpired: true as const }),
    };
  }

  /**
   * Objects whose record was not listed: rows, changes, details. `undefined` for what is gone again.
   *
   * @param stored the first of them
   */
  async orphan({ key, bytes, modifiedAt }: StoredKey, identity: SnapshotIdentity): Promise<Finding | undefined> {
    const { archive, reads, now } = this.#props;
    const record = await reads.of(() => archive.find(recordKey(identity)));
    const orphan = await reads.of(() => archive.find(key));
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

  /** The comparison with the snapshot before, or why there is none; `undefined` where there is none to compare with. */
  async #comparison(identity: SnapshotIdentity, record: SnapshotRecord): Promise<Comparison | string | undefined> {
    if (record.previous_snapshot_id == null) return undefined;
    return this.#props.isQuick ? QUICK : await this.#rowsBefore.comparison(identity, record);
  }

  async #rows(
    identity: SnapshotIdentity,
    record: SnapshotRecord | undefined,
    brought: Read<Brought>,
    comparison?: Comparison,
    takers: readonly RowTaker[] = [],
  ): Promise<FoundRows> {
    const { rows, rowsExpireAfterDays, now } = this.#props;
    const key = jobsKey(identity);
    const said = record && { bytes: record.object_bytes, sha256: record.object_sha256, count: record.job_count };
    const found = await checkObject(this.#bodies, key, said, brought, (body) =>
      checkRows(body, identity, record, takers),
    );
    if (found) {
      const ages = (comparison?.ageProblems ?? []).map((text) => ({ key, text }));
      return { bytes: found.bytes, problems: [...found.problems, ...ages] };
    }
    // Without a record nothing says when the rows were put.
    const text = record
      ? absenceProblem(record.finished_at, now(), rowsExpireAfterDays)
      : 'is not there, and its record cannot be read';
    if (text === undefined) return { bytes: 0, problems: [], haveExpired: true };
    return { bytes: 0, problems: [{ key, text: rows.has(key) ? DELETED : text }] };
  }

  async #changes(
    identity: SnapshotIdentity,
    record: SnapshotRecord | undefined,
    brought: Read<Brought>,
    comparison?: Comparison,
  ): Promise<FoundObject> {
    const key = changesKey(identity);
    const said = saidOfChanges(record);
    const taker = comparison?.areRowsRead ? comparison.changes : undefined;
    const found = await checkObject(this.#bodies, key, said, brought, (body) =>
      checkChanges(body, identity, record, taker),
    );
    const isSaidToBe = record?.changes_key != null;
    if (!found) {
      if (isSaidToBe) {
        const text = this.#props.changes?.has(key) ? DELETED : SAID_TO_BE;
        return { bytes: 0, problems: [{ key, text }] };
      }
      if (!taker) return NOTHING;
      // Without an object there must be no change.
      taker.begin();
      taker.end();
      return {
        bytes: 0,
        problems: (comparison?.changeProblems ?? []).map((text) => ({ key: recordKey(identity), text })),
      };
    }
    const unknown = record && !isSaidToBe ? [{ key, text: SAID_TO_BE_NONE }] : [];
    const untrue = unknown.length > 0 ? [] : (comparison?.changeProblems ?? []).map((text) => ({ key, text }));
    return { bytes: found.bytes, problems: [...found.problems, ...unknown, ...untrue] };
  }
}

const OWN_EXPIRED = 'its own rows have expired';
const OWN_DAMAGED = 'its own rows are not there, or are damaged';
