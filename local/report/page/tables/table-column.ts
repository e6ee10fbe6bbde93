import type { Cell } from '../../model.ts';
import type { FilterColumn } from './filters.ts';

export interface TableColumn extends FilterColumn {
  /** Content of a cell; sorting uses the cell itself. */
  readonly show?: (value: Cell, row: readonly Cell[]) => Node | string;
}
