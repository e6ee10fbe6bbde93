import type { JobRow, ListingElement, SnapshotRecord } from '../contract/columns.ts';
import { jobsKey, snapshotId } from '../contract/keys.ts';
import type { Scope } from '../contract/scope.ts';
import type { JobSummary, Listing } from '../ports.ts';
import type { CompressedRows } from './gzip-rows.ts';
import type { SnapshotRequest } from './request.ts';
import type { RunState } from './run-state.ts';
import { timestamp } from './timestamp.ts';

/** What all rows of a page have in common. */
export interface PageContext {
  readonly request: SnapshotRequest;
  readonly scope: Scope;
  readonly observedAt: number;
}

/** Rows of a piece of text. V8 gets and gives back the memory of a text of more than some 100 kB, a page's, each time. */
const PIECE_ROWS = 50;

/** The lines of a page's jobs, each ending in a newline, in pieces of whole lines; no piece for no job. */
export function* jobLines(jobs: readonly JobSummary[], page: PageContext): Iterable<string> {
  // What a page's rows have in common is made into text once.
  const common = JSON.stringify(commonColumns(page)).slice(0, -1);
  for (let from = 0; from < jobs.length; from += PIECE_ROWS) {
    yield linesOf(jobs.slice(from, from + PIECE_ROWS), common);
  }
}

function linesOf(jobs: readonly JobSummary[], common: string): string {
  let lines = '';
  for (const job of jobs) {
    // One literal, without spreads: this is the hot path.
    const own = JSON.stringify({
      job_arn: job.jobArn ?? null,
      job_id: job.jobId ?? null,
      status: job.status ?? null,
      target_selection: job.targetSelection ?? null,
      thing_group_id: job.thingGroupId ?? null,
      is_concurrent: job.isConcurrent ?? null,
      created_at: timestampOrNull(job.createdAt),
      last_updated_at: timestampOrNull(job.lastUpdatedAt),
      completed_at: timestampOrNull(job.completedAt),
      first_seen_at: null,
      status_since: null,
    } satisfies Omit<JobRow, keyof ReturnType<typeof commonColumns>>);
    lines += `${common},${own.slice(1)}\n`;
  }
  return lines;
}

/** The first columns; those of the job follow. */
function commonColumns({ request, scope, observedAt }: PageContext) {
  return {
    snapshot_id: snapshotId(request),
    snapshot_at: timestamp(request.scheduledAt),
    observed_at: timestamp(observedAt),
    thing_group_name: scope.thing_group_name,
    queried_thing_group_id: scope.queried_thing_group_id,
    namespace_id: request.namespaceId ?? null,
  } satisfies Partial<JobRow>;
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
    job_count: listings.reduce((sum, listing) => sum + listing.job_count, 0),
    listings: listings.map(listingElement),
    object_key: jobsKey(request),
    object_bytes: rows.body.byteLength,
    object_sha256: rows.sha256,
    exporter_version: version,
    target_selection: request.targetSelection ?? null,
    namespace_id: request.namespaceId ?? null,
    previous_snapshot_id: null,
    unlinked_reason: null,
    change_count: null,
    changes_key: null,
    changes_bytes: null,
    changes_sha256: null,
    schedule: request.schedule
      ? { expression: request.schedule.expression, time_zone: request.schedule.timeZone }
      : null,
  } satisfies SnapshotRecord;
  return `${JSON.stringify(record)}\n`;
}

function listingElement({ pages: _, ...element }: Listing): ListingElement {
  return element;
}

function timestampOrNull(epochMs: number | undefined): string | null {
  return epochMs === undefined ? null : timestamp(epochMs);
}
