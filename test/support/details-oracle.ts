import { createHash } from 'node:crypto';
import { inflateRawSync } from 'node:zlib';
import { typeCheck } from '../../lambda/contract/column-types.ts';
import {
  type ChangeRow,
  JOB_DETAILS_COLUMNS,
  type JobDetailsRow,
  type JobRow,
  type SnapshotRecord,
} from '../../lambda/contract/columns.ts';

/** A complete snapshot, as a query sees it. */
export interface DetailedSnapshot {
  readonly record: SnapshotRecord;
  readonly rows: readonly JobRow[];
  readonly changes: readonly ChangeRow[];
  readonly details: readonly JobDetailsRow[];
  /** The object of details as stored; absent where there is none. */
  readonly body?: Uint8Array | undefined;
}

/** Outcomes of the calls of DescribeJob of a run, in the order in which they ended. */
export interface Tried {
  /** In the order in which they were made. */
  readonly requested: readonly string[];
  readonly ended: readonly {
    readonly id: string;
    readonly what: 'answered' | 'gone' | 'failed' | 'refused';
    /** Epoch milliseconds, of an answer that has it. */
    readonly createdAt?: number | undefined;
  }[];
}

/** Which jobs were to be described. */
export interface Wanted {
  readonly statuses: readonly string[];
  readonly maxJobs: number;
}

const ENDED = ['COMPLETED', 'CANCELED', 'DELETION_IN_PROGRESS'];
const COUNTS = [
  'queued_things',
  'in_progress_things',
  'succeeded_things',
  'failed_things',
  'rejected_things',
  'timed_out_things',
  'removed_things',
  'canceled_things',
] as const;
/** Bytes of a gzip header without optional fields, and of a trailer. Source: RFC 1952, 2.3. */
const [HEADER_BYTES, TRAILER_BYTES] = [10, 8];

const faultsOf = typeCheck(JOB_DETAILS_COLUMNS);

/**
 * What the details of a snapshot have to be, by brute force over its rows and changes, over the snapshot before and over what
 * DescribeJob was asked. It shares no code with the exporter but the check of types.
 *
 * @param wanted `undefined` where no job was to be described
 * @param before the snapshot that it names as the one before; `undefined` where it names none
 * @param isReadable whether the details of the one before could be read
 * @returns whether describing ended early
 */
export function expectDetailsToFollow(
  snapshot: DetailedSnapshot,
  wanted: Wanted | undefined,
  tried: Tried,
  before: DetailedSnapshot | undefined,
  isReadable: boolean,
): boolean {
  expectObjectToFit(snapshot, wanted !== undefined);
  if (wanted === undefined) {
    expect(tried.requested).toEqual([]);
    return false;
  }
  for (const row of snapshot.details) {
    expect(faultsOf(row)).toEqual([]);
    expect(row.snapshot_id).toBe(snapshot.record.snapshot_id);
    expect(row.snapshot_at).toBe(snapshot.record.snapshot_at);
    expect(row.described_at >= snapshot.record.started_at).toBe(true);
    const readable = isReadable ? before?.details : null;
    expect([row.job_id, row.progress_since]).toEqual([row.job_id, expectedProgress(row, snapshot.record, readable)]);
    expect([row.job_id, row.previous_described_at, row.previous_things_done]).toEqual([
      row.job_id,
      ...expectedBefore(row, readable ?? []),
    ]);
  }
  return expectRightJobs(snapshot, wanted, tried, before?.record);
}

/** Columns of the record, and the object: of one gzip member. */
function expectObjectToFit({ record, details, body }: DetailedSnapshot, isWanted: boolean): void {
  expect(record.detail_count).toBe(isWanted ? details.length : null);
  expect(record.details_left_out === null).toBe(!isWanted);
  expect(record.details_owed === null).toBe(!isWanted);
  expect(body === undefined).toBe(details.length === 0);
  expect([record.details_key === null, record.details_bytes, record.details_sha256]).toEqual([
    body === undefined,
    body?.byteLength ?? null,
    body ? createHash('sha256').update(body).digest('hex') : null,
  ]);
  if (!body) return;
  const member = inflateRawSync(body.subarray(HEADER_BYTES), { info: true }) as unknown as {
    engine: { bytesWritten: number };
  };
  expect(member.engine.bytesWritten).toBe(body.byteLength - HEADER_BYTES - TRAILER_BYTES);
}

/** @param before details of the snapshot before; `null` where they cannot be read, `undefined` where there is no such snapshot */
function expectedProgress(
  row: JobDetailsRow,
  { unlinked_reason }: SnapshotRecord,
  before: readonly JobDetailsRow[] | null | undefined,
): string | null {
  const numbers = COUNTS.map((count) => row[count]);
  if (unlinked_reason === 'LATE' || before === null || numbers.includes(null)) return null;
  const was = before?.find(({ job_id }) => job_id === row.job_id);
  if (was === undefined || COUNTS.some((count, i) => was[count] !== numbers[i])) return row.described_at;
  const isOther = was.created_at !== null && row.created_at !== null && was.created_at !== row.created_at;
  return isOther ? row.described_at : (was.progress_since ?? was.described_at);
}

function expectedBefore(row: JobDetailsRow, before: readonly JobDetailsRow[]): readonly [string | null, number | null] {
  const was = before.find(({ job_id }) => job_id === row.job_id);
  if (was === undefined) return [null, null];
  if (was.created_at !== null && row.created_at !== null && was.created_at !== row.created_at) return [null, null];
  const { succeeded_things, failed_things, rejected_things, timed_out_things, removed_things, canceled_things } = was;
  let done = 0;
  for (const things of [
    ...[succeeded_things, failed_things, rejected_things],
    ...[timed_out_things, removed_things, canceled_things],
  ]) {
    if (things === null) return [was.described_at, null];
    done += things;
  }
  return [was.described_at, done];
}

function expectRightJobs(
  { record, rows, changes, details }: DetailedSnapshot,
  { statuses, maxJobs }: Wanted,
  { requested, ended }: Tried,
  before: SnapshotRecord | undefined,
): boolean {
  const isRequested = ({ status }: JobRow) => status !== null && statuses.includes(status);
  const wereOwed = before?.details_owed ?? [];
  const owed = idsOf(rows.filter((row) => wereOwed.includes(idOf(row) ?? '') && !isStillToEnd(row.status)));
  const haveEnded = new Set(changes.filter(hasEnded).map((change) => idOf(change) as string));
  const urgent = owed.union(haveEnded);
  const others = idsOf(rows.filter(isRequested)).difference(urgent);
  const all = urgent.union(others);
  const ids = details.map(({ job_id }) => job_id);
  const isDescribed = (id: string) => ids.includes(id);

  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.filter((id) => !all.has(id))).toEqual([]);
  expect(ids.length).toBeLessThanOrEqual(maxJobs);
  const nameless = rows.filter((row) => idOf(row) === undefined && isRequested(row)).length;
  expect(record.details_left_out).toBe(all.size + nameless - ids.length);
  // Owed, then ended, then in turn.
  const kinds = ids.map((id) => (owed.has(id) ? 0 : urgent.has(id) ? 1 : 2));
  expect(kinds).toEqual(kinds.toSorted((a, b) => a - b));

  expect(new Set(requested).size).toBe(requested.length);
  expect(requested.length).toBeLessThanOrEqual(2 * maxJobs);
  expect(requested.filter((id) => !all.has(id))).toEqual([]);

  const whats = ended.map(({ what }) => what);
  const endedEarly =
    whats.includes('refused') ||
    ended.length < requested.length ||
    hasThreeInARow(whats.map((what) => what === 'failed'));
  const idsThat = (became: Tried['ended'][number]['what']) =>
    new Set(ended.filter(({ what }) => what === became).map(({ id }) => id));
  const [gone, failed] = [idsThat('gone'), idsThat('failed')];
  // Its id may be another job's by now. Rows of two scopes may say one and the other.
  const maybeOther = new Set(
    ended
      .filter(({ createdAt }) => createdAt !== undefined)
      .filter(({ id, createdAt = 0 }) =>
        rows.some(
          (row) => idOf(row) === id && row.created_at !== null && Date.parse(`${row.created_at}Z`) !== createdAt,
        ),
      )
      .map(({ id }) => id),
  );
  const failures = failed.union(gone).union(maybeOther);

  // What was described and is not there was of no use.
  if (!endedEarly) {
    const isIn = (id: string) => isDescribed(id) || failures.has(id);
    expect([...urgent].filter(isIn).length).toBeGreaterThanOrEqual(Math.min(maxJobs, urgent.size));
    if (kinds.includes(2)) expect([...urgent].filter((id) => !isIn(id))).toEqual([]);
    expect(ids.length + failures.size).toBeGreaterThanOrEqual(Math.min(maxJobs, all.size));
  }

  // Left to the next snapshot is what ended and was not tried, or failed for the first time.
  const left = [...urgent].filter((id) => !isDescribed(id));
  const stillOwed = new Set(record.details_owed);
  expect(stillOwed.size).toBe(record.details_owed?.length);
  const givenUp = gone.union(failed.intersection(owed));
  expect([...stillOwed].filter((id) => !left.includes(id) || givenUp.has(id))).toEqual([]);
  expect(left.filter((id) => !givenUp.has(id) && !maybeOther.has(id) && !stillOwed.has(id))).toEqual([]);

  const after = before?.details_turn ?? null;
  const inTurn = ids.filter((id) => !urgent.has(id));
  const order = turnOf([...others], after);
  expect(inTurn).toEqual(order.filter((id) => inTurn.includes(id)));
  if (endedEarly || failures.size > 0) {
    if (record.details_turn !== after) expect([...inTurn, ...failures]).toContain(record.details_turn);
  } else {
    expect(inTurn).toEqual(order.slice(0, inTurn.length));
    expect(record.details_turn).toBe(inTurn.at(-1) ?? after);
  }
  return endedEarly;
}

/** In the order of their code units, from the one after the given one on, round. */
function turnOf(ids: readonly string[], after: string | null): string[] {
  const sorted = ids.toSorted();
  return [
    ...sorted.filter((id) => after === null || id > after),
    ...sorted.filter((id) => after !== null && id <= after),
  ];
}

function hasThreeInARow(all: readonly boolean[]): boolean {
  return all.some((_, i) => i >= 2 && all[i] && all[i - 1] && all[i - 2]);
}

function hasEnded({ change, reason, from_status, to_status, job_id, job_arn }: ChangeRow): boolean {
  if (idOf({ job_id, job_arn }) === undefined || to_status === null || !ENDED.includes(to_status)) return false;
  if (change === 'MOVED') return !ENDED.includes(from_status ?? '');
  return change === 'APPEARED' && (reason === 'NEW' || reason === 'MAY_HAVE_MOVED');
}

function isStillToEnd(status: string | null): boolean {
  return status === 'SCHEDULED' || status === 'IN_PROGRESS';
}

function idsOf(rows: readonly JobRow[]): Set<string> {
  return new Set(rows.flatMap((row) => idOf(row) ?? []));
}

function idOf({ job_id, job_arn }: Pick<JobRow, 'job_id' | 'job_arn'>): string | undefined {
  return job_id || job_arn?.split('/')[1];
}
