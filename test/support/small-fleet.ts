import { JOB_STATUSES, type JobStatus } from '../../lambda/contract/jobs.ts';
import type { JobDescription, JobSummary, JobsPage, ListJobsQuery } from '../../lambda/ports.ts';
import type { Random } from './random.ts';
import { things } from './scripted-describer.ts';
import { notFound } from './scripted-source.ts';

const GROUPS = ['eu', 'us'] as const;
/** Few ids, so that they are used again; some are UUIDs. */
const IDS = [
  'a',
  'b',
  'c',
  'firmware-2',
  '11111111-2222-4333-8444-555555555555',
  '11111111-2222-4333-8444-555555555556',
  'aaaaaaaa-2222-4333-8444-555555555555',
];

interface SmallJob {
  readonly id: string;
  readonly createdAt: number;
  status: string;
  readonly groups: readonly string[];
  readonly selection: 'SNAPSHOT' | 'CONTINUOUS';
}

/** A fleet of a few jobs that come, move, go, and come again under the ids of others. */
export class SmallFleet {
  readonly #jobs = new Map<string, SmallJob>();
  readonly #random: Random;
  readonly #now: () => number;
  #groups: readonly string[] = GROUPS;
  /** Without identity, and with one, jobs lack a field now and then. */
  readonly #oddities: number;

  constructor(random: Random, now: () => number, oddities: number) {
    this.#random = random;
    this.#now = now;
    this.#oddities = oddities;
    for (let i = 0; i < 6; i++) this.live();
  }

  /** Something happens, or nothing. */
  live(): void {
    const random = this.#random;
    const id = random.pick(IDS);
    const job = this.#jobs.get(id);
    if (job === undefined) {
      const createdAt = this.#now() - (random.chance(0.5) ? 0 : 86_400_000 + random.below(1000));
      const status = random.pick(['SCHEDULED', 'IN_PROGRESS', 'IN_PROGRESS', 'COMPLETED']);
      const groups = GROUPS.filter(() => random.chance(0.6));
      this.#jobs.set(id, { id, createdAt, status, groups, selection: random.pick(['SNAPSHOT', 'CONTINUOUS']) });
    } else if (random.chance(0.3)) this.#jobs.delete(id);
    else job.status = random.pick([...JOB_STATUSES, 'PAUSED']);
    if (random.chance(0.05)) this.#groups = GROUPS.filter(() => random.chance(0.7));
  }

  list({ status, thingGroupName, thingGroupId, targetSelection, nextToken }: ListJobsQuery): JobsPage {
    const group = thingGroupName ?? thingGroupId;
    if (group !== undefined && !this.#groups.includes(group)) throw notFound();
    const listed = [...this.#jobs.values()].filter(
      (job) =>
        (job.status === status || (job.status === 'PAUSED' && status === 'IN_PROGRESS')) &&
        (group === undefined || job.groups.includes(group)) &&
        (targetSelection === undefined || job.selection === targetSelection),
    );
    const from = Number(nextToken?.split(' ')[0] ?? 0);
    const jobs = listed.slice(from, from + 2).map((job) => this.#summary(job));
    return { jobs, ...(from + 2 < listed.length && { nextToken: `${from + 2} ${this.#random.next()}` }) };
  }

  groupExists(name: string): boolean {
    return this.#groups.includes(name);
  }

  /** The answer of DescribeJob for a job, whose counts change with its status only; `undefined` where it is gone. */
  describe(jobId: string): JobDescription | undefined {
    const job = this.#jobs.get(jobId);
    if (job === undefined) return undefined;
    const { createdAt, status, selection: targetSelection } = job;
    const described = {
      jobId,
      createdAt,
      status,
      targetSelection,
      targets: ['arn:aws:iot:eu-west-1:123456789012:thing/a'],
    };
    if (this.#random.chance(this.#oddities)) return { ...described, things: { QUEUED: 1 } };
    return { ...described, things: things(status === 'IN_PROGRESS' ? { QUEUED: 2 } : { SUCCEEDED: 2 }) };
  }

  #summary({ id, createdAt, status, selection }: SmallJob): JobSummary {
    const whole = { jobId: id, jobArn: `arn:aws:iot:eu-west-1:123456789012:job/${id}`, status };
    const job = { ...whole, createdAt, targetSelection: selection, lastUpdatedAt: this.#now() };
    if (!this.#random.chance(this.#oddities)) return job;
    return this.#random.pick<JobSummary>([
      { ...job, jobId: undefined },
      { ...job, jobArn: undefined },
      { ...job, jobArn: `arn:aws-cn:iot:eu-west-1:123456789012:job/${id}` },
      { ...job, createdAt: undefined },
      { ...job, status: undefined },
      { status: status as JobStatus },
      { ...job, completedAt: this.#now() },
    ]);
  }
}
