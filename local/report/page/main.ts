import type { Combination, Report } from '../model.ts';
import { numberOf, records } from './answer.ts';
import { countsSection } from './counts.ts';
import { h, newId } from './dom.ts';
import { flowsSection } from './flows.ts';
import { byLife, count, counted, minute } from './format.ts';
import { healthSection } from './health.ts';
import { longInProgress } from './in-progress-words.ts';
import { inProgressSection, purgedSection } from './jobs.ts';
import { movedSection } from './moved.ts';
import { progressSection } from './progress.ts';
import { reportingSection } from './reporting.ts';
import { rolloutsSection } from './rollouts.ts';
import { forgetThemeListeners, themeChoice } from './theme.ts';
import { vanishedSection } from './vanished.ts';

const SECTIONS = [
  countsSection,
  progressSection,
  movedSection,
  flowsSection,
  rolloutsSection,
  inProgressSection,
  vanishedSection,
  purgedSection,
  healthSection,
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
  const { counts, vanishedByDay, purgedSoon, health, isNewestGone, unlinkedCount } = combination;
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
    ['snapshots that failed', sum(records(health.answer), 'failed')],
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
    ['progress', 'Rollouts'],
    ['moved', 'Moved'],
    ['flows', 'Flows'],
    ['rollouts', 'Durations'],
    ['in-progress', 'In progress'],
    ['vanished', 'Vanished'],
    ['purged', 'May be purged'],
    ['health', 'Snapshots'],
    ['reporting', 'Exports'],
  ] as const;
  const items = links.map(([id, text]) => h('li', {}, h('a', { href: `#${id}` }, text)));
  return h('nav', { 'aria-label': 'Sections' }, h('ul', {}, ...items));
}
