import type { JobStatus, TargetSelection } from '../../lambda/contract/jobs.ts';
import type { JobSummary } from '../../lambda/ports.ts';

/**
 * When a job goes from one status to the next, epoch milliseconds; `Infinity` for what never happens.
 *
 * Of two instants the later stage wins, so a job that is canceled before it starts has `startedAt: Infinity`.
 */
export interface Lifecycle {
  readonly createdAt: number;
  readonly startedAt: number;
  /** From the start until then executions are being rolled out. */
  readonly rolledOutAt: number;
  readonly endedAt: number;
  readonly endsAs: 'COMPLETED' | 'CANCELED';
  readonly deletedAt: number;
  readonly goneAt: number;
}

export interface ThingGroup {
  readonly name: string;
  readonly id: string;
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
}

/** The status at an instant; `undefined` before creation and after the end of deletion. */
export function statusAt({ lifecycle }: SimulatedJob, instant: number): JobStatus | undefined {
  if (instant < lifecycle.createdAt || instant >= lifecycle.goneAt) return undefined;
  if (instant >= lifecycle.deletedAt) return 'DELETION_IN_PROGRESS';
  if (instant >= lifecycle.endedAt) return lifecycle.endsAs;
  return instant >= lifecycle.startedAt ? 'IN_PROGRESS' : 'SCHEDULED';
}

/** What ListJobs says of a job that exists at that instant, but for `thingGroupId`, which is of the query. */
export function summaryAt(job: SimulatedJob, instant: number, jobArn: string): JobSummary {
  const { createdAt, startedAt, rolledOutAt, endedAt, endsAs, deletedAt } = job.lifecycle;
  const status = statusAt(job, instant);
  const updates = [createdAt, startedAt, rolledOutAt, endedAt, deletedAt].filter((update) => update <= instant);
  return {
    jobArn,
    jobId: job.jobId,
    targetSelection: job.targetSelection,
    ...(status && { status }),
    createdAt,
    lastUpdatedAt: Math.max(...updates),
    ...(endsAs === 'COMPLETED' && endedAt <= instant && { completedAt: endedAt }),
    isConcurrent: status === 'IN_PROGRESS' && instant < rolledOutAt,
  };
}
