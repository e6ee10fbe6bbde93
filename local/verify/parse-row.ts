import type { TypeCheck } from '../../lambda/contract/column-types.ts';

/** A row of a table, or what is wrong with the line that should hold it, in words that follow its number. */
export type ParsedRow<Row> = { readonly row: Row } | { readonly faults: readonly string[] };

export function parseRow<Row>(text: string, faultsOf: TypeCheck): ParsedRow<Row> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { faults: ['is not JSON'] };
  }
  const faults = faultsOf(value);
  return faults.length > 0 ? { faults } : { row: value as Row };
}
