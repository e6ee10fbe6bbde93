import type { JobDetailsRow, SnapshotRecord } from '../../../lambda/contract/columns.ts';
import type { DescribedObjects } from '../../support/described-history.ts';
import { textOf, timeOf } from './expected-snapshots.ts';
import { DAY_MS, HOUR_MS } from './fleet.ts';
import { hoursBetween } from './views.ts';

const TEN_YEARS_IN_HOURS = 87_600;
/** Columns of job_details that complete_details leaves out. */
const UNNAMED = new Set(['abort_criteria', 'previous_described_at', 'previous_things_done'] as const);
/** Columns of job_details that rollout_progress leaves out. */
const OTHERS = new Set([
  ...UNNAMED,
  'targets',
  'force_canceled',
  'destination_package_versions',
  'last_updated_at',
  'maximum_per_minute',
  'in_progress_timeout_minutes',
  'scheduled_start_at',
  'scheduled_end_at',
  'end_behavior',
] as const);

interface Complete {
  readonly record: SnapshotRecord;
  readonly details: readonly JobDetailsRow[];
  readonly where: {
    readonly account_id: string;
    readonly region: string;
    readonly export_name: string;
    readonly dt: string;
  };
}

/** Expected rows of the views of details, by the heads of their files, for one export. */
export function rolloutViewsOf(snapshots: readonly DescribedObjects[], today: string) {
  const complete = new Map(snapshots.flatMap(completeOf));
  const rollout_progress = [...complete.values()].flatMap((snapshot) =>
    snapshot.details.map((row) => progressOf(row, snapshot)),
  );
  const newest = [...complete.values()]
    .filter(({ record, where }) => record.detail_count !== null && where.dt >= daysBefore(today, 1))
    .sort((a, b) => timeOf(a.record.snapshot_at) - timeOf(b.record.snapshot_at))
    .at(-1)?.record;
  return {
    complete_details: [...complete.values()].flatMap(({ details, where }) =>
      details.map((row) => ({ ...without(row, UNNAMED), status: row.status ?? 'UNKNOWN', ...where })),
    ),
    rollout_progress,
    latest_rollouts: rollout_progress
      .filter(({ snapshot_id }) => snapshot_id === newest?.snapshot_id)
      .map((row) => ({ ...row, details_left_out: newest?.details_left_out })),
  };
}

function completeOf({ identity, record, details }: DescribedObjects): [string, Complete][] {
  if (record === undefined) return [];
  const where = { account_id: identity.accountId, region: identity.region, export_name: identity.exportName };
  return [[record.snapshot_id, { record, details, where: { ...where, dt: record.snapshot_at.slice(0, 10) } }]];
}

function progressOf(row: JobDetailsRow, { where }: Complete) {
  const done = doneOf(row);
  const executed = executedOf(row);
  const failed = sum(row.failed_things, row.rejected_things, row.timed_out_things);
  const left = sum(row.queued_things, row.in_progress_things);
  const total = sum(left, done);
  const { previous_described_at: describedBefore, previous_things_done: doneBefore } = row;
  const elapsedMs = describedBefore === null ? 0 : timeOf(row.described_at) - timeOf(describedBefore);
  const rate =
    done === null || doneBefore === null || elapsedMs <= 0 ? null : (HOUR_MS * (done - doneBefore)) / elapsedMs;
  const isForeseen = row.status === 'IN_PROGRESS' && row.target_selection === 'SNAPSHOT' && row.is_concurrent !== true;
  const end =
    isForeseen && left !== null && rate !== null && rate > 0 && left / rate <= TEN_YEARS_IN_HOURS
      ? textOf(timeOf(row.described_at) + Math.floor((3600 * left) / rate) * 1000)
      : null;
  return {
    ...without(row, OTHERS),
    status: row.status ?? 'UNKNOWN',
    things_total: total,
    things_done: done,
    things_executed: executed,
    things_failed: failed,
    percent_done: percent(done, total),
    percent_succeeded: executed === null ? null : percent(row.succeeded_things, executed),
    percent_failed: executed === null ? null : percent(failed, executed),
    abort_criteria_count: row.abort_criteria?.length ?? 0,
    percent_to_abort: toAbort(row, executed, failed),
    previous_described_at: describedBefore,
    things_per_hour: rate,
    expected_end: end,
    hours_without_progress: hoursBetween(row.progress_since, row.described_at),
    ...where,
  };
}

function toAbort(row: JobDetailsRow, executed: number | null, failed: number | null): number | null {
  if (executed === null || executed === 0) return null;
  const failures: Readonly<Record<string, number | null>> = {
    FAILED: row.failed_things,
    REJECTED: row.rejected_things,
    TIMED_OUT: row.timed_out_things,
    ALL: failed,
  };
  const distances = (row.abort_criteria ?? []).flatMap((criterion) => {
    const { failure_type, threshold_percentage, min_number_of_executed_things: least } = criterion;
    const share = percent(failures[failure_type ?? ''] ?? null, executed);
    if (share === null || threshold_percentage === null || least === null || executed < least) return [];
    return [threshold_percentage - share];
  });
  return distances.length > 0 ? Math.min(...distances) : null;
}

function doneOf(row: JobDetailsRow): number | null {
  return sum(
    row.succeeded_things,
    row.failed_things,
    row.rejected_things,
    row.timed_out_things,
    row.removed_things,
    row.canceled_things,
  );
}

function executedOf(row: JobDetailsRow): number | null {
  return sum(row.succeeded_things, row.failed_things, row.rejected_things, row.timed_out_things);
}

export function sum(...values: readonly (number | null)[]): number | null {
  return values.reduce((total, value) => (total === null || value === null ? null : total + value), 0);
}

export function percent(part: number | null, whole: number | null): number | null {
  return part === null || whole === null || whole === 0 ? null : (100 * part) / whole;
}

function without<T extends object, K extends keyof T>(row: T, names: ReadonlySet<K>): Omit<T, K> {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !names.has(name as K))) as Omit<T, K>;
}

export function daysBefore(day: string, days: number): string {
  return textOf(timeOf(`${day} 00:00`) - days * DAY_MS).slice(0, 10);
}
