import { ask } from '../../local/history/open.ts';
import { withDuckDb } from '../../local/report/with-duckdb.ts';
import { readViews } from '../../sql/catalog.ts';

const VIEW = readViews().find(({ name }) => name === 'job_changes')?.sql ?? '';
const time = (seconds: number | null) =>
  seconds === null ? 'CAST(NULL AS timestamp)' : `TIMESTAMP '2026-11-23 18:00:00' + INTERVAL '${seconds}' SECOND`;

interface Sight {
  readonly scope: string;
  readonly status: string;
  /** Seconds; null = not known. */
  readonly seenAt: number | null;
  readonly since?: number | null;
}

/** Rows of the view for a job that vanished from several scopes at once. */
async function rowsOfView(...sights: readonly Sight[]): Promise<unknown[][]> {
  const rows = sights.map(
    ({
      scope,
      status,
      seenAt,
      since = 0,
    }) => `SELECT 's2' AS snapshot_id, ${time(3600)} AS snapshot_at, ${time(3601)} AS finished_at,
      's1' AS previous_snapshot_id, ${time(0)} AS previous_snapshot_at, '${scope}' AS scope, 'arn' AS job_arn, 'job' AS job_id,
      'VANISHED' AS change, 'GONE' AS reason, '${status}' AS from_status, ${time(since)} AS from_since, ${time(seenAt)} AS from_seen_at,
      CAST(NULL AS varchar) AS to_status, ${time(null)} AS to_seen_at, 'SNAPSHOT' AS target_selection, ${time(0)} AS created_at,
      ${time(null)} AS last_updated_at, ${time(null)} AS completed_at, 'a' AS account_id, 'r' AS region, 'e' AS export_name, 'd' AS dt`,
  );
  return await withDuckDb(async (connection) => {
    await connection.run(`CREATE TABLE complete_changes AS ${rows.join(' UNION ALL ')}`);
    const sql = `SELECT array_to_string(scopes, ' ') AS scopes, from_status, CAST(epoch(from_since - ${time(0)}) AS integer) AS since
      FROM (${VIEW})`;
    return [...(await ask(connection, sql)).rows].map((row) =>
      row.map((cell) => (cell === null ? null : String(cell))),
    );
  });
}

test('the status and its beginning are those of the last sight, of equal ones those of the last scope', async () => {
  const [a, b] = [
    { scope: 'a', status: 'COMPLETED' },
    { scope: 'b', status: 'IN_PROGRESS' },
  ];
  expect(await rowsOfView({ ...a, seenAt: 10, since: 1 }, { ...b, seenAt: 9, since: 2 })).toEqual([
    ['a b', 'COMPLETED', '1'],
  ]);
  expect(await rowsOfView({ ...a, seenAt: 9, since: 1 }, { ...b, seenAt: 9, since: 2 })).toEqual([
    ['a b', 'IN_PROGRESS', '2'],
  ]);
  // An unknown value stays unknown, and is not replaced.
  expect(await rowsOfView({ ...a, seenAt: 9, since: 1 }, { ...b, seenAt: 9, since: null })).toEqual([
    ['a b', 'IN_PROGRESS', null],
  ]);
  expect(await rowsOfView({ ...a, seenAt: 8, since: 1 }, { ...b, seenAt: null, since: 2 })).toEqual([
    ['a b', 'COMPLETED', '1'],
  ]);
  expect(await rowsOfView({ ...a, seenAt: null, since: 1 })).toEqual([['a', 'COMPLETED', '1']]);
}, 30_000);
