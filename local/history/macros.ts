/**
 * Macros for functions of Trino that DuckDB lacks, so that sql/ needs only one dialect.
 *
 * @param today UTC date for `current_date`, `yyyy-MM-dd`
 */
export function macros(today: string): readonly string[] {
  return [
    'CREATE OR REPLACE MACRO sequence(first, last) AS generate_series(first, last)',
    'CREATE OR REPLACE MACRO cardinality(list) AS len(list)',
    'CREATE OR REPLACE MACRO arrays_overlap(list, other) AS list_has_any(list, other)',
    'CREATE OR REPLACE MACRO array_join(list, separator) AS array_to_string(list, separator)',
    `CREATE OR REPLACE MACRO current_date() AS DATE '${today}'`,
  ];
}
