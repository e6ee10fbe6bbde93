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
import type { LineReader } from './lines.ts';
import { parseSnapshotId } from './parse-key.ts';
import { parseRow } from './parse-row.ts';
import { Problems } from './problems.ts';
import { readObject, type SaidOfObject } from './read-object.ts';

const checkTypes = typeCheck(CHANGES_COLUMNS);

/** What a change says of the snapshot before, and of this one. */
const FROM = ['from_status', 'from_since', 'from_seen_at'] as const;
const TO = ['to_status', 'to_seen_at'] as const;

/** What takes the changes of a snapshot as they are read. */
export interface ChangeTaker {
  /** Before the first change, and again where they are read from their start again. */
  begin(): void;
  /** A change of the data contract. */
  take(row: ChangeRow, number: number): void;
  /** After the last change, where nothing is wrong with them. */
  end(): void;
}

/**
 * What is wrong with the changes of a snapshot, in words that follow the object's name.
 *
 * @param record what they are held to; without one they are held to the data contract alone
 * @param taker takes the changes, too
 * @throws what `body` throws
 */
export async function checkChanges(
  body: AsyncIterable<Uint8Array>,
  identity: SnapshotIdentity,
  record: SnapshotRecord | undefined,
  taker?: ChangeTaker,
): Promise<string[]> {
  const problems = new Problems();
  taker?.begin();
  const changes = new ChangeReader(identity, record, problems, taker);
  await readObject(body, changes, saidOfChanges(record), problems);
  if (problems.all.length === 0) taker?.end();
  return problems.all;
}

/** What a record says of its object of changes; `undefined` where it says that there is none. */
export function saidOfChanges(record: SnapshotRecord | undefined): SaidOfObject | undefined {
  const { changes_bytes: bytes = null, changes_sha256: sha256 = null, change_count: count = null } = record ?? {};
  return bytes === null || sha256 === null || count === null ? undefined : { bytes, sha256, count };
}

class ChangeReader implements LineReader {
  readonly #problems: Problems;
  readonly #expected: Readonly<Record<string, string>>;
  readonly #taker: ChangeTaker | undefined;
  readonly #seen = new StringSet();

  constructor(
    identity: SnapshotIdentity,
    record: SnapshotRecord | undefined,
    problems: Problems,
    taker: ChangeTaker | undefined,
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
    this.#taker = taker;
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
    // Where an id is used again one vanishes and one appears: no two others are of one job.
    const side = row.change === 'VANISHED' ? 'from' : 'to';
    const identity = jobIdentity(row.job_id, row.job_arn);
    if (!this.#seen.add(`${side} ${scopeKey(row)} ${identity}`)) {
      this.#problems.add('twice', `row ${number} has job ${identity} a second time in ${scopeName(row)}`);
    }
    this.#taker?.take(row, number);
  }
}

/** What of a change cannot be, whatever the rows are. */
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
  const [none, times] =
    change === 'APPEARED'
      ? [FROM, ['to_seen_at'] as const]
      : change === 'VANISHED'
        ? [TO, ['from_since', 'from_seen_at'] as const]
        : [[], ['from_since', 'from_seen_at', 'to_seen_at'] as const];
  for (const column of none) if (row[column] !== null) faults.push(`is ${change} and has ${column} ${row[column]}`);
  for (const column of times) if (row[column] === null) faults.push(`is ${change} and has no ${column}`);
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
