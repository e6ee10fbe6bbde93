import type { TypeCheck } from '../../lambda/contract/column-types.ts';

/** A row of a table, or the faults of its line as texts that follow the row number. */
export type ParsedRow<Row> = { readonly row: Row } | { readonly faults: readonly string[] };

export function parseRow<Row>(text: string, check: TypeCheck): ParsedRow<Row> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { faults: ['is not JSON'] };
  }
  const faults = check(value);
  return faults.length > 0 ? { faults } : { row: value as Row };
}
