import type { Cell } from '../../model.ts';
import { h, newId } from '../base/dom.ts';
import { type ColumnFacts, directionWords, nextSort, opposite, type Sort } from './columns.ts';

interface SortChoiceProps {
  readonly columns: readonly ColumnFacts[];
  readonly rows: readonly (readonly Cell[])[];
  readonly shown: readonly number[];
  /** What the order is called that the rows are given in, where it is not that of a column. */
  readonly given: string;
  readonly choose: (sort: Sort | undefined) => void;
}

export interface SortChoice {
  readonly element: HTMLElement;
  show(sort: Sort | undefined): void;
}

/** Sorts where the headings are not shown. */
export function sortChoice({ columns, rows, shown, given, choose }: SortChoiceProps): SortChoice {
  let now: Sort | undefined;
  const select = h('select', { id: newId() });
  select.append(
    new Option(given, ''),
    ...shown.map((column) => new Option(columns[column]?.name ?? '', String(column))),
  );
  select.addEventListener('change', () =>
    choose(select.value === '' ? undefined : nextSort(columns, Number(select.value), undefined)),
  );
  const turn = h('button', {
    type: 'button',
    click: () => now && choose({ ...now, direction: opposite(now.direction) }),
  });
  return {
    element: h('div', { class: 'sort-choice' }, h('label', { for: select.id }, 'Sorted by'), select, turn),
    show(sort) {
      now = sort;
      select.value = sort ? String(sort.column) : '';
      turn.hidden = !sort;
      turn.textContent = sort ? directionWords(rows, columns, sort) : '';
    },
  };
}
