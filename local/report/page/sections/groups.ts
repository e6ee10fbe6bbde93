import type { Cell, Combination, CountSeries } from '../../model.ts';
import { h } from '../base/dom.ts';
import { count, toWords } from '../base/format.ts';
import { idElement } from '../base/id-element.ts';
import { linePanel } from '../charts/line-panel.ts';
import { PAPER_WIDTH } from '../charts/paper.ts';
import { partOfDay } from '../charts/periods.ts';
import { scaleOf } from '../charts/scales.ts';
import { sparkline } from '../charts/sparkline.ts';
import { table } from '../tables/table.ts';
import { type Group, groupsOf, missingText, signed } from './groups-text.ts';

/** More groups than this are shown as a table with charts on demand, not as panels. */
export const MAX_PANELS = 6;

/**
 * The thing groups as a table for one status, the worst first; a group's row opens its chart.
 *
 * @param open groups whose chart is open, kept when the table is sorted, filtered, paged or shows another status
 */
export function groupsTable(combination: Combination, status: string, open: Set<string>): HTMLElement {
  const groups = new Map(groupsOf(combination, status).map((group) => [group.scope, group]));
  const lines = new Map(combination.counts.series.flatMap((one) => (one.status === status ? [[one.scope, one]] : [])));
  const charts = new Map<string, HTMLTableRowElement>();
  const chartOf = (scope: string, columns: number) => {
    const chart = charts.get(scope) ?? chartRow(columns, groupChart(combination, groups.get(scope), lines.get(scope)));
    charts.set(scope, chart);
    return chart;
  };
  return table({
    caption: `Thing groups, ${toWords(status)}`,
    key: 'groups',
    noun: 'thing group',
    order: 'the worst first',
    hasFilter: true,
    after: ([scope], columns) => (open.has(String(scope)) ? chartOf(String(scope), columns) : undefined),
    columns: [
      {
        name: 'thing group',
        show: (scope) => nameCell(String(scope), open, chartOf, smallLine(combination, lines.get(String(scope)))),
      },
      { name: toWords(status), isNumeric: true },
      { name: 'change in 7 days', isNumeric: true, show: (change) => signed(Number(change), count) },
      { name: 'overdue', isNumeric: true },
      { name: 'missing', isChoice: true },
    ],
    rows: [...groups.values()].map(({ scope, jobs, change, overdue, isMissing, isListed }): Cell[] => [
      scope,
      jobs,
      change,
      overdue,
      !isListed
        ? 'no longer listed'
        : isMissing === null
          ? 'not known whether it exists'
          : isMissing
            ? 'missing'
            : 'no',
    ]),
  });
}

function chartRow(columns: number, chart: HTMLElement): HTMLTableRowElement {
  return h('tr', { role: 'row', class: 'expanded' }, h('td', { role: 'cell', colspan: columns }, chart));
}

function smallLine(combination: Combination, line: CountSeries | undefined): SVGElement | undefined {
  const values = line?.band?.median ?? line?.values ?? [];
  return values.some((value) => value !== null)
    ? sparkline({ values, gapsAfter: new Set(combination.counts.gapsAfter) })
    : undefined;
}

function nameCell(
  scope: string,
  open: Set<string>,
  chartOf: (scope: string, columns: number) => HTMLTableRowElement,
  line: SVGElement | undefined,
): HTMLElement {
  const button = h('button', { type: 'button', class: 'expands' }, idElement(scope));
  const updateExpanded = () => button.setAttribute('aria-expanded', String(open.has(scope)));
  button.addEventListener('click', () => {
    const row = button.closest('tr');
    const chart = chartOf(scope, row?.cells.length ?? 1);
    if (open.delete(scope)) chart.remove();
    else {
      open.add(scope);
      row?.after(chart);
    }
    updateExpanded();
  });
  updateExpanded();
  return h('span', { class: 'group-name' }, button, line);
}

function groupChart(combination: Combination, group: Group | undefined, line: CountSeries | undefined): HTMLElement {
  const { counts } = combination;
  if (!line || !group || line.values.every((value) => value === null))
    return h(
      'p',
      { class: 'nothing' },
      `${group?.scope}: ${missingText(group ?? { isListed: true, isMissing: null })}.`,
    );
  return linePanel({
    name: `${line.scope}, ${toWords(line.status)}`,
    colourOf: line.status,
    at: counts.at,
    gapsAfter: new Set(counts.gapsAfter),
    values: line.values,
    band: line.band,
    scale: scaleOf(extentsOf(line), false),
    partOf: (day) => partOfDay(day, combination),
    missingText: 'not known, or the group did not exist',
    height: 190,
    paperWidth: PAPER_WIDTH,
  });
}

/** All numbers of a line, for the extent of its axis. */
export function extentsOf({ values, band }: CountSeries): readonly (number | null)[] {
  return band ? [...values, ...band.least, ...band.most] : values;
}
