import { createHash } from 'node:crypto';
import type { JobRow, ListingElement, SnapshotRecord } from '../../lambda/contract/columns.ts';
import type { JobStatus } from '../../lambda/contract/jobs.ts';
import { scopeKey } from '../../lambda/contract/scope.ts';
import type { SnapshotRequest } from '../../lambda/core/request.ts';
import { ModelFleet, type ModelJob, UNKNOWN_STATUS } from './model-fleet.ts';

/** A snapshot that a query can see, and the model of what was there to be seen. */
export interface SeenSnapshot {
  readonly wanted: SnapshotRequest;
  readonly fleet: ModelFleet;
  readonly record: SnapshotRecord;
  readonly rows: readonly JobRow[];
  /** The object of the rows as stored. */
  readonly body: Uint8Array;
  /** Moments of the model at which the run that wrote the rows began and ended. */
  readonly during: { readonly from: number; readonly to: number };
  /** Whether that run could not ask whether some thing group exists. */
  readonly checksFailed?: boolean;
}

/** Checks promises 1, 2 and 4 of the data contract for a snapshot. */
export function expectWholeSnapshot(snapshot: SeenSnapshot): void {
  expectRecordToFit(snapshot);
  expectEachJobOnce(snapshot);
  expectMissingGroups(snapshot);
}

function expectRecordToFit({ wanted, record, rows, body }: SeenSnapshot) {
  expect(record.object_sha256).toBe(createHash('sha256').update(body).digest('hex'));
  expect(record.object_bytes).toBe(body.byteLength);
  expect(record.job_count).toBe(rows.length);
  expect(record.listings.reduce((sum, listing) => sum + listing.job_count, 0)).toBe(rows.length);
  const scopes = Math.max(1, wanted.thingGroups.length + wanted.thingGroupIds.length);
  expect(record.listings).toHaveLength(scopes * wanted.statuses.length);
  for (const row of rows) {
    expect([record.started_at, row.observed_at, record.finished_at]).toEqual(
      [record.started_at, row.observed_at, record.finished_at].sort(),
    );
  }
}

/**
 * Promise 1: exactly once each job that was there all along and did not move back and forth between SCHEDULED and IN_PROGRESS, none
 * twice, and no status that a job did not have.
 */
function expectEachJobOnce({ wanted, fleet, rows, during: { from, to } }: SeenSnapshot) {
  const scopes = [
    ...wanted.thingGroups.map((group) => ({ group, name: group, id: null })),
    ...wanted.thingGroupIds.map((group) => ({ group, name: null, id: group })),
  ];
  for (const scope of scopes.length > 0 ? scopes : [{ group: undefined, name: null, id: null }]) {
    const inScope = rows.filter(
      (row) => row.thing_group_name === scope.name && row.queried_thing_group_id === scope.id,
    );
    const ids = inScope.map(idOf);
    expect(new Set(ids).size).toBe(ids.length);
    const known = new Set(fleet.jobs.map(({ id }) => id));
    expect(ids.filter((id) => !known.has(id))).toEqual([]);
    if (scope.group !== undefined && !fleet.groups.includes(scope.group)) {
      expect(ids).toEqual([]);
      continue;
    }
    const filter = { thingGroupName: scope.name ?? undefined, thingGroupId: scope.id ?? undefined };
    for (const job of fleet.jobs) {
      const row = inScope.find((candidate) => idOf(candidate) === job.id);
      const belongs = scope.group === undefined || job.groups.has(scope.group);
      const isPromised = !fleet.wentToAndFro(job, filter, from, to);
      expectJobInItsPlace(job, row, belongs, isPromised, wanted.statuses, from, to);
    }
  }
}

function expectJobInItsPlace(
  job: ModelJob,
  row: JobRow | undefined,
  belongs: boolean,
  isPromised: boolean,
  statuses: readonly JobStatus[],
  from: number,
  to: number,
) {
  const had = ModelFleet.during(job, from, to);
  const isThereAllAlong =
    (job.past[0]?.since ?? 0) <= from && had.every((s) => s !== undefined && statuses.includes(s));
  if (!belongs) expect(row).toBeUndefined();
  else if (isThereAllAlong && isPromised) expect(row).toBeDefined();
  if (row?.status != null) expect([...had, UNKNOWN_STATUS]).toContain(row.status);
}

function idOf(row: JobRow): string {
  return row.job_id ?? (row.job_arn?.split('/')[1] as string);
}

/** Promise 4: a group is missing, exists, or is unknown where no call could tell. */
function expectMissingGroups({ record, fleet, checksFailed }: SeenSnapshot) {
  for (const listings of Map.groupBy(record.listings, scopeKey).values()) {
    const [{ thing_group_name: name, queried_thing_group_id: id }] = listings as [ListingElement];
    const group = name ?? id;
    const isMissing = group !== null && !fleet.groups.includes(group);
    const isEmpty = listings.every(({ job_count }) => job_count === 0);
    const isAnswered = !isEmpty || group === null || (isMissing && fleet.missingGroup === 'error');
    // AWS IoT has no call that finds a thing group by its id.
    const isRequested = isAnswered || name !== null;
    const allowed = [
      ...(isRequested ? [isMissing] : []),
      ...(!isAnswered && (!isRequested || checksFailed) ? [null] : []),
    ];
    for (const { missing } of listings) expect(allowed).toContain(missing);
    if (isMissing) expect(isEmpty).toBe(true);
  }
}
