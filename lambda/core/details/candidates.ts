import { type Details, ENDED_STATUSES, STATUSES_BEFORE_THE_END } from '../../contract/details.ts';
import { jobIdentity } from '../../contract/job-identity.ts';
import type { JobSummary } from '../../ports.ts';
import type { ChangeOfJob } from '../changes.ts';
import type { FreshJob } from '../seen-jobs.ts';
import { type SavedStrings, StringSet } from '../string-set.ts';
import { FirstOf } from './first-of.ts';

/** A job to be described. */
export interface Candidate {
  /** {@link jobIdentity}: what DescribeJob takes for the job's id. */
  readonly id: string;
  /** Epoch milliseconds: an id is used again. */
  readonly createdAt?: number;
}

/** What the snapshot before leaves to this one. */
export interface Turn {
  /** Jobs that had ended, and were not described. */
  readonly owed: readonly string[];
  /** The job after which the turn goes on; `null` where it begins. */
  readonly after: string | null;
}

export const NO_TURN: Turn = { owed: [], after: null };

/** Jobs that are remembered at most because they ended and were not described: some 40 kB of the record. */
export const MAX_OWED = 1000;

/** Candidates as they are kept between invocations. */
export interface SavedCandidates {
  readonly owed: readonly Candidate[];
  readonly ended: readonly Candidate[];
  readonly others: readonly Candidate[];
  readonly known: SavedStrings;
  readonly unnamed: number;
}

/**
 * The jobs of a snapshot that are to be described, each once whatever number of scopes it is in. First come those that were
 * owed by earlier snapshots, then those that have ended since the one before, both as they were met; then the others, in turn:
 * in the order of their ids, from the one on that the snapshot before came to. Of each kind it holds few more than are described
 * or remembered.
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

  /** Jobs that are to be described, those without identity too. */
  get count(): number {
    return this.#known.size + this.#unnamed;
  }

  /**
   * Takes the jobs of a page that are new to their scope.
   *
   * @param changes of the same page
   * @returns those of them that are {@link certain}
   */
  take(fresh: readonly FreshJob[], changes: readonly ChangeOfJob[]): Candidate[] {
    const ended = new Set(changes.filter(hasEnded).map(({ to }) => to?.job));
    return fresh.flatMap(({ job }) => this.#takeJob(job, ended.has(job)) ?? []);
  }

  #takeJob(job: JobSummary, hasEnded: boolean): Candidate | undefined {
    const id = jobIdentity(job.jobId, job.jobArn);
    const isRequested = isOf(this.#details.statuses, job.status);
    if (id === undefined) {
      if (isRequested) this.#unnamed += 1;
      return undefined;
    }
    // A status that is not known may be one that has ended, as it was. In another one the id is a new job's.
    const isOwed = this.#wasOwed.has(id) && !isOf(STATUSES_BEFORE_THE_END, job.status);
    if (!isOwed && !hasEnded && !isRequested) return undefined;
    const candidate = { id, ...(job.createdAt !== undefined && { createdAt: job.createdAt }) };
    const isNew = this.#known.add(id);
    if (isOwed) return this.#keep(this.#owed, candidate, this.#details.maxJobs);
    if (hasEnded) return this.#keep(this.#ended, candidate, this.#roomForEnded);
    if (isNew) this.#others.add(candidate);
    return undefined;
  }

  /** The candidate where it is new, and among the first `certain` of its kind. */
  #keep(some: Map<string, Candidate>, candidate: Candidate, certain: number): Candidate | undefined {
    const isNew = !some.has(candidate.id);
    if (isNew && some.size >= Math.max(this.#details.maxJobs, MAX_OWED)) return undefined;
    some.set(candidate.id, candidate);
    return isNew && some.size <= certain ? candidate : undefined;
  }

  /** Jobs that have ended for which there is room whatever comes: all that are owed may. */
  get #roomForEnded(): number {
    return Math.max(0, this.#details.maxJobs - this.#wasOwed.size);
  }

  /** Those that are {@link selected} whatever is still to come. They do not wait for their turn. */
  certain(): Candidate[] {
    return [...firstValues(this.#owed, this.#details.maxJobs), ...firstValues(this.#ended, this.#roomForEnded)];
  }

  /** The first `maxJobs` of all, in the order in which they are described. */
  selected(): Candidate[] {
    return [...this.#urgent(), ...this.inTurn()].slice(0, this.#details.maxJobs);
  }

  /** Those of the others for which there is room, in turn. */
  inTurn(): Candidate[] {
    const room = Math.max(0, this.#details.maxJobs - this.#owed.size - this.#ended.size);
    const others = this.#others.values().filter(({ id }) => !this.#isUrgent(id));
    return others.slice(0, room);
  }

  /**
   * What is left to the next snapshot: of the jobs that had ended those that were not tried, and those that were tried in vain
   * for the first time, since what failed may have been AWS IoT for a moment. One that was owed and fails again is given up, or a
   * few that can never be described would end the describing of every run.
   *
   * @param hasFailed of those that were tried, the ones that could not be described although they are there
   */
  turnAfter(wasTried: (id: string) => boolean, hasFailed: (id: string) => boolean): Turn {
    // What was described and is not in the details does not count: a job that ended is still owed, and another has its turn to come.
    const tried = this.selected().filter(({ id }) => wasTried(id));
    const triedIds = new Set(tried.map(({ id }) => id));
    const isOwed = (id: string) => !triedIds.has(id) || (hasFailed(id) && !this.#owed.has(id));
    const owed = this.#urgent().filter(({ id }) => isOwed(id));
    const last = tried.findLast(({ id }) => !this.#isUrgent(id));
    return { owed: owed.slice(-MAX_OWED).map(({ id }) => id), after: last?.id ?? this.#turn.after };
  }

  /** Those that do not wait for their turn, in the order in which they are described. No job is of both kinds. */
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

  /** Those after the one that the turn came to are before those up to it. */
  #rank({ id }: Candidate): number {
    return this.#turn.after === null || id > this.#turn.after ? 0 : 1;
  }
}

/** Whether a job has ended since the snapshot before. Of one that ended long ago nothing is said. */
function hasEnded({ change, reason, from, to }: ChangeOfJob): boolean {
  if (!isOf(ENDED_STATUSES, to?.job.status)) return false;
  if (change === 'MOVED') return !isOf(ENDED_STATUSES, from?.status);
  return reason === 'NEW' || reason === 'MAY_HAVE_MOVED';
}

function isOf(statuses: readonly string[], status: string | null | undefined): boolean {
  return status !== undefined && status !== null && statuses.includes(status);
}

function firstValues(some: ReadonlyMap<string, Candidate>, most: number): Candidate[] {
  return [...some.values()].slice(0, most);
}
