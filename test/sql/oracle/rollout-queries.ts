import type { DescribedObjects } from '../../support/described-history.ts';
import { timeOf } from './expected-snapshots.ts';
import { HOUR_MS } from './fleet.ts';
import { daysBefore, percent, type rolloutViewsOf, sum } from './rollouts.ts';

type Row = Readonly<Record<string, unknown>>;
type Views = ReturnType<typeof rolloutViewsOf>;
type Described = Views['complete_details'][number];

/** The job for which the saved query `rollout-compared` is run. */
export const ROLLOUT_COMPARED = 'job-0';

const WHERE = ['export_name', 'account_id', 'region'] as const;
const TEXTS = ['status', 'comment', 'reason_code', 'description', 'targets'] as const;

/** Expected rows of the saved queries of details, by their questions, for one export. */
export function rolloutAnswersOf(
  snapshots: readonly DescribedObjects[],
  { complete_details, latest_rollouts }: Views,
  today: string,
): Record<string, Row[]> {
  const inProgress = latest_rollouts.filter(({ status }) => status === 'IN_PROGRESS');
  return {
    'rollouts-now': newestOf(snapshots, today).flatMap((newest) => {
      const jobs = inProgress.map((row) => ({
        ...pick(row, ['job_id', 'target_selection', 'created_at', 'is_concurrent', 'things_total']),
        ...pick(row, ['things_done', 'expected_end']),
        ...rounded(row, ['percent_done', 'percent_failed', 'things_per_hour', 'hours_without_progress']),
      }));
      return (jobs.length > 0 ? jobs : [NO_ROLLOUT]).map((job) => ({ ...newest, ...job }));
    }),
    'failing-rollouts': latest_rollouts
      .filter(({ things_executed: executed, percent_failed: percent, percent_to_abort: toAbort }) => {
        if (executed === null || executed < 10) return false;
        return (percent !== null && percent > 5) || (toAbort !== null && toAbort <= 2);
      })
      .map((row) => ({
        ...pick(row, ['snapshot_at', ...WHERE, 'job_id', 'status', 'things_total', 'things_executed', 'things_failed']),
        ...pick(row, ['failed_things', 'rejected_things', 'timed_out_things', 'abort_criteria_count', 'reason_code']),
        ...pick(row, ['details_left_out']),
        ...rounded(row, ['percent_failed', 'percent_to_abort']),
      })),
    'stalled-rollouts': inProgress
      .filter(({ queued_things: queued, in_progress_things: begun, hours_without_progress: hours }) => {
        const mayHaveLeft = queued === null || begun === null || queued + begun > 0;
        return mayHaveLeft && (hours === null || hours >= 24);
      })
      .map((row) => ({
        ...pick(row, ['snapshot_at', ...WHERE, 'job_id', 'target_selection', 'progress_since', 'queued_things']),
        ...pick(row, ['in_progress_things', 'things_done', 'created_at', 'details_left_out']),
        ...rounded(row, ['hours_without_progress', 'percent_done']),
      })),
    'rollout-compared': compared(complete_details),
    'job-updates': updates(complete_details, today),
  };
}

const NO_ROLLOUT = {
  job_id: null,
  target_selection: null,
  created_at: null,
  is_concurrent: null,
  things_total: null,
  things_done: null,
  percent_done: null,
  percent_failed: null,
  things_per_hour: null,
  expected_end: null,
  hours_without_progress: null,
};

/** The newest snapshot with details, of yesterday and today. */
function newestOf(snapshots: readonly DescribedObjects[], today: string): Row[] {
  const newest = snapshots
    .filter(({ record }) => record && record.details_left_out !== null && record.snapshot_at >= daysBefore(today, 1))
    .sort((a, b) => b.identity.scheduledAt - a.identity.scheduledAt)[0];
  if (!newest?.record) return [];
  const { exportName, accountId, region } = newest.identity;
  const where = { export_name: exportName, account_id: accountId, region };
  return [{ ...where, ...pick(newest.record, ['snapshot_at', 'details_left_out']) }];
}

function compared(details: readonly Described[]): Row[] {
  const created = details.filter(({ created_at }) => created_at !== null) as (Described & { created_at: string })[];
  return [...Map.groupBy(created, (row) => row.job_template_arn)].flatMap(([template, all]) => {
    const creations = all.filter(({ job_id }) => job_id === ROLLOUT_COMPARED).map(({ created_at }) => created_at);
    const newestCreation = creations.sort().at(-1);
    if (template === null || newestCreation === undefined) return [];
    const age = (row: (typeof all)[number]) =>
      Math.floor((timeOf(row.described_at) - timeOf(row.created_at)) / HOUR_MS);
    const byHour = Map.groupBy(all, (row) => `${row.job_id} ${row.created_at} ${age(row)}`);
    return [...byHour.values()].flatMap((same) => {
      const row = latest(same);
      if (row.created_at > newestCreation) return [];
      const failed = sum(row.failed_things, row.rejected_things, row.timed_out_things);
      const executed = sum(row.succeeded_things, failed);
      const done = sum(executed, row.removed_things, row.canceled_things);
      const total = sum(row.queued_things, row.in_progress_things, done);
      return {
        hours_since_creation: age(row),
        ...pick(row, [...WHERE, 'job_id', 'created_at', 'status']),
        is_asked: row.job_id === ROLLOUT_COMPARED && row.created_at === newestCreation,
        things_total: total,
        things_done: done,
        percent_done: round(percent(done, total)),
        percent_failed: round(percent(failed, executed)),
      };
    });
  });
}

function updates(details: readonly Described[], today: string): Row[] {
  const recent = details.filter(({ dt }) => dt >= daysBefore(today, 8));
  return [...Map.groupBy(recent, (row) => `${row.job_id} ${row.created_at}`).values()].flatMap((all) => {
    const inTurn = all.toSorted((a, b) => (a.described_at < b.described_at ? -1 : 1));
    return inTurn.slice(1).flatMap((row, i) => {
      const before = inTurn[i] as Described;
      return TEXTS.flatMap((what) => {
        const [from_text, to_text] = [textIn(before, what), textIn(row, what)];
        if (from_text === to_text || row.dt < daysBefore(today, 7)) return [];
        const times = { by_described_at: row.described_at, after_described_at: before.described_at };
        return [{ ...times, ...pick(row, [...WHERE, 'job_id', 'created_at']), what, from_text, to_text }];
      });
    });
  });
}

function textIn(row: Described, what: (typeof TEXTS)[number]): string | null {
  return what === 'targets' ? (row.targets?.toSorted().join(' ') ?? null) : row[what];
}

function latest<T extends Described>(rows: readonly T[]): T {
  return rows.reduce((last, row) => (row.described_at > last.described_at ? row : last));
}

function pick<T, K extends keyof T>(row: T, names: readonly K[]): Pick<T, K> {
  return Object.fromEntries(names.map((name) => [name, row[name]])) as Pick<T, K>;
}

function rounded<K extends string>(row: Readonly<Record<K, number | null>>, names: readonly K[]): Row {
  return Object.fromEntries(names.map((name) => [name, round(row[name])]));
}

/** To a digit, half of one away from zero. */
function round(value: number | null): number | null {
  return value === null ? null : (Math.sign(value) * Math.round(Math.abs(value) * 10)) / 10;
}
