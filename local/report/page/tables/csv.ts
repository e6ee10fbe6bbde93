import type { Cell } from '../../model.ts';

/** First characters with which a spreadsheet treats a text as a formula, including full-width ones. */
const FORMULA = /^\s*[=+\-@＝＋－＠]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: a control character may be skipped by what reads the cell
const CONTROL = /^[\u0000-\u001f\u007f]/;

/**
 * Comma-separated values by RFC 4180. A text that a spreadsheet would treat as a formula is prefixed with an apostrophe,
 * which makes it text there.
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

/** `all-123456789012-eu-west-1-overdue-2026-11-23.csv`: the non-empty parts, in characters that are safe in file names. */
export function csvName(...parts: readonly string[]): string {
  const plain = parts.map((part) => part.replaceAll(/[^\p{L}\p{N}_.-]+/gu, '-').replaceAll(/^[-.]+|[-.]+$/g, ''));
  return `${plain.filter(Boolean).join('-')}.csv`;
}
