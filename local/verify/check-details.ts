import { typeCheck } from '../../lambda/contract/column-types.ts';
import { JOB_DETAILS_COLUMNS, type JobDetailsRow, type SnapshotRecord } from '../../lambda/contract/columns.ts';
import { jobIdentity } from '../../lambda/contract/job-identity.ts';
import { type SnapshotIdentity, snapshotId } from '../../lambda/contract/keys.ts';
import { StringSet } from '../../lambda/core/string-set.ts';
import { timestamp } from '../../lambda/core/timestamp.ts';
import type { LineReader } from './line-splitter.ts';
import { parseRow } from './parse-row.ts';
import { Problems } from './problems.ts';
import { type RecordedObject, readObject } from './read-object.ts';

const checkTypes = typeCheck(JOB_DETAILS_COLUMNS);

/** Receives the details of a snapshot as they are read. */
export interface DetailsConsumer {
  /** Called before the first job, and again if the object is read again from its start. */
  begin(): void;
  /** A job whose columns have the types of the data contract. */
  take(row: JobDetailsRow, identity: string, number: number): void;
  /** Called after the last job, if there is no problem. */
  end(): void;
}

/**
 * Checks the details of a snapshot without its rows. Each problem is a text that follows the object's name.
 *
 * @param record what the details are checked against; without it, only the data contract
 * @throws what `body` throws
 */
export async function checkDetails(
  body: AsyncIterable<Uint8Array>,
  identity: SnapshotIdentity,
  record: SnapshotRecord | undefined,
  consumer?: DetailsConsumer,
): Promise<string[]> {
  const problems = new Problems();
  consumer?.begin();
  await readObject(body, new DetailsReader(identity, record, problems, consumer), recordedDetails(record), problems);
  if (problems.all.length === 0) consumer?.end();
  return problems.all;
}

/** Size, checksum and count of the details in the record; `undefined` if it has no details. */
export function recordedDetails(record: SnapshotRecord | undefined): RecordedObject | undefined {
  const { details_bytes: bytes = null, details_sha256: sha256 = null, detail_count: count = null } = record ?? {};
  return bytes === null || sha256 === null || count === null ? undefined : { bytes, sha256, count };
}

class DetailsReader implements LineReader {
  readonly #problems: Problems;
  readonly #snapshotId: string;
  readonly #snapshotAt: string;
  readonly #record: SnapshotRecord | undefined;
  readonly #taker: DetailsConsumer | undefined;
  readonly #seen = new StringSet();

  constructor(
    identity: SnapshotIdentity,
    record: SnapshotRecord | undefined,
    problems: Problems,
    consumer: DetailsConsumer | undefined,
  ) {
    this.#snapshotId = snapshotId(identity);
    this.#snapshotAt = timestamp(identity.scheduledAt);
    this.#record = record;
    this.#problems = problems;
    this.#taker = consumer;
  }

  line(text: string, number: number): void {
    const parsed = parseRow<JobDetailsRow>(text, checkTypes);
    if ('row' in parsed) this.#job(parsed.row, number);
    else for (const fault of parsed.faults) this.badLine(fault, number);
  }

  badLine(problem: string, number: number): void {
    this.#problems.add('row', `row ${number} ${problem}`);
  }

  #job(row: JobDetailsRow, number: number): void {
    const { snapshot_id, snapshot_at, described_at, progress_since, previous_described_at, previous_things_done } = row;
    if (snapshot_id !== this.#snapshotId || snapshot_at !== this.#snapshotAt) {
      this.#problems.add('snapshot', `row ${number} is of snapshot ${snapshot_id} at ${snapshot_at}`);
    }
    // There is no upper bound: jobs are described during the listings and after them.
    if (this.#record && described_at < this.#record.started_at) {
      const began = `before the run began at ${this.#record.started_at}`;
      this.#problems.add('time', `row ${number} has described_at ${described_at}, ${began}`);
    }
    if (progress_since !== null && progress_since > described_at) {
      const after = `after described_at ${described_at}`;
      this.#problems.add('progress', `row ${number} has progress_since ${progress_since} ${after}`);
    }
    if (previous_things_done !== null && previous_described_at === null) {
      const without = `previous_things_done ${previous_things_done}, and no previous_described_at`;
      this.#problems.add('progress', `row ${number} has ${without}`);
    }
    const identity = jobIdentity(row.job_id, row.job_arn);
    if (identity === undefined) this.badLine('is of a job without identity', number);
    else if (!this.#seen.add(identity)) this.#problems.add('twice', `row ${number} has job ${identity} a second time`);
    else this.#taker?.take(row, identity, number);
  }
}
