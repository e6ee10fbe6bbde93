import { createHash } from 'node:crypto';
import { typeCheck } from '../../lambda/contract/column-types.ts';
import { JOBS_COLUMNS, type JobRow, type SnapshotRecord } from '../../lambda/contract/columns.ts';
import { type SnapshotIdentity, snapshotId } from '../../lambda/contract/keys.ts';
import { timestamp } from '../../lambda/core/timestamp.ts';
import { GzipMember } from './gzip-member.ts';
import { type LineReader, Lines } from './lines.ts';
import { Problems } from './problems.ts';
import { ScopeCounts } from './scope-counts.ts';

const checkTypes = typeCheck(JOBS_COLUMNS);

/**
 * What is wrong with the rows of a snapshot, in words that follow the object's name.
 *
 * @param record what they are held to; without one they are held to the data contract alone
 * @throws what `body` throws
 */
export async function checkRows(
  body: AsyncIterable<Uint8Array>,
  identity: SnapshotIdentity,
  record: SnapshotRecord | undefined,
): Promise<string[]> {
  const problems = new Problems();
  const rows = new RowReader(identity, record, problems);
  const lines = new Lines(rows);
  const member = new GzipMember((chunk) => lines.write(chunk));
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    hash.update(chunk);
    await member.write(chunk);
  }
  const gzipProblem = await member.end();
  if (gzipProblem === undefined) lines.end();
  else problems.add('gzip', gzipProblem);

  if (record === undefined) return problems.all;
  const sha256 = hash.digest('hex');
  if (bytes !== record.object_bytes) {
    problems.add('bytes', `has ${bytes} bytes, and its record says ${record.object_bytes}`);
  }
  if (sha256 !== record.object_sha256) {
    problems.add('sha256', `has the SHA-256 ${short(sha256)}, and its record says ${short(record.object_sha256)}`);
  }
  // Of rows that could not be read all counts are wrong, which says nothing new.
  if (gzipProblem === undefined && lines.count !== record.job_count) {
    problems.add('count', `has ${lines.count} rows, and its record says ${record.job_count}`);
  }
  if (gzipProblem === undefined && rows.areAllRead) rows.scopes.compare();
  return problems.all;
}

class RowReader implements LineReader {
  readonly #problems: Problems;
  readonly #snapshotId: string;
  readonly #snapshotAt: string;
  readonly #record: SnapshotRecord | undefined;
  readonly scopes: ScopeCounts;
  areAllRead = true;

  constructor(identity: SnapshotIdentity, record: SnapshotRecord | undefined, problems: Problems) {
    this.#snapshotId = snapshotId(identity);
    this.#snapshotAt = timestamp(identity.scheduledAt);
    this.#record = record;
    this.#problems = problems;
    this.scopes = new ScopeCounts(record?.listings ?? [], problems);
  }

  line(text: string, number: number): void {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      this.badLine('is not JSON', number);
      return;
    }
    const faults = checkTypes(value);
    if (faults.length > 0) {
      for (const fault of faults) this.badLine(fault, number);
      return;
    }
    this.#row(value as JobRow, number);
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
    if (row.thing_group_name !== null && row.queried_thing_group_id !== null) {
      this.#problems.add('scope', `row ${number} has a thing group by name and one by id`);
    }
    this.scopes.take(row, number);
  }
}

/** Enough of a checksum to compare it by eye; the record has all of it. */
function short(sha256: string): string {
  return `${sha256.slice(0, 12)}…`;
}
