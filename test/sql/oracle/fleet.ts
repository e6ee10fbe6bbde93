import type { JobStatus, TargetSelection } from '../../../lambda/contract/jobs.ts';
import { ServiceUnavailableError } from '../../../lambda/errors.ts';
import type { JobSummary, JobsPage, ListJobsQuery } from '../../../lambda/ports.ts';
import type { Random } from '../../support/random.ts';
import { notFound } from '../../support/scripted-source.ts';

export const SECOND_MS = 1000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** A time in which something holds, its end excluded. */
export interface Span {
  readonly from: number;
  readonly until: number;
}

/** A stay of a job in a status. */
export interface Stay extends Span {
  /** The status by which ListJobs finds it. */
  readonly listedAs: JobStatus;
  /** The status that ListJobs returns: the same, an undocumented one, or none. */
  readonly shown: string | undefined;
}

/** A job of the simulated fleet. */
export interface TrueJob {
  readonly id: string;
  readonly createdAt: number;
  readonly goneAt: number;
  readonly stays: readonly Stay[];
  readonly completedAt: number | undefined;
  readonly selection: TargetSelection;
  readonly namespace: string | undefined;
  /** By thing group, when it was of it. */
  readonly groups: ReadonlyMap<string, Span>;
  /** Fields that the service never gives of it. */
  readonly lacks: readonly (keyof JobSummary)[];
  /** Whether the service leaves out one field or another, now and then. */
  readonly isFickle: boolean;
}

/** Thing groups, by name and by id. */
export const GROUPS = ['eu', 'us', 'comes-and-goes', 'nowhere'] as const;
const IDS: Readonly<Record<string, string>> = {
  'id-eu': 'eu',
  'id-comes-and-goes': 'comes-and-goes',
  'id-nowhere': 'nowhere',
};
export const GROUP_IDS = Object.keys(IDS);

const UNKNOWN_STATUS = 'PAUSED';
const EVER: Span = { from: Number.NEGATIVE_INFINITY, until: Number.POSITIVE_INFINITY };

function holds({ from, until }: Span, at: number): boolean {
  return from <= at && at < until;
}

/**
 * A fleet whose whole truth is known, at every moment. All that ListJobs answers is taken from it, so it does not matter in
 * which order it is asked.
 */
export class TrueFleet {
  readonly jobs: readonly TrueJob[];
  /** AWS's clock less the function's. */
  readonly skewMs: number;
  readonly #existence: ReadonlyMap<string, readonly Span[]>;
  /** The undocumented answer of ListJobs for a thing group that does not exist. */
  readonly #missingGroup: 'error' | 'empty';
  readonly #pageSize: number;
  readonly #random: Random;

  /**
   * @param end about when the history ends: until then most happens
   * @param paces times between two snapshots of the exports; each job lives by one of them
   */
  constructor(random: Random, end: number, paces: readonly number[]) {
    this.#random = random;
    this.skewMs = random.chance(0.2) ? random.pick([-3000, 2000]) : 0;
    this.#missingGroup = random.pick(['error', 'empty']);
    this.#pageSize = random.pick([2, 3, 100]);
    this.#existence = new Map([
      ['eu', [EVER]],
      ['us', [EVER]],
      ['comes-and-goes', someTimes(random, end, random.pick(paces))],
    ]);
    this.jobs = someJobs(random, end, paces);
  }

  groupExists(group: string, at: number): boolean {
    return this.#existence.get(group)?.some((span) => holds(span, at)) ?? false;
  }

  /** The same from one moment to another, both included. */
  isInAllAlong(job: TrueJob, group: string | undefined, from: number, until: number): boolean {
    const name = group === undefined ? undefined : (IDS[group] ?? group);
    const spans = name === undefined ? [] : [...(this.#existence.get(name) ?? []), job.groups.get(name)];
    const turns = [job.goneAt, ...spans.flatMap((span) => (span ? [span.from, span.until] : []))];
    const moments = [from, ...turns.filter((at) => from < at && at < until), until];
    return moments.every((at) => this.isIn(job, group, at));
  }

  /** Whether a thing group by its name or id is there and the job is of it; without a group whether the job is there. */
  isIn(job: TrueJob, group: string | undefined, at: number): boolean {
    if (!holds({ from: job.createdAt, until: job.goneAt }, at)) return false;
    if (group === undefined) return true;
    const name = IDS[group] ?? group;
    const span = job.groups.get(name);
    return span !== undefined && holds(span, at) && this.groupExists(name, at);
  }

  /** Throws the service's error for a group that does not exist. */
  list(query: ListJobsQuery, at: number): JobsPage {
    const group = query.thingGroupName ?? query.thingGroupId;
    if (group !== undefined && this.#missingGroup === 'error' && !this.groupExists(IDS[group] ?? group, at))
      throw notFound();
    const jobs: JobSummary[] = [];
    let place = Number(query.nextToken?.split(' ')[0] ?? 0);
    for (; place < this.jobs.length && jobs.length < this.#pageSize; place++) {
      const job = this.jobs[place] as TrueJob;
      if (this.#isListed(job, query, group, at)) jobs.push(this.#summary(job, at));
    }
    // Tokens of the service are never the same twice.
    return { jobs, ...(place < this.jobs.length && { nextToken: `${place} ${at}` }) };
  }

  /** The answer of DescribeThingGroup, where it does not fail. */
  describesGroup(name: string, at: number): boolean {
    if (this.#random.chance(0.1)) throw new ServiceUnavailableError('no answer');
    return this.groupExists(name, at);
  }

  #isListed(job: TrueJob, query: ListJobsQuery, group: string | undefined, at: number): boolean {
    return (
      this.isIn(job, group, at) &&
      stayAt(job, at)?.listedAs === query.status &&
      (query.targetSelection ?? job.selection) === job.selection &&
      (query.namespaceId ?? job.namespace) === job.namespace
    );
  }

  #summary(job: TrueJob, at: number): JobSummary {
    const { id, completedAt } = job;
    const stay = stayAt(job, at) as Stay;
    const whole: JobSummary = {
      jobArn: `arn:aws:iot:eu-west-1:123456789012:job/${id}`,
      jobId: id,
      status: stay.shown,
      targetSelection: job.selection,
      createdAt: job.createdAt + this.skewMs,
      lastUpdatedAt: stay.from + this.skewMs,
      ...(completedAt !== undefined && completedAt <= at && { completedAt: completedAt + this.skewMs }),
      isConcurrent: stay.listedAs === 'IN_PROGRESS',
    };
    const lacks = job.isFickle && this.#random.chance(0.5) ? [this.#random.pick(OPTIONAL)] : job.lacks;
    return Object.fromEntries(
      Object.entries(whole).filter(([name, value]) => value !== undefined && !lacks.includes(name as keyof JobSummary)),
    );
  }
}

const OPTIONAL = ['jobArn', 'jobId', 'status', 'targetSelection', 'createdAt', 'lastUpdatedAt', 'completedAt'] as const;

/** The stay of a job at a moment at which it exists. */
export function stayAt({ stays }: TrueJob, at: number): Stay | undefined {
  return stays.find((stay) => holds(stay, at));
}

/** A duration between two others, each order of magnitude as likely. */
export function between(random: Random, least: number, most: number): number {
  return Math.round(least * (most / least) ** random.next());
}

function someTimes(random: Random, end: number, pace: number): Span[] {
  const spans: Span[] = [];
  let at = end - between(random, pace, 40 * pace);
  // It may have been there before.
  if (random.chance(0.5)) spans.push({ from: Number.NEGATIVE_INFINITY, until: at });
  while (at < end) {
    const from = at + between(random, pace / 3, 6 * pace);
    const until = from + between(random, pace / 3, 6 * pace);
    spans.push({ from, until });
    at = until;
  }
  return spans;
}

function someJobs(random: Random, end: number, paces: readonly number[]): TrueJob[] {
  const jobs: TrueJob[] = [];
  for (let n = 0; n < 18; n++) {
    const pace = random.pick(paces);
    // An id may be used again after its job has gone.
    const last = random.chance(0.5) ? jobs.findLast(({ goneAt }) => goneAt < end) : undefined;
    const isFree = last && jobs.every(({ id, goneAt }) => id !== last.id || goneAt <= last.goneAt);
    const createdAt = isFree
      ? last.goneAt + between(random, pace / 20, 2 * pace)
      : end - Math.round(pace * 15 * random.next());
    jobs.push(someJob(random, isFree ? last.id : `job-${n}`, createdAt, end, pace));
  }
  jobs.push(someJob(random, 'old', end - (600 + random.below(300)) * DAY_MS, end, 300 * DAY_MS));
  // The service's order is its own.
  const keyed = jobs.map((job) => ({ job, key: random.next() }));
  return keyed.sort((a, b) => a.key - b.key).map(({ job }) => job);
}

function someJob(random: Random, id: string, createdAt: number, end: number, pace: number): TrueJob {
  const selection = random.chance(0.2) ? 'CONTINUOUS' : 'SNAPSHOT';
  const { stays, completedAt } = someLife(random, createdAt, selection, pace);
  const goneAt = stays.at(-1)?.until ?? createdAt;
  const isOdd = random.chance(0.2);
  const spanOf = (): Span => {
    const from = random.chance(0.2) ? end - between(random, pace, 10 * pace) : Number.NEGATIVE_INFINITY;
    const until = random.chance(0.2) ? end - between(random, pace / 2, 10 * pace) : Number.POSITIVE_INFINITY;
    return { from, until };
  };
  return {
    id,
    createdAt,
    goneAt,
    stays,
    completedAt,
    selection,
    namespace: random.chance(0.2) ? 'ns' : undefined,
    groups: new Map(GROUPS.filter(() => random.chance(0.6)).map((group) => [group, spanOf()])),
    lacks: isOdd ? random.pick<(keyof JobSummary)[]>([['jobArn'], ['jobId'], ['jobId', 'jobArn'], ['createdAt']]) : [],
    isFickle: !isOdd && random.chance(0.1),
  };
}

/** @param pace time between two snapshots: what happens is shorter, or longer */
function someLife(random: Random, createdAt: number, selection: TargetSelection, pace: number) {
  const stays: Stay[] = [];
  let completedAt: number | undefined;
  let at = createdAt;
  const stay = (listedAs: JobStatus, least: number, most: number) => {
    const shown = random.chance(0.04) ? random.pick([UNKNOWN_STATUS, undefined]) : listedAs;
    const until = at + between(random, Math.round(pace * least), Math.round(pace * most));
    stays.push({ listedAs, shown, from: at, until });
    at = until;
  };
  const isDeletedEarly = random.chance(0.15);
  if (selection === 'SNAPSHOT' && random.chance(0.7)) stay('SCHEDULED', 0.05, 6);
  if (!isDeletedEarly || stays.length === 0) {
    stay('IN_PROGRESS', 0.05, selection === 'CONTINUOUS' ? 40 : 10);
    const windows = random.chance(0.35) ? random.below(12) : 0;
    for (let n = 0; n < windows; n++) {
      stay('SCHEDULED', 0.1, 4);
      stay('IN_PROGRESS', 0.1, 4);
    }
  }
  if (!isDeletedEarly) {
    const end = selection === 'CONTINUOUS' || random.chance(0.25) ? 'CANCELED' : 'COMPLETED';
    if (end === 'COMPLETED' || random.chance(0.5)) completedAt = at;
    stay(end, 0.05, random.chance(0.5) ? 1000 : 6);
  }
  if (random.chance(0.6)) stay('DELETION_IN_PROGRESS', 0.01, 3);
  return { stays, completedAt };
}
