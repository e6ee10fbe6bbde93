/** `2026-11-23 18:00:00.000` in UTC: the form that Athena, Trino and DuckDB all read as a timestamp. */
export function timestamp(epochMs: number): string {
  return new Date(epochMs).toISOString().replace('T', ' ').slice(0, 23);
}
