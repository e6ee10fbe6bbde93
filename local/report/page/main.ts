import type { Combination, Report } from '../model.ts';
import { numberOf, records } from './base/answer.ts';
import { h, newId } from './base/dom.ts';
import { byLife, count, counted, minute } from './base/format.ts';
import { forgetThemeListeners, themeChoice } from './base/theme.ts';
import { countsSection } from './sections/counts.ts';
import { durationsSection } from './sections/durations.ts';
import { flowsSection } from './sections/flows.ts';
import { movedSection } from './sections/moved.ts';
import { inProgressSection } from './sections/overdue.ts';
import { longInProgress } from './sections/overdue-words.ts';
import { purgedSection } from './sections/purged.ts';
import { reportingSection } from './sections/reporting.ts';
import { rolloutsSection } from './sections/rollouts.ts';
import { snapshotsSection } from './sections/snapshots.ts';
import { vanishedSection } from './sections/vanished.ts';

const SECTIONS = [
  countsSection,
  rolloutsSection,
  movedSection,
  flowsSection,
  durationsSection,
  inProgressSection,
  vanishedSection,
  purgedSection,
  snapshotsSection,
];

const report: Report = JSON.parse(document.getElementById('data')?.textContent ?? '');
const place = document.getElementById('report');
place?.replaceChildren(page(report));

function page(report: Report): DocumentFragment {
  const { combinations, place: name, writtenAt } = report;
  const main = h('main');
  const [first] = combinations;
  const about = h('p', { class: 'about' });
  const show = (combination: Combination) => {
    forgetThemeListeners();
    about.textContent =
      `${combination.from === combination.to ? '' : `${combination.from} to `}${combination.to}, ${counted(combination.snapshotCount, 'snapshot')}` +
      `, the newest at ${minute(combination.newestAt)} UTC`;
    const sections = SECTIONS.map((section) => section(combination));
    main.replaceChildren(figures(combination), contents(), ...sections, reportingSection(report));
  };
  const title = h('h1', {}, 'AWS IoT jobs');
  const choice = combinations.length > 1 ? chooser(combinations, show) : first && named(first);
  const header = h('header', {}, h('div', {}, title, choice, about), themeChoice());
  if (first) show(first);
  else {
    about.textContent = 'No snapshots';
    main.append(
      h('p', { class: 'nothing' }, `There is no snapshot in ${name} yet, so there is nothing to see.`),
      reportingSection(report),
    );
  }
  const fragment = document.createDocumentFragment();
  fragment.append(header, main, h('footer', {}, `Made of ${name} at ${minute(writtenAt)} UTC. All times are UTC.`));
  return fragment;
}

function named({ exportName, accountId, region }: Combination): HTMLElement {
  return h('p', { class: 'which' }, h('b', {}, exportName), ` in ${accountId} ${region}`);
}

function chooser(combinations: readonly Combination[], show: (combination: Combination) => void): HTMLElement {
  const select = h('select', { id: newId() });
  select.append(
    ...combinations.map(
      ({ exportName, accountId, region }, i) => new Option(`${exportName} in ${accountId} ${region}`, String(i)),
    ),
  );
  select.addEventListener('change', () => {
    const chosen = combinations[Number(select.value)];
    if (chosen) show(chosen);
  });
  return h('p', { class: 'which' }, h('label', { for: select.id }, 'Export '), select);
}

/** The newest numbers, in one row. */
function figures(combination: Combination): HTMLElement {
  const { counts, vanishedByDay, purgedSoon, snapshots, isNewestGone, unlinkedCount } = combination;
  const scopes = new Set(counts.series.map(({ scope }) => scope));
  const ofStatuses =
    scopes.size === 1
      ? [...counts.series]
          .sort((a, b) => byLife(a.status, b.status))
          .map(({ status, values }) => [status, values.at(-1) ?? null] as const)
      : [['thing groups', scopes.size] as const];
  const sum = (rows: ReturnType<typeof records>, name: string) => rows.reduce((a, row) => a + numberOf(row, name), 0);
  const gone = records(vanishedByDay.answer).filter((row) => row.reason === 'GONE');
  const all: readonly (readonly [name: string, value: number | null])[] = [
    ...ofStatuses,
    ['in progress for a day', isNewestGone ? null : longInProgress(combination)],
    // Where snapshots were compared with none, none seen is not none.
    ['gone in 31 days', sum(gone, 'jobs') || (unlinkedCount > 0 ? null : 0)],
    ['may be purged soon', isNewestGone ? null : numberOf(records(purgedSoon.answer)[0], 'jobs')],
    ['snapshots that failed', sum(records(snapshots.answer), 'failed')],
  ];
  return h(
    'dl',
    { class: 'figures' },
    ...all.map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value === null ? '–' : count(value)))),
  );
}

function contents(): HTMLElement {
  const links = [
    ['counts', 'Counts'],
    ['rollouts', 'Rollouts'],
    ['moved', 'Moved'],
    ['flows', 'Flows'],
    ['durations', 'Durations'],
    ['in-progress', 'In progress'],
    ['vanished', 'Vanished'],
    ['purged', 'May be purged'],
    ['snapshots', 'Snapshots'],
    ['reporting', 'Exports'],
  ] as const;
  const items = links.map(([id, text]) => h('li', {}, h('a', { href: `#${id}` }, text)));
  return h('nav', { 'aria-label': 'Sections' }, h('ul', {}, ...items));
}
