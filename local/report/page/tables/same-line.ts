import type { Cell } from '../../model.ts';
import { h } from '../base/dom.ts';
import { count } from '../base/format.ts';
import { cellText, type Same } from './columns.ts';
import type { TableColumn } from './table-column.ts';

interface Props {
  readonly columns: readonly TableColumn[];
  readonly rows: readonly (readonly Cell[])[];
}

/** `All 32: target selection SNAPSHOT`: what the columns say that are left out, as they say the same of every row. */
export function sameLine({ columns, rows }: Props, same: readonly Same[]): HTMLElement | undefined {
  if (same.length === 0) return undefined;
  const items = same.map(({ column, value }) => {
    const spec = columns[column] as TableColumn;
    const content = value !== null && spec.show ? spec.show(value, rows[0] ?? []) : cellText(spec, value);
    return h('li', { 'data-column': column }, `${spec.name} `, h('b', {}, content));
  });
  return h(
    'div',
    { class: 'same' },
    `${rows.length === 2 ? 'Both' : `All ${count(rows.length)}`}: `,
    h('ul', {}, ...items),
  );
}
