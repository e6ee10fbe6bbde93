import type { ChangeRow, JobRow } from '../../../lambda/contract/columns.ts';
import { VERSION } from '../../../lambda/version.ts';
import { type Snapshot, textOf, timeOf } from './expected-snapshots.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from './fleet.ts';

/** Expected rows of every view for one place, by the heads of their files, from the complete snapshots. */
export type Answers = ReturnType<typeof viewsOf>;
export type JobChange = ReturnType<typeof jobChanges>[number];
export type StatusChange = ReturnType<typeof statusChanges>[number];

export function viewsOf(snapshots: readonly Snapshot[], today: string) {
  const withRows = snapshots.filter(({ hasRows }) => hasRows);
  const complete_jobs = withRows.flatMap((snapshot) => snapshot.rows.map((row) => jobOf(snapshot, row)));
  const snapshot_jobs = withRows.flatMap(jobsOnce);
  const latest_jobs = newestOfEach(snapshots, dayBefore(today)).flatMap((newest) =>
    snapshot_jobs.filter(
      (job) => isSameExport(job, partitionsOf(newest)) && job.snapshot_id === newest.record.snapshot_id,
    ),
  );
  const complete_changes = snapshots.flatMap((snapshot) =>
    snapshot.changes.map((change) => changeOf(snapshot, change)),
  );
  const job_changes = jobChanges(complete_changes);
  const job_counts = snapshots.flatMap(countsOf);
  return {
    complete_jobs,
    snapshot_jobs,
    latest_jobs,
    job_counts,
    snapshot_rows: snapshots.map((snapshot) => ({
      snapshot_id: snapshot.record.snapshot_id,
      snapshot_at: snapshot.record.snapshot_at,
      job_count: snapshot.record.job_count,
      rows_present: snapshot.record.job_count === 0 || snapshot.hasRows,
      ...partitionsOf(snapshot),
    })),
    complete_changes,
    job_changes,
    status_changes: statusChanges(job_changes),
    rollouts: job_changes.flatMap(rolloutOf),
    vanished_jobs: job_changes
      .filter(({ change }) => change === 'VANISHED')
      .map((change) => vanishedOf(change, snapshots)),
    job_timeline: [
      ...job_changes.filter(({ change }) => change !== 'APPEARED').map(endedStayOf),
      ...latest_jobs.filter(({ job_id }) => job_id !== null).map(openStayOf),
    ],
    stuck_jobs: latest_jobs.flatMap(stuckOf),
    snapshot_health: [...Map.groupBy(snapshots, ({ request }) => request.exportName).values()].flatMap((ofExport) =>
      healthOf(ofExport, today),
    ),
    unlinked_snapshots: snapshots.flatMap((snapshot) => unlinkedOf(snapshot, snapshots)),
    // These exports ask for no details: oracle/rollouts.ts is of those that do.
    complete_details: [],
    rollout_progress: [],
    latest_rollouts: [],
    // Nobody looks at these histories: test/sql/reporting is of those that a hub looks at.
    reporting: [],
  };
}

function partitionsOf({ request, dt }: Snapshot) {
  return { account_id: request.accountId, region: request.region, export_name: request.exportName, dt };
}

type Partitions = ReturnType<typeof partitionsOf>;

function isSameExport(a: Partitions, b: Partitions): boolean {
  return a.account_id === b.account_id && a.region === b.region && a.export_name === b.export_name;
}

function scopeOf({
  thing_group_name,
  queried_thing_group_id,
}: Pick<JobRow, 'thing_group_name' | 'queried_thing_group_id'>) {
  return thing_group_name ?? queried_thing_group_id ?? 'account-wide';
}

function idOf({ job_id, job_arn }: Pick<JobRow, 'job_id' | 'job_arn'>): string | null {
  return job_id ?? job_arn?.split('/')[1] ?? null;
}

function jobOf(snapshot: Snapshot, row: JobRow) {
  const { thing_group_name: _, queried_thing_group_id: __, ...rest } = row;
  const fields = { scope: scopeOf(row), job_id: idOf(row), status: row.status ?? 'UNKNOWN' };
  return { ...rest, ...fields, ...partitionsOf(snapshot) };
}

/** A job is identified by its id and its creation; rows without an id stay as they are. */
function jobsOnce(snapshot: Snapshot) {
  const jobs = snapshot.rows.map((row) => jobOf(snapshot, row));
  const known = jobs.filter(({ job_id }) => job_id !== null);
  const grouped = Map.groupBy(known, ({ job_id, created_at }) => `${job_id} ${created_at}`);
  const unknown = jobs.filter(({ job_id }) => job_id === null).map((job) => [job]);
  return [...grouped.values(), ...unknown].map((rows) => {
    const last = latestOf(rows, (row) => `${row.observed_at} ${row.scope}`);
    const { scope: _, thing_group_id: __, ...job } = last;
    const isKnown = job.job_id !== null;
    const inItsStatus = rows.filter(({ status }) => status === job.status);
    return {
      ...job,
      scopes: rows.map(({ scope }) => scope).sort(),
      first_seen_at: isKnown ? earliest(rows.map(({ first_seen_at }) => first_seen_at)) : null,
      status_since: isKnown ? earliest(inItsStatus.map(({ status_since }) => status_since)) : null,
    };
  });
}

type JobOnce = ReturnType<typeof jobsOnce>[number];

/** The newest snapshot of each export, as far as it is of a day or later. */
function newestOfEach(snapshots: readonly Snapshot[], fromDay: string): Snapshot[] {
  const recent = snapshots.filter(({ dt }) => dt >= fromDay);
  const byExport = Map.groupBy(recent, ({ request }) => request.exportName);
  return [...byExport.values()].map((ofExport) => latestOf(ofExport, ({ record }) => record.snapshot_at));
}

function countsOf(snapshot: Snapshot) {
  const { snapshot_id, snapshot_at, listings, unlinked_reason } = snapshot.record;
  return listings.map((listing) => ({
    ...{ snapshot_id, snapshot_at, scope: scopeOf(listing) },
    ...listing,
    unlinked_reason,
    ...partitionsOf(snapshot),
  }));
}

function changeOf(snapshot: Snapshot, change: ChangeRow) {
  const { thing_group_name: _, queried_thing_group_id: __, ...rest } = change;
  return {
    ...rest,
    finished_at: snapshot.record.finished_at,
    scope: scopeOf(change),
    job_id: idOf(change),
    from_status: change.change === 'APPEARED' ? null : (change.from_status ?? 'UNKNOWN'),
    to_status: change.change === 'VANISHED' ? null : (change.to_status ?? 'UNKNOWN'),
    ...partitionsOf(snapshot),
  };
}

type ScopedChange = ReturnType<typeof changeOf>;

/** Weakest first. */
const REASONS = ['NOT_ASKED_BEFORE', 'GROUP_MISSING', 'NEW', 'NOT_ASKED_NOW', 'MAY_HAVE_MOVED', 'UNEXPLAINED', 'GONE'];

function jobChanges(changes: readonly ScopedChange[]) {
  const keyOf = (c: ScopedChange) =>
    JSON.stringify([
      ...[c.export_name, c.snapshot_id, c.job_id, c.created_at, c.change],
      ...(c.change === 'MOVED' ? [c.from_status, c.to_status] : []),
    ]);
  const all = [...Map.groupBy(changes, keyOf).values()].map((ofScopes) => {
    const { scope: _, ...one } = ofScopes[0] as ScopedChange;
    const was = latestOf(ofScopes, ({ from_seen_at, scope }) => `${from_seen_at} ${scope}`);
    const is = latestOf(ofScopes, ({ to_seen_at, scope }) => `${to_seen_at} ${scope}`);
    const isOfOne = new Set(ofScopes.map(({ to_status }) => to_status)).size === 1;
    const seen = ofScopes.map(({ to_seen_at }) => to_seen_at);
    return {
      ...one,
      scopes: ofScopes.map(({ scope }) => scope).sort(),
      job_arn: latest(ofScopes.map(({ job_arn }) => job_arn)),
      reason: latestOf(ofScopes, ({ reason }) => REASONS.indexOf(reason ?? '')).reason,
      from_status: was.from_status,
      from_since: one.change === 'MOVED' ? earliest(ofScopes.map(({ from_since }) => from_since)) : was.from_since,
      from_seen_at: was.from_seen_at,
      to_status: is.to_status,
      to_seen_at: isOfOne ? earliest(seen) : latest(seen),
      lastSeenAt: latest(seen),
      target_selection: latest(ofScopes.map(({ target_selection }) => target_selection)),
      last_updated_at: latest(ofScopes.map(({ last_updated_at }) => last_updated_at)),
      completed_at: latest(ofScopes.map(({ completed_at }) => completed_at)),
    };
  });
  type Whole = (typeof all)[number];
  const isMove = ({ change, reason }: Whole) =>
    change === 'MOVED' || reason === 'NEW' || (change === 'APPEARED' && reason === 'MAY_HAVE_MOVED');
  // In one snapshot the scope that was the last to see the job as before comes first.
  const isAfter = (a: Whole, b: Whole) =>
    compare(
      [a.finished_at, a.snapshot_at, b.from_seen_at, a.from_status],
      [b.finished_at, b.snapshot_at, a.from_seen_at, b.from_status],
    ) > 0;
  const isSameOfFork = (other: Whole, change: Whole) =>
    JSON.stringify(forkOf(other)) === JSON.stringify(forkOf(change)) && other.snapshot_id !== change.snapshot_id;
  const forkOf = (c: Whole) => [
    c.export_name,
    c.dt,
    c.job_id,
    c.created_at,
    c.change,
    c.reason,
    c.previous_snapshot_id,
    c.scopes,
  ];
  /** Another scope or snapshot has the change, and since then no scope saw the job as it was before. */
  const isRepeated = (change: Whole) => {
    if (!isMove(change)) return all.some((other) => isSameOfFork(other, change) && isAfter(change, other));
    const notBefore = change.from_seen_at ?? change.previous_snapshot_at;
    return all.some(
      (other) =>
        isSameExport(other, change) &&
        other.dt === change.dt &&
        other.job_id === change.job_id &&
        other.created_at === change.created_at &&
        ((isMove(other) && other.to_status === change.to_status) ||
          (change.change === 'APPEARED' && other.change === 'APPEARED' && other.reason === change.reason)) &&
        isAfter(change, other) &&
        (other.lastSeenAt as string) > notBefore,
    );
  };
  return all.filter((change) => !isRepeated(change)).map(({ lastSeenAt: _, ...change }) => change);
}

function statusChanges(changes: readonly JobChange[]) {
  const moves = changes.filter(
    ({ change, reason }) =>
      change === 'MOVED' || reason === 'NEW' || (change === 'APPEARED' && reason === 'MAY_HAVE_MOVED'),
  );
  // A null comes last.
  const orderOf = (c: JobChange) => `${c.snapshot_at} ${c.to_seen_at} ${c.to_status} ${c.from_status ?? '~'}`;
  return moves.map((move) => {
    const ofJobThatDay = moves.filter(
      (other) =>
        isSameExport(other, move) &&
        other.dt === move.dt &&
        other.job_id === move.job_id &&
        other.created_at === move.created_at &&
        orderOf(other) < orderOf(move),
    );
    const earlier = ofJobThatDay.length > 0 ? latestOf(ofJobThatDay, orderOf) : undefined;
    const atLeast = hoursBetween(move.from_since, move.from_seen_at);
    const atMost = move.from_status === null ? null : hoursBetween(notBefore(move, earlier), leftBy(move));
    return {
      job_id: move.job_id,
      from_status: move.from_status,
      to_status: move.to_status,
      reason: move.reason,
      after_snapshot_id: move.previous_snapshot_id,
      after_observed_at: move.from_seen_at,
      by_snapshot_id: move.snapshot_id,
      by_observed_at: move.to_seen_at,
      from_since: move.from_since,
      at_least_hours: atLeast,
      at_most_hours: atMost === null ? null : Math.max(atMost, atLeast ?? 0),
      scopes: move.scopes,
      created_at: move.created_at,
      completed_at: move.completed_at,
      target_selection: move.target_selection,
      ...pickPartitions(move),
    };
  });
}

/** Before this the job was not in its status before, or it is not known: then from its creation on. */
function notBefore(move: JobChange, earlier: JobChange | undefined): string | null {
  if (move.from_status === 'COMPLETED' && move.completed_at !== null) return move.completed_at;
  if (earlier === undefined || (earlier.to_seen_at as string) > (move.from_since as string)) return move.created_at;
  if (earlier.to_status !== move.from_status) return earlier.to_seen_at;
  if (earlier.reason === 'NEW') return earlier.created_at;
  return earlier.reason === 'MAY_HAVE_MOVED' ? earlier.previous_snapshot_at : earlier.from_seen_at;
}

function leftBy({ from_status, completed_at, to_seen_at }: JobChange): string | null {
  const isAtWork = from_status === 'SCHEDULED' || from_status === 'IN_PROGRESS';
  return isAtWork && completed_at !== null && completed_at < (to_seen_at as string) ? completed_at : to_seen_at;
}

const ENDS = ['COMPLETED', 'CANCELED', 'DELETION_IN_PROGRESS'];

function rolloutOf(change: JobChange) {
  const { from_status, to_status, reason, created_at, completed_at, to_seen_at } = change;
  if (to_status === null || !ENDS.includes(to_status) || (from_status !== null && ENDS.includes(from_status)))
    return [];
  if (change.change === 'APPEARED' && reason !== 'NEW' && reason !== 'MAY_HAVE_MOVED') return [];
  if (to_status === 'DELETION_IN_PROGRESS' && reason === 'MAY_HAVE_MOVED') return [];
  const since = from_status === 'IN_PROGRESS' ? change.from_since : null;
  const inProgress = hoursBetween(since, completed_at ?? to_seen_at);
  return [
    {
      job_id: change.job_id,
      status: to_status,
      created_at,
      in_progress_since: since,
      last_seen_at: change.from_seen_at,
      completed_at,
      ended_by: to_seen_at,
      // Clocks differ.
      hours_to_start:
        since === null || created_at === null ? null : Math.max(hoursBetween(created_at, since) as number, 0),
      hours_in_progress: inProgress === null ? null : Math.max(inProgress, 0),
      hours_to_complete: to_status === 'COMPLETED' ? hoursBetween(created_at, completed_at) : null,
      scopes: change.scopes,
      target_selection: change.target_selection,
      ...pickPartitions(change),
    },
  ];
}

function vanishedOf(change: JobChange, snapshots: readonly Snapshot[]) {
  const by = snapshots.find(
    (one) => isSameExport(partitionsOf(one), change) && one.record.snapshot_id === change.snapshot_id,
  ) as Snapshot;
  // Of a scope without jobs it may not be known whether its group exists.
  const isKnown = (scope: string) => by.record.listings.some((one) => scopeOf(one) === scope && one.missing === false);
  return {
    job_id: change.job_id,
    last_status: change.from_status,
    last_since: change.from_since,
    last_seen_at: change.from_seen_at,
    last_snapshot_id: change.previous_snapshot_id,
    missed_at: change.snapshot_at,
    reason: change.reason === 'GONE' && !change.scopes.some(isKnown) ? 'GROUP_UNKNOWN' : change.reason,
    vanished_from: change.scopes,
    target_selection: change.target_selection,
    created_at: change.created_at,
    last_updated_at: change.last_updated_at,
    completed_at: change.completed_at,
    ...pickPartitions(change),
  };
}

function endedStayOf(change: JobChange) {
  return {
    job_id: change.job_id,
    created_at: change.created_at,
    status: change.from_status,
    status_since: change.from_since,
    last_seen_at: change.from_seen_at,
    left_by: change.to_seen_at ?? change.finished_at,
    to_status: change.to_status,
    change: change.change as string | null,
    scopes: change.scopes,
    target_selection: change.target_selection,
    completed_at: change.completed_at,
    ...pickPartitions(change),
  };
}

function openStayOf(job: JobOnce): ReturnType<typeof endedStayOf> {
  return {
    job_id: job.job_id,
    created_at: job.created_at,
    status: job.status,
    status_since: job.status_since,
    last_seen_at: job.observed_at,
    left_by: null as unknown as string,
    to_status: null,
    change: null,
    scopes: job.scopes,
    target_selection: job.target_selection,
    completed_at: job.completed_at,
    ...pickPartitions(job),
  };
}

function stuckOf(job: JobOnce) {
  const hours = hoursBetween(job.status_since, job.observed_at);
  const days = hours === null ? null : Math.round((hours / 24) * 10) / 10;
  if (job.status !== 'IN_PROGRESS' || (days !== null && days < 1)) return [];
  return [
    {
      job_id: job.job_id,
      in_progress_since: job.status_since,
      days_in_progress: days,
      last_updated_at: job.last_updated_at,
      created_at: job.created_at,
      target_selection: job.target_selection,
      is_concurrent: job.is_concurrent,
      scopes: job.scopes,
      snapshot_at: job.snapshot_at,
      ...pickPartitions(job),
    },
  ];
}

/** All days of an export that have a snapshot, or of which the day before has one. */
function healthOf(snapshots: readonly Snapshot[], today: string) {
  const inTime = snapshots.toSorted((a, b) => a.request.scheduledAt - b.request.scheduledAt);
  const days = new Set(inTime.flatMap(({ dt }) => [dt, dayAfter(dt)]));
  return [...days].flatMap((day) => healthOfDay(day, inTime, today));
}

function healthOfDay(day: string, inTime: readonly Snapshot[], today: string) {
  const window = inTime.filter(({ dt }) => dt === day || dt === dayBefore(day));
  const at = (snapshot: Snapshot | undefined) => snapshot?.request.scheduledAt;
  // A record names its predecessor, however old.
  const gaps = window.map((snapshot, i) => {
    const before = at(window[i - 1] ?? snapshot.before);
    return before === undefined ? undefined : snapshot.request.scheduledAt - before;
  });
  const period = mostFrequent(gaps.filter((gap) => gap !== undefined)) ?? DAY_MS;
  // Of a daily schedule in local time one may come an hour before midnight.
  const begin = Date.parse(`${day}T00:00Z`) - (period >= 23 * HOUR_MS ? HOUR_MS : 0);
  const ofDay = window.filter(({ dt }) => dt === day);
  const missingBefore = window.map((snapshot, i) => {
    if (snapshot.dt !== day) return 0;
    const slots = Math.floor((snapshot.request.scheduledAt - begin) / period);
    const gap = gaps[i];
    if (gap === undefined) return snapshot.record.unlinked_reason === 'UNREADABLE' ? Math.max(slots, 0) : 0;
    return Math.max(Math.min(Math.round(gap / period) - 1, slots), 0);
  });
  const last = at(window.at(-1)) as number;
  let missingAfter = 0;
  if (day < today) {
    for (let slot = last + period; slot < begin + DAY_MS; slot += period) if (slot >= begin) missingAfter += 1;
  }
  if (ofDay.length === 0 && missingAfter === 0) return [];
  const delays = ofDay.map(({ record }) => timeOf(record.started_at) - timeOf(record.snapshot_at));
  const durations = ofDay.map(({ record }) => timeOf(record.finished_at) - timeOf(record.started_at));
  const gapsOfDay = gaps.filter((gap, i) => gap !== undefined && window[i]?.dt === day) as number[];
  const groups = (missing: true | null) => {
    const listings = ofDay.flatMap(({ record }) => record.listings).filter((one) => one.missing === missing);
    return listings.length === 0 ? null : [...new Set(listings.map(scopeOf))].sort();
  };
  const { request } = window[0] as Snapshot;
  return [
    {
      expected: ofDay.length + sum(missingBefore) + missingAfter,
      arrived: ofDay.length,
      gaps: missingBefore.filter((missing) => missing > 0).length + (missingAfter > 0 ? 1 : 0),
      longest_gap_minutes: gapsOfDay.length === 0 ? null : Math.max(...gapsOfDay) / MINUTE_MS,
      period_minutes: period / MINUTE_MS,
      first_snapshot_at: ofDay[0]?.record.snapshot_at ?? null,
      last_snapshot_at: ofDay.at(-1)?.record.snapshot_at ?? null,
      late_runs: delays.filter((delay) => delay > 5 * MINUTE_MS).length,
      longest_delay_seconds: delays.length === 0 ? null : Math.max(...delays) / SECOND_MS,
      mean_duration_seconds: durations.length === 0 ? null : sum(durations) / durations.length / SECOND_MS,
      longest_duration_seconds: durations.length === 0 ? null : Math.max(...durations) / SECOND_MS,
      missing_groups: groups(true),
      unknown_groups: groups(null),
      ...{ account_id: request.accountId, region: request.region, export_name: request.exportName, dt: day },
    },
  ];
}

function mostFrequent(gaps: readonly number[]): number | undefined {
  const times = [...Map.groupBy(gaps, (gap) => gap)].map(([gap, all]) => ({ gap, count: all.length }));
  return times.sort((a, b) => b.count - a.count || a.gap - b.gap)[0]?.gap;
}

function unlinkedOf(snapshot: Snapshot, all: readonly Snapshot[]) {
  const { record, before, dt, isOlder } = snapshot;
  const candidates = all.filter(
    (other) =>
      isSameExport(partitionsOf(other), partitionsOf(snapshot)) &&
      other.record.snapshot_at < record.snapshot_at &&
      other.dt >= dayBefore(dt) &&
      other.record.unlinked_reason !== 'LATE',
  );
  const newest = candidates.length > 0 ? latestOf(candidates, (one) => one.record.snapshot_at) : undefined;
  const reason = () => {
    if (isOlder) return 'OLDER_VERSION';
    if (before === undefined) return record.unlinked_reason;
    if (newest === undefined || newest.record.snapshot_id === before.record.snapshot_id) return null;
    return newest.before?.record.snapshot_id === before.record.snapshot_id ? 'FORK' : 'GAP';
  };
  const found = reason();
  if (found === null) return [];
  return [
    {
      snapshot_id: record.snapshot_id,
      snapshot_at: record.snapshot_at,
      reason: found as string,
      previous_snapshot_id: before?.record.snapshot_id ?? null,
      newest_before_id: newest?.record.snapshot_id ?? null,
      job_count: record.job_count,
      exporter_version: VERSION,
      ...partitionsOf(snapshot),
    },
  ];
}

function pickPartitions({ account_id, region, export_name, dt }: Partitions): Partitions {
  return { account_id, region, export_name, dt };
}

export function hoursBetween(from: string | null, to: string | null): number | null {
  return from === null || to === null ? null : (timeOf(to) - timeOf(from)) / HOUR_MS;
}

function dayBefore(day: string): string {
  return textOf(timeOf(`${day} 00:00`) - DAY_MS).slice(0, 10);
}

function dayAfter(day: string): string {
  return textOf(timeOf(`${day} 00:00`) + DAY_MS).slice(0, 10);
}

function latest<T extends string>(values: readonly (T | null)[]): T | null {
  return (
    values
      .filter((value) => value !== null)
      .sort()
      .at(-1) ?? null
  );
}

function earliest(values: readonly (string | null)[]): string | null {
  return values.filter((value) => value !== null).sort()[0] ?? null;
}

/** The element with the greatest key. */
function latestOf<T>(values: readonly T[], key: (value: T) => string | number): T {
  return values.reduce((best, value) => (key(value) > key(best) ? value : best));
}

function compare(a: readonly (string | null)[], b: readonly (string | null)[]): number {
  const at = a.findIndex((value, i) => value !== b[i]);
  return at < 0 ? 0 : (a[at] ?? '') < (b[at] ?? '') ? -1 : 1;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
