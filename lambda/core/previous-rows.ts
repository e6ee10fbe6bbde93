import { createHash } from 'node:crypto';
import { createGunzip } from 'node:zlib';
import type { JobRow, SnapshotRecord } from '../contract/columns.ts';
import { jobIdentity } from '../contract/job-identity.ts';
import { scopeKey } from '../contract/scope.ts';
import { type JobBefore, ScopeJobs } from './scope-jobs.ts';
import { epochMs } from './timestamp.ts';

/** Bytes that the decompressor gives at a time: fewer and larger pieces cost half the CPU of its default of 16 kB. */
const PIECE_BYTES = 2 ** 18;
const NEWLINE = 0x0a;
/** The first of a job's own columns. Those before it are the same in all rows of a page. */
const FIRST_OWN = '"job_arn":';

/** The jobs of a snapshot, by {@link scopeKey}. */
export type JobsByScope = ReadonlyMap<string, ScopeJobs>;

/** The rows are not those that the record speaks of. */
export class DamagedRowsError extends Error {
  override readonly name = 'DamagedRowsError';
}

/**
 * Reads the rows of a snapshot into memory, as compact as they can be, while they come.
 *
 * @param body the object of rows as stored
 * @throws DamagedRowsError when they are not as the record says; what `body` throws
 */
export async function readPreviousRows(body: AsyncIterable<Uint8Array>, record: SnapshotRecord): Promise<JobsByScope> {
  const rows = new Rows();
  const hash = createHash('sha256');
  const gunzip = createGunzip({ chunkSize: PIECE_BYTES });
  let failure: unknown;
  gunzip.on('data', (piece: Buffer) => {
    try {
      if (failure === undefined) rows.take(piece);
    } catch (error) {
      failure = error;
    }
  });
  const ended = new Promise<void>((resolve, reject) => gunzip.on('end', resolve).on('error', reject));
  ended.catch(() => {});
  try {
    for await (const chunk of body) {
      hash.update(chunk);
      if (!gunzip.write(chunk)) await drained(gunzip, ended);
      if (failure !== undefined) throw failure;
    }
    gunzip.end();
    await ended;
    if (failure !== undefined) throw failure;
    rows.end();
  } catch (error) {
    throw isOfZlib(error) ? new DamagedRowsError(`they are no gzip: ${(error as Error).message}`) : error;
  } finally {
    gunzip.destroy();
  }
  if (hash.digest('hex') !== record.object_sha256) {
    throw new DamagedRowsError('their SHA-256 is not the one that their record has');
  }
  if (rows.count !== record.job_count) {
    throw new DamagedRowsError(`they are ${rows.count}, and their record says ${record.job_count}`);
  }
  return rows.byScope;
}

function drained(gunzip: NodeJS.EventEmitter, ended: Promise<void>): Promise<void> {
  return Promise.race([new Promise<void>((resolve) => gunzip.once('drain', resolve)), ended]);
}

function isOfZlib(error: unknown): boolean {
  return String((error as NodeJS.ErrnoException).code).startsWith('Z_');
}

/** Takes the text of rows in pieces that end anywhere. */
class Rows {
  readonly byScope = new Map<string, ScopeJobs>();
  count = 0;
  /** What came of a line that has not ended. */
  #begun: Buffer[] = [];
  /** The text before {@link FIRST_OWN} of the line before, and what it says. */
  #head = Buffer.alloc(0);
  #scope = new ScopeJobs();
  #observedAt = 0;

  take(piece: Buffer): void {
    let from = 0;
    for (let end = piece.indexOf(NEWLINE); end >= 0; end = piece.indexOf(NEWLINE, from)) {
      if (this.#begun.length > 0) {
        const line = Buffer.concat([...this.#begun, piece.subarray(from, end)]);
        this.#begun = [];
        this.#line(line, 0, line.length);
      } else this.#line(piece, from, end);
      from = end + 1;
    }
    // Copied, for the decompressor may use its memory again.
    if (from < piece.length) this.#begun.push(Buffer.from(piece.subarray(from)));
  }

  end(): void {
    if (this.#begun.length > 0) throw new DamagedRowsError('their last line does not end');
  }

  #line(bytes: Buffer, from: number, to: number): void {
    this.count += 1;
    const ownAt = from + this.#head.length;
    const isAsBefore = this.#head.length > 0 && bytes.compare(this.#head, 0, this.#head.length, from, ownAt) === 0;
    try {
      if (isAsBefore) this.#own(JSON.parse(`{${bytes.toString('utf8', ownAt, to)}`));
      else this.#first(bytes.subarray(from, to));
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      throw new DamagedRowsError(`row ${this.count} is not JSON as the exporter writes it: ${error.message}`);
    }
  }

  /** A line whose head is not that of the line before. */
  #first(line: Buffer): void {
    const ownAt = line.indexOf(FIRST_OWN);
    const head = ownAt < 0 ? undefined : JSON.parse(`${line.toString('utf8', 0, ownAt - 1)}}`);
    if (head?.thing_group_name === undefined || head.queried_thing_group_id === undefined) {
      throw new DamagedRowsError(`row ${this.count} lacks columns, or has them in another order`);
    }
    this.#observedAt = this.#time(head.observed_at, 'observed_at') ?? Number.NaN;
    this.#scope = this.#scopeOf(scopeKey(head));
    this.#own(JSON.parse(`{${line.toString('utf8', ownAt)}`));
    this.#head = Buffer.from(line.subarray(0, ownAt));
  }

  #scopeOf(key: string): ScopeJobs {
    const known = this.byScope.get(key);
    if (known) return known;
    const scope = new ScopeJobs();
    this.byScope.set(key, scope);
    return scope;
  }

  #own(row: Partial<JobRow>): void {
    const {
      job_id: jobId = null,
      job_arn: jobArn = null,
      status = null,
      target_selection: targetSelection = null,
    } = row;
    const identity = jobIdentity(jobId, jobArn);
    if (identity === undefined) return;
    const observedAt = this.#observedAt;
    const job: JobBefore = {
      jobArn,
      jobId,
      status,
      targetSelection,
      createdAt: this.#time(row.created_at, 'created_at'),
      lastUpdatedAt: this.#time(row.last_updated_at, 'last_updated_at'),
      completedAt: this.#time(row.completed_at, 'completed_at'),
      observedAt,
      // Rows of an older version have neither, and those of a late snapshot have null.
      firstSeenAt: this.#time(row.first_seen_at, 'first_seen_at') ?? observedAt,
      statusSince: this.#time(row.status_since, 'status_since') ?? observedAt,
    };
    if (!this.#scope.add(identity, job))
      throw new DamagedRowsError(`row ${this.count} is of a job that another row has`);
  }

  #time(text: string | null | undefined, column: string): number | undefined {
    if (text === null || text === undefined) return undefined;
    const at = epochMs(text);
    if (Number.isNaN(at)) throw new DamagedRowsError(`row ${this.count} has a ${column} that is no time`);
    return at;
  }
}
