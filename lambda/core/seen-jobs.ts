import { jobIdentity } from '../contract/job-identity.ts';
import type { JobSummary } from '../ports.ts';
import { NOT_FOUND, type ScopeJobs } from './scope-jobs.ts';
import { type SavedStrings, StringSet } from './string-set.ts';

/** A job that is new to its scope in this run. */
export interface FreshJob {
  readonly job: JobSummary;
  /**
   * Its number among the jobs that the snapshot before saw in this scope; {@link NOT_FOUND} where it was not among them;
   * `undefined` for a job without an identity, which cannot be told from others.
   */
  readonly before: number | undefined;
}

/** The jobs that a run has seen in the scope that it is in. Those that the snapshot before saw are marked there. */
export class SeenJobs {
  #others = new StringSet();
  #before: ScopeJobs | undefined;

  /** @param before jobs that the snapshot before saw in the scope */
  enterScope(before: ScopeJobs | undefined): void {
    this.#others.clear();
    this.#before = before;
  }

  /** Views on the jobs that the snapshot before had not, which are right until another is taken. */
  save(): SavedStrings {
    return this.#others.save();
  }

  /**
   * Goes on in a scope.
   *
   * @param before jobs that the snapshot before saw in the scope, with their marks
   */
  static load(others: SavedStrings, before: ScopeJobs | undefined): SeenJobs {
    const seen = new SeenJobs();
    seen.#others = StringSet.load(others);
    seen.#before = before;
    return seen;
  }

  /**
   * Takes a job that was listed; `undefined` where it was seen before.
   *
   * @param isRepeat whether its status is listed for the second time. A job without an identity is likely one of those
   * that the first listing had then; else each is new.
   */
  take(job: JobSummary, isRepeat: boolean): FreshJob | undefined {
    const identity = jobIdentity(job.jobId, job.jobArn);
    if (identity === undefined) return isRepeat ? undefined : { job, before: undefined };
    const before = this.#before?.markSeen(identity) ?? (this.#before ? undefined : NOT_FOUND);
    if (before === undefined || (before === NOT_FOUND && !this.#others.add(identity))) return undefined;
    return { job, before: this.#isSame(job, before) ? before : NOT_FOUND };
  }

  /** An id is used again after its job was deleted: then the time of creation is another. A time that is not known may be any. */
  #isSame({ createdAt }: JobSummary, number: number): boolean {
    if (this.#before === undefined || number === NOT_FOUND) return false;
    const before = this.#before.createdAt(number);
    const isSame = before === undefined || createdAt === undefined || before === createdAt;
    if (isSame) this.#before.markKept(number);
    return isSame;
  }
}
