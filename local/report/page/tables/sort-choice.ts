import type { Cell } from '../../model.ts';
import { h, newId } from '../base/dom.ts';
import { type ColumnData, directionText, nextSort, opposite, type Sort } from './columns.ts';

interface SortChoiceProps {
  readonly columns: readonly ColumnData[];
  readonly rows: readonly (readonly Cell[])[];
  readonly shown: readonly number[];
  /** Name of the given order, if the rows are not sorted by a column. */
  readonly givenOrder: string;
  readonly choose: (sort: Sort | undefined) => void;
}

export interface SortChoice {
  readonly element: HTMLElement;
  show(sort: Sort | undefined): void;
}

/** Choice of the sort, for layouts without headings. */
export function sortChoice({ columns, rows, shown, givenOrder, choose }: SortChoiceProps): SortChoice {
  let current: Sort | undefined;
  const select = h('select', { id: newId() });
  select.append(
    new Option(givenOrder, ''),
    ...shown.map((column) => new Option(columns[column]?.name ?? '', String(column))),
  );
  select.addEventListener('change', () =>
    choose(select.value === '' ? undefined : nextSort(columns, Number(select.value), undefined)),
  );
  const turn = h('button', {
    type: 'button',
    click: () => current && choose({ ...current, direction: opposite(current.direction) }),
  });
  return {
    element: h('div', { class: 'sort-choice' }, h('label', { for: select.id }, 'Sorted by'), select, turn),
    show(sort) {
      current = sort;
      select.value = sort ? String(sort.column) : '';
      turn.hidden = !sort;
      turn.textContent = sort ? directionText(rows, columns, sort) : '';
    },
  };
}
