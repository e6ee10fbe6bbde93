import { jobIdentity } from '../contract/job-identity.ts';
import type { JobSummary } from '../ports.ts';
import { NOT_FOUND, type ScopeJobs } from './scope-jobs.ts';
import { type SavedStrings, StringSet } from './string-set.ts';

/** A job that is new to its scope in this run. */
export interface FreshJob {
  readonly job: JobSummary;
  /**
   * Its number among the jobs of the predecessor in this scope; {@link NOT_FOUND} if it is not among them; `undefined` for a
   * job without an identity.
   */
  readonly before: number | undefined;
}

/** The jobs that a run has seen in its current scope. Jobs of the predecessor are marked there; the others are kept here. */
export class SeenJobs {
  #others = new StringSet();
  #before: ScopeJobs | undefined;

  /** @param before jobs of the predecessor in the scope */
  enterScope(before: ScopeJobs | undefined): void {
    this.#others.clear();
    this.#before = before;
  }

  /** Returns views of the jobs that the predecessor does not have. They are valid until another job is taken. */
  save(): SavedStrings {
    return this.#others.save();
  }

  /**
   * Continues in a scope.
   *
   * @param before jobs of the predecessor in the scope, with their marks
   */
  static load(others: SavedStrings, before: ScopeJobs | undefined): SeenJobs {
    const seen = new SeenJobs();
    seen.#others = StringSet.load(others);
    seen.#before = before;
    return seen;
  }

  /**
   * Adds a listed job; returns `undefined` if it was seen before.
   *
   * @param isRepeat whether its status is listed for the second time. Then a job without an identity is assumed to be one of
   * the first listing; otherwise each of them is new.
   */
  take(job: JobSummary, isRepeat: boolean): FreshJob | undefined {
    const identity = jobIdentity(job.jobId, job.jobArn);
    if (identity === undefined) return isRepeat ? undefined : { job, before: undefined };
    const before = this.#before?.markSeen(identity) ?? (this.#before ? undefined : NOT_FOUND);
    if (before === undefined || (before === NOT_FOUND && !this.#others.add(identity))) return undefined;
    return { job, before: this.#isSame(job, before) ? before : NOT_FOUND };
  }

  /** An id can be reused after its job was deleted; then the times of creation differ. An unknown time counts as equal. */
  #isSame({ createdAt }: JobSummary, number: number): boolean {
    if (this.#before === undefined || number === NOT_FOUND) return false;
    const before = this.#before.createdAt(number);
    const isSame = before === undefined || createdAt === undefined || before === createdAt;
    if (isSame) this.#before.markKept(number);
    return isSame;
  }
}
