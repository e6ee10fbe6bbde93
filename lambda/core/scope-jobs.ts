import {
  ChunkedColumn,
  NameColumn,
  RunLengthColumn,
  type SavedNames,
  type SavedRunLengths,
  type SavedTimes,
  TimeColumn,
} from './job-columns.ts';
import { isKeptWhole, type SavedStrings, StringSet } from './string-set.ts';

/** A job of the predecessor snapshot in a scope. Times are epoch milliseconds. */
export interface JobBefore {
  readonly jobArn: string | null;
  readonly jobId: string | null;
  readonly status: string | null;
  readonly targetSelection: string | null;
  readonly createdAt: number | undefined;
  readonly lastUpdatedAt: number | undefined;
  readonly completedAt: number | undefined;
  readonly observedAt: number;
  readonly firstSeenAt: number;
  readonly statusSince: number;
}

type ColumnsOfJob = Omit<JobBefore, 'jobArn' | 'jobId'>;

/** A job with an id and an ARN that ends in the id, as nearly all jobs have. */
export interface UsualJob extends ColumnsOfJob {
  /** A UUID as words, or any other id as text. */
  readonly id: string | Uint32Array;
  /** The ARN without the id. */
  readonly arnStart: string;
}

/** Instead of a job's number: the predecessor has no job of that identity. */
export const NOT_FOUND = -1;

const SEEN = 1;
const KEPT = 2;

/** The jobs of a scope without their marks, saved between invocations. They do not change during a run. */
export interface SavedScopeRows {
  readonly ids: SavedStrings;
  readonly kinds: readonly (SavedColumns | null)[];
  readonly arnStart: string | null;
  /** Number, ARN and id of jobs whose ARN is not `arnStart` followed by their id. */
  readonly odd: readonly (readonly [number, string | null, string | null])[];
}

/** Marks of the jobs of a scope that the run has seen so far. */
export type SavedScopeMarks = readonly (readonly Uint8Array[])[];

interface SavedColumns {
  readonly size: number;
  readonly createdAt: SavedTimes;
  readonly firstSeenAt: SavedTimes;
  readonly statusSince: SavedTimes;
  readonly status: SavedNames;
  readonly targetSelection: SavedNames;
  readonly observedAt: SavedRunLengths<number>;
  readonly lastUpdatedAt: SavedTimes;
  readonly completedAt: SavedTimes;
}

/**
 * The jobs of the predecessor snapshot in one scope, indexed by identity. A million jobs whose ids are UUIDs take some 54 MB:
 * the UUIDs, a hash table of them, and five bytes for each time.
 */
export class ScopeJobs {
  #ids = new StringSet();
  /** Columns of the jobs with UUIDs, and of all others. Each kind is numbered separately; most scopes have only one. */
  readonly #kinds: (Columns | undefined)[] = [undefined, undefined];
  /** The ARN without the id, of the jobs whose ARN ends in their id. */
  #arnStart: string | undefined;
  /** Ids and ARNs of the other jobs. */
  readonly #odd = new Map<number, Pick<JobBefore, 'jobArn' | 'jobId'>>();

  get size(): number {
    return this.#ids.size;
  }

  /** Adds a job; false if there is one with the same identity. */
  add(identity: string, job: JobBefore): boolean {
    const number = this.#ids.insert(identity);
    if (number < 0) return false;
    this.#columnsOf(number).add(number >>> 1, job);
    if (!this.#isUsual(identity, job)) this.#odd.set(number, { jobArn: job.jobArn, jobId: job.jobId });
    return true;
  }

  /** As {@link add}, for a {@link UsualJob}. */
  addUsual(job: UsualJob): boolean {
    const { id, arnStart } = job;
    const number = typeof id === 'string' ? this.#ids.insert(id) : this.#ids.insertUuid(id);
    if (number < 0) return false;
    this.#columnsOf(number).add(number >>> 1, job);
    this.#arnStart ??= arnStart;
    if (this.#arnStart !== arnStart || (typeof id === 'string' && !isKeptWhole(id))) {
      const jobId = typeof id === 'string' ? id : this.#ids.at(number);
      this.#odd.set(number, { jobArn: `${arnStart}${jobId}`, jobId });
    }
    return true;
  }

  #isUsual(identity: string, { jobArn, jobId }: JobBefore): boolean {
    if (jobId !== identity || jobArn === null || !isKeptWhole(identity) || !jobArn.endsWith(identity)) return false;
    this.#arnStart ??= jobArn.slice(0, -identity.length);
    return jobArn.length === this.#arnStart.length + identity.length && jobArn.startsWith(this.#arnStart);
  }

  /**
   * Looks up a job that was listed, and marks it as seen.
   *
   * @returns its number, {@link NOT_FOUND}, or `undefined` if it was marked as seen before
   */
  markSeen(identity: string): number | undefined {
    const number = this.#ids.find(identity);
    if (number < 0) return NOT_FOUND;
    return this.#columnsOf(number).mark(number >>> 1, SEEN) ? number : undefined;
  }

  /** Marks a job as still existing: the listed job is the same one, not another one with the same id. */
  markKept(number: number): void {
    this.#columnsOf(number).mark(number >>> 1, KEPT);
  }

  at(number: number): JobBefore {
    const identity = this.#ids.at(number);
    const odd = this.#odd.get(number);
    return {
      jobArn: odd ? odd.jobArn : `${this.#arnStart}${identity}`,
      jobId: odd ? odd.jobId : identity,
      ...this.#columnsOf(number).at(number >>> 1),
    };
  }

  /** The time of creation alone: cheaper than {@link at}, as are the methods that follow. */
  createdAt(number: number): number | undefined {
    return this.#columnsOf(number).createdAt.at(number >>> 1);
  }

  status(number: number): string | null {
    return this.#columnsOf(number).status.at(number >>> 1);
  }

  firstSeenAt(number: number): number {
    return this.#columnsOf(number).firstSeenAt.at(number >>> 1) as number;
  }

  statusSince(number: number): number {
    return this.#columnsOf(number).statusSince.at(number >>> 1) as number;
  }

  /** Jobs that were not marked as still existing. */
  *notKept(): Iterable<JobBefore> {
    for (const [kind, columns] of this.#kinds.entries()) {
      for (let place = 0; place < (columns?.size ?? 0); place++) {
        if (!columns?.isMarked(place, KEPT)) yield this.at(2 * place + kind);
      }
    }
  }

  /** Returns views of all but the marks. They are valid until a job is added. */
  saveRows(): SavedScopeRows {
    return {
      ids: this.#ids.save(),
      kinds: this.#kinds.map((columns) => columns?.saveRows() ?? null),
      arnStart: this.#arnStart ?? null,
      odd: Array.from(this.#odd, ([number, { jobArn, jobId }]) => [number, jobArn, jobId] as const),
    };
  }

  /** Returns views of the marks. They are valid until a mark is set. */
  saveMarks(): SavedScopeMarks {
    return this.#kinds.map((columns) => columns?.saveMarks() ?? []);
  }

  /** Loads saved jobs. The object keeps the arrays, and writes to those of the marks. */
  static load({ ids, kinds, arnStart, odd }: SavedScopeRows, marks: SavedScopeMarks): ScopeJobs {
    const jobs = new ScopeJobs();
    jobs.#ids = StringSet.load(ids);
    for (const [kind, columns] of kinds.entries()) {
      if (columns !== null) jobs.#kinds[kind] = Columns.load(columns, marks[kind] ?? []);
    }
    jobs.#arnStart = arnStart ?? undefined;
    for (const [number, jobArn, jobId] of odd) jobs.#odd.set(number, { jobArn, jobId });
    return jobs;
  }

  #columnsOf(number: number): Columns {
    const kind = number % 2;
    this.#kinds[kind] ??= new Columns();
    return this.#kinds[kind];
  }
}

/** Jobs, stored by column. */
class Columns {
  size = 0;
  createdAt = new TimeColumn();
  firstSeenAt = new TimeColumn();
  statusSince = new TimeColumn();
  status = new NameColumn();
  #targetSelection = new NameColumn();
  #observedAt = new RunLengthColumn<number>();
  #lastUpdatedAt = new TimeColumn();
  #completedAt = new TimeColumn();
  #marks = new ChunkedColumn<Uint8Array>(Uint8Array);

  add(place: number, job: ColumnsOfJob): void {
    this.createdAt.set(place, job.createdAt);
    this.firstSeenAt.set(place, job.firstSeenAt);
    this.statusSince.set(place, job.statusSince);
    this.status.set(place, job.status);
    this.#targetSelection.set(place, job.targetSelection);
    this.#observedAt.push(place, job.observedAt);
    this.#lastUpdatedAt.set(place, job.lastUpdatedAt);
    this.#completedAt.set(place, job.completedAt);
    // Marks are set in any order, but a column must grow row by row.
    this.#marks.set(place, 0);
    this.size = place + 1;
  }

  at(place: number): ColumnsOfJob {
    return {
      status: this.status.at(place),
      targetSelection: this.#targetSelection.at(place),
      createdAt: this.createdAt.at(place),
      lastUpdatedAt: this.#lastUpdatedAt.at(place),
      completedAt: this.#completedAt.at(place),
      observedAt: this.#observedAt.at(place),
      firstSeenAt: this.firstSeenAt.at(place) as number,
      statusSince: this.statusSince.at(place) as number,
    };
  }

  /** Sets a mark; false if it was set before. */
  mark(place: number, mark: number): boolean {
    const marks = this.#marks.at(place);
    if (marks & mark) return false;
    this.#marks.set(place, marks | mark);
    return true;
  }

  isMarked(place: number, mark: number): boolean {
    return (this.#marks.at(place) & mark) !== 0;
  }

  saveRows(): SavedColumns {
    const { size } = this;
    return {
      size,
      createdAt: this.createdAt.save(size),
      firstSeenAt: this.firstSeenAt.save(size),
      statusSince: this.statusSince.save(size),
      status: this.status.save(size),
      targetSelection: this.#targetSelection.save(size),
      observedAt: this.#observedAt.save(),
      lastUpdatedAt: this.#lastUpdatedAt.save(size),
      completedAt: this.#completedAt.save(size),
    };
  }

  saveMarks(): Uint8Array[] {
    return this.#marks.save(this.size);
  }

  static load(saved: SavedColumns, marks: readonly Uint8Array[]): Columns {
    const columns = new Columns();
    columns.size = saved.size;
    columns.createdAt = TimeColumn.load(saved.createdAt);
    columns.firstSeenAt = TimeColumn.load(saved.firstSeenAt);
    columns.statusSince = TimeColumn.load(saved.statusSince);
    columns.status = NameColumn.load(saved.status);
    columns.#targetSelection = NameColumn.load(saved.targetSelection);
    columns.#observedAt = RunLengthColumn.load(saved.observedAt);
    columns.#lastUpdatedAt = TimeColumn.load(saved.lastUpdatedAt);
    columns.#completedAt = TimeColumn.load(saved.completedAt);
    columns.#marks = ChunkedColumn.load(Uint8Array, marks);
    return columns;
  }
}
