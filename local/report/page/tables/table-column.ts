import type { Cell } from '../../model.ts';
import type { FilterColumn } from './filters.ts';

export interface TableColumn extends FilterColumn {
  /** What is shown of a cell; the cell itself is what is sorted. */
  readonly show?: (value: Cell, row: readonly Cell[]) => Node | string;
}
