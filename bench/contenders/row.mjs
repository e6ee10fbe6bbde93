/** The same row as the exporter's, written in the simplest way. `toText` formats a time of the source. */
export function row(job, toText) {
  return JSON.stringify({
    snapshot_id: '20260101T000000Z-all',
    snapshot_at: '2026-01-01 00:00:00.000',
    observed_at: '2026-01-01 00:00:00.000',
    thing_group_name: null,
    queried_thing_group_id: null,
    namespace_id: null,
    job_arn: job.jobArn ?? null,
    job_id: job.jobId ?? null,
    status: job.status ?? null,
    target_selection: job.targetSelection ?? null,
    thing_group_id: job.thingGroupId ?? null,
    is_concurrent: job.isConcurrent ?? null,
    created_at: job.createdAt == null ? null : toText(job.createdAt),
    last_updated_at: job.lastUpdatedAt == null ? null : toText(job.lastUpdatedAt),
    completed_at: job.completedAt == null ? null : toText(job.completedAt),
  });
}

export const textOfDate = (date) => date.toISOString().replace('T', ' ').slice(0, 23);
