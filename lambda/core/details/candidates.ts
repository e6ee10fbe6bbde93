import { type Details, ENDED_STATUSES, STATUSES_BEFORE_THE_END } from '../../contract/details.ts';
import { jobIdentity } from '../../contract/job-identity.ts';
import type { JobSummary } from '../../ports.ts';
import type { ChangeOfJob } from '../changes.ts';
import type { FreshJob } from '../seen-jobs.ts';
import { type SavedStrings, StringSet } from '../string-set.ts';
import { FirstOf } from './first-of.ts';

/** A job to be described. */
export interface Candidate {
  /** {@link jobIdentity}, which DescribeJob accepts as the job's id. */
  readonly id: string;
  /** Epoch milliseconds. It distinguishes jobs with the same id: an id may be reused. */
  readonly createdAt?: number;
}

/** What a snapshot leaves to the next one: jobs to describe first, and the position in the rotation over the others. */
export interface Turn {
  /** Ids of jobs that have ended and were not described. */
  readonly owed: readonly string[];
  /** Id of the job after which the rotation continues; `null` to begin with the first job. */
  readonly after: string | null;
}

export const NO_TURN: Turn = { owed: [], after: null };

/** Maximum number of owed jobs: some 40 kB of the record. */
export const MAX_OWED = 1000;

/** Candidates, saved between invocations. */
export interface SavedCandidates {
  readonly owed: readonly Candidate[];
  readonly ended: readonly Candidate[];
  readonly others: readonly Candidate[];
  readonly known: SavedStrings;
  readonly unnamed: number;
}

/**
 * The jobs of a snapshot to describe, each once even if it is in several scopes. The order is: jobs owed by earlier snapshots,
 * jobs that have ended since the predecessor (both in the order in which they were listed), and the others in rotation, in the
 * order of their ids after the last one that the predecessor described. Of each kind it holds few more than are described or
 * owed.
 */
export class Candidates {
  readonly #details: Details;
  readonly #turn: Turn;
  readonly #wasOwed: ReadonlySet<string>;
  readonly #owed = new Map<string, Candidate>();
  readonly #ended = new Map<string, Candidate>();
  readonly #others: FirstOf<Candidate>;
  #known = new StringSet();
  #unnamed = 0;

  constructor(details: Details, turn: Turn) {
    this.#details = details;
    this.#turn = turn;
    this.#wasOwed = new Set(turn.owed);
    this.#others = new FirstOf(details.maxJobs, (a, b) => this.#rank(a) - this.#rank(b) || (a.id < b.id ? -1 : 1));
  }

  /** Number of jobs to describe, those without identity included. */
  get count(): number {
    return this.#known.size + this.#unnamed;
  }

  /**
   * Adds the jobs of a page that are new to their scope.
   *
   * @param changes of the same page
   * @returns those that are {@link certain}
   */
  take(fresh: readonly FreshJob[], changes: readonly ChangeOfJob[]): Candidate[] {
    const ended = new Set(changes.filter(hasEnded).map(({ to }) => to?.job));
    return fresh.flatMap(({ job }) => this.#takeJob(job, ended.has(job)) ?? []);
  }

  #takeJob(job: JobSummary, hasEnded: boolean): Candidate | undefined {
    const id = jobIdentity(job.jobId, job.jobArn);
    const isRequested = isOneOf(this.#details.statuses, job.status);
    if (id === undefined) {
      if (isRequested) this.#unnamed += 1;
      return undefined;
    }
    // An owed job has ended, so an unfinished status means that its id was reused by a new job. An unknown status may be final.
    const isOwed = this.#wasOwed.has(id) && !isOneOf(STATUSES_BEFORE_THE_END, job.status);
    if (!isOwed && !hasEnded && !isRequested) return undefined;
    const candidate = { id, ...(job.createdAt !== undefined && { createdAt: job.createdAt }) };
    const isNew = this.#known.add(id);
    if (isOwed) return this.#keep(this.#owed, candidate, this.#details.maxJobs);
    if (hasEnded) return this.#keep(this.#ended, candidate, this.#roomForEnded);
    if (isNew) this.#others.add(candidate);
    return undefined;
  }

  /** Adds a candidate of a kind; returns it if it is new and among the first `certain` ones. */
  #keep(candidates: Map<string, Candidate>, candidate: Candidate, certain: number): Candidate | undefined {
    const isNew = !candidates.has(candidate.id);
    if (isNew && candidates.size >= Math.max(this.#details.maxJobs, MAX_OWED)) return undefined;
    candidates.set(candidate.id, candidate);
    return isNew && candidates.size <= certain ? candidate : undefined;
  }

  /** Number of ended jobs that are described in any case, even if all owed jobs are listed. */
  get #roomForEnded(): number {
    return Math.max(0, this.#details.maxJobs - this.#wasOwed.size);
  }

  /** Jobs that will be {@link selected} whatever is listed later. They can be described at once. */
  certain(): Candidate[] {
    return [...firstValues(this.#owed, this.#details.maxJobs), ...firstValues(this.#ended, this.#roomForEnded)];
  }

  /** The jobs to describe, at most `maxJobs`, in order. */
  selected(): Candidate[] {
    return [...this.#urgent(), ...this.inTurn()].slice(0, this.#details.maxJobs);
  }

  /** The other jobs for which there is room, in the order of the rotation. */
  inTurn(): Candidate[] {
    const room = Math.max(0, this.#details.maxJobs - this.#owed.size - this.#ended.size);
    const others = this.#others.values().filter(({ id }) => !this.#isUrgent(id));
    return others.slice(0, room);
  }

  /**
   * What is left to the next snapshot. Owed are the ended jobs that were not tried, and those that failed for the first time,
   * because the failure may have been temporary. A job that was owed and failed again is given up; otherwise a few jobs that
   * can never be described would end the describing of every run.
   *
   * @param hasFailed whether a job that was tried exists but could not be described
   */
  turnAfter(wasTried: (id: string) => boolean, hasFailed: (id: string) => boolean): Turn {
    // Only selected jobs are in the details. Others that were tried are not, so they remain owed or wait for their turn.
    const tried = this.selected().filter(({ id }) => wasTried(id));
    const triedIds = new Set(tried.map(({ id }) => id));
    const isOwed = (id: string) => !triedIds.has(id) || (hasFailed(id) && !this.#owed.has(id));
    const owed = this.#urgent().filter(({ id }) => isOwed(id));
    const last = tried.findLast(({ id }) => !this.#isUrgent(id));
    return { owed: owed.slice(-MAX_OWED).map(({ id }) => id), after: last?.id ?? this.#turn.after };
  }

  /** Owed and ended jobs, in the order in which they are described. No job is both. */
  #urgent(): Candidate[] {
    return [...this.#owed.values(), ...this.#ended.values()];
  }

  #isUrgent(id: string): boolean {
    return this.#owed.has(id) || this.#ended.has(id);
  }

  save(): SavedCandidates {
    return {
      owed: [...this.#owed.values()],
      ended: [...this.#ended.values()],
      others: this.#others.values(),
      known: this.#known.save(),
      unnamed: this.#unnamed,
    };
  }

  static load(details: Details, turn: Turn, saved: SavedCandidates): Candidates {
    const candidates = new Candidates(details, turn);
    for (const one of saved.owed) candidates.#owed.set(one.id, one);
    for (const one of saved.ended) candidates.#ended.set(one.id, one);
    for (const one of saved.others) candidates.#others.add(one);
    candidates.#known = StringSet.load(saved.known);
    candidates.#unnamed = saved.unnamed;
    return candidates;
  }

  /** Jobs after the position of the rotation come before the others. */
  #rank({ id }: Candidate): number {
    return this.#turn.after === null || id > this.#turn.after ? 0 : 1;
  }
}

/** Whether a job has ended since the predecessor snapshot. Jobs that may have ended long ago do not count. */
function hasEnded({ change, reason, from, to }: ChangeOfJob): boolean {
  if (!isOneOf(ENDED_STATUSES, to?.job.status)) return false;
  if (change === 'MOVED') return !isOneOf(ENDED_STATUSES, from?.status);
  return reason === 'NEW' || reason === 'MAY_HAVE_MOVED';
}

function isOneOf(statuses: readonly string[], status: string | null | undefined): boolean {
  return status !== undefined && status !== null && statuses.includes(status);
}

function firstValues(candidates: ReadonlyMap<string, Candidate>, limit: number): Candidate[] {
  return [...candidates.values()].slice(0, limit);
}
