import type { JobStatus, TargetSelection } from '../../lambda/contract/jobs.ts';
import type { JobSummary } from '../../lambda/ports.ts';
import { type Lifecycle, statusOf, statusSince } from './lifecycle.ts';
import type { Rollout } from './rollout.ts';

export interface ThingGroup {
  readonly name: string;
  readonly id: string;
}

/** Account and Region of the jobs. */
export interface Account {
  readonly accountId: string;
  readonly region: string;
}

/** A simulated job. Its whole lifecycle is decided when it is created. */
export interface SimulatedJob {
  /** Number in the order of creation; unique in the fleet. */
  readonly sequence: number;
  readonly jobId: string;
  readonly targetSelection: TargetSelection;
  /** Targeted groups. */
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
 * The summary of ListJobs for a job that exists at that instant, without `thingGroupId`, which depends on the query.
 *
 * `lastUpdatedAt` is of the job itself, not of its executions; simulated jobs are updated only by changes of their
 * status. `isConcurrent` is true while executions are rolled out, or are being canceled after the job was.
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
