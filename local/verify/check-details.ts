import { typeCheck } from '../../lambda/contract/column-types.ts';
import { JOB_DETAILS_COLUMNS, type JobDetailsRow, type SnapshotRecord } from '../../lambda/contract/columns.ts';
import { jobIdentity } from '../../lambda/contract/job-identity.ts';
import { type SnapshotIdentity, snapshotId } from '../../lambda/contract/keys.ts';
import { StringSet } from '../../lambda/core/string-set.ts';
import { timestamp } from '../../lambda/core/timestamp.ts';
import type { LineReader } from './lines.ts';
import { parseRow } from './parse-row.ts';
import { Problems } from './problems.ts';
import { readObject, type SaidOfObject } from './read-object.ts';

const checkTypes = typeCheck(JOB_DETAILS_COLUMNS);

/** What takes the details of a snapshot as they are read. */
export interface DetailsTaker {
  /** Before the first job, and again where they are read from their start again. */
  begin(): void;
  /** A job of the types of the data contract, and its identity. */
  take(row: JobDetailsRow, identity: string, number: number): void;
  /** After the last job, where nothing is wrong with them. */
  end(): void;
}

/**
 * What is wrong with the details of a snapshot, in words that follow the object's name, whatever its rows are.
 *
 * @param record what they are held to; without one they are held to the data contract alone
 * @param taker takes the details, too
 * @throws what `body` throws
 */
export async function checkDetails(
  body: AsyncIterable<Uint8Array>,
  identity: SnapshotIdentity,
  record: SnapshotRecord | undefined,
  taker?: DetailsTaker,
): Promise<string[]> {
  const problems = new Problems();
  taker?.begin();
  await readObject(body, new DetailsReader(identity, record, problems, taker), saidOfDetails(record), problems);
  if (problems.all.length === 0) taker?.end();
  return problems.all;
}

/** What a record says of its object of details; `undefined` where it says that there is none. */
export function saidOfDetails(record: SnapshotRecord | undefined): SaidOfObject | undefined {
  const { details_bytes: bytes = null, details_sha256: sha256 = null, detail_count: count = null } = record ?? {};
  return bytes === null || sha256 === null || count === null ? undefined : { bytes, sha256, count };
}

class DetailsReader implements LineReader {
  readonly #problems: Problems;
  readonly #snapshotId: string;
  readonly #snapshotAt: string;
  readonly #record: SnapshotRecord | undefined;
  readonly #taker: DetailsTaker | undefined;
  readonly #seen = new StringSet();

  constructor(
    identity: SnapshotIdentity,
    record: SnapshotRecord | undefined,
    problems: Problems,
    taker: DetailsTaker | undefined,
  ) {
    this.#snapshotId = snapshotId(identity);
    this.#snapshotAt = timestamp(identity.scheduledAt);
    this.#record = record;
    this.#problems = problems;
    this.#taker = taker;
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
    // It has no end: jobs are described while the others are listed, and after that.
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
