import type { Cell } from '../../model.ts';
import { h, newId } from '../base/dom.ts';
import { type ColumnData, cellText } from './columns.ts';
import type { FilterMemory } from './filter-memory.ts';

export interface FilterColumn extends ColumnData {
  /** Whether there is a choice of the column's values as a filter. */
  readonly isChoice?: boolean;
  /** Whether there is a minimum of the column as a filter. */
  readonly isAtLeast?: boolean;
  /** Label of a value, if it is not the value itself. */
  readonly label?: (value: string) => string;
}

type Row = readonly Cell[];
type Test = (row: Row) => boolean;
type Control = HTMLInputElement | HTMLSelectElement;

export interface Filters {
  readonly element: HTMLElement;
  matches(row: Row): boolean;
}

interface FiltersProps {
  readonly noun: string;
  readonly columns: readonly FilterColumn[];
  readonly rows: readonly Row[];
  /** Indexes of the shown columns. */
  readonly shown: readonly number[];
  readonly memory: FilterMemory;
  /** Placeholder of the search field. @default part of any column */
  readonly hint?: string;
  readonly onChange: () => void;
}

/** Value of an empty cell in a choice and in the memory. */
const NOTHING = '–';

/** A search in all columns, and choices and minimums of some. */
export function filters({ noun, columns, rows, shown, memory, hint, onChange }: FiltersProps): Filters {
  const tests = new Map<string, Test>();
  const restores: (() => void)[] = [];
  const items: HTMLElement[] = [];

  function add(label: string, name: string, control: Control, test: (value: string) => Test): void {
    const apply = () => {
      if (control.value === '') tests.delete(name);
      else tests.set(name, test(control.value));
    };
    const restore = () => {
      control.value = memory.get(name);
      // A value that is not an option, as of another export, would leave the choice empty.
      if (control instanceof HTMLSelectElement && control.selectedIndex < 0) control.selectedIndex = 0;
      apply();
    };
    restore();
    restores.push(restore);
    control.addEventListener(control instanceof HTMLSelectElement ? 'change' : 'input', () => {
      apply();
      memory.set(name, control.value);
      onChange();
    });
    items.push(h('div', {}, h('label', { for: control.id }, label), control));
  }

  const search = h('input', { type: 'search', id: newId(), placeholder: hint ?? 'part of any column' });
  add(`Find a ${noun}`, 'q', search, (wanted) => has(columns, wanted));
  for (const place of shown) {
    const column = columns[place];
    const name = column?.name.replaceAll(/[^A-Za-z0-9]+/g, '-') ?? '';
    if (column?.isChoice) {
      const values = [...new Set(rows.map((row) => textOf(row[place] ?? null) || NOTHING))].sort();
      const choice = h('select', { id: newId() });
      choice.append(new Option('all', ''), ...values.map((value) => new Option(column.label?.(value) ?? value, value)));
      add(column.name, name, choice, (value) => (row) => (textOf(row[place] ?? null) || NOTHING) === value);
    }
    if (column?.isAtLeast) {
      const least = h('input', { type: 'number', min: 0, step: 'any', id: newId() });
      // An unknown value may be higher: it matches.
      const test = (value: string) => (row: Row) => row[place] === null || Number(row[place]) >= Number(value);
      add(`${column.name}, at least`, `${name}-from`, least, test);
    }
  }
  memory.onChange(() => {
    for (const restore of restores) restore();
    onChange();
  });
  return {
    element: h('div', { class: 'filters' }, ...items),
    matches: (row) => [...tests.values()].every((test) => test(row)),
  };
}

function has(columns: readonly FilterColumn[], wanted: string): Test {
  const part = wanted.trim().toLowerCase();
  const searchText = (value: Cell, place: number) => {
    const text = textOf(value);
    return `${text} ${columns[place]?.label?.(text) ?? ''}`.toLowerCase();
  };
  return (row) => row.some((value, place) => searchText(value, place).includes(part));
}

function textOf(value: Cell): string {
  return value === null ? '' : cellText({ name: '' }, value);
}
