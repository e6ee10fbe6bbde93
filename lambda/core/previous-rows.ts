import { createHash } from 'node:crypto';
import { createGunzip } from 'node:zlib';
import type { JobRow, SnapshotRecord } from '../contract/columns.ts';
import { jobIdentity } from '../contract/job-identity.ts';
import { scopeKey } from '../contract/scope.ts';
import { ByteText, viewOf } from './byte-text.ts';
import { RowScanner } from './row-scanner.ts';
import { type JobBefore, ScopeJobs } from './scope-jobs.ts';
import { epochMs } from './timestamp.ts';

/** Bytes that the decompressor returns at a time. Larger pieces take half the CPU of its default of 16 kB. */
const PIECE_BYTES = 2 ** 18;
/** A row has half a kilobyte. A longer line than this is an error, and is not held. */
const MAX_LINE_BYTES = 2 ** 20;
const NEWLINE = 0x0a;
const OPENING_BRACE = 0x7b;
/** The first column of the job itself. The columns before it are the same in all rows of a page. */
const FIRST_JOB_COLUMN = '"job_arn":';

/** The jobs of a snapshot, by {@link scopeKey}. */
export type JobsByScope = ReadonlyMap<string, ScopeJobs>;

/** The object of rows does not match its record. */
export class DamagedRowsError extends Error {
  override readonly name = 'DamagedRowsError';
}

/** What is wrong with rows, in words that follow the key of their object. */
class Fault extends Error {}

/**
 * Reads the rows of a snapshot, as they arrive, into a compact form in memory.
 *
 * @param body the object of rows as stored
 * @throws DamagedRowsError when they do not match the record; what `body` throws
 */
export async function readPreviousRows(body: AsyncIterable<Uint8Array>, record: SnapshotRecord): Promise<JobsByScope> {
  try {
    return await rowsOf(body, record);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw new DamagedRowsError(`${record.object_key} ${error.message}`, { cause: error.cause });
  }
}

async function rowsOf(body: AsyncIterable<Uint8Array>, record: SnapshotRecord): Promise<JobsByScope> {
  const rows = new Rows(record.job_count);
  const hash = createHash('sha256');
  const gunzip = createGunzip({ chunkSize: PIECE_BYTES });
  let failure: unknown;
  gunzip.on('data', (piece: Buffer) => {
    try {
      if (failure === undefined) rows.take(piece);
    } catch (error) {
      failure = error;
    }
    release(piece);
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
    throw isZlibError(error) ? new Fault(`is no gzip: ${(error as Error).message}`) : error;
  } finally {
    gunzip.destroy();
  }
  if (hash.digest('hex') !== record.object_sha256) throw new Fault('has another SHA-256 than its record says');
  if (rows.count !== record.job_count) {
    throw new Fault(`has ${rows.count} rows, and its record says ${record.job_count}`);
  }
  return rows.byScope;
}

/**
 * Frees the memory of a piece that fills its buffer to the end, so that the decompressor will not write to it again. Otherwise
 * it would stay until the next garbage collection, and rows make too little garbage to cause one. Node 20, on which the command
 * line may run, has no `transfer`.
 */
function release({ buffer, byteOffset, byteLength }: Buffer): void {
  if (byteOffset + byteLength === PIECE_BYTES && buffer.byteLength === PIECE_BYTES)
    (buffer as ArrayBuffer).transfer?.(0);
}

function drained(gunzip: NodeJS.EventEmitter, ended: Promise<void>): Promise<void> {
  return Promise.race([new Promise<void>((resolve) => gunzip.once('drain', resolve)), ended]);
}

function isZlibError(error: unknown): boolean {
  return String((error as NodeJS.ErrnoException).code).startsWith('Z_');
}

/** Parses the text of rows in pieces that may end anywhere. */
class Rows {
  readonly byScope = new Map<string, ScopeJobs>();
  count = 0;
  readonly #maxRows: number;
  /** Begin of a line whose end was not yet received. */
  #partialLine: Buffer[] = [];
  #partialBytes = 0;
  /** The text before {@link FIRST_JOB_COLUMN} of the previous line, and the values in it. */
  #head: ByteText | undefined;
  #scope = new ScopeJobs();
  #observedAt = 0;
  readonly #scanner = new RowScanner();

  /** @param maxRows rows of the record: a wrong object may decompress to any number */
  constructor(maxRows: number) {
    this.#maxRows = maxRows;
  }

  take(piece: Buffer): void {
    try {
      this.#lines(piece);
    } catch (error) {
      if (error instanceof Fault) throw error;
      // Any error, not only that of JSON.parse: a value of another type may cause any. Unreadable rows must not fail the run.
      const { message } = error as Error;
      throw new Fault(`has a row ${this.count} that is not as the exporter writes it: ${message}`, { cause: error });
    }
  }

  #lines(piece: Buffer): void {
    const view = viewOf(piece);
    let from = 0;
    for (;;) {
      if (this.#partialLine.length === 0) from = this.#scanRows(piece, view, from);
      const end = piece.indexOf(NEWLINE, from);
      if (end < 0) break;
      if (this.#partialLine.length > 0) {
        const line = Buffer.concat([...this.#partialLine, piece.subarray(from, end)]);
        this.#partialLine = [];
        this.#partialBytes = 0;
        this.#line(line, 0, line.length);
      } else this.#line(piece, from, end);
      from = end + 1;
    }
    // Copied, because the decompressor may reuse its memory.
    if (from < piece.length) this.#partialLine.push(Buffer.from(piece.subarray(from)));
    this.#partialBytes += piece.length - from;
    if (this.#partialBytes > MAX_LINE_BYTES) {
      throw new Fault(`has a line ${this.count + 1} of more than ${MAX_LINE_BYTES} bytes`);
    }
  }

  end(): void {
    if (this.#partialLine.length > 0) throw new Fault('has a last line that does not end');
  }

  /** Adds rows as long as the scanner can read them; returns the offset after them. */
  #scanRows(piece: Buffer, view: DataView, from: number): number {
    const head = this.#head;
    let at = from;
    while (head?.isAt(view, at)) {
      const job = this.#scanner.scan(piece, view, at + head.length, this.#observedAt);
      if (job === undefined) break;
      this.#countRow();
      if (!this.#scope.addUsual(job)) throw this.#duplicateFault();
      at = this.#scanner.end;
    }
    return at;
  }

  #countRow(): void {
    this.count += 1;
    if (this.count > this.#maxRows) throw new Fault(`has more rows than the ${this.#maxRows} of its record`);
  }

  #duplicateFault(): Fault {
    return new Fault(`has a row ${this.count} of a job that another row has`);
  }

  #line(bytes: Buffer, from: number, to: number): void {
    this.#countRow();
    const jobAt = from + (this.#head?.length ?? 0);
    // An invalid line may be shorter than the head.
    if (jobAt < to && this.#head?.isAt(viewOf(bytes), from)) {
      // Overwrites the comma before: concatenating the text would take a tenth of the total time.
      bytes[jobAt - 1] = OPENING_BRACE;
      this.#addJob(JSON.parse(bytes.toString('utf8', jobAt - 1, to)));
    } else this.#lineWithNewHead(bytes.subarray(from, to));
  }

  /** Parses a line whose head differs from that of the previous line. */
  #lineWithNewHead(line: Buffer): void {
    const jobAt = line.indexOf(FIRST_JOB_COLUMN);
    const head = jobAt < 0 ? undefined : JSON.parse(`${line.toString('utf8', 0, jobAt - 1)}}`);
    if (head?.thing_group_name === undefined || head.queried_thing_group_id === undefined) {
      throw new Fault(`has a row ${this.count} that lacks columns, or has them in another order`);
    }
    const observedAt = this.#time(head.observed_at, 'observed_at');
    if (observedAt === undefined) throw new Fault(`has a row ${this.count} without observed_at`);
    this.#observedAt = observedAt;
    this.#scope = this.#scopeOf(scopeKey(head));
    this.#addJob(JSON.parse(`{${line.toString('utf8', jobAt)}`));
    this.#head = new ByteText(line.subarray(0, jobAt));
  }

  #scopeOf(key: string): ScopeJobs {
    const known = this.byScope.get(key);
    if (known) return known;
    const scope = new ScopeJobs();
    this.byScope.set(key, scope);
    return scope;
  }

  #addJob(row: Partial<JobRow>): void {
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
      // Absent in rows of an older version, null in those of a late snapshot.
      firstSeenAt: this.#time(row.first_seen_at, 'first_seen_at') ?? observedAt,
      statusSince: this.#time(row.status_since, 'status_since') ?? observedAt,
    };
    if (!this.#scope.add(identity, job)) throw this.#duplicateFault();
    this.#scanner.learn(job);
  }

  #time(text: string | null | undefined, column: string): number | undefined {
    if (text === null || text === undefined) return undefined;
    const at = epochMs(text);
    if (Number.isNaN(at)) throw new Fault(`has a row ${this.count} with a ${column} that is no time`);
    return at;
  }
}
