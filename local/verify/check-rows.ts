import { typeCheck } from '../../lambda/contract/column-types.ts';
import { JOBS_COLUMNS, type JobRow, type SnapshotRecord } from '../../lambda/contract/columns.ts';
import { type SnapshotIdentity, snapshotId } from '../../lambda/contract/keys.ts';
import { timestamp } from '../../lambda/core/timestamp.ts';
import { AgeCheck } from './check-ages.ts';
import type { LineReader } from './lines.ts';
import { parseRow } from './parse-row.ts';
import { Problems } from './problems.ts';
import { readObject } from './read-object.ts';
import { ScopeCounts } from './scope-counts.ts';

const checkTypes = typeCheck(JOBS_COLUMNS);

/** What takes the rows of a snapshot as they are read. */
export interface RowTaker {
  /** Before the first row, and again where the rows are read from their start again. */
  begin(): void;
  /** A row of the types of the data contract. */
  take(row: JobRow, number: number): void;
  /** After the last row, where nothing is wrong with them. */
  end(): void;
}

/**
 * What is wrong with the rows of a snapshot, in words that follow the object's name.
 *
 * @param record what they are held to; without one they are held to the data contract alone
 * @param takers take the rows, too
 * @throws what `body` throws
 */
export async function checkRows(
  body: AsyncIterable<Uint8Array>,
  identity: SnapshotIdentity,
  record: SnapshotRecord | undefined,
  takers: readonly RowTaker[] = [],
): Promise<string[]> {
  const problems = new Problems();
  for (const taker of takers) taker.begin();
  const rows = new RowReader(identity, record, problems, takers);
  const said = record && { bytes: record.object_bytes, sha256: record.object_sha256, count: record.job_count };
  const isWhole = await readObject(body, rows, said, problems);
  if (record && isWhole && rows.areAllRead) rows.scopes.compare();
  if (problems.all.length === 0) for (const taker of takers) taker.end();
  return problems.all;
}

class RowReader implements LineReader {
  readonly #problems: Problems;
  readonly #snapshotId: string;
  readonly #snapshotAt: string;
  readonly #record: SnapshotRecord | undefined;
  /** Absent where no record says it. */
  readonly #namespaceId: string | null | undefined;
  readonly #ages: AgeCheck;
  readonly #takers: readonly RowTaker[];
  readonly scopes: ScopeCounts;
  areAllRead = true;

  constructor(
    identity: SnapshotIdentity,
    record: SnapshotRecord | undefined,
    problems: Problems,
    takers: readonly RowTaker[],
  ) {
    this.#snapshotId = snapshotId(identity);
    this.#snapshotAt = timestamp(identity.scheduledAt);
    this.#record = record;
    this.#namespaceId = record?.namespace_id;
    this.#problems = problems;
    this.#ages = new AgeCheck(record, problems);
    this.#takers = takers;
    this.scopes = new ScopeCounts(record?.listings ?? [], problems);
  }

  line(text: string, number: number): void {
    const parsed = parseRow<JobRow>(text, checkTypes);
    if ('row' in parsed) this.#row(parsed.row, number);
    else for (const fault of parsed.faults) this.badLine(fault, number);
  }

  badLine(problem: string, number: number): void {
    this.areAllRead = false;
    this.#problems.add('row', `row ${number} ${problem}`);
  }

  #row(row: JobRow, number: number): void {
    if (row.snapshot_id !== this.#snapshotId || row.snapshot_at !== this.#snapshotAt) {
      this.#problems.add('snapshot', `row ${number} is of snapshot ${row.snapshot_id} at ${row.snapshot_at}`);
    }
    const record = this.#record;
    if (record && !(record.started_at <= row.observed_at && row.observed_at <= record.finished_at)) {
      this.#problems.add('time', `row ${number} was observed at ${row.observed_at}, outside of the run`);
    }
    if (this.#namespaceId !== undefined && row.namespace_id !== this.#namespaceId) {
      const said = `and its record says ${this.#namespaceId}`;
      this.#problems.add('namespace', `row ${number} has namespace_id ${row.namespace_id}, ${said}`);
    }
    if (row.thing_group_name !== null && row.queried_thing_group_id !== null) {
      this.#problems.add('scope', `row ${number} has a thing group by name and one by id`);
    }
    this.scopes.take(row, number);
    this.#ages.take(row, number);
    for (const taker of this.#takers) taker.take(row, number);
  }
}
