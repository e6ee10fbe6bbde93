import type { Cell } from '../../model.ts';
import { h } from '../base/dom.ts';
import { count, counted } from '../base/format.ts';
import { pager } from '../base/pager.ts';
import { cellText, nextSort, type Sort, sameIn, sorted, sortOf, sortWords } from './columns.ts';
import { csv } from './csv.ts';
import { download, downloadName } from './download.ts';
import { memoryOf } from './filter-memory.ts';
import { filters } from './filters.ts';
import { sameLine } from './same-line.ts';
import { scroller } from './scroller.ts';
import { sortChoice } from './sort-choice.ts';
import type { TableColumn } from './table-column.ts';

export type { TableColumn } from './table-column.ts';

export interface TableSpec {
  /** Names the table in the address of the page, where its filters are kept, and in files: `overdue`. */
  readonly key?: string;
  readonly caption: string;
  /** What a row is: `job`. */
  readonly noun: string;
  /** The first is of what the rows are. */
  readonly columns: readonly TableColumn[];
  /** In the order of a column, or in {@link order}. */
  readonly rows: readonly (readonly Cell[])[];
  /** What the order is in words where it is not that of a column: `the worst first`. */
  readonly order?: string;
  readonly hasFilter?: boolean;
  /** What follows a row, as where it was opened. */
  readonly after?: (row: readonly Cell[], columns: number) => HTMLTableRowElement | undefined;
  /** Rows of a page. @default 25 */
  readonly pageSize?: number;
  /** Whether it is of all exports of the history, and not of the one that the page shows. */
  readonly isOfAll?: boolean;
}

/** Columns of a table that has room on paper for short texts on one line each. */
const FEW = 8;
/** Characters of a short text, as a time or a status. */
const SHORT = 20;
/** Characters of a text that may break into lines: shorter ones, as times, are read better on one. */
const LONG = 40;
/** Rows of a page: the same in windows of all widths, so that the same is printed. */
const PAGE = 25;

/** A table that sorts by its headings, filters, turns pages and can be saved; all of it by keyboard, and said to screen readers. */
export function table(spec: TableSpec): HTMLElement {
  const { columns, rows, caption, noun, order } = spec;
  const same = sameIn(rows, columns);
  const shown = [...columns.keys()].filter((place) => !same.some(({ column }) => column === place));
  const given = order ? undefined : sortOf(rows, columns);
  let sort = given;

  const body = h('tbody', { role: 'rowgroup' });
  const said = h('p', { class: 'table-said', role: 'status' });
  const pages = pager(show, spec.pageSize ?? PAGE);
  const headings = new Map(shown.map((place) => [place, heading(place)]));
  const head = h('tr', { role: 'row' }, ...headings.values());
  const grid = h(
    'table',
    { role: 'table', class: shown.length <= FEW && 'few' },
    h('caption', { class: 'visually-hidden' }, caption),
    h('thead', { role: 'rowgroup' }, head),
    body,
  );
  const onChange = () => {
    pages.toFirst();
    show();
  };
  const filter = spec.hasFilter ? filters({ ...spec, shown, memory: memoryOf(spec.key), onChange }) : undefined;
  const choice = sortChoice({ columns, rows, shown, given: order ?? 'nothing', choose: sortBy });
  const save = () =>
    download(
      downloadName(spec.key ?? caption.toLowerCase(), spec.isOfAll),
      csv(
        columns.map(({ name }) => name),
        found(),
      ),
    );
  const saveButton = h('button', { type: 'button', click: save }, 'Download CSV');

  function heading(place: number): HTMLElement {
    const { name, isNumeric } = columns[place] as TableColumn;
    const button = h('button', { type: 'button', click: () => sortBy(nextSort(columns, place, sort)) }, name);
    // Where rows are records, no heading is shown, and none can be reached; it names its column still.
    const plain = h('span', { class: 'heading' }, name);
    return h('th', { scope: 'col', role: 'columnheader', class: isNumeric && 'numeric' }, button, plain);
  }

  function after(row: readonly Cell[]): HTMLElement[] {
    const element = spec.after?.(row, shown.length);
    return element ? [element] : [];
  }

  function sortBy(next: Sort | undefined): void {
    sort = next;
    onChange();
  }

  function found(): (readonly Cell[])[] {
    const left = rows.filter((row) => filter?.isLeft(row) ?? true);
    return sort ? sorted(left, columns, sort) : left;
  }

  function show(): void {
    const all = found();
    body.replaceChildren(...pages.itemsOf(all).flatMap((row) => [tableRow(columns, shown, row), ...after(row)]));
    for (const [place, element] of headings) {
      if (place === sort?.column) element.setAttribute('aria-sort', sort.direction);
      else element.removeAttribute('aria-sort');
    }
    choice.show(sort);
    said.textContent =
      all.length === 0 && rows.length > 0
        ? `No ${noun} is left by the filter.`
        : `${counted(all.length, noun)}${all.length < rows.length ? ` of ${count(rows.length)}` : ''}${pages.words()}${orderWords()}`;
  }

  function orderWords(): string {
    if (rows.length < 2) return '';
    if (sort) return `; sorted by ${sortWords(rows, columns, sort)}`;
    return order ? `; ${order}` : '';
  }

  show();
  return h(
    'div',
    { class: 'table' },
    filter?.element,
    sameLine(spec, same),
    rows.length > 1 && choice.element,
    scroller(caption, grid),
    h('div', { class: 'table-foot' }, said, h('div', { class: 'table-buttons' }, pages.element, saveButton)),
  );
}

function tableRow(columns: readonly TableColumn[], shown: readonly number[], row: readonly Cell[]): HTMLElement {
  const cells = shown.map((place) => {
    const column = columns[place] as TableColumn;
    const value = row[place] ?? null;
    const content = value !== null && column.show ? column.show(value, row) : cellText(column, value);
    const attributes = { role: 'cell', class: column.isNumeric && 'numeric', 'data-heading': column.name };
    const isLong = typeof content === 'string' && content.length > LONG;
    const isShort = typeof content === 'string' && content.length <= SHORT;
    return h('td', attributes, h('span', { class: `value${isLong ? ' long' : isShort ? ' short' : ''}` }, content));
  });
  return h('tr', { role: 'row' }, ...cells);
}
