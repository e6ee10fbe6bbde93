import type { Cell } from '../../model.ts';

/** With which a spreadsheet takes a text for a formula, those of full width among them. */
const FORMULA = /^\s*[=+\-@＝＋－＠]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: a control character may be skipped by what reads the cell
const CONTROL = /^[\u0000-\u001f\u007f]/;

/**
 * Comma-separated values as of RFC 4180. Numbers are as they are; a text that a spreadsheet would run as a formula has an
 * apostrophe before it, which makes it text there.
 */
export function csv(names: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return [names, ...rows].map((row) => `${row.map(field).join(',')}\r\n`).join('');
}

function field(value: Cell): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = Array.isArray(value) ? value.join(', ') : String(value);
  const safe = FORMULA.test(text) || CONTROL.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** `all-123456789012-eu-west-1-overdue-2026-11-23.csv`: of what there is, in characters that any file system takes. */
export function csvName(...parts: readonly string[]): string {
  const plain = parts.map((part) => part.replaceAll(/[^\p{L}\p{N}_.-]+/gu, '-').replaceAll(/^[-.]+|[-.]+$/g, ''));
  return `${plain.filter(Boolean).join('-')}.csv`;
}
