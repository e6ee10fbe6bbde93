import type { JobStatus } from '../../lambda/contract/jobs.ts';
import type { JobSummary, JobsPage, ListJobsQuery } from '../../lambda/ports.ts';
import type { Random } from './random.ts';
import { notFound } from './scripted-source.ts';

/**
 * Where a job can go from a status; `gone` is AWS's purge. From IN_PROGRESS a job goes back to SCHEDULED when its
 * maintenance window ends. Source: AWS IoT Developer Guide, "Jobs and job execution states", note under IN_PROGRESS.
 */
const NEXT: Record<JobStatus, readonly (JobStatus | 'gone')[]> = {
  SCHEDULED: ['IN_PROGRESS', 'CANCELED', 'DELETION_IN_PROGRESS'],
  IN_PROGRESS: ['SCHEDULED', 'SCHEDULED', 'COMPLETED', 'CANCELED', 'DELETION_IN_PROGRESS'],
  COMPLETED: ['DELETION_IN_PROGRESS', 'gone'],
  CANCELED: ['DELETION_IN_PROGRESS', 'gone'],
  DELETION_IN_PROGRESS: ['gone'],
};

/** A status that AWS may add. */
export const UNKNOWN_STATUS = 'PAUSED';

export interface ModelJob {
  readonly id: string;
  readonly groups: ReadonlySet<string>;
  /** Undefined: gone. */
  status: JobStatus | undefined;
  /** Each status that it had, with the moment (a count of calls) it began; `undefined` = gone. */
  readonly past: { readonly since: number; readonly status: JobStatus | undefined }[];
}

export interface FleetHabits {
  readonly jobs: number;
  readonly groups: readonly string[];
  /** The undocumented answer of ListJobs for a thing group that does not exist. */
  readonly missingGroup: 'error' | 'empty';
  readonly pageSize: number;
  /** Chance of each job to move between two calls. */
  readonly moves: number;
  /** Chance of a new job between two calls. */
  readonly births: number;
  /**
   * Chance that a page is empty though there is more, that it repeats jobs of itself or of earlier pages, that a job lacks
   * a field or has an unknown status.
   */
  readonly oddities: number;
}

/** A fleet that records the statuses of every job, and answers ListJobs as badly as the service may. */
export class ModelFleet {
  readonly jobs: ModelJob[] = [];
  /** Calls so far: the model's time. */
  moment = 0;
  readonly #calls: { readonly moment: number; readonly query: ListJobsQuery }[] = [];
  readonly #random: Random;
  readonly #habits: FleetHabits;

  constructor(habits: FleetHabits, random: Random) {
    this.#habits = habits;
    this.#random = random;
    for (let i = 0; i < habits.jobs; i++) this.#add();
  }

  /** Thing groups that exist. */
  get groups(): readonly string[] {
    return this.#habits.groups;
  }

  get missingGroup(): FleetHabits['missingGroup'] {
    return this.#habits.missingGroup;
  }

  /** Answers one call. Between any two calls jobs move, come and go. */
  list(query: ListJobsQuery): JobsPage {
    this.#live();
    this.#calls.push({ moment: this.moment, query });
    const group = query.thingGroupName ?? query.thingGroupId;
    if (group !== undefined && !this.#habits.groups.includes(group)) {
      if (this.#habits.missingGroup === 'error') throw notFound();
      return { jobs: [] };
    }
    const from = query.nextToken === undefined ? 0 : Number(query.nextToken.split(':')[1]);
    if (this.#random.chance(this.#habits.oddities)) return { jobs: [], nextToken: this.#token(from) };

    const isListed = (job: ModelJob) => job.status === query.status && (group === undefined || job.groups.has(group));
    const jobs: JobSummary[] = [];
    let position = from;
    for (; position < this.jobs.length && jobs.length < this.#habits.pageSize; position++) {
      const job = this.jobs[position] as ModelJob;
      if (isListed(job)) jobs.push(this.#summary(job));
    }
    const repeated = this.jobs
      .slice(0, position)
      .filter((job) => isListed(job) && this.#random.chance(this.#habits.oddities))
      .slice(-this.#habits.pageSize)
      .map((job) => this.#summary(job));
    const isLast = position >= this.jobs.length;
    return { jobs: [...jobs, ...repeated], ...(!isLast && { nextToken: this.#token(position) }) };
  }

  /** Whether a job went between SCHEDULED and IN_PROGRESS more than once while a scope was listed by these two. */
  wentToAndFro(job: ModelJob, scope: Pick<ListJobsQuery, 'thingGroupName' | 'thingGroupId'>, from: number, to: number) {
    const moments = this.#calls
      .filter(({ moment, query }) => from <= moment && moment <= to && isBeforeTheEnd(query.status))
      .filter(({ query: { thingGroupName, thingGroupId } }) =>
        [thingGroupName === scope.thingGroupName, thingGroupId === scope.thingGroupId].every(Boolean),
      )
      .map(({ moment }) => moment);
    const moves = job.past.filter(
      ({ since, status }, i) =>
        isBeforeTheEnd(status) &&
        isBeforeTheEnd(job.past[i - 1]?.status) &&
        Math.min(...moments) < since &&
        since <= Math.max(...moments),
    );
    return moves.length > 1;
  }

  /** The statuses that a job had from one moment to another, both included. */
  static during(job: ModelJob, from: number, to: number): (JobStatus | undefined)[] {
    return job.past
      .filter(({ since }, i) => since <= to && (job.past[i + 1]?.since ?? Number.POSITIVE_INFINITY) > from)
      .map(({ status }) => status);
  }

  #live(): void {
    this.moment += 1;
    for (const job of this.jobs) {
      if (job.status !== undefined && this.#random.chance(this.#habits.moves)) this.#move(job);
    }
    if (this.#random.chance(this.#habits.births)) this.#add();
  }

  #move(job: ModelJob): void {
    const next = this.#random.pick(NEXT[job.status as JobStatus]);
    job.status = next === 'gone' ? undefined : next;
    job.past.push({ since: this.moment, status: job.status });
  }

  #add(): void {
    const status = this.#random.pick(['SCHEDULED', 'SCHEDULED', 'IN_PROGRESS', 'COMPLETED', 'CANCELED'] as const);
    const groups = new Set(this.#habits.groups.filter(() => this.#random.chance(0.5)));
    const past = [{ since: this.moment, status }];
    this.jobs.push({ id: `job-${this.jobs.length}`, groups, status, past });
  }

  /** A token is never the same twice, as with the service; it contains the position. */
  #token(position: number): string {
    return `${this.moment}:${position}`;
  }

  #summary({ id, status }: ModelJob): JobSummary {
    const isOdd = this.#random.chance(this.#habits.oddities);
    const jobArn = `arn:aws:iot:eu-west-1:123456789012:job/${id}`;
    if (!isOdd) return { jobId: id, jobArn, status, createdAt: 1, lastUpdatedAt: 2 };
    return this.#random.pick<JobSummary>([
      { jobId: id, status },
      { jobArn, status },
      { jobId: id },
      { jobId: id, jobArn, status: UNKNOWN_STATUS },
    ]);
  }
}

function isBeforeTheEnd(status: JobStatus | undefined): boolean {
  return status === 'SCHEDULED' || status === 'IN_PROGRESS';
}
