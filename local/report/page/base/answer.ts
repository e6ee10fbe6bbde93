import type { Answer, Cell } from '../../model.ts';

/** The rows of an answer as objects. */
export function records(answer: Answer): Record<string, Cell>[] {
  return answer.rows.map((row) => Object.fromEntries(answer.columns.map((name, i) => [name, row[i] ?? null])));
}

export function numberOf(record: Readonly<Record<string, Cell>> | undefined, name: string): number {
  return Number(record?.[name] ?? 0);
}

export function textOf(record: Readonly<Record<string, Cell>> | undefined, name: string): string {
  const value = record?.[name] ?? '';
  return Array.isArray(value) ? value.join(', ') : String(value);
}
