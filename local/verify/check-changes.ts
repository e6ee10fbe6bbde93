import { typeCheck } from '../../lambda/contract/column-types.ts';
import {
  APPEARED_REASONS,
  CHANGES,
  CHANGES_COLUMNS,
  type ChangeRow,
  type SnapshotRecord,
  VANISHED_REASONS,
} from '../../lambda/contract/columns.ts';
import { jobIdentity } from '../../lambda/contract/job-identity.ts';
import { type SnapshotIdentity, snapshotId } from '../../lambda/contract/keys.ts';
import { scopeKey, scopeName } from '../../lambda/contract/scope.ts';
import { StringSet } from '../../lambda/core/string-set.ts';
import { timestamp } from '../../lambda/core/timestamp.ts';
import type { LineReader } from './line-splitter.ts';
import { parseSnapshotId } from './parse-key.ts';
import { parseRow } from './parse-row.ts';
import { Problems } from './problems.ts';
import { type RecordedObject, readObject } from './read-object.ts';

const checkTypes = typeCheck(CHANGES_COLUMNS);

/** Columns about the predecessor snapshot, and about this one. */
const FROM_COLUMNS = ['from_status', 'from_since', 'from_seen_at'] as const;
const TO_COLUMNS = ['to_status', 'to_seen_at'] as const;

/** Receives the changes of a snapshot as they are read. */
export interface ChangeConsumer {
  /** Called before the first change, and again if the object is read again from its start. */
  begin(): void;
  /** A change that conforms to the data contract. */
  take(row: ChangeRow, number: number): void;
  /** Called after the last change, if there is no problem. */
  end(): void;
}

/**
 * Checks the changes of a snapshot. Each problem is a text that follows the object's name.
 *
 * @param record what the changes are checked against; without it, only the data contract
 * @throws what `body` throws
 */
export async function checkChanges(
  body: AsyncIterable<Uint8Array>,
  identity: SnapshotIdentity,
  record: SnapshotRecord | undefined,
  consumer?: ChangeConsumer,
): Promise<string[]> {
  const problems = new Problems();
  consumer?.begin();
  const changes = new ChangeReader(identity, record, problems, consumer);
  await readObject(body, changes, recordedChanges(record), problems);
  if (problems.all.length === 0) consumer?.end();
  return problems.all;
}

/** Size, checksum and count of the changes in the record; `undefined` if it has no changes. */
export function recordedChanges(record: SnapshotRecord | undefined): RecordedObject | undefined {
  const { changes_bytes: bytes = null, changes_sha256: sha256 = null, change_count: count = null } = record ?? {};
  return bytes === null || sha256 === null || count === null ? undefined : { bytes, sha256, count };
}

class ChangeReader implements LineReader {
  readonly #problems: Problems;
  readonly #expected: Readonly<Record<string, string>>;
  readonly #taker: ChangeConsumer | undefined;
  readonly #seen = new StringSet();

  constructor(
    identity: SnapshotIdentity,
    record: SnapshotRecord | undefined,
    problems: Problems,
    consumer: ChangeConsumer | undefined,
  ) {
    const previousId = record?.previous_snapshot_id ?? undefined;
    const previous = previousId === undefined ? undefined : parseSnapshotId(previousId, identity);
    this.#expected = {
      snapshot_id: snapshotId(identity),
      snapshot_at: timestamp(identity.scheduledAt),
      ...(previous && {
        previous_snapshot_id: snapshotId(previous),
        previous_snapshot_at: timestamp(previous.scheduledAt),
      }),
    };
    this.#problems = problems;
    this.#taker = consumer;
  }

  line(text: string, number: number): void {
    const parsed = parseRow<ChangeRow>(text, checkTypes);
    const faults = 'row' in parsed ? faultsOf(parsed.row) : parsed.faults;
    for (const fault of faults) this.badLine(fault, number);
    if ('row' in parsed && faults.length === 0) this.#change(parsed.row, number);
  }

  badLine(problem: string, number: number): void {
    this.#problems.add('row', `row ${number} ${problem}`);
  }

  #change(row: ChangeRow, number: number): void {
    const values: Readonly<Record<string, unknown>> = row;
    for (const [column, value] of Object.entries(this.#expected)) {
      if (values[column] !== value) {
        this.#problems.add('snapshot', `row ${number} has ${column} ${values[column]}, and not ${value}`);
      }
    }
    // A job has two changes only if its id was used again: one VANISHED, one APPEARED.
    const side = row.change === 'VANISHED' ? 'from' : 'to';
    const identity = jobIdentity(row.job_id, row.job_arn);
    if (!this.#seen.add(`${side} ${scopeKey(row)} ${identity}`)) {
      this.#problems.add('twice', `row ${number} has job ${identity} a second time in ${scopeName(row)}`);
    }
    this.#taker?.take(row, number);
  }
}

/** Faults of a change that need no other row. */
function faultsOf(row: ChangeRow): string[] {
  const { change, reason } = row;
  if (!(CHANGES as readonly string[]).includes(change))
    return [`has change ${change}, which must be ${CHANGES.join(', ')}`];
  const faults: string[] = [];
  if (jobIdentity(row.job_id, row.job_arn) === undefined) faults.push('is of a job without identity');
  if (row.thing_group_name !== null && row.queried_thing_group_id !== null) {
    faults.push('has a thing group by name and one by id');
  }
  const reasons: readonly (string | null)[] =
    change === 'APPEARED' ? APPEARED_REASONS : change === 'VANISHED' ? VANISHED_REASONS : [null];
  if (!reasons.includes(reason))
    faults.push(`is ${change} and has reason ${reason}, which must be ${reasons.join(', ')}`);
  const [nullColumns, requiredColumns] =
    change === 'APPEARED'
      ? [FROM_COLUMNS, ['to_seen_at'] as const]
      : change === 'VANISHED'
        ? [TO_COLUMNS, ['from_since', 'from_seen_at'] as const]
        : [[], ['from_since', 'from_seen_at', 'to_seen_at'] as const];
  for (const column of nullColumns)
    if (row[column] !== null) faults.push(`is ${change} and has ${column} ${row[column]}`);
  for (const column of requiredColumns) if (row[column] === null) faults.push(`is ${change} and has no ${column}`);
  if (change === 'MOVED' && row.from_status === row.to_status)
    faults.push(`is MOVED from ${row.from_status} to the same`);
  if (isAfter(row.from_since, row.from_seen_at)) {
    faults.push(`has from_since ${row.from_since} after from_seen_at ${row.from_seen_at}`);
  }
  return faults;
}

function isAfter(a: string | null, b: string | null): boolean {
  return a !== null && b !== null && a > b;
}
