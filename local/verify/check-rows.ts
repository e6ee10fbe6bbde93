import { typeCheck } from '../../lambda/contract/column-types.ts';
import { JOBS_COLUMNS, type JobRow, type SnapshotRecord } from '../../lambda/contract/columns.ts';
import { type SnapshotIdentity, snapshotId } from '../../lambda/contract/keys.ts';
import { timestamp } from '../../lambda/core/timestamp.ts';
import { AgeCheck } from './check-ages.ts';
import type { LineReader } from './line-splitter.ts';
import { parseRow } from './parse-row.ts';
import { Problems } from './problems.ts';
import { readObject } from './read-object.ts';
import { ScopeCounts } from './scope-counts.ts';

const checkTypes = typeCheck(JOBS_COLUMNS);

/** Receives the rows of a snapshot as they are read. */
export interface RowConsumer {
  /** Called before the first row, and again if the object is read again from its start. */
  begin(): void;
  /** A row whose columns have the types of the data contract. */
  take(row: JobRow, number: number): void;
  /** Called after the last row, if there is no problem. */
  end(): void;
}

/**
 * Checks the rows of a snapshot. Each problem is a text that follows the object's name.
 *
 * @param record what the rows are checked against; without it, only the data contract
 * @throws what `body` throws
 */
export async function checkRows(
  body: AsyncIterable<Uint8Array>,
  identity: SnapshotIdentity,
  record: SnapshotRecord | undefined,
  consumers: readonly RowConsumer[] = [],
): Promise<string[]> {
  const problems = new Problems();
  for (const consumer of consumers) consumer.begin();
  const rows = new RowReader(identity, record, problems, consumers);
  const recorded = record && { bytes: record.object_bytes, sha256: record.object_sha256, count: record.job_count };
  const isWhole = await readObject(body, rows, recorded, problems);
  if (record && isWhole && rows.areAllRead) rows.scopes.compare();
  if (problems.all.length === 0) for (const consumer of consumers) consumer.end();
  return problems.all;
}

class RowReader implements LineReader {
  readonly #problems: Problems;
  readonly #snapshotId: string;
  readonly #snapshotAt: string;
  readonly #record: SnapshotRecord | undefined;
  /** `undefined` without a record. */
  readonly #namespaceId: string | null | undefined;
  readonly #ages: AgeCheck;
  readonly #takers: readonly RowConsumer[];
  readonly scopes: ScopeCounts;
  areAllRead = true;

  constructor(
    identity: SnapshotIdentity,
    record: SnapshotRecord | undefined,
    problems: Problems,
    consumers: readonly RowConsumer[],
  ) {
    this.#snapshotId = snapshotId(identity);
    this.#snapshotAt = timestamp(identity.scheduledAt);
    this.#record = record;
    this.#namespaceId = record?.namespace_id;
    this.#problems = problems;
    this.#ages = new AgeCheck(record, problems);
    this.#takers = consumers;
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
      const recorded = `and its record says ${this.#namespaceId}`;
      this.#problems.add('namespace', `row ${number} has namespace_id ${row.namespace_id}, ${recorded}`);
    }
    if (row.thing_group_name !== null && row.queried_thing_group_id !== null) {
      this.#problems.add('scope', `row ${number} has a thing group by name and one by id`);
    }
    this.scopes.take(row, number);
    this.#ages.take(row, number);
    for (const consumer of this.#takers) consumer.take(row, number);
  }
}
