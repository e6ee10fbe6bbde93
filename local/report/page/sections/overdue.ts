import type { Cell, Combination, Commands } from '../../model.ts';
import { records, textOf } from '../base/answer.ts';
import { jobLink } from '../base/console.ts';
import { h, lazyDetails } from '../base/dom.ts';
import { count, daysBetween, minute } from '../base/format.ts';
import { ledeOfNewest } from '../base/not-known.ts';
import { markTable, section } from '../base/section.ts';
import { linePanel } from '../charts/line-panel.ts';
import { PAPER_WIDTH } from '../charts/paper.ts';
import { scaleOf } from '../charts/scales.ts';
import { type TableColumn, type TableSpec, table } from '../tables/table.ts';
import { inProgressTotals, overdueLede, STATES } from './overdue-text.ts';
import { type Severity, stateMark } from './state-mark.ts';

type Row = Readonly<Record<string, Cell>>;

const SEVERITIES: Readonly<Record<string, Severity>> = {
  OVERDUE: 'bad',
  MAY_BE_OVERDUE: 'doubtful',
  NOT_KNOWN: 'doubtful',
};
/** Jobs per page: few, so that the next sections are near. */
const PAGE_SIZE = 10;
const ORDER = Object.keys(STATES);
const stateLabel = (state: string) => STATES[state] ?? state;
const time = { show: (value: Cell) => minute(String(value)) };

const STATE: TableColumn = {
  name: 'state',
  isChoice: true,
  label: stateLabel,
  rank: (state) => ORDER.indexOf(String(state)),
  show: (state) => stateMark(SEVERITIES[String(state)] ?? 'quiet', stateLabel(String(state))),
};

/** Jobs in progress, the overdue ones first; continuous jobs separately. */
export function overdueSection(combination: Combination, commands: Commands): HTMLElement {
  const { inProgress, overdueBound, overdueByDay } = combination;
  const rows = records(inProgress.answer);
  const judged = rows.filter(({ state }) => state !== 'CONTINUOUS');
  const continuous = rows.filter(({ state }) => state === 'CONTINUOUS');
  const totals = inProgressTotals(combination);
  const days = overdueByDay.answer.rows;
  const hasContent = rows.length > 0 || days.some(([, jobs]) => Number(jobs) > 0);
  return section({
    id: 'overdue',
    lede: ledeOfNewest(combination, overdueLede(combination), commands),
    content: [
      hasContent && byDay(days),
      rows.length > 0 &&
        h(
          'p',
          { class: 'key' },
          'It counts from the first sight of a job in progress, so a job may be so for longer. The last update is no sign of life: AWS does not say that the work of devices changes a job.',
        ),
      judged.length > 0 &&
        table({
          key: 'overdue',
          caption: 'Jobs in progress, the overdue ones first',
          ...jobsTable(combination, judged),
        }),
      incompleteNote(judged.length, totals.jobs - totals.continuous),
      totals.continuous > 0 &&
        markTable(
          'overdue-continuous',
          lazyDetails(`Continuous jobs, which stay in progress: ${count(totals.continuous)}`, () =>
            h(
              'div',
              { class: 'apart' },
              continuous.length > 0 &&
                table({
                  key: 'overdue-continuous',
                  caption: 'Continuous jobs in progress',
                  ...jobsTable(combination, continuous),
                }),
              incompleteNote(continuous.length, totals.continuous),
            ),
          ),
        ),
    ],
    restsOn: `${inProgress.restsOn}; what jobs usually take, on ${overdueBound.restsOn}; what was overdue by day, on ${overdueByDay.restsOn}`,
    ...(hasContent &&
      days.length > 0 && {
        numbers: () => ({
          key: 'overdue-by-day',
          caption: 'Jobs that were overdue, by day',
          noun: 'day',
          columns: [{ name: 'day, UTC' }, { name: 'overdue at its last snapshot', isNumeric: true }],
          rows: days,
        }),
      }),
    statements: [inProgress, overdueBound, overdueByDay],
  });
}

function jobsTable(
  combination: Combination,
  rows: readonly Row[],
): Pick<TableSpec, 'noun' | 'columns' | 'rows' | 'hasFilter' | 'pageSize'> {
  return {
    noun: 'job',
    pageSize: PAGE_SIZE,
    hasFilter: rows.length > 1,
    columns: [
      { name: 'job', show: jobLink(combination) },
      STATE,
      { name: 'days in progress', isNumeric: true, isAtLeast: true },
      { name: 'in progress since, UTC', ...time },
      { name: 'created, UTC', ...time },
      { name: 'last updated, UTC', ...time },
      { name: 'target selection', isChoice: true },
      { name: 'scopes' },
    ],
    rows: rows.map((row) => [
      textOf(row, 'job_id') || null,
      ...['state', 'days_in_progress', 'in_progress_since', 'created_at', 'last_updated_at', 'target_selection'].map(
        (name) => row[name] ?? null,
      ),
      textOf(row, 'scopes'),
    ]),
  };
}

/** Number of overdue jobs by day; `undefined` if fewer than two days are known. */
function byDay(rows: readonly (readonly Cell[])[]): HTMLElement | undefined {
  const known = new Map(
    rows.flatMap(([day, jobs]) => (typeof jobs === 'number' ? [[String(day), jobs] as const] : [])),
  );
  if (known.size < 2) return undefined;
  const days = daysBetween(String(rows[0]?.[0]), String(rows.at(-1)?.[0]));
  const values = days.map((day) => known.get(day) ?? null);
  return h(
    'div',
    { class: 'alone' },
    linePanel({
      name: 'overdue at the last snapshot of each day',
      colourOf: 'OVERDUE',
      at: days.map((day) => `${day} 00:00:00`),
      gapsAfter: new Set(),
      values,
      isByDay: true,
      scale: scaleOf(values, true),
      partOf: () => undefined,
      missingText: 'not known',
      paperWidth: PAPER_WIDTH,
    }),
    values.includes(null) &&
      h('p', { class: 'key' }, 'Where the line is interrupted it is not known how many were overdue.'),
  );
}

/** Note below a table that does not have all rows. */
function incompleteNote(listed: number, all: number): HTMLElement | undefined {
  if (listed >= all) return undefined;
  const text =
    listed === 0
      ? `The page has none of these ${count(all)}, as it has 2,000 jobs in progress at most: the SQL below asks for all if its LIMIT is taken away.`
      : `The page has ${count(listed)} of these ${count(all)}: the SQL below asks for all if its LIMIT is taken away.`;
  return h('p', { class: 'key' }, text);
}
