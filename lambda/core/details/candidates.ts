import { type Details, ENDED_STATUSES } from '../../contract/details.ts';
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
 * in the order of their ids, from the one on that the snapshot before came to. It holds `maxJobs` of each at most.
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
    this.#others = new FirstOf(details.maxJobs, (a, b) => this.#place(a) - this.#place(b) || (a.id < b.id ? -1 : 1));
  }

  /** Jobs that are to be described, those without identity too. */
  get count(): number {
    return this.#known.size + this.#unnamed;
  }

  /**
   * Takes the jobs of a page that are new to their scope.
   *
   * @param changes of the same page
   * @returns whether one of them is to be described
   */
  take(fresh: readonly FreshJob[], changes: readonly ChangeOfJob[]): boolean {
    const ended = new Set(changes.filter(hasEnded).map(({ to }) => to?.job));
    let isAny = false;
    for (const { job } of fresh) isAny = this.#takeJob(job, ended.has(job)) || isAny;
    return isAny;
  }

  #takeJob(job: JobSummary, hasEnded: boolean): boolean {
    const id = jobIdentity(job.jobId, job.jobArn);
    const isAsked = isOf(this.#details.statuses, job.status);
    if (id === undefined) {
      if (isAsked) this.#unnamed += 1;
      return false;
    }
    const isOwed = this.#wasOwed.has(id) && isOf(ENDED_STATUSES, job.status);
    if (!isOwed && !hasEnded && !isAsked) return false;
    const candidate = { id, ...(job.createdAt !== undefined && { createdAt: job.createdAt }) };
    const isNew = this.#known.add(id);
    if (isOwed) this.#keep(this.#owed, candidate);
    else if (hasEnded) this.#keep(this.#ended, candidate);
    else if (isNew) this.#others.add(candidate);
    return true;
  }

  #keep(some: Map<string, Candidate>, candidate: Candidate): void {
    if (some.size < Math.max(this.#details.maxJobs, MAX_OWED)) some.set(candidate.id, candidate);
  }

  /** Those that do not wait for their turn, in the order in which they are described. */
  urgent(): Candidate[] {
    return unique([...this.#owed.values(), ...this.#ended.values()]);
  }

  /** The first `maxJobs` of all, in the order in which they are described. */
  selected(): Candidate[] {
    return unique([...this.urgent(), ...this.#others.values()]).slice(0, this.#details.maxJobs);
  }

  /** The first of the others, in turn. */
  inTurn(): readonly Candidate[] {
    return this.#others.values();
  }

  /** What is left to the next snapshot. */
  turnAfter(wasTried: (id: string) => boolean): Turn {
    const owed = this.urgent().filter(({ id }) => !wasTried(id));
    const urgent = new Set(this.urgent().map(({ id }) => id));
    // Of those alone that were selected: what was described and is not in the details has its turn still to come.
    const last = this.selected().findLast(({ id }) => !urgent.has(id) && wasTried(id));
    return { owed: owed.slice(-MAX_OWED).map(({ id }) => id), after: last?.id ?? this.#turn.after };
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
  #place({ id }: Candidate): number {
    return this.#turn.after === null || id > this.#turn.after ? 0 : 1;
  }
}

/** Whether a job has ended since the snapshot before, so that its numbers are final. Of one that ended long ago nothing is said. */
function hasEnded({ change, reason, from, to }: ChangeOfJob): boolean {
  if (!isOf(ENDED_STATUSES, to?.job.status)) return false;
  if (change === 'MOVED') return !isOf(ENDED_STATUSES, from?.status);
  return reason === 'NEW' || reason === 'MAY_HAVE_MOVED';
}

function isOf(statuses: readonly string[], status: string | null | undefined): boolean {
  return status !== undefined && status !== null && statuses.includes(status);
}

/** Each id once, where it comes first. */
function unique(candidates: readonly Candidate[]): Candidate[] {
  const byId = new Map<string, Candidate>();
  for (const one of candidates) if (!byId.has(one.id)) byId.set(one.id, one);
  return [...byId.values()];
}
