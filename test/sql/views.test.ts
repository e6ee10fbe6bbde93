import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PARTITION_COLUMNS } from '../../lambda/contract/columns.ts';
import { timestamp } from '../../lambda/core/timestamp.ts';
import type { History } from '../../local/history/open.ts';
import { statusAt } from '../../local/simulator/job.ts';
import { readQueries, readReportQueries, readViews, viewFileNames } from '../../sql/catalog.ts';
import { DEFAULT_CONFIG, propertiesOf, synth } from '../lib/synth.ts';
import { loadHistory } from '../support/loaded-history.ts';
import { type HistoryLog, type Sighting, type Taken, writeMovingHistory } from '../support/simulated-history.ts';

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
    const existing = career.get(sighting.scheduledAt);
    if (!existing || sighting.observedAt > existing.observedAt) career.set(sighting.scheduledAt, sighting);
    byJob.set(key, career);
  }
  return [...byJob.values()].map((career) => [...career.values()].sort((a, b) => a.scheduledAt - b.scheduledAt));
}

const hasDays = ({ name }: { readonly name: string }) => name !== 'reporting';
const TYPES: Readonly<Record<string, string>> = { 'timestamp(3)': 'TIMESTAMP', 'array(varchar)': 'VARCHAR[]' };

test.each(readViews())(
  '$name has the columns and types that its head says, and last what can be a condition',
  async (view) => {
    const { rows } = await history.query(`FROM (DESCRIBE ${view.name})`);
    expect(rows.map(([name, type]) => [name, type])).toEqual(
      view.columns.map(({ name, type }) => [name, TYPES[type] ?? type.toUpperCase()]),
    );
    // That of the newest look has no days.
    const last = PARTITION_COLUMNS.map(({ name }) => name).filter((name) => name !== 'dt' || hasDays(view));
    expect(view.columns.slice(-last.length).map(({ name }) => name)).toEqual(last);
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
  `array_agg array_distinct array_join array_sort arrays_overlap avg cardinality ceil coalesce count count_if date_diff date_trunc first_value floor greatest lag lead least
   max max_by min nullif round row_number sequence strpos substr sum unnest`.split(/\s+/),
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
  ).filter(({ TableInput }) => TableInput.Parameters['projection.enabled'] === 'true');
  expect(tables).toHaveLength(4);
  expect(new Set(tables.map(({ TableInput }) => TableInput.Parameters['projection.dt.range']))).toEqual(
    new Set(['2026-03-04,NOW+1DAY']),
  );
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

/** A job in a scope, at a snapshot in which it differs from the one before. */
interface Event {
  readonly at: Taken;
  readonly before?: Sighting;
  readonly now?: Sighting;
}

let found: readonly Event[] | undefined;
let seen: ReadonlyMap<string, readonly Sighting[]> | undefined;

/** Every change between two snapshots that follow one another, in each scope. */
function events(): readonly Event[] {
  found ??= findEvents();
  return found;
}

function findEvents(): Event[] {
  const lines = Map.groupBy(log.taken, ({ request }) => `${request.accountId} ${request.exportName}`);
  return [...lines.values()].flatMap((line) =>
    line.slice(1).flatMap((at, i) => {
      const [before, now] = [seenIn(line[i] as Taken), seenIn(at)];
      const keys = new Set([...before.keys(), ...now.keys()]);
      return [...keys].flatMap((key) => {
        const event = { at, before: before.get(key), now: now.get(key) } as Event;
        return event.before?.status === event.now?.status ? [] : [event];
      });
    }),
  );
}

function seenIn({ request, snapshotId: id }: Taken): Map<string, Sighting> {
  seen ??= Map.groupBy(log.sightings, (s) => `${s.accountId} ${s.exportName} ${s.snapshotId}`);
  const sightings = seen.get(`${request.accountId} ${request.exportName} ${id}`) ?? [];
  return new Map(sightings.map((s) => [`${s.scope} ${s.jobId}`, s]));
}

const bySight = ({ before, now }: Event) => (now ?? before) as Sighting;
const isAccountWide = (event: Event) => bySight(event).scope === 'account-wide';

/** Stays of a job in a status, from snapshot to snapshot, of the exports that are account-wide. */
function stays(): { sightings: Sighting[]; end?: Event }[] {
  const ends = new Map(
    events()
      .filter(isAccountWide)
      .map((event) => [`${event.before?.accountId} ${event.before?.jobId} ${event.before?.snapshotId}`, event]),
  );
  return careers().flatMap((career) => {
    const all: { sightings: Sighting[]; end?: Event }[] = [];
    for (const sighting of career.filter(({ scope }) => scope === 'account-wide')) {
      const stay = all.at(-1);
      if (!stay || stay.end) all.push({ sightings: [] });
      const end = ends.get(`${sighting.accountId} ${sighting.jobId} ${sighting.snapshotId}`);
      const open = all.at(-1) as (typeof all)[number];
      open.sightings.push(sighting);
      if (end) open.end = end;
    }
    return all;
  });
}

const ACCOUNT_WIDE = "export_name = 'all'";
const ms = (column: string) => `strftime(${column}, '%Y-%m-%d %H:%M:%S.%g')`;

test('complete_changes has all that is otherwise than in the snapshot before, scope by scope', async () => {
  const expected = events().map((event) => {
    const { before, now, at } = event;
    const { accountId, region, exportName, jobId, scope } = bySight(event);
    const change = before ? (now ? 'MOVED' : 'VANISHED') : 'APPEARED';
    return [accountId, region, exportName, at.snapshotId, scope, jobId, change, before?.status, now?.status];
  });
  expect(new Set(expected.map((row) => row[6])).size).toBe(3);
  const sql = `SELECT account_id, region, export_name, snapshot_id, scope, job_id, change, from_status, to_status
    FROM complete_changes`;
  expect(await answer(sql)).toEqual(sorted(expected));
});

test('job_changes has a job in several scopes once, with its scopes', async () => {
  const grouped = Map.groupBy(events(), (event) => {
    const { accountId, exportName, jobId } = bySight(event);
    return [accountId, exportName, event.at.snapshotId, jobId, event.before?.status, event.now?.status].join(' | ');
  });
  const expected = [...grouped].map(([key, of]) => `${key} | ${of.map((one) => bySight(one).scope).sort()}`);
  expect(expected.filter((key) => key.includes('fleet-eu,fleet-us')).length).toBeGreaterThan(5);
  const sql = 'SELECT account_id, export_name, snapshot_id, job_id, from_status, to_status, scopes FROM job_changes';
  expect(await answer(sql)).toEqual(expected.sort());
});

test('status_changes has each change between the snapshots that saw it, and jobs that are new', async () => {
  const startOf = new Map(log.taken.map((t) => [`${t.request.accountId} ${t.request.exportName} ${t.snapshotId}`, t]));
  const expected = events()
    .filter(isAccountWide)
    .flatMap(({ at, before, now }) => {
      if (!now) return [];
      const line = log.taken.filter(
        ({ request }) => request.accountId === now.accountId && request.exportName === now.exportName,
      );
      const previous = line[line.indexOf(at) - 1] as Taken;
      const createdAt = log.jobs.get(`${now.accountId} ${now.jobId}`)?.lifecycle.createdAt ?? 0;
      const isNew = createdAt >= previous.startedAt;
      const mayHaveMoved = !previous.request.statuses.includes('COMPLETED') && now.status === 'DELETION_IN_PROGRESS';
      if (!before && !isNew && !mayHaveMoved) return [];
      const reason = before ? null : isNew ? 'NEW' : 'MAY_HAVE_MOVED';
      return [[...whereOf(now), now.jobId, before?.status, now.status, reason, previous.snapshotId, at.snapshotId]];
    });
  expect(startOf.size).toBe(log.taken.length);
  for (const reason of [null, 'NEW', 'MAY_HAVE_MOVED'])
    expect(expected.filter((row) => row[6] === reason).length).toBeGreaterThan(0);
  const sql = `SELECT account_id, region, export_name, job_id, from_status, to_status, reason, after_snapshot_id,
    by_snapshot_id FROM status_changes WHERE ${ACCOUNT_WIDE}`;
  expect(await answer(sql)).toEqual(sorted(expected));
});

test('status_changes bounds how long a job truly was in the status before', async () => {
  const { rows } = await history.query(
    `SELECT account_id, job_id, from_status, CAST(epoch_ms(after_observed_at) AS double), at_least_hours, at_most_hours
      FROM status_changes WHERE from_status IS NOT NULL`,
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

test('job_timeline has a row per stay in a status, with its first and last sight, and what came after', async () => {
  const expected = stays().flatMap(({ sightings, end }) => {
    const [first, last] = [sightings[0] as Sighting, sightings.at(-1) as Sighting];
    const to = end && (end.now ? end.now.status : 'vanished');
    return [
      [...whereOf(first), first.jobId, first.status, timestamp(first.observedAt), timestamp(last.observedAt), to],
    ];
  });
  for (const to of ['IN_PROGRESS', 'COMPLETED', 'vanished', undefined])
    expect(expected.filter((row) => row.at(-1) === to).length).toBeGreaterThan(5);
  const sql = `SELECT account_id, region, export_name, job_id, status, ${ms('status_since')}, ${ms('last_seen_at')},
    CASE WHEN change = 'VANISHED' THEN 'vanished' ELSE to_status END FROM job_timeline WHERE ${ACCOUNT_WIDE}`;
  expect(await answer(sql)).toEqual(sorted(expected));
});

test('the saved query rollouts has each job whose end was seen, and since when it was in progress', async () => {
  const query = readQueries().find(({ name }) => name === 'rollouts')?.sql ?? '';
  const ended = stays().filter(({ end }) => /COMPLETED|CANCELED/.test(end?.now?.status ?? ''));
  const expected = ended.map(({ sightings, end }) => {
    const first = sightings[0] as Sighting;
    const lifecycle = log.jobs.get(`${first.accountId} ${first.jobId}`)?.lifecycle;
    const since = first.status === 'IN_PROGRESS' ? timestamp(first.observedAt) : undefined;
    const completedAt = end?.now?.status === 'COMPLETED' ? timestamp(lifecycle?.endedAt ?? 0) : undefined;
    return [...whereOf(first), first.jobId, timestamp(lifecycle?.createdAt ?? 0), since, end?.now?.status, completedAt];
  });
  expect(expected.length).toBeGreaterThan(50);
  const sql = `SELECT account_id, region, export_name, job_id, ${ms('created_at')}, ${ms('in_progress_since')}, status,
    CASE WHEN status = 'COMPLETED' THEN ${ms('completed_at')} END
    FROM (${query}) WHERE ${ACCOUNT_WIDE} AND status <> 'DELETION_IN_PROGRESS'
      AND (in_progress_since IS NOT NULL OR created_at < TIMESTAMP '${timestamp(FROM).slice(0, 19)}')`;
  const notNew = expected.filter((row) => row[5] !== undefined || String(row[4]) < timestamp(FROM));
  expect(await answer(sql)).toEqual(sorted(notNew));
});

test('stuck_jobs has the jobs in progress by the days since they were first seen so', async () => {
  const open = stays().filter(({ sightings, end }) => !end && sightings[0]?.status === 'IN_PROGRESS');
  const expected = open.flatMap(({ sightings }) => {
    const [first, last] = [sightings[0] as Sighting, sightings.at(-1) as Sighting];
    const days = Math.round((last.observedAt - first.observedAt) / (2.4 * HOUR_MS)) / 10;
    return days >= 1 ? [[...whereOf(first), first.jobId, timestamp(first.observedAt), days]] : [];
  });
  expect(expected.length).toBeGreaterThan(5);
  const sql = `SELECT account_id, region, export_name, job_id, ${ms('in_progress_since')}, days_in_progress
    FROM stuck_jobs WHERE ${ACCOUNT_WIDE}`;
  expect(await answer(sql)).toEqual(sorted(expected));
});

test('vanished_jobs distinguishes jobs that are gone from those that the configuration left out', async () => {
  const expected = events().flatMap(({ at, before, now }) => {
    if (!before || now) return [];
    const { statuses, thingGroups } = at.request;
    const isScopeLeft = before.scope === 'account-wide' || thingGroups.includes(before.scope);
    const mayHaveMoved = !statuses.includes('COMPLETED') && /^(SCHEDULED|IN_PROGRESS)$/.test(before.status);
    const reason =
      isScopeLeft && statuses.includes(before.status) ? (mayHaveMoved ? 'MAY_HAVE_MOVED' : 'GONE') : 'NOT_ASKED_NOW';
    return [[...whereOf(before), before.jobId, before.status, timestamp(at.request.scheduledAt), reason, before.scope]];
  });
  for (const reason of ['GONE', 'NOT_ASKED_NOW', 'MAY_HAVE_MOVED'])
    expect(expected.filter((row) => row[6] === reason).length).toBeGreaterThan(0);
  const sql = `SELECT account_id, region, export_name, job_id, last_status, ${ms('missed_at')}, reason,
    unnest(vanished_from) FROM vanished_jobs`;
  expect(await answer(sql)).toEqual(sorted(expected));
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
  const condition = "dt = '2026-11-22' AND account_id = '222222222222'";
  for (const { name } of readViews().filter(hasDays)) {
    await history.query(`CREATE OR REPLACE TEMP TABLE whole AS SELECT * FROM ${name}`);
    const [day, whole] = [name, 'whole'].map((from) => `SELECT * FROM ${from} WHERE ${condition}`);
    const { rows } = await history.query(`SELECT (SELECT count(*) FROM (${day})), (SELECT count(*) FROM (${whole})),
      (SELECT count(*) FROM (${day} EXCEPT ALL ${whole}))`);
    expect([name, rows[0]]).toEqual([name, [expect.any(String), rows[0]?.[0], '0']]);
  }
});
