import type { JobRow, ListingElement, SnapshotRecord } from '../contract/columns.ts';
import { jobsKey, snapshotId } from '../contract/keys.ts';
import type { JobSummary } from '../ports.ts';
import type { CompressedRows } from './gzip-rows.ts';
import type { Scope, SnapshotRequest } from './request.ts';
import type { ListingProgress, RunState } from './run-state.ts';
import { timestamp } from './timestamp.ts';

/** What all rows of a page have in common. */
export interface PageContext {
  readonly request: SnapshotRequest;
  readonly scope: Scope;
  readonly observedAt: number;
}

/** The lines of a page's jobs, each ending in a newline; the empty text for none. */
export function jobLines(jobs: readonly JobSummary[], page: PageContext): string {
  const snapshot_id = snapshotId(page.request);
  const snapshot_at = timestamp(page.request.scheduledAt);
  const observed_at = timestamp(page.observedAt);
  let lines = '';
  for (const job of jobs) {
    // One literal, without spreads: this is the hot path.
    lines += line({
      snapshot_id,
      snapshot_at,
      observed_at,
      thing_group_name: page.scope.thingGroupName,
      queried_thing_group_id: page.scope.thingGroupId,
      namespace_id: page.request.namespaceId ?? null,
      job_arn: job.jobArn ?? null,
      job_id: job.jobId ?? null,
      status: job.status ?? null,
      target_selection: job.targetSelection ?? null,
      thing_group_id: job.thingGroupId ?? null,
      is_concurrent: job.isConcurrent ?? null,
      created_at: timestampOrNull(job.createdAt),
      last_updated_at: timestampOrNull(job.lastUpdatedAt),
      completed_at: timestampOrNull(job.completedAt),
    } satisfies JobRow);
  }
  return lines;
}

/** The record of a run whose listings have all ended, as its one line. */
export function recordLine(
  state: RunState,
  times: { readonly startedAt: number; readonly finishedAt: number },
  rows: CompressedRows,
  version: string,
): string {
  const { request, listings } = state;
  const record = {
    snapshot_id: snapshotId(request),
    snapshot_at: timestamp(request.scheduledAt),
    started_at: timestamp(times.startedAt),
    finished_at: timestamp(times.finishedAt),
    job_count: listings.reduce((sum, listing) => sum + listing.jobCount, 0),
    listings: listings.map(listingElement),
    object_key: jobsKey(request),
    object_bytes: rows.body.byteLength,
    object_sha256: rows.sha256,
    exporter_version: version,
  } satisfies SnapshotRecord;
  return line(record);
}

function listingElement({ scope, status, jobCount, missing }: ListingProgress): ListingElement {
  return {
    thing_group_name: scope.thingGroupName,
    queried_thing_group_id: scope.thingGroupId,
    status,
    job_count: jobCount,
    missing,
  };
}

function timestampOrNull(epochMs: number | undefined): string | null {
  return epochMs === undefined ? null : timestamp(epochMs);
}

function line(row: object): string {
  return `${JSON.stringify(row)}\n`;
}
