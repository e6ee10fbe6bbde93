import type { Combination, Counts } from '../../model.ts';
import { h, newId } from '../base/dom.ts';
import { byLife, counted, words } from '../base/format.ts';
import { section } from '../base/section.ts';
import { linePanel, panels } from '../charts/panels.ts';
import type { TableSpec } from '../tables/table.ts';

/** Counts per status over time: a panel per status where the account is listed, or per group, of one status at a time. */
export function countsSection({ counts }: Combination): HTMLElement {
  const scopes = [...new Set(counts.series.map(({ scope }) => scope))].sort();
  const statuses = [...new Set(counts.series.map(({ status }) => status))].sort(byLife);
  const scopeWords = scopes.length === 1 ? (scopes[0] ?? '') : counted(scopes.length, 'thing group');
  const gaps = counts.gapsAfter.length;
  const lede = [
    `${scopeWords}, ${counts.isByDay ? 'the last snapshot of each day' : counted(counts.at.length, 'snapshot')}.`,
    gaps > 0
      ? `Where ${counts.isByDay ? 'days have no snapshot' : 'snapshots are missing'}, ${counted(gaps, 'time')}, the lines are interrupted.`
      : counts.at.length > 1 && 'None is missing between the first and the last.',
    scopes.length > 1 && 'A job in several groups is counted in each.',
  ];
  return section({
    id: 'counts',
    lede: lede.filter(Boolean).join(' '),
    content: [scopes.length > 1 ? groupPanels(counts, scopes, statuses) : statusPanels(counts, statuses)],
    restsOn: counts.restsOn,
    numbers: () => countsTable(counts, scopes, statuses),
    statements: [counts],
  });
}

function statusPanels(counts: Counts, statuses: readonly string[]): HTMLElement {
  return panels(
    statuses.flatMap((status) => {
      const series = counts.series.find((one) => one.status === status);
      return series ? [linePanel({ ...common(counts), name: status, colourOf: status, values: series.values })] : [];
    }),
  );
}

function groupPanels(counts: Counts, scopes: readonly string[], statuses: readonly string[]): HTMLElement {
  const status = h('select', { id: newId() });
  status.append(...statuses.map((name) => new Option(name, name)));
  status.value = statuses.includes('IN_PROGRESS') ? 'IN_PROGRESS' : (statuses[0] ?? '');
  const isShared = h('input', { type: 'checkbox', id: newId() });
  const place = h('div');
  const show = () => {
    const shown = counts.series.filter((series) => series.status === status.value);
    const max = Math.max(1, ...shown.map(({ values }) => values.reduce<number>((a, b) => Math.max(a, b ?? 0), 0)));
    place.replaceChildren(
      panels(
        scopes.flatMap((scope) => {
          const series = shown.find((one) => one.scope === scope);
          const scale = isShared.checked ? { max } : {};
          return series
            ? [linePanel({ ...common(counts), ...scale, name: scope, colourOf: status.value, values: series.values })]
            : [];
        }),
      ),
    );
  };
  status.addEventListener('change', show);
  isShared.addEventListener('change', show);
  show();
  return h(
    'div',
    {},
    h(
      'div',
      { class: 'filters' },
      h('div', {}, h('label', { for: status.id }, 'Status'), status),
      h('div', { class: 'check' }, isShared, h('label', { for: isShared.id }, 'one scale for all groups')),
    ),
    place,
  );
}

function common({ at, gapsAfter }: Counts) {
  return { at, gapsAfter: new Set(gapsAfter) };
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
      ...statuses.map((status) => ({ name: words(status), isNumeric: true })),
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
