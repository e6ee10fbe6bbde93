import type { JobRow, SnapshotRecord } from '../../lambda/contract/columns.ts';
import { jobIdentity } from '../../lambda/contract/job-identity.ts';
import { isOlder } from './check-link.ts';
import type { Problems } from './problems.ts';

const AGES = ['first_seen_at', 'status_since'] as const;

/** What the record of a snapshot requires of the ages in its rows. */
type ExpectedAges =
  /** The columns are absent: an older version wrote the row. */
  | 'absent'
  /** Both are null. */
  | 'null'
  /** Both equal `observed_at` of the row. */
  | 'own'
  /** Both are set, and in order. */
  | 'set'
  /** There is no record. */
  | 'any';

/**
 * Checks `first_seen_at` and `status_since` of rows against the record. See {@link Comparison} for the rows of the
 * predecessor.
 */
export class AgeCheck {
  readonly #kind: ExpectedAges;
  readonly #problems: Problems;

  constructor(record: SnapshotRecord | undefined, problems: Problems) {
    this.#kind = expectedAgesOf(record);
    this.#problems = problems;
  }

  take(row: JobRow, number: number): void {
    const absent = AGES.filter((age) => row[age] === undefined);
    const hasIdentity = jobIdentity(row.job_id, row.job_arn) !== undefined;
    if (this.#kind === 'absent') {
      for (const age of AGES)
        if (row[age] !== undefined) this.#add(number, age, row, 'its record is of an older version');
      return;
    }
    if (absent.length > 0) {
      // Without a record, rows without both columns may be of an older version.
      const isOlderVersion = this.#kind === 'any' && absent.length === AGES.length;
      if (!isOlderVersion) for (const age of absent) this.#problems.add('ages', `row ${number} has no ${age}`);
      return;
    }
    if (this.#kind === 'null' || !hasIdentity) {
      const why = hasIdentity ? 'its snapshot is LATE' : 'its job has no identity';
      for (const age of AGES) if (row[age] !== null) this.#add(number, age, row, why);
      return;
    }
    if (this.#kind === 'own') {
      const why = `its snapshot follows none, so that it begins at observed_at ${row.observed_at}`;
      for (const age of AGES) if (row[age] !== row.observed_at) this.#add(number, age, row, why);
      return;
    }
    if (this.#kind === 'any' && row.first_seen_at === null && row.status_since === null) return;
    for (const age of AGES) if (row[age] === null) this.#add(number, age, row, 'its job has an identity');
    this.#order(row, number);
  }

  #order(row: JobRow, number: number): void {
    const { first_seen_at, status_since, observed_at } = row;
    if (first_seen_at === null || status_since === null) return;
    if (first_seen_at > status_since) this.#add(number, 'first_seen_at', row, `status_since ${status_since}`);
    if (status_since > observed_at) this.#add(number, 'status_since', row, `observed_at ${observed_at}`);
  }

  #add(number: number, age: (typeof AGES)[number], row: JobRow, why: string): void {
    this.#problems.add('ages', `row ${number} has ${age} ${row[age]}, and ${why}`);
  }
}

function expectedAgesOf(record: SnapshotRecord | undefined): ExpectedAges {
  if (!record) return 'any';
  if (isOlder(record)) return 'absent';
  if (record.unlinked_reason === null) return 'set';
  return record.unlinked_reason === 'LATE' ? 'null' : 'own';
}
