import { DEFAULT_MIN_THINGS } from '../../lambda/contract/details.ts';
import { counted } from '../cli/figures.ts';
import type { History } from '../history/open.ts';
import { ABORTED } from './story.ts';
import { FAILED_PERCENT, STALLED_HOURS } from './timetable.ts';

const HOURS_PER_DAY = 24;
/** The report and the saved queries use lower limits, so they name more rollouts. */
const LIMITS = `By the limits of the demo's alarms, ${FAILED_PERCENT} % failed and ${STALLED_HOURS} h without progress:`;

/** One query for all lines, since the view is slow. Unknown values count as 0, which is below every threshold. */
const ROLLOUTS = `
  SELECT
    job_id,
    status,
    reason_code,
    comment,
    coalesce(things_done, 0)::INTEGER,
    coalesce(things_total, 0)::INTEGER,
    coalesce(things_executed, 0)::INTEGER,
    coalesce(percent_failed, 0),
    percent_to_abort,
    coalesce(hours_without_progress, 0)
  FROM latest_rollouts
  WHERE export_name = 'all'
  ORDER BY percent_failed DESC NULLS LAST, job_id`;

interface Rollout {
  readonly jobId: string;
  readonly isInProgress: boolean;
  readonly reasonCode: string | null;
  readonly comment: string | null;
  readonly done: number;
  readonly total: number;
  readonly executed: number;
  readonly failedPercent: number;
  readonly percentToAbort: number | null;
  readonly idleHours: number;
}

/** Progress of the rollouts in the newest snapshot, and those with problems. Lines have at most 80 columns. */
export async function rolloutLines(history: History): Promise<string[]> {
  const rollouts = (await history.query(ROLLOUTS)).rows.map(rolloutOf);
  const inProgress = rollouts.filter(({ isInProgress }) => isInProgress);
  const [done, total] = [sum(inProgress, 'done'), sum(inProgress, 'total')];
  const percent = total === 0 ? '' : `, ${((100 * done) / total).toFixed(0)} % of their things done`;
  const failing = inProgress.filter((one) => one.executed >= DEFAULT_MIN_THINGS && one.failedPercent > FAILED_PERCENT);
  const stalling = inProgress.filter((one) => one.done < one.total && one.idleHours >= STALLED_HOURS);
  const aborted = rollouts.filter(({ reasonCode }) => reasonCode === ABORTED);
  const troubles = [
    ...trouble('fails', failing, failingText),
    ...trouble('aborted', aborted, ({ comment }) => comment ?? 'no reason is known'),
    ...trouble('stalls', stalling, ({ idleHours, done, total }) => {
      return `${done} of ${total} done, none for ${counted(Math.floor(idleHours / HOURS_PER_DAY), 'day')}`;
    }),
  ];
  return [
    `How far are the rollouts? ${counted(inProgress.length, 'rollout')} in progress${percent}.`,
    ...(troubles.length > 0 ? [LIMITS] : []),
    ...troubles,
  ];
}

/** `  fails    fw-3-2-0-apac-02: 25.5 % of 137 things failed, 4.5 points to abort`; empty without rollouts. */
function trouble(kind: string, [first, ...others]: readonly Rollout[], textOf: (one: Rollout) => string): string[] {
  if (!first) return [];
  const more = others.length > 0 ? ` and ${others.length} more` : '';
  return [`  ${kind.padEnd(8)} ${first.jobId}${more}: ${textOf(first)}`];
}

function failingText({ executed, failedPercent, percentToAbort }: Rollout): string {
  const toAbort = percentToAbort === null ? '' : `, ${percentToAbort.toFixed(1)} points to abort`;
  return `${failedPercent.toFixed(1)} % of ${counted(executed, 'thing')} failed${toAbort}`;
}

function rolloutOf(row: readonly unknown[]): Rollout {
  const [jobId, status, reasonCode, comment, done, total, executed, failedPercent, percentToAbort, idleHours] = row as [
    string,
    string,
    string | null,
    string | null,
    number,
    number,
    number,
    number,
    number | null,
    number,
  ];
  const isInProgress = status === 'IN_PROGRESS';
  return { jobId, isInProgress, reasonCode, comment, done, total, executed, failedPercent, percentToAbort, idleHours };
}

function sum(rollouts: readonly Rollout[], field: 'done' | 'total'): number {
  return rollouts.reduce((total, rollout) => total + rollout[field], 0);
}
