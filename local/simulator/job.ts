import type { JobStatus, TargetSelection } from '../../lambda/contract/jobs.ts';
import type { JobSummary } from '../../lambda/ports.ts';
import { type Lifecycle, statusOf, statusSince } from './lifecycle.ts';
import type { Rollout } from './rollout.ts';

export interface ThingGroup {
  readonly name: string;
  readonly id: string;
}

/** Whose jobs they are. */
export interface Account {
  readonly accountId: string;
  readonly region: string;
}

/** A job as the simulated service keeps it: all that will happen to it is decided when it is made. */
export interface SimulatedJob {
  /** Place in the order of creation; unique in the fleet. */
  readonly sequence: number;
  readonly jobId: string;
  readonly targetSelection: TargetSelection;
  /** The groups that it targets. */
  readonly thingGroups: readonly ThingGroup[];
  readonly namespaceId?: string;
  readonly lifecycle: Lifecycle;
  readonly rollout: Rollout;
}

export function jobArn({ jobId }: SimulatedJob, { accountId, region }: Account): string {
  return `arn:aws:iot:${region}:${accountId}:job/${jobId}`;
}

/** The status at an instant; `undefined` before creation and after the end of deletion. */
export function statusAt({ lifecycle }: SimulatedJob, instant: number): JobStatus | undefined {
  return statusOf(lifecycle, instant);
}

/**
 * What ListJobs says of a job that exists at that instant, but for `thingGroupId`, which is of the query.
 *
 * `lastUpdatedAt` is of the job itself, and says nothing of its executions; a simulated job is updated by its changes of
 * status alone. `isConcurrent` is true while executions are rolled out, or canceled after the job was.
 * Source: AWS IoT API Reference, JobSummary.
 */
export function summaryAt(job: SimulatedJob, instant: number, jobArn: string): JobSummary {
  const { createdAt, rolledOutAt, endedAt, endsAs, settledAt } = job.lifecycle;
  const status = statusAt(job, instant);
  return {
    jobArn,
    jobId: job.jobId,
    targetSelection: job.targetSelection,
    ...(status && { status }),
    createdAt,
    lastUpdatedAt: statusSince(job.lifecycle, instant),
    ...(endsAs === 'COMPLETED' && endedAt <= instant && { completedAt: endedAt }),
    isConcurrent: (status === 'IN_PROGRESS' && instant < rolledOutAt) || (status === 'CANCELED' && instant < settledAt),
  };
}
