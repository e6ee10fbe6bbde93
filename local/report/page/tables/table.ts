import type { Cell } from '../../model.ts';
import { h, newId } from '../base/dom.ts';
import { count, counted } from '../base/format.ts';
import { pager } from '../base/pager.ts';

export interface TableColumn {
  readonly name: string;
  readonly isNumeric?: boolean;
  /** What is shown of a cell; the cell itself is what is sorted. */
  readonly show?: (value: Cell, row: readonly Cell[]) => Node | string;
  /** Offers the values of the column as a filter. */
  readonly isChoice?: boolean;
  /** Offers a least value of the column as a filter. */
  readonly isAtLeast?: boolean;
}

export interface TableSpec {
  readonly caption: string;
  /** What a row is: `job`. */
  readonly noun: string;
  readonly columns: readonly TableColumn[];
  readonly rows: readonly (readonly Cell[])[];
  readonly hasFilter?: boolean;
}

type Filter = (row: readonly Cell[]) => boolean;

/** A table that sorts by its headings, filters, and turns pages; all of it by keyboard, and said to screen readers. */
export function table(spec: TableSpec): HTMLElement {
  const filters = new Map<string, Filter>();
  let sort: { readonly column: number; readonly direction: 1 | -1 } | undefined;

  const body = h('tbody');
  const said = h('p', { class: 'table-said', role: 'status' });
  const pages = pager(show);
  const headings = spec.columns.map((column, i) => {
    const button = h('button', { type: 'button', click: () => sortBy(i) }, column.name);
    return h('th', { scope: 'col', class: column.isNumeric && 'numeric' }, button);
  });
  const controls = spec.hasFilter && h('div', { class: 'filters' }, ...filterControls(spec, setFilter));
  const caption = h('caption', { class: 'visually-hidden' }, spec.caption);
  const grid = h('table', {}, caption, h('thead', {}, h('tr', {}, ...headings)), body);
  const scroller = h('div', { class: 'scroller', tabindex: 0, role: 'region', 'aria-label': spec.caption }, grid);

  function setFilter(name: string, filter: Filter | undefined): void {
    if (filter) filters.set(name, filter);
    else filters.delete(name);
    pages.toFirst();
    show();
  }

  function sortBy(column: number): void {
    const isAgain = sort?.column === column;
    sort = { column, direction: isAgain && sort?.direction === 1 ? -1 : 1 };
    for (const [i, heading] of headings.entries()) {
      if (i === column) heading.setAttribute('aria-sort', sort.direction === 1 ? 'ascending' : 'descending');
      else heading.removeAttribute('aria-sort');
    }
    pages.toFirst();
    show();
  }

  function show(): void {
    const found = spec.rows.filter((row) => [...filters.values()].every((filter) => filter(row)));
    if (sort) {
      const { column, direction } = sort;
      found.sort((a, b) => compare(a[column] ?? null, b[column] ?? null, direction));
    }
    body.replaceChildren(...pages.itemsOf(found).map((row) => tableRow(spec, row)));
    const of = found.length < spec.rows.length ? ` of ${count(spec.rows.length)}` : '';
    said.textContent =
      found.length === 0
        ? `No ${spec.noun} is left by the filter.`
        : `${counted(found.length, spec.noun)}${of}${pages.words()}`;
  }

  show();
  return h('div', { class: 'table' }, controls, scroller, h('div', { class: 'table-foot' }, said, pages.element));
}

function tableRow({ columns }: TableSpec, row: readonly Cell[]): HTMLElement {
  const cells = columns.map(({ isNumeric, show }, i) => {
    const value = row[i] ?? null;
    const text = value === null ? '–' : isNumeric && typeof value === 'number' ? count(value) : String(value);
    return h('td', { class: isNumeric && 'numeric' }, show && value !== null ? show(value, row) : text);
  });
  return h('tr', {}, ...cells);
}

/** Nothing comes last, whichever way. */
function compare(a: Cell, b: Cell, direction: 1 | -1): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  if (typeof a === 'number' && typeof b === 'number') return direction * (a - b);
  return direction * String(a).localeCompare(String(b), 'en', { numeric: true });
}

function filterControls(
  { columns, rows, noun }: TableSpec,
  set: (name: string, filter: Filter | undefined) => void,
): HTMLElement[] {
  const search = h('input', { type: 'search', id: newId(), placeholder: `part of any column` });
  search.addEventListener('input', () => {
    const wanted = search.value.trim().toLowerCase();
    set(
      'search',
      wanted
        ? (row) =>
            row.some((cell) =>
              String(cell ?? '')
                .toLowerCase()
                .includes(wanted),
            )
        : undefined,
    );
  });
  const controls = [labelled(`Find a ${noun}`, search)];
  for (const [i, { name, isChoice, isAtLeast }] of columns.entries()) {
    const values = isChoice ? [...new Set(rows.map((row) => String(row[i] ?? '')))].sort() : [];
    if (values.length > 1) {
      const choice = h('select', { id: newId() });
      choice.append(new Option('all', ''), ...values.map((value) => new Option(value || '–', value)));
      choice.addEventListener('change', () =>
        set(name, choice.selectedIndex > 0 ? (row) => String(row[i] ?? '') === choice.value : undefined),
      );
      controls.push(labelled(name, choice));
    }
    if (isAtLeast) {
      const least = h('input', { type: 'number', min: 0, step: 1, id: newId() });
      least.addEventListener('input', () =>
        // What is not known may be more: it stays.
        set(name, least.value === '' ? undefined : (row) => row[i] === null || Number(row[i]) >= Number(least.value)),
      );
      controls.push(labelled(`${name}, at least`, least));
    }
  }
  return controls;
}

function labelled(text: string, control: HTMLElement): HTMLElement {
  return h('div', {}, h('label', { for: control.id }, text), control);
}
