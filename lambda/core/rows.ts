import type { JobRow, ListingElement, SnapshotRecord } from '../contract/columns.ts';
import { changesKey, detailsKey, jobsKey, snapshotId } from '../contract/keys.ts';
import type { Scope } from '../contract/scope.ts';
import type { Listing } from '../ports.ts';
import { type Ages, isLinked } from './predecessor.ts';
import type { SnapshotRequest } from './request.ts';
import type { RunState } from './run-state.ts';
import type { FreshJob } from './seen-jobs.ts';
import type { SnapshotObjects } from './snapshot-objects.ts';
import { timestamp, timestampOrNull } from './timestamp.ts';

/** The common values of a page's rows, and the function that computes the ages of their jobs. */
export interface PageContext {
  readonly request: SnapshotRequest;
  readonly scope: Scope;
  readonly observedAt: number;
  readonly agesOf: (fresh: FreshJob) => Ages;
}

/** Rows per piece of text. V8 would allocate and free memory for each text of more than some 100 kB, as a whole page's is. */
const PIECE_ROWS = 50;

/** The lines of a page's jobs, with their newlines, in pieces of whole lines. Without jobs there is no piece. */
export function* jobLines(fresh: readonly FreshJob[], page: PageContext): Iterable<string> {
  // The common columns are converted to text only once.
  const common = JSON.stringify(commonColumns(page)).slice(0, -1);
  for (let from = 0; from < fresh.length; from += PIECE_ROWS) {
    yield linesOf(fresh.slice(from, from + PIECE_ROWS), common, page.agesOf);
  }
}

function linesOf(fresh: readonly FreshJob[], common: string, agesOf: PageContext['agesOf']): string {
  let lines = '';
  for (const one of fresh) {
    const { job } = one;
    const { firstSeenAt, statusSince } = agesOf(one);
    // One literal without spreads, because this is the hot path.
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
      first_seen_at: timestampOrNull(firstSeenAt),
      status_since: timestampOrNull(statusSince),
    } satisfies Omit<JobRow, keyof ReturnType<typeof commonColumns>>);
    lines += `${common},${own.slice(1)}\n`;
  }
  return lines;
}

/** The columns before those of the job. */
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

/** The record of a run whose listings have all ended, as one line. */
export function recordLine(state: RunState, { rows, changes, details }: SnapshotObjects, version: string): string {
  const { request, predecessor } = state;
  const record = {
    snapshot_id: snapshotId(request),
    snapshot_at: timestamp(request.scheduledAt),
    started_at: timestamp(state.startedAt),
    finished_at: timestamp(state.finishedAt ?? state.observedAt),
    job_count: state.listings.reduce((sum, listing) => sum + listing.job_count, 0),
    listings: state.listings.map(listingElement),
    object_key: jobsKey(request),
    object_bytes: rows.bytes,
    object_sha256: rows.sha256,
    exporter_version: version,
    ...filtersOf(request),
    previous_snapshot_id: isLinked(predecessor) ? snapshotId(predecessor.snapshot) : null,
    unlinked_reason: isLinked(predecessor) ? null : predecessor.reason,
    change_count: isLinked(predecessor) ? (changes?.count ?? 0) : null,
    changes_key: changes ? changesKey(request) : null,
    changes_bytes: changes ? changes.body.byteLength : null,
    changes_sha256: changes ? changes.sha256 : null,
    schedule: request.schedule
      ? { expression: request.schedule.expression, time_zone: request.schedule.timeZone }
      : null,
    detail_count: details ? (details.object?.count ?? 0) : null,
    details_left_out: details?.leftOut ?? null,
    details_key: details?.object ? detailsKey(request) : null,
    details_bytes: details?.object?.body.byteLength ?? null,
    details_sha256: details?.object?.sha256 ?? null,
    details_owed: details?.turn.owed ?? null,
    details_turn: details?.turn.after ?? null,
  } satisfies SnapshotRecord;
  return `${JSON.stringify(record)}\n`;
}

/** The filters of a request as columns of the record. */
export function filtersOf({ targetSelection, namespaceId }: SnapshotRequest) {
  return {
    target_selection: targetSelection ?? null,
    namespace_id: namespaceId ?? null,
  } satisfies Partial<SnapshotRecord>;
}

function listingElement({ pages: _, ...element }: Listing): ListingElement {
  return element;
}
