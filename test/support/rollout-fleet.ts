import type { ThingStatus } from '../../lambda/contract/details.ts';
import type { JobDescription, JobSummary, JobsPage, ListJobsQuery } from '../../lambda/ports.ts';
import type { Random } from './random.ts';
import { notFound } from './scripted-source.ts';

const GROUPS = ['eu', 'us'] as const;
/** Few ids, so that they are used again; some are UUIDs. */
const IDS = [
  'a',
  'B',
  'c',
  'd',
  'firmware-2',
  '11111111-2222-4333-8444-555555555555',
  '11111111-2222-4333-8444-555555555556',
  'aaaaaaaa-2222-4333-8444-555555555555',
];
const PAGE_SIZE = 2;
/** Where a job can go from a status. */
const NEXT: Readonly<Record<string, readonly string[]>> = {
  SCHEDULED: ['IN_PROGRESS', 'CANCELED'],
  IN_PROGRESS: ['SCHEDULED', 'COMPLETED', 'COMPLETED', 'CANCELED', 'DELETION_IN_PROGRESS'],
  COMPLETED: ['DELETION_IN_PROGRESS'],
  CANCELED: ['DELETION_IN_PROGRESS'],
};

interface Rollout {
  readonly id: string;
  readonly createdAt: number;
  readonly groups: readonly string[];
  status: string;
  readonly things: Record<ThingStatus, number>;
}

/** Jobs with their things, which roll out, end and go, and whose ids are used again. */
export class RolloutFleet {
  readonly #jobs = new Map<string, Rollout>();
  readonly #random: Random;
  readonly #now: () => number;
  /** Chance that ListJobs gives a job without its id, or without its ARN, or both, or without a field; DescribeJob, too. */
  readonly #oddities: number;

  constructor(random: Random, now: () => number, oddities: number) {
    this.#random = random;
    this.#now = now;
    this.#oddities = oddities;
    for (let i = 0; i < 12; i++) this.live();
  }

  /** Something happens to a job. */
  live(): void {
    const random = this.#random;
    const id = random.pick(IDS);
    const job = this.#jobs.get(id);
    if (job === undefined) {
      // In whole seconds, as AWS's two APIs may round fractions differently.
      const createdAt = Math.floor(this.#now() / 1000) * 1000 - (random.chance(0.7) ? 0 : 86_400_000);
      const groups = GROUPS.filter(() => random.chance(0.7));
      const status = random.pick(['SCHEDULED', 'IN_PROGRESS', 'IN_PROGRESS', 'COMPLETED']);
      this.#jobs.set(id, { id, createdAt, groups, status, things: { ...NOTHING, QUEUED: random.below(4) } });
    } else if (random.chance(0.15)) this.#jobs.delete(id);
    else if (random.chance(0.4)) this.#roll(job);
    else job.status = random.pick(NEXT[job.status] ?? [job.status]);
  }

  #roll({ things }: Rollout): void {
    const random = this.#random;
    const from = random.pick(['QUEUED', 'IN_PROGRESS'] as const);
    if (things[from] === 0) things.QUEUED += 1;
    else {
      things[from] -= 1;
      things[random.pick(['IN_PROGRESS', 'SUCCEEDED', 'FAILED', 'REJECTED'] as const)] += 1;
    }
  }

  list({ status, thingGroupName, thingGroupId, nextToken }: ListJobsQuery): JobsPage {
    const group = thingGroupName ?? thingGroupId;
    if (group !== undefined && !(GROUPS as readonly string[]).includes(group)) throw notFound();
    const listed = [...this.#jobs.values()].filter(
      (job) => job.status === status && (group === undefined || job.groups.includes(group)),
    );
    const from = Number(nextToken?.split(' ')[0] ?? 0);
    const jobs = listed.slice(from, from + PAGE_SIZE).map((job) => this.#summary(job));
    const to = from + PAGE_SIZE;
    return { jobs, ...(to < listed.length && { nextToken: `${to} ${this.#random.next()}` }) };
  }

  groupExists(name: string): boolean {
    return (GROUPS as readonly string[]).includes(name);
  }

  describe(id: string): JobDescription | undefined {
    const job = this.#jobs.get(id);
    if (job === undefined) return undefined;
    const { createdAt, status, things } = job;
    const whole = { jobId: id, jobArn: arnOf(id), status, createdAt, things: { ...things } };
    if (!this.#random.chance(this.#oddities)) return whole;
    return this.#random.pick<JobDescription>([
      { ...whole, things: undefined },
      { ...whole, things: { QUEUED: 1 } },
      { ...whole, createdAt: undefined },
      { ...whole, status: undefined },
      { ...whole, jobId: undefined },
    ]);
  }

  #summary({ id, createdAt, status }: Rollout): JobSummary {
    const whole = { jobId: id, jobArn: arnOf(id), status, createdAt };
    if (!this.#random.chance(this.#oddities)) return whole;
    return this.#random.pick<JobSummary>([
      { ...whole, jobId: undefined },
      { ...whole, jobArn: undefined },
      { ...whole, createdAt: undefined },
      { ...whole, status: undefined },
      { status },
    ]);
  }
}

const NOTHING: Readonly<Record<ThingStatus, number>> = {
  QUEUED: 0,
  IN_PROGRESS: 0,
  SUCCEEDED: 0,
  FAILED: 0,
  REJECTED: 0,
  TIMED_OUT: 0,
  REMOVED: 0,
  CANCELED: 0,
};

function arnOf(id: string): string {
  return `arn:aws:iot:eu-west-1:123456789012:job/${id}`;
}
