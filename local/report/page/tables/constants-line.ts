import type { Cell } from '../../model.ts';
import { h } from '../base/dom.ts';
import { count } from '../base/format.ts';
import { type ConstantColumn, cellText } from './columns.ts';
import type { TableColumn } from './table-column.ts';

interface Props {
  readonly columns: readonly TableColumn[];
  readonly rows: readonly (readonly Cell[])[];
}

/** `All 32: target selection SNAPSHOT`: the columns that the table omits, because all rows have the same value. */
export function constantsLine({ columns, rows }: Props, constants: readonly ConstantColumn[]): HTMLElement | undefined {
  if (constants.length === 0) return undefined;
  const items = constants.map(({ column, value }) => {
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
