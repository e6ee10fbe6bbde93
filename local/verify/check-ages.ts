import type { JobRow, SnapshotRecord } from '../../lambda/contract/columns.ts';
import { jobIdentity } from '../../lambda/contract/job-identity.ts';
import { isOlder } from './check-link.ts';
import type { Problems } from './problems.ts';

const AGES = ['first_seen_at', 'status_since'] as const;

/** What the ages of a row must be, as far as the row and its record tell. */
type Kind =
  /** The row is without them. */
  | 'absent'
  /** Both are null. */
  | 'null'
  /** Both begin with this row. */
  | 'own'
  /** Both are there, in order. */
  | 'there'
  /** There is no record to tell. */
  | 'any';

/** Holds `first_seen_at` and `status_since` of rows to their record. Whether they follow from the rows before is seen elsewhere. */
export class AgeCheck {
  readonly #kind: Kind;
  readonly #problems: Problems;

  constructor(record: SnapshotRecord | undefined, problems: Problems) {
    this.#kind = kindOf(record);
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
      // Without a record they may be rows of an older version.
      const isOfOlder = this.#kind === 'any' && absent.length === AGES.length;
      if (!isOfOlder) for (const age of absent) this.#problems.add('ages', `row ${number} has no ${age}`);
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

function kindOf(record: SnapshotRecord | undefined): Kind {
  if (!record) return 'any';
  if (isOlder(record)) return 'absent';
  if (record.unlinked_reason === null) return 'there';
  return record.unlinked_reason === 'LATE' ? 'null' : 'own';
}
