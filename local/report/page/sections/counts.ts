import type { Combination, CountSeries, Counts } from '../../model.ts';
import { h, newId } from '../base/dom.ts';
import { byLifecycle, counted, toWords } from '../base/format.ts';
import { section } from '../base/section.ts';
import { urlState } from '../base/url-state.ts';
import { chooseScale, scaleChoiceOf } from '../charts/choices.ts';
import { crosshairs } from '../charts/crosshairs.ts';
import { linePanel } from '../charts/line-panel.ts';
import { panels, textPanel } from '../charts/panels.ts';
import { partOfDay } from '../charts/periods.ts';
import { scaleSwitches } from '../charts/scale-switches.ts';
import { labelRoom, type Scale, scalesOf } from '../charts/scales.ts';
import type { TableSpec } from '../tables/table.ts';
import { extentsOf, groupsTable, MAX_PANELS } from './groups.ts';
import { groupsOf, groupsText, missingText } from './groups-text.ts';
import { hollowLegend, withKnownPart } from './parts.ts';

/** Counts over time: a panel per status for account-wide exports; else the groups, of one status at a time. */
export function countsSection(combination: Combination): HTMLElement {
  const { counts } = combination;
  const scopes = [...new Set(counts.series.map(({ scope }) => scope))].sort();
  const statuses = [...new Set(counts.series.map(({ status }) => status))].sort(byLifecycle);
  const isOfGroups = combination.groups !== null || scopes.length > 1;
  const days = [...new Set(counts.at.map((time) => time.slice(0, 10)))];
  return section({
    id: 'counts',
    lede: countsLede(combination, isOfGroups),
    content: [
      isOfGroups ? groupsPart(combination, scopes, statuses) : statusPanels(combination, statuses),
      counts.isByDay && bandLegend(),
      counts.isByDay && hollowLegend(days, combination),
    ],
    restsOn: counts.restsOn,
    numbers: () => (counts.isByDay ? bandTable(combination) : countsTable(counts, scopes, statuses)),
    statements: [counts],
  });
}

function countsLede(combination: Combination, isOfGroups: boolean): string {
  const { counts } = combination;
  const gaps = counts.gapsAfter.length;
  const scopeText = isOfGroups
    ? groupsText(groupsOf(combination, 'IN_PROGRESS'))
    : (counts.series[0]?.scope ?? 'nothing listed');
  const lede = [
    `${scopeText}, ${counted(counts.at.length, counts.isByDay ? 'day' : 'snapshot')}.`,
    gaps > 0
      ? `Where ${counts.isByDay ? 'days have no snapshot' : 'snapshots are missing'}, ${counted(gaps, 'time')}, the lines are interrupted.`
      : counts.at.length > 1 &&
        isExpectedKnown(combination) &&
        `${counts.isByDay ? 'No day' : 'None'} is missing between the first and the last.`,
    isOfGroups && 'A job in several groups is counted in each.',
  ];
  return lede.filter(Boolean).join(' ');
}

/** Whether it is known when snapshots were due: else it is not known whether some are missing. */
function isExpectedKnown({ scheduledFrom, freshness }: Combination): boolean {
  return scheduledFrom !== null || freshness.usualMinutes !== null;
}

function bandLegend(): HTMLElement {
  return h(
    'p',
    { class: 'key' },
    'Line: the median of the snapshots of a day. Area: from the least of them to the most.',
  );
}

interface Line {
  readonly name: string;
  readonly series: CountSeries | undefined;
  /** Why there is no number. */
  readonly missingText: string;
}

/** A panel for each line, with the chosen scale. */
function linePanels(combination: Combination, lines: readonly Line[]): HTMLElement {
  const { counts } = combination;
  const scales = scalesOf(
    lines.map(({ series }) => (series ? extentsOf(series) : [])),
    scaleChoiceOf('counts'),
  );
  const [room, linked] = [labelRoom(scales), crosshairs()];
  return panels(
    lines.map(({ name, series, missingText }, i) =>
      !series || series.values.every((value) => value === null)
        ? textPanel(name, `${missingText}.`)
        : linePanel({
            name,
            colourOf: series.status,
            at: counts.at,
            gapsAfter: new Set(counts.gapsAfter),
            values: series.values,
            band: series.band,
            scale: scales[i] as Scale,
            room,
            crosshairs: linked,
            partOf: (day) => partOfDay(day, combination),
            missingText: series.values.at(-1) === null ? missingText : 'not known',
          }),
    ),
  );
}

function switches(of: string, show: () => void): HTMLElement[] {
  return scaleSwitches({
    of,
    hasZero: true,
    chosen: scaleChoiceOf('counts'),
    onChange(choice) {
      chooseScale('counts', choice);
      show();
    },
  });
}

function statusPanels(combination: Combination, statuses: readonly string[]): HTMLElement {
  const lines = statuses.map((status) => ({
    name: status,
    series: combination.counts.series.find((one) => one.status === status),
    missingText: combination.listedStatuses.includes(status) ? 'not known' : 'not listed by this export',
  }));
  const place = h('div');
  const show = () => place.replaceChildren(linePanels(combination, lines));
  show();
  return h('div', {}, h('div', { class: 'filters' }, ...switches('all statuses', show)), place);
}

function groupsPart(combination: Combination, scopes: readonly string[], statuses: readonly string[]): HTMLElement {
  const { counts } = combination;
  const status = h('select', { id: newId() });
  status.append(...statuses.map((name) => new Option(name, name)));
  const chosen = urlState.get('counts.status') ?? 'IN_PROGRESS';
  status.value = statuses.includes(chosen) ? chosen : (statuses[0] ?? '');
  const isTable = scopes.length > MAX_PANELS;
  const open = new Set<string>();
  const place = h('div');
  const show = () => {
    const groups = new Map(groupsOf(combination, status.value).map((group) => [group.scope, group]));
    const lines = [...groups.values()]
      .sort((a, b) => (a.scope < b.scope ? -1 : 1))
      .map((group) => ({
        name: group.scope,
        series: counts.series.find((one) => one.scope === group.scope && one.status === status.value),
        missingText: missingText(group),
      }));
    place.replaceChildren(isTable ? groupsTable(combination, status.value, open) : linePanels(combination, lines));
  };
  status.addEventListener('change', () => {
    urlState.set('counts.status', status.value === 'IN_PROGRESS' ? undefined : status.value);
    show();
  });
  show();
  return h(
    'div',
    {},
    h(
      'div',
      { class: 'filters' },
      h('div', {}, h('label', { for: status.id }, 'Status'), status),
      ...(isTable ? [] : switches('all groups', show)),
    ),
    place,
  );
}

/** A row per snapshot and scope, the newest first. */
function countsTable({ at, series }: Counts, scopes: readonly string[], statuses: readonly string[]): TableSpec {
  const lines = new Map(series.map((one) => [`${one.status} ${one.scope}`, one.values]));
  const places = at.map((_, i) => at.length - 1 - i);
  return {
    caption: 'Jobs in each status, by snapshot',
    noun: 'row',
    hasFilter: true,
    columns: [
      { name: 'snapshot, UTC' },
      { name: 'scope', isChoice: true },
      ...statuses.map((status) => ({ name: toWords(status), isNumeric: true })),
    ],
    rows: places.flatMap((i) =>
      scopes.map((scope) => [
        at[i] ?? '',
        scope,
        ...statuses.map((status) => lines.get(`${status} ${scope}`)?.[i] ?? null),
      ]),
    ),
  };
}

/** A row per day, scope and status, the newest first. */
function bandTable(combination: Combination): TableSpec {
  const { at, series } = combination.counts;
  const lines = [...series].sort((a, b) => byLifecycle(a.status, b.status) || (a.scope < b.scope ? -1 : 1));
  return {
    caption: 'Jobs in each status, by day',
    noun: 'row',
    hasFilter: true,
    columns: [
      { name: 'day, UTC', show: withKnownPart((day) => partOfDay(day, combination)) },
      { name: 'scope', isChoice: true },
      { name: 'status', isChoice: true },
      ...['least', 'median', 'most', 'last'].map((name) => ({ name, isNumeric: true })),
    ],
    rows: at
      .map((time, i) =>
        lines.map(({ scope, status, values, band }) => [
          time.slice(0, 10),
          scope,
          status,
          ...[band?.least, band?.median, band?.most, values].map((of) => of?.[i] ?? null),
        ]),
      )
      .reverse()
      .flat(),
  };
}
