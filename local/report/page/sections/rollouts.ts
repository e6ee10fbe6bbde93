import type { Combination, Rollouts } from '../../model.ts';
import { records } from '../base/answer.ts';
import { h } from '../base/dom.ts';
import { count, counted, minute } from '../base/format.ts';
import { idElement } from '../base/id-element.ts';
import { pager } from '../base/pager.ts';
import { section } from '../base/section.ts';
import { filterMemory } from '../tables/filter-memory.ts';
import { filters } from '../tables/filters.ts';
import type { TableColumn } from '../tables/table.ts';
import { type Rollout, rolloutItem } from './rollout.ts';
import { isInList, rolloutsLede } from './rollout-text.ts';
import { fills, thingsKey } from './things.ts';

/** Rollouts per page: few, so that the next sections are near. */
const PAGE_SIZE = 10;

const number = (name: string) => ({ name, isNumeric: true });
const time = (name: string): TableColumn => ({ name, show: (value) => minute(String(value)) });
const COLUMNS: readonly (readonly [column: string, shown: TableColumn])[] = [
  ['job_id', { name: 'job', show: (jobId) => idElement(String(jobId)) }],
  ['status', { name: 'status', isChoice: true }],
  ['things_total', number('things')],
  ['things_done', number('done')],
  ['succeeded_things', number('succeeded')],
  ['failed_things', number('failed')],
  ['rejected_things', number('rejected')],
  ['timed_out_things', number('timed out')],
  ['canceled_things', number('canceled')],
  ['removed_things', number('removed')],
  ['in_progress_things', number('in progress')],
  ['queued_things', number('queued')],
  ['things_executed', number('executed')],
  ['percent_failed', number('% of executed that failed')],
  ['abort_criteria_count', number('abort criteria')],
  ['percent_to_abort', number('points to abort')],
  ['things_per_hour', number('things an hour')],
  ['expected_end', time('expected end, UTC')],
  ['hours_without_progress', number('hours without progress')],
  ['described_at', time('described, UTC')],
];

/** Progress of the rollouts in the newest snapshot that requested details. */
export function rolloutsSection(combination: Combination): HTMLElement {
  const { rollouts, snapshots } = combination;
  const common = { id: 'rollouts' } as const;
  if (!rollouts) {
    const lede = 'Not requested: the option details of an export has its snapshots describe jobs.';
    return section({ ...common, lede, content: [], restsOn: snapshots.restsOn, statements: [] });
  }
  const rows = records(rollouts.answer);
  return section({
    ...common,
    lede: rolloutsLede(combination, rollouts),
    content: rows.length > 0 ? shown(combination, rollouts, rows) : [],
    restsOn: `${rollouts.restsOn}; what was over time, on ${rollouts.overTime.restsOn}`,
    ...(rows.length > 0 && {
      numbers: () => ({
        caption: 'Rollouts that were described',
        order: 'those in progress first, of these the worst first',
        noun: 'job',
        hasFilter: true,
        columns: COLUMNS.map(([, column]) => column),
        rows: rows.map((row) => COLUMNS.map(([name]) => row[name] ?? null)),
      }),
    }),
    statements: [rollouts, rollouts.overTime],
  });
}

function shown(combination: Combination, rollouts: Rollouts, rows: readonly Rollout[]): (HTMLElement | undefined)[] {
  const inProgress = rows.filter(({ status }) => status === 'IN_PROGRESS');
  const ended = rows.filter((row) => row.is_just_ended === true);
  const others = rows.filter((row) => !isInList(row));
  const patterns = fills();
  const lists = [inProgress, ended].map((all) =>
    list(all, (row) => rolloutItem(row, { combination, overTime: rollouts.overTime, fills: patterns })),
  );
  const elsewhere = h('p', { class: 'key', role: 'status' });
  const filter = filters({
    noun: 'job',
    hint: 'part of a job id',
    columns: [{ name: 'job' }],
    rows: [],
    shown: [],
    memory: filterMemory('rollouts'),
    onChange: show,
  });
  function show(): void {
    const matches = (row: Rollout) => filter.matches([row.job_id ?? null]);
    for (const one of lists) one.show(matches);
    const remaining = others.filter(matches).length;
    elsewhere.textContent =
      remaining < others.length && remaining > 0
        ? `${counted(remaining, 'other job')} that ${remaining === 1 ? 'is' : 'are'} left by the filter, in another status, ${remaining === 1 ? 'is' : 'are'} in the table of the numbers alone.`
        : '';
  }
  show();
  const more = [
    rollouts.described > rows.length &&
      `Of ${counted(rollouts.described, 'job')} that were described the ${count(rows.length)} worst are here, those in progress before the others.`,
    others.length > 0 &&
      `${counted(others.length, 'other job')} that ${others.length === 1 ? 'was' : 'were'} described, in another status, ${others.length === 1 ? 'is' : 'are'} in the table alone.`,
    'Fails: of 10 or more things that executed the job, more than 5 % failed, were rejected or timed out, or it is within 2 points of an abort criterion. Stalls: no thing moved for 24 hours.',
  ];
  const parts = [
    rows.length > 1 && filter.element,
    h('div', {}, patterns.element, thingsKey(patterns)),
    inProgress.length > 0 && lists[0]?.element,
    ended.length > 0 && h('h3', {}, 'Just ended'),
    ended.length > 0 && lists[1]?.element,
    elsewhere,
    h('p', { class: 'key' }, more.filter(Boolean).join(' ')),
  ];
  return parts.filter((part) => part !== false && part !== undefined);
}

interface List {
  readonly element: HTMLElement;
  /** Shows those that match, beginning with the first page. */
  show(matches: (row: Rollout) => boolean): void;
}

/** A list with pages. */
function list(all: readonly Rollout[], item: (row: Rollout) => HTMLElement): List {
  let remaining = all;
  const listElement = h('ol', { class: 'rollouts' });
  const status = h('p', { class: 'table-status', role: 'status' });
  const pages = pager(showPage, PAGE_SIZE);
  function showPage(): void {
    listElement.replaceChildren(...pages.itemsOf(remaining).map(item));
    status.textContent =
      remaining.length === 0
        ? 'No job is left by the filter.'
        : `${counted(remaining.length, 'job')}${remaining.length < all.length ? ` of ${count(all.length)}` : ''}${pages.text()}`;
  }
  return {
    element: h('div', {}, listElement, h('div', { class: 'table-foot' }, status, pages.element)),
    show(matches) {
      remaining = all.filter(matches);
      pages.toFirst();
      showPage();
    },
  };
}
