import type { JobDetailsRow } from '../../contract/columns.ts';
import { THING_STATUSES, type ThingsColumn, thingsColumn } from '../../contract/details.ts';
import { snapshotId } from '../../contract/keys.ts';
import type { JobDescription } from '../../ports.ts';
import type { SnapshotRequest } from '../request.ts';
import { timestamp, timestampOrNull } from '../timestamp.ts';
import { type CurrentRow, type ProgressBefore, progressOf } from './progress-before.ts';

/** The values that the row of a described job is made of. */
export interface DescribedJob {
  readonly request: SnapshotRequest;
  /** The id that was passed to DescribeJob. */
  readonly id: string;
  readonly job: JobDescription;
  /** Epoch milliseconds. */
  readonly describedAt: number;
  readonly before: ProgressBefore | null;
}

/** The row of a job that was described. */
export function detailsRow({ request, id, job, describedAt, before }: DescribedJob): JobDetailsRow {
  const row = {
    snapshot_id: snapshotId(request),
    snapshot_at: timestamp(request.scheduledAt),
    described_at: timestamp(describedAt),
    job_arn: job.jobArn ?? null,
    job_id: job.jobId || id,
    status: job.status ?? null,
    target_selection: job.targetSelection ?? null,
    targets: job.targets ?? null,
    description: job.description ?? null,
    comment: job.comment ?? null,
    reason_code: job.reasonCode ?? null,
    force_canceled: job.forceCanceled ?? null,
    job_template_arn: job.jobTemplateArn ?? null,
    destination_package_versions: job.destinationPackageVersions ?? null,
    created_at: timestampOrNull(job.createdAt),
    last_updated_at: timestampOrNull(job.lastUpdatedAt),
    completed_at: timestampOrNull(job.completedAt),
    is_concurrent: job.isConcurrent ?? null,
    ...thingCounts(job),
    maximum_per_minute: job.maximumPerMinute ?? null,
    abort_criteria:
      job.abortCriteria?.map((criterion) => ({
        action: criterion.action ?? null,
        failure_type: criterion.failureType ?? null,
        threshold_percentage: criterion.thresholdPercentage ?? null,
        min_number_of_executed_things: criterion.minNumberOfExecutedThings ?? null,
      })) ?? null,
    in_progress_timeout_minutes: job.inProgressTimeoutMinutes ?? null,
    scheduled_start_at: timestampOrNull(job.scheduledStartAt),
    scheduled_end_at: timestampOrNull(job.scheduledEndAt),
    end_behavior: job.endBehavior ?? null,
  } satisfies CurrentRow;
  return { ...row, ...progressOf(row, before) };
}

function thingCounts({ things = {} }: JobDescription): Pick<JobDetailsRow, ThingsColumn> {
  return Object.fromEntries(THING_STATUSES.map((status) => [thingsColumn(status), things[status] ?? null])) as Record<
    ThingsColumn,
    number | null
  >;
}
