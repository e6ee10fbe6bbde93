import { DEFAULT_MIN_THINGS } from '../../lambda/contract/details.ts';
import { counted } from '../cli/figures.ts';
import type { History } from '../history/open.ts';
import { ABORTED } from './story.ts';
import { FAILED_PERCENT, STALLED_HOURS } from './timetable.ts';

const HOURS_PER_DAY = 24;

/** The newest rollouts of the export of all jobs, each with what it is a case of. */
const ROLLOUTS = `
  WITH known AS (
    SELECT
      *,
      CASE
        WHEN status = 'IN_PROGRESS' AND things_done >= ${DEFAULT_MIN_THINGS} AND percent_failed > ${FAILED_PERCENT} THEN 'fails'
        WHEN status = 'IN_PROGRESS' AND queued_things + in_progress_things > 0
          AND hours_without_progress >= ${STALLED_HOURS} THEN 'stalls'
        WHEN reason_code = '${ABORTED}' THEN 'aborted'
      END AS kind
    FROM latest_rollouts
    WHERE export_name = 'all'
  )`;

/** How far the rollouts are, and which of them are in trouble, in lines of 80 columns at most. */
export async function rolloutLines(history: History): Promise<string[]> {
  const [all] = await ask(
    history,
    `${ROLLOUTS}
    SELECT count(*) AS jobs, sum(things_done) AS done, sum(things_total) AS total
    FROM known WHERE status = 'IN_PROGRESS'`,
  );
  const worst = await ask(
    history,
    `${ROLLOUTS}
    SELECT kind, job_id, things_done, things_total, percent_failed, percent_to_abort, hours_without_progress, comment,
      count(*) OVER (PARTITION BY kind) - 1 AS others
    FROM known
    WHERE kind IS NOT NULL
    QUALIFY row_number() OVER (PARTITION BY kind ORDER BY percent_failed DESC, job_id) = 1
    ORDER BY CASE kind WHEN 'fails' THEN 1 WHEN 'aborted' THEN 2 ELSE 3 END`,
  );
  const percent = ((100 * Number(all?.done)) / Number(all?.total)).toFixed(0);
  const summary = `${counted(Number(all?.jobs), 'rollout')} in progress, ${percent} % of their things done`;
  return [`How far are the rollouts? ${summary}.`, ...worst.map(troubleLine)];
}

/** `  fails    fw-3-2-0-apac-02: 136 of 400 things done, 25.5 % failed, 4.5 points to abort`. */
function troubleLine({ kind, job_id, others, ...job }: Row): string {
  const more = Number(others) > 0 ? ` and ${others} more` : '';
  const texts: Readonly<Record<string, () => string>> = {
    fails: () =>
      `${job.things_done} of ${job.things_total} done, ${fixed(job.percent_failed)} % failed, ${fixed(job.percent_to_abort)} points to abort`,
    stalls: () =>
      `${job.things_done} of ${job.things_total} done, none for ${Math.floor(Number(job.hours_without_progress) / HOURS_PER_DAY)} days`,
    aborted: () => String(job.comment),
  };
  return `  ${String(kind).padEnd(8)} ${job_id}${more}: ${texts[String(kind)]?.()}`;
}

type Row = Readonly<Record<string, unknown>>;

async function ask(history: History, sql: string): Promise<Row[]> {
  const { columns, rows } = await history.query(sql);
  return rows.map((row) => Object.fromEntries(row.map((value, i) => [columns[i]?.name, value])));
}

function fixed(value: unknown): string {
  return Number(value).toFixed(1);
}
