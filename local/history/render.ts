import { stripVTControlCharacters } from 'node:util';
import type { Json } from '@duckdb/node-api';
import { dim, type Screen, screenOf } from '../cli/screen.ts';
import { wrapText } from '../cli/wrap.ts';
import { drawTable, type TextColumn } from './draw-table.ts';
import type { QueryResult } from './open.ts';

/** Characters between the name and the value of a record. */
const GAP = 2;
/** Minimum characters for a value beside its name; with fewer, the value goes below. */
const MIN_VALUE = 12;

/**
 * Formats a result for the screen: as a table; if that is too wide, with constant columns in a line above and wrapped
 * headings; if that is still too wide, as records. Words longer than the screen are not broken.
 *
 * @param screen by default standard output
 */
export function renderTable({ columns, rows }: QueryResult, screen: Screen = screenOf(process.stdout)): string {
  if (columns.length === 0) return '';
  const all = columns.map(({ name, isNumeric }, i) => ({
    name,
    isNumeric,
    cells: rows.map((row) => cell(row[i] ?? null)),
  }));
  const whole = drawTable(all, screen);
  if (widthOf(whole) <= screen.width) return whole;

  if (rows.length === 0) return wrapText(`no rows of ${columns.map(({ name }) => name).join(', ')}`, screen.width);

  const isConstant = ({ cells }: TextColumn) => rows.length > 1 && cells.every((text) => text === cells[0]);
  const varying = all.filter((column) => !isConstant(column));
  const shown = varying.length > 0 ? varying : all;
  const above = constantsLine(
    all.filter((column) => !shown.includes(column)),
    screen,
  );
  const narrow = drawTable(shown, screen, { hasNarrowHeadings: true });
  return above + (widthOf(narrow) <= screen.width ? narrow : records(shown, rows.length, screen));
}

function constantsLine(columns: readonly TextColumn[], { width }: Screen): string {
  let line = '';
  let text = '';
  for (const { name, cells } of columns) {
    const item = `${name} ${cells[0]}`;
    if (line && line.length + item.length + 3 > width) {
      text += `${line}\n`;
      line = item;
    } else line += line ? ` · ${item}` : item;
  }
  return line ? `${text}${line}\n` : '';
}

function records(columns: readonly TextColumn[], count: number, screen: Screen): string {
  const nameWidth = Math.max(...columns.map(({ name }) => name.length)) + GAP;
  const isBeside = screen.width - nameWidth >= MIN_VALUE;
  const rule = dim('─'.repeat(Math.min(screen.width, 40)), screen);
  return Array.from({ length: count }, (_, row) =>
    columns
      .map(({ name, cells }) => {
        const value = cells[row] ?? '';
        const lines = wrapText(value.replaceAll(/\s+/g, ' '), isBeside ? screen.width - nameWidth : screen.width - GAP);
        const indent = ' '.repeat(isBeside ? nameWidth : GAP);
        const start = isBeside ? name.padEnd(nameWidth) : `${name}\n${indent}`;
        return start + lines.replaceAll('\n', `\n${indent}`);
      })
      .join('\n'),
  ).join(`\n${rule}\n`);
}

function widthOf(table: string): number {
  return stripVTControlCharacters(table.slice(0, table.indexOf('\n'))).length;
}

function cell(value: Json): string {
  if (value === null) return 'NULL';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
