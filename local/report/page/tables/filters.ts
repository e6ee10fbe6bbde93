import type { Cell } from '../../model.ts';
import { h, newId } from '../base/dom.ts';
import { type ColumnFacts, cellText } from './columns.ts';
import type { FilterMemory } from './filter-memory.ts';

export interface FilterColumn extends ColumnFacts {
  /** Offers the values of the column as a filter. */
  readonly isChoice?: boolean;
  /** Offers a least value of the column as a filter. */
  readonly isAtLeast?: boolean;
  /** A value in words, where these are not the value itself. */
  readonly say?: (value: string) => string;
}

type Row = readonly Cell[];
type Test = (row: Row) => boolean;
type Control = HTMLInputElement | HTMLSelectElement;

export interface Filters {
  readonly element: HTMLElement;
  isLeft(row: Row): boolean;
}

interface FiltersProps {
  readonly noun: string;
  readonly columns: readonly FilterColumn[];
  readonly rows: readonly Row[];
  /** Places of the columns that are shown: others have nothing to choose from. */
  readonly shown: readonly number[];
  readonly memory: FilterMemory;
  /** What can be searched for. @default part of any column */
  readonly hint?: string;
  readonly onChange: () => void;
}

/** What a choice and the memory have for a cell in which nothing is. */
const NOTHING = '–';

/** A search over all columns, and a choice or a least value of some. */
export function filters({ noun, columns, rows, shown, memory, hint, onChange }: FiltersProps): Filters {
  const tests = new Map<string, Test>();
  const recalls: (() => void)[] = [];
  const items: HTMLElement[] = [];

  function add(label: string, name: string, control: Control, test: (value: string) => Test): void {
    const apply = () => {
      if (control.value === '') tests.delete(name);
      else tests.set(name, test(control.value));
    };
    const recall = () => {
      control.value = memory.get(name);
      // A value that is not offered, as of another export, leaves a choice without one.
      if (control instanceof HTMLSelectElement && control.selectedIndex < 0) control.selectedIndex = 0;
      apply();
    };
    recall();
    recalls.push(recall);
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
      choice.append(new Option('all', ''), ...values.map((value) => new Option(column.say?.(value) ?? value, value)));
      add(column.name, name, choice, (value) => (row) => (textOf(row[place] ?? null) || NOTHING) === value);
    }
    if (column?.isAtLeast) {
      const least = h('input', { type: 'number', min: 0, step: 'any', id: newId() });
      // What is not known may be more: it stays.
      const test = (value: string) => (row: Row) => row[place] === null || Number(row[place]) >= Number(value);
      add(`${column.name}, at least`, `${name}-from`, least, test);
    }
  }
  memory.onChange(() => {
    for (const recall of recalls) recall();
    onChange();
  });
  return {
    element: h('div', { class: 'filters' }, ...items),
    isLeft: (row) => [...tests.values()].every((test) => test(row)),
  };
}

function has(columns: readonly FilterColumn[], wanted: string): Test {
  const part = wanted.trim().toLowerCase();
  const said = (value: Cell, place: number) => {
    const text = textOf(value);
    return `${text} ${columns[place]?.say?.(text) ?? ''}`.toLowerCase();
  };
  return (row) => row.some((value, place) => said(value, place).includes(part));
}

function textOf(value: Cell): string {
  return value === null ? '' : cellText({ name: '' }, value);
}
