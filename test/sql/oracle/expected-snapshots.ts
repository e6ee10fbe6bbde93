import type { ChangeRow, JobRow, ListingElement, SnapshotRecord } from '../../../lambda/contract/columns.ts';
import { JOB_STATUSES } from '../../../lambda/contract/jobs.ts';
import { jobsKey, snapshotId } from '../../../lambda/contract/keys.ts';
import type { SnapshotRequest } from '../../../lambda/core/request.ts';
import type { JobSummary, ListJobsQuery } from '../../../lambda/ports.ts';
import { expectedAges, expectedChanges, type SeenSnapshot } from '../../support/changes-oracle.ts';
import type { Attempt, Place } from './random-history.ts';

/** Fields of a record, without those about the bytes of objects. */
type RecordFields = Omit<
  SnapshotRecord,
  | 'object_bytes'
  | 'object_sha256'
  | 'exporter_version'
  | 'changes_key'
  | 'changes_bytes'
  | 'changes_sha256'
  | 'schedule'
  | 'detail_count'
  | 'details_left_out'
  | 'details_key'
  | 'details_bytes'
  | 'details_sha256'
  | 'details_owed'
  | 'details_turn'
>;

/** A complete snapshot as it must be, by the answers that its run got and the snapshots that existed as it began. */
export interface Snapshot {
  readonly place: Place;
  readonly request: SnapshotRequest;
  readonly dt: string;
  /** Whether its exporter knew nothing of changes. */
  readonly isOlder: boolean;
  /** The one that it is compared with; `undefined` where there is none. */
  readonly before: Snapshot | undefined;
  readonly record: RecordFields;
  readonly rows: readonly JobRow[];
  readonly changes: readonly ChangeRow[];
  /** Whether its rows are there still. */
  readonly hasRows: boolean;
}

/** All complete snapshots of a place, in the order in which they were recorded. */
export function snapshotsOf(place: Place): Snapshot[] {
  const snapshots = new Map<string, Snapshot>();
  for (const [key, { attempt, hasRows }] of place.complete)
    snapshots.set(key, snapshotOf(place, attempt, hasRows, snapshots));
  return [...snapshots.values()];
}

/** `2026-11-23 18:00:00.000`, of epoch milliseconds. */
export function textOf(at: number): string {
  return new Date(at).toISOString().replace('T', ' ').slice(0, -1);
}

/** Epoch milliseconds of the text. */
export function timeOf(text: string): number {
  return Date.parse(`${text.replace(' ', 'T')}Z`);
}

type Complete = ReadonlyMap<string, Snapshot>;

function snapshotOf(place: Place, attempt: Attempt, hasRows: boolean, complete: Complete): Snapshot {
  const { request, isOlder } = attempt;
  const { before, reason } = isOlder ? { before: undefined, reason: null } : findPredecessor(attempt, complete);
  const bare = listedJobs(attempt).map(({ row }) => ({ ...row, first_seen_at: null, status_since: null }));
  const rows = isOlder ? bare : bare.map((row) => withAges(row, reason, before));
  const listings = listingsOf(attempt);
  const finishedAt = attempt.answers.at(-1)?.at ?? attempt.startedAt;
  const filters = { target_selection: request.targetSelection ?? null, namespace_id: request.namespaceId ?? null };
  const bareRecord: RecordFields = {
    snapshot_id: snapshotId(request),
    snapshot_at: textOf(request.scheduledAt),
    started_at: textOf(attempt.startedAt),
    finished_at: textOf(finishedAt),
    job_count: rows.length,
    listings,
    object_key: jobsKey(request),
    // An older exporter did not record its filters.
    ...(isOlder ? { target_selection: null, namespace_id: null } : filters),
    previous_snapshot_id: before?.record.snapshot_id ?? null,
    unlinked_reason: reason,
    change_count: null,
  };
  const changes = before ? expectedChanges(seen(bareRecord, rows), seen(before.record, before.rows)) : [];
  const record = { ...bareRecord, change_count: before ? changes.length : null };
  return { place, request, dt: record.snapshot_at.slice(0, 10), isOlder, before, record, rows, changes, hasRows };
}

/** The parts of a snapshot that the oracle of changes uses. */
function seen(record: RecordFields, rows: readonly JobRow[]): SeenSnapshot {
  return { record: record as SnapshotRecord, rows, changes: [] };
}

/** The newest earlier snapshot of those that existed, where its rows were there. */
function findPredecessor({ request, existing }: Attempt, complete: Complete) {
  const existingSnapshots = [...existing].map(([key, { hasRows }]) => ({
    snapshot: complete.get(key) as Snapshot,
    hasRows,
  }));
  const at = ({ snapshot }: (typeof existingSnapshots)[number]) => snapshot.request.scheduledAt;
  if (existingSnapshots.some((one) => at(one) > request.scheduledAt))
    return { before: undefined, reason: 'LATE' as const };
  const newest = existingSnapshots.filter((one) => at(one) < request.scheduledAt).sort((a, b) => at(b) - at(a))[0];
  if (newest === undefined) return { before: undefined, reason: 'FIRST' as const };
  if (!newest.hasRows) return { before: undefined, reason: 'UNREADABLE' as const };
  return { before: newest.snapshot, reason: null };
}

function withAges(row: JobRow, reason: RecordFields['unlinked_reason'], before: Snapshot | undefined): JobRow {
  const [first, since] = expectedAges(row, { unlinked_reason: reason }, before && seen(before.record, before.rows));
  return { ...row, first_seen_at: first ?? null, status_since: since ?? null };
}

/** Each job once in each scope, as on the first page that had it, with the requested status. */
function listedJobs({ request, answers }: Attempt) {
  const met = new Set<string>();
  const hasListed = new Set<string>();
  return answers.flatMap((answer) => {
    if (answer.kind !== 'page') return [];
    const { query, jobs, at } = answer;
    const scope = scopeOf(query);
    // SCHEDULED comes once more after IN_PROGRESS. A job without identity is one of those that were there the first time.
    const isRepeat = query.status === 'SCHEDULED' && hasListed.has(JSON.stringify([scope, 'IN_PROGRESS']));
    hasListed.add(JSON.stringify([scope, query.status]));
    return jobs.flatMap((job) => {
      const id = job.jobId ?? job.jobArn?.split('/')[1];
      const key = JSON.stringify([scope, id]);
      if (id === undefined ? isRepeat : met.has(key)) return [];
      met.add(key);
      return [{ query, row: rowOf(request, query, job, at) }];
    });
  });
}

function rowOf(request: SnapshotRequest, query: ListJobsQuery, job: JobSummary, at: number) {
  const time = (ms: number | undefined) => (ms === undefined ? null : textOf(ms));
  return {
    snapshot_id: snapshotId(request),
    snapshot_at: textOf(request.scheduledAt),
    observed_at: textOf(at),
    ...scopeOf(query),
    namespace_id: request.namespaceId ?? null,
    job_arn: job.jobArn ?? null,
    job_id: job.jobId ?? null,
    status: job.status ?? null,
    target_selection: job.targetSelection ?? null,
    thing_group_id: job.thingGroupId ?? null,
    is_concurrent: job.isConcurrent ?? null,
    created_at: time(job.createdAt),
    last_updated_at: time(job.lastUpdatedAt),
    completed_at: time(job.completedAt),
  };
}

function listingsOf(attempt: Attempt): ListingElement[] {
  const { request, answers } = attempt;
  const jobs = listedJobs(attempt);
  const scopes = [
    ...request.thingGroups.map((name) => scopeOf({ thingGroupName: name })),
    ...request.thingGroupIds.map((id) => scopeOf({ thingGroupId: id })),
  ];
  return (scopes.length > 0 ? scopes : [scopeOf({})]).flatMap((scope) => {
    const isOfScope = (query: Partial<ListJobsQuery>) => JSON.stringify(scopeOf(query)) === JSON.stringify(scope);
    const ofScope = jobs.filter(({ query }) => isOfScope(query));
    const isRefused = answers.some((answer) => answer.kind === 'no such group' && isOfScope(answer.query));
    const groupAnswer = answers.find((answer) => answer.kind === 'group' && answer.name === scope.thing_group_name);
    const exists = groupAnswer?.kind === 'group' && groupAnswer.exists !== 'no answer' ? groupAnswer.exists : null;
    const isOfAll = scope.thing_group_name === null && scope.queried_thing_group_id === null;
    const missing = isRefused || (ofScope.length > 0 || isOfAll ? false : exists === null ? null : !exists);
    return JOB_STATUSES.filter((status) => request.statuses.includes(status)).map((status) => ({
      ...scope,
      status,
      job_count: ofScope.filter(({ query }) => query.status === status).length,
      missing,
    }));
  });
}

function scopeOf({ thingGroupName, thingGroupId }: Partial<ListJobsQuery>) {
  return { thing_group_name: thingGroupName ?? null, queried_thing_group_id: thingGroupId ?? null };
}
