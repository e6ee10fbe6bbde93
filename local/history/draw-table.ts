import { Table } from 'console-table-printer';
import type { Screen } from '../cli/screen.ts';

const DIM = '\u001b[2m';
const END = '\u001b[22m';

/** A column with its name and its cells as text. */
export interface TextColumn {
  readonly name: string;
  readonly isNumeric: boolean;
  readonly cells: readonly string[];
}

export interface TableOptions {
  /** Whether headings that are wider than their cells wrap at underscores. @default false */
  readonly hasNarrowHeadings?: boolean;
}

/** A table with borders, dim if the screen has styles. Its first line is a border, as wide as the table. */
export function drawTable(
  columns: readonly TextColumn[],
  { hasStyles }: Screen,
  { hasNarrowHeadings = false }: TableOptions = {},
): string {
  const [on, off] = hasStyles ? [DIM, END] : ['', ''];
  const border = (left: string, mid: string, right: string) => ({
    left: on + left,
    mid,
    right: right + off,
    other: '─',
  });
  const table = new Table({
    shouldDisableColors: true,
    style: {
      headerTop: border('┌', '┬', '┐'),
      headerBottom: border('├', '┼', '┤'),
      tableBottom: border('└', '┴', '┘'),
      vertical: `${on}│${off}`,
    },
    columns: columns.map(({ name, isNumeric, cells }) => ({
      name,
      ...(hasNarrowHeadings ? narrowHeading(name, cells) : { title: name }),
      alignment: isNumeric ? 'right' : 'left',
    })),
  });
  for (let row = 0; row < (columns[0]?.cells.length ?? 0); row++) {
    table.addRow(Object.fromEntries(columns.map(({ name, cells }) => [name, cells[row]])));
  }
  return table.render();
}

/** Splits a heading into words, which the printer wraps at `maxLen`. */
function narrowHeading(name: string, cells: readonly string[]) {
  const parts = name.split(/(?<=_)/);
  const maxLen = Math.max(...[...parts, ...cells].map(({ length }) => length));
  const lines: string[] = [];
  for (const part of parts) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + part.length <= maxLen) lines[lines.length - 1] = line + part;
    else lines.push(part);
  }
  return { title: lines.join(' '), maxLen };
}
