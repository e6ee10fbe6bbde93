import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PARTITION_COLUMNS } from '../../lambda/contract/columns.ts';
import { timestamp } from '../../lambda/core/timestamp.ts';
import type { History } from '../../local/history/open.ts';
import { statusAt, summaryAt } from '../../local/simulator/job.ts';
import { readQueries, readReportQueries, readViews, viewFileNames } from '../../sql/catalog.ts';
import { DEFAULT_CONFIG, propertiesOf, synth } from '../lib/synth.ts';
import { loadHistory } from '../support/loaded-history.ts';
import { type HistoryLog, type Sighting, writeMovingHistory } from '../support/moving-history.ts';

const FROM = Date.parse('2026-11-22T10:00:00Z');
const HOURS = 30;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const PLACES = [
  { accountId: '111111111111', region: 'us-east-1' },
  { accountId: '222222222222', region: 'eu-west-1' },
];
const directory = mkdtempSync(join(tmpdir(), 'views-'));
let log: HistoryLog;
let history: History;

beforeAll(async () => {
  log = await writeMovingHistory({ directory, from: FROM, hours: HOURS, places: PLACES });
  history = await loadHistory(directory);
}, 60_000);
afterAll(() => {
  history.close();
  rmSync(directory, { recursive: true });
});

const sorted = (rows: readonly (readonly unknown[])[]) => rows.map((row) => row.join(' | ')).sort();
const answer = async (sql: string) => sorted((await history.query(sql)).rows);
const whereOf = (s: Sighting) => [s.accountId, s.region, s.exportName];

/** The sightings of each job in each export, one a snapshot: the last where several scopes have the job. */
function careers(): Sighting[][] {
  const byJob = new Map<string, Map<number, Sighting>>();
  for (const sighting of log.sightings) {
    const key = [...whereOf(sighting), sighting.jobId].join(' ');
    const career = byJob.get(key) ?? new Map<number, Sighting>();
    const standing = career.get(sighting.scheduledAt);
    if (!standing || sighting.observedAt > standing.observedAt) career.set(sighting.scheduledAt, sighting);
    byJob.set(key, career);
  }
  return [...byJob.values()].map((career) => [...career.values()].sort((a, b) => a.scheduledAt - b.scheduledAt));
}

const TYPES: Readonly<Record<string, string>> = { 'timestamp(3)': 'TIMESTAMP', 'array(varchar)': 'VARCHAR[]' };

test.each(readViews())(
  '$name has the columns and types that its head says, the partition columns last',
  async (view) => {
    const { rows } = await history.query(`FROM (DESCRIBE ${view.name})`);
    expect(rows.map(([name, type]) => [name, type])).toEqual(
      view.columns.map(({ name, type }) => [name, TYPES[type] ?? type.toUpperCase()]),
    );
    expect(view.columns.slice(-4).map(({ name }) => name)).toEqual(PARTITION_COLUMNS.map(({ name }) => name));
  },
);

test('no view and no query takes whatever columns there are, and each is in the list of views', () => {
  for (const { sql } of [...readViews(), ...readQueries(), ...readReportQueries()])
    expect(sql).not.toMatch(/SELECT\s+(\w+\.)?\*/i);
  expect(
    readViews()
      .map(({ name }) => name)
      .sort(),
  ).toEqual(viewFileNames());
});

/** Functions that Trino 476 and DuckDB 1.5 both have with the same meaning, or that local/history/macros.ts adds. */
const SHARED = new Set(
  `array_agg array_sort arrays_overlap avg cardinality ceil coalesce count count_if date_diff date_trunc first_value floor greatest lag lead least
   max min round row_number sequence strpos substr sum unnest`.split(/\s+/),
);
/** Words before a parenthesis that are no functions. */
const WORDS =
  /^(as|by|cast|filter|from|in|on|over|partition|select|then|when|where|and|or|not|join|array|t|p|timestamp)$/;

test('views and queries call only functions that Trino and DuckDB share', () => {
  for (const { name, sql } of [...readViews(), ...readQueries(), ...readReportQueries()]) {
    const called = [...sql.replaceAll(/--.*|'[^']*'/g, '').matchAll(/\b(\w+)\s*\(/g)].map((found) =>
      String(found[1]).toLowerCase(),
    );
    const foreign = called.filter((word) => !WORDS.test(word) && !SHARED.has(word));
    expect([name, foreign]).toEqual([name, []]);
  }
});

test('nothing counts a condition that may be null by itself: of nulls alone DuckDB counts null, Trino 0', () => {
  for (const { sql } of [...readViews(), ...readQueries(), ...readReportQueries()])
    expect(sql).not.toMatch(/count_if\((s\.)?missing\)/);
});

test('a snapshot before the day that the projection begins with would not be seen, so it begins at historyStart', () => {
  const stack = synth({ ...DEFAULT_CONFIG, historyStart: '2026-03-04' });
  const tables = propertiesOf<{ TableInput: { TableType: string; Parameters: Record<string, string> } }>(
    stack,
    'AWS::Glue::Table',
  ).filter(({ TableInput }) => TableInput.TableType === 'EXTERNAL_TABLE');
  expect(tables.map(({ TableInput }) => TableInput.Parameters['projection.dt.range'])).toEqual([
    '2026-03-04,NOW+1DAY',
    '2026-03-04,NOW+1DAY',
  ]);
});

test('nothing is divided by a decimal, which Trino rounds to the scale of the literal: 0.98 days would be one', () => {
  for (const { sql } of [...readViews(), ...readQueries(), ...readReportQueries()])
    expect(sql).not.toMatch(/\/\s*\d+\.\d+(?![\de])/);
});

test.each(readQueries())('the saved query $name runs', async ({ sql }) => {
  expect((await history.query(sql)).columns.length).toBeGreaterThan(3);
});

test('latest_jobs has each job of the newest snapshot once, with the status seen last', async () => {
  const newest = careers()
    .map((career) => career.at(-1) as Sighting)
    .filter(({ scheduledAt }) => scheduledAt === FROM + (HOURS - 1) * HOUR_MS);
  expect(newest.length).toBeGreaterThan(100);
  expect(await answer('SELECT account_id, region, export_name, job_id, status FROM latest_jobs')).toEqual(
    sorted(newest.map((s) => [...whereOf(s), s.jobId, s.status])),
  );
});

test('complete_jobs leaves out the rows of a run that died before its record', async () => {
  const [raw] = (await history.query('SELECT count(*) FROM jobs')).rows[0] ?? [];
  expect(Number(raw)).toBeGreaterThan(log.sightings.length);
  expect(await answer('SELECT count(*) FROM complete_jobs')).toEqual([String(log.sightings.length)]);
});

test('job_counts has zeros and missing groups, and counts what was seen', async () => {
  const expected = log.taken.flatMap(({ request, snapshotId: id }) => {
    const scopes = request.thingGroups.length > 0 ? request.thingGroups : ['account-wide'];
    const seen = log.sightings.filter(
      (s) => s.snapshotId === id && s.accountId === request.accountId && s.exportName === request.exportName,
    );
    return scopes.flatMap((scope) =>
      request.statuses.map((status) => [
        request.accountId,
        id,
        scope,
        status,
        seen.filter((s) => s.scope === scope && s.status === status).length,
        scope === 'fleet-moon',
      ]),
    );
  });
  expect(await answer('SELECT account_id, snapshot_id, scope, status, job_count, missing FROM job_counts')).toEqual(
    sorted(expected),
  );
});

function changes() {
  return careers().flatMap((career) =>
    career.flatMap((now, i) => {
      const before = career[i - 1];
      return before && before.status !== now.status ? [{ before, now }] : [];
    }),
  );
}

test('status_changes has each change between the snapshots that saw it', async () => {
  const expected = changes().map(({ before, now }) => [
    ...whereOf(now),
    now.jobId,
    before.status,
    now.status,
    before.snapshotId,
    now.snapshotId,
  ]);
  expect(expected.length).toBeGreaterThan(50);
  const sql = `SELECT account_id, region, export_name, job_id, from_status, to_status, after_snapshot_id, by_snapshot_id
    FROM status_changes`;
  expect(await answer(sql)).toEqual(sorted(expected));
});

test('status_changes bounds how long a job truly was in the status before', async () => {
  const { rows } = await history.query(
    `SELECT account_id, job_id, from_status, CAST(epoch_ms(after_observed_at) AS double), at_least_hours, at_most_hours
      FROM status_changes`,
  );
  expect(rows.length).toBeGreaterThan(50);
  for (const [accountId, jobId, from, seenAt, least, most] of rows) {
    const job = log.jobs.get(`${accountId} ${jobId}`);
    if (!job) throw new Error(`The simulator knows no job ${jobId}`);
    const minutes = (step: number) => {
      let count = 0;
      while (statusAt(job, Number(seenAt) + count * step * MINUTE_MS) === from) count += 1;
      return count;
    };
    // The stay in which the job was last seen so, to a minute at either end.
    const longest = (minutes(-1) + minutes(1)) / 60;
    // A maintenance window may open and close between two snapshots, which then see one stay where there were two.
    expect(Number(least)).toBeLessThanOrEqual(job.lifecycle.windows ? Number(most) : longest);
    expect(Number(most)).toBeGreaterThanOrEqual(longest - 2 / 60);
  }
});

test('job_timeline has when each job was first and last seen in a status on a day', async () => {
  const spans = new Map<string, number[]>();
  for (const sighting of careers().flat()) {
    const day = timestamp(sighting.scheduledAt).slice(0, 10);
    const key = [...whereOf(sighting), sighting.jobId, sighting.status, day].join(' | ');
    spans.set(key, [...(spans.get(key) ?? []), sighting.observedAt]);
  }
  const sql = `SELECT account_id, region, export_name, job_id, status, dt,
    strftime(first_seen_at, '%Y-%m-%d %H:%M:%S.%g'), strftime(last_seen_at, '%Y-%m-%d %H:%M:%S.%g'), snapshot_count
    FROM job_timeline`;
  expect(await answer(sql)).toEqual(
    sorted(
      [...spans].map(([key, at]) => [key, timestamp(Math.min(...at)), timestamp(Math.max(...at)), String(at.length)]),
    ),
  );
});

test('the saved query rollouts has when each job was created, first seen in progress, and completed', async () => {
  const query = readQueries().find(({ name }) => name === 'rollouts')?.sql ?? '';
  const expected = careers().flatMap((career) => {
    const started = career.find(({ status }) => status === 'IN_PROGRESS');
    const completed = career.find(({ status }) => status === 'COMPLETED');
    const first = career[0] as Sighting;
    const lifecycle = log.jobs.get(`${first.accountId} ${first.jobId}`)?.lifecycle;
    if ((!started && !completed) || !lifecycle) return [];
    return [
      [
        ...whereOf(first),
        first.jobId,
        timestamp(lifecycle.createdAt),
        started && timestamp(started.observedAt),
        completed && timestamp(lifecycle.endedAt),
      ],
    ];
  });
  const sql = `SELECT account_id, region, export_name, job_id, strftime(created_at, '%Y-%m-%d %H:%M:%S.%g'),
    strftime(first_in_progress_at, '%Y-%m-%d %H:%M:%S.%g'), strftime(completed_at, '%Y-%m-%d %H:%M:%S.%g')
    FROM (${query})`;
  expect(await answer(sql)).toEqual(sorted(expected));
});

test('stuck_jobs has the jobs in progress by the whole days since they were last changed', async () => {
  const newest = FROM + (HOURS - 1) * HOUR_MS;
  const expected = careers().flatMap((career) => {
    const last = career.at(-1) as Sighting;
    const job = log.jobs.get(`${last.accountId} ${last.jobId}`);
    if (!job || last.scheduledAt !== newest || last.status !== 'IN_PROGRESS') return [];
    const { lastUpdatedAt = Number.NaN } = summaryAt(job, last.observedAt, '');
    const days = Math.floor((newest - lastUpdatedAt) / (24 * HOUR_MS));
    return days >= 1 ? [[...whereOf(last), last.jobId, days]] : [];
  });
  expect(expected.length).toBeGreaterThan(5);
  expect(await answer('SELECT account_id, region, export_name, job_id, days_unchanged FROM stuck_jobs')).toEqual(
    sorted(expected),
  );
});

test('vanished_jobs tells jobs that are gone from those that the configuration left out', async () => {
  const expected = careers().flatMap((career) => {
    const last = career.at(-1) as Sighting;
    const after = log.taken.filter(
      ({ request: r }) =>
        r.accountId === last.accountId && r.exportName === last.exportName && r.scheduledAt > last.scheduledAt,
    );
    const next = after[0]?.request;
    if (!next) return [];
    const scopes = log.sightings.filter(
      (s) => s.snapshotId === last.snapshotId && s.accountId === last.accountId && s.jobId === last.jobId,
    );
    const isScopeLeft = next.exportName === 'all' || scopes.some(({ scope }) => next.thingGroups.includes(scope));
    const isStatusLeft = next.statuses.includes(last.status);
    const mayHaveMovedOn = !next.statuses.includes('COMPLETED') && /^(SCHEDULED|IN_PROGRESS)$/.test(last.status);
    const reason = !isScopeLeft
      ? 'SCOPE_LEFT_OUT'
      : !isStatusLeft
        ? 'STATUS_LEFT_OUT'
        : mayHaveMovedOn
          ? 'STATUS_NOT_LISTED'
          : 'GONE';
    return [[...whereOf(last), last.jobId, last.status, timestamp(next.scheduledAt), reason]];
  });
  for (const reason of ['GONE', 'SCOPE_LEFT_OUT', 'STATUS_LEFT_OUT', 'STATUS_NOT_LISTED']) {
    expect(expected.filter((row) => row.at(-1) === reason).length).toBeGreaterThan(0);
  }
  const sql = `SELECT account_id, region, export_name, job_id, last_status,
    strftime(missed_at, '%Y-%m-%d %H:%M:%S.%g'), reason FROM vanished_jobs WHERE still_in IS NULL`;
  expect(await answer(sql)).toEqual(sorted(expected));
});

test('vanished_jobs says where a job is that one scope lost and another still has, once', async () => {
  const first = (s: Sighting) => s.scheduledAt === FROM + (HOURS / 1.5 - 1) * HOUR_MS && s.scope === 'fleet-us';
  const then = new Set(
    log.sightings
      .filter((s) => s.scheduledAt === FROM + (HOURS - 1) * HOUR_MS && s.scope === 'fleet-eu')
      .map((s) => `${s.accountId} ${s.jobId}`),
  );
  const expected = log.sightings.filter((s) => first(s) && then.has(`${s.accountId} ${s.jobId}`));
  expect(expected.length).toBeGreaterThan(10);
  const sql = `SELECT account_id, job_id, reason, vanished_from[1], still_in[1] FROM vanished_jobs
    WHERE still_in IS NOT NULL`;
  expect(await answer(sql)).toEqual(
    sorted(expected.map((s) => [s.accountId, s.jobId, 'SCOPE_LEFT_OUT', 'fleet-us', 'fleet-eu'])),
  );
});

test('snapshot_health counts the hours without a snapshot or with rows alone as missing', async () => {
  const sql = `SELECT account_id, export_name, dt, expected, arrived, gaps, period_minutes, missing_groups
    FROM snapshot_health`;
  const of = (exportName: string, missing: string) =>
    PLACES.flatMap(({ accountId }) => [
      [accountId, exportName, '2026-11-22', 14, 12, 2, 60, missing],
      [accountId, exportName, '2026-11-23', 16, 16, 0, 60, missing],
    ]);
  expect(await answer(sql)).toEqual(sorted([...of('all', ''), ...of('fleets', 'fleet-moon')]));
});

test('a condition on the partition columns gives the rows of that day as without it', async () => {
  for (const { name, columns } of readViews()) {
    const list = columns.map((column) => column.name).join(', ');
    const all = await history.query(`SELECT ${list} FROM ${name}`);
    const day = await history.query(
      `SELECT ${list} FROM ${name} WHERE dt = '2026-11-22' AND account_id = '222222222222'`,
    );
    const dt = columns.length - 1;
    const expected = all.rows.filter((row) => row[dt] === '2026-11-22' && row[dt - 3] === '222222222222');
    expect(sorted(day.rows)).toEqual(sorted(expected));
  }
});
