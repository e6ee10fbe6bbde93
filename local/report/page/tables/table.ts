import type { Cell } from '../../model.ts';
import { h } from '../base/dom.ts';
import { count, counted } from '../base/format.ts';
import { pager } from '../base/pager.ts';
import { cellText, constantColumns, detectSort, nextSort, type Sort, sorted, sortText } from './columns.ts';
import { constantsLine } from './constants-line.ts';
import { csv } from './csv.ts';
import { download, downloadName } from './download.ts';
import { filterMemory } from './filter-memory.ts';
import { filters } from './filters.ts';
import { scroller } from './scroller.ts';
import { sortChoice } from './sort-choice.ts';
import type { TableColumn } from './table-column.ts';

export type { TableColumn } from './table-column.ts';

export interface TableSpec {
  /** Key of the table in the URL, for its filters, and in names of files: `overdue`. */
  readonly key?: string;
  readonly caption: string;
  /** What a row is: `job`. */
  readonly noun: string;
  /** The first column names the row. */
  readonly columns: readonly TableColumn[];
  /** Sorted by a column, or by {@link order}. */
  readonly rows: readonly (readonly Cell[])[];
  /** Name of the order, if it is not that of a column: `the worst first`. */
  readonly order?: string;
  readonly hasFilter?: boolean;
  /** A further table row after a row, as when it is expanded. */
  readonly after?: (row: readonly Cell[], columns: number) => HTMLTableRowElement | undefined;
  /** Rows per page. @default 25 */
  readonly pageSize?: number;
  /** Whether it is about all exports of the history, not only the shown one. */
  readonly isOfAll?: boolean;
}

/** Up to this number of columns, short texts fit on one line on paper. */
const FEW_COLUMNS = 8;
/** Maximum length of a short text, as a time or a status. */
const SHORT_TEXT = 20;
/** Longer texts may be broken into lines. */
const LONG_TEXT = 40;
/** Rows per page, the same for all window widths, so that the printout is the same. */
const PAGE_SIZE = 25;

/** A table with sorting, filters, pages and download, accessible by keyboard and screen readers. */
export function table(spec: TableSpec): HTMLElement {
  const { columns, rows, caption, noun, order } = spec;
  const constants = constantColumns(rows, columns);
  const shown = [...columns.keys()].filter((place) => !constants.some(({ column }) => column === place));
  const givenSort = order ? undefined : detectSort(rows, columns);
  let sort = givenSort;

  const body = h('tbody', { role: 'rowgroup' });
  const status = h('p', { class: 'table-status', role: 'status' });
  const pages = pager(show, spec.pageSize ?? PAGE_SIZE);
  const headings = new Map(shown.map((place) => [place, heading(place)]));
  const head = h('tr', { role: 'row' }, ...headings.values());
  const grid = h(
    'table',
    { role: 'table', class: shown.length <= FEW_COLUMNS && 'few' },
    h('caption', { class: 'visually-hidden' }, caption),
    h('thead', { role: 'rowgroup' }, head),
    body,
  );
  const onChange = () => {
    pages.toFirst();
    show();
  };
  const filter = spec.hasFilter ? filters({ ...spec, shown, memory: filterMemory(spec.key), onChange }) : undefined;
  const choice = sortChoice({ columns, rows, shown, givenOrder: order ?? 'nothing', choose: sortBy });
  const save = () =>
    download(
      downloadName(spec.key ?? caption.toLowerCase(), spec.isOfAll),
      csv(
        columns.map(({ name }) => name),
        filteredRows(),
      ),
    );
  const saveButton = h('button', { type: 'button', click: save }, 'Download CSV');

  function heading(place: number): HTMLElement {
    const { name, isNumeric } = columns[place] as TableColumn;
    const button = h('button', { type: 'button', click: () => sortBy(nextSort(columns, place, sort)) }, name);
    // On phones the button is hidden and not focusable; this text still names the column.
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

  function filteredRows(): (readonly Cell[])[] {
    const left = rows.filter((row) => filter?.matches(row) ?? true);
    return sort ? sorted(left, columns, sort) : left;
  }

  function show(): void {
    const all = filteredRows();
    body.replaceChildren(...pages.itemsOf(all).flatMap((row) => [tableRow(columns, shown, row), ...after(row)]));
    for (const [place, element] of headings) {
      if (place === sort?.column) element.setAttribute('aria-sort', sort.direction);
      else element.removeAttribute('aria-sort');
    }
    choice.show(sort);
    status.textContent =
      all.length === 0 && rows.length > 0
        ? `No ${noun} is left by the filter.`
        : `${counted(all.length, noun)}${all.length < rows.length ? ` of ${count(rows.length)}` : ''}${pages.text()}${orderText()}`;
  }

  function orderText(): string {
    if (rows.length < 2) return '';
    if (sort) return `; sorted by ${sortText(rows, columns, sort)}`;
    return order ? `; ${order}` : '';
  }

  show();
  return h(
    'div',
    { class: 'table' },
    filter?.element,
    constantsLine(spec, constants),
    rows.length > 1 && choice.element,
    scroller(caption, grid),
    h('div', { class: 'table-foot' }, status, h('div', { class: 'table-buttons' }, pages.element, saveButton)),
  );
}

function tableRow(columns: readonly TableColumn[], shown: readonly number[], row: readonly Cell[]): HTMLElement {
  const cells = shown.map((place) => {
    const column = columns[place] as TableColumn;
    const value = row[place] ?? null;
    const content = value !== null && column.show ? column.show(value, row) : cellText(column, value);
    const attributes = { role: 'cell', class: column.isNumeric && 'numeric', 'data-heading': column.name };
    const isLong = typeof content === 'string' && content.length > LONG_TEXT;
    const isShort = typeof content === 'string' && content.length <= SHORT_TEXT;
    return h('td', attributes, h('span', { class: `value${isLong ? ' long' : isShort ? ' short' : ''}` }, content));
  });
  return h('tr', { role: 'row' }, ...cells);
}
