/** Every deployed view and saved query on Trino: compared with DuckDB's answers row by row, and what each view reads. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { checkExports } from '../../hub/core/check-exports.ts';
import { systemClock } from '../../lambda/aws/system-clock.ts';
import { snapshotId } from '../../lambda/contract/keys.ts';
import { directoryHealth } from '../../local/health/directory-health.ts';
import { directoryKeys } from '../../local/health/directory-keys.ts';
import { type History, openHistory } from '../../local/history/open.ts';
import { statementOf } from '../../local/report/report-query.ts';
import { readQueries, readReportQueries, readViews } from '../../sql/catalog.ts';
import { writeDescribedHistory } from '../sql/details-history.ts';
import { writeOddHistory } from '../sql/odd-history.ts';
import { takeSnapshot } from '../sql/snapshots.ts';
import { sqlOfDocs } from '../support/docs-sql.ts';
import { writeMovingHistory } from '../support/simulated-history.ts';
import { ACCOUNT, type LocalAws, REGION, startLocalAws } from './local-aws/local-aws.ts';
import { upload } from './local-aws/upload.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Six days and a piece of today: a view that reads more than three of them is caught, at whatever hour. */
const HOURS = 148;

/** Views that look at the day before, too, or at yesterday and today. */
const LOOK_BACK = /^(snapshot_health|unlinked_snapshots|job_timeline)$/;

/** The export with details. */
const DESCRIBED = 'described';
const OF_DETAILS = /^(complete_details|rollout_progress|latest_rollouts)$/;

const directory = mkdtempSync(join(tmpdir(), 'queries-'));
const from = Math.floor(Date.now() / HOUR_MS) * HOUR_MS - (HOURS - 1) * HOUR_MS;
const dayOf = (instant: number) => new Date(instant).toISOString().slice(0, 10);
let aws: LocalAws;
let history: History;

before(async () => {
  await writeMovingHistory({ directory, from, hours: HOURS, places: [{ accountId: ACCOUNT, region: REGION }] });
  const place = { directory, accountId: ACCOUNT, region: REGION };
  await writeOddHistory({ ...place, until: from + (HOURS - 1) * HOUR_MS, exportName: 'odd' });
  writeDescribedHistory({ ...place, from, hours: HOURS, exportName: DESCRIBED });
  const ports = { clock: systemClock, keys: directoryKeys(directory), health: directoryHealth(directory) };
  const targets = [{ account: ACCOUNT, regions: [REGION] }];
  await checkExports(ports, { exports: [{ name: 'all', schedule: 'rate(1 hour)' }], missedPeriods: 2, targets });
  // 10,005 listings, for Trino has no sequence of more than 10,000.
  const thingGroups = Array.from({ length: 2001 }, (_, i) => `group-${i}`);
  await takeSnapshot({ ...place, at: from, exportName: 'wide', thingGroups, jobs: [] });
  aws = await startLocalAws();
  const account = aws.account();
  account.cdk('bootstrap', `aws://${ACCOUNT}/${REGION}`);
  const exports = ['all', 'fleets', 'odd', 'wide', DESCRIBED].map((name) => ({ name, schedule: 'cron(0 0 1 1 ? *)' }));
  const outputs = account.deploy({ exports, historyStart: dayOf(from - DAY_MS), disabledAlarms: ['no-snapshot'] });
  await upload(directory, outputs.IotJobsExporter?.HistoryBucket ?? '', account.client);
  history = await openHistory(directory, dayOf(Date.now()));
});
after(async () => {
  history?.close();
  await aws?.stop();
  rmSync(directory, { recursive: true, force: true });
});

for (const { name, columns } of readViews()) {
  const list = columns.map((column) => column.name).join(', ');

  test(`the view ${name} has the same rows on Trino and on DuckDB, of the types that its head says`, async () => {
    const sql = `SELECT ${list} FROM ${name}`;
    const trino = await aws.sql(sql);
    assert.deepEqual(
      trino.columns.map(({ type }) => type),
      columns.map(({ type }) => type),
    );
    assert.deepEqual(texts(trino.rows).sort(), texts((await history.query(sql)).rows).sort());
    assert.ok(trino.rows.length > 0);
  });

  // It has no days: the newest look is one object.
  if (name === 'reporting') continue;
  test(`the view ${name} reads no more than the day asked for, and the one before where it looks back`, async () => {
    const exportName = OF_DETAILS.test(name) ? DESCRIBED : 'all';
    const where = `account_id = '${ACCOUNT}' AND region = '${REGION}' AND export_name = '${exportName}'`;
    const read = async (sql: string) => (await aws.sql(sql)).stats.physicalInputBytes;
    const day = await read(`SELECT ${list} FROM ${name} WHERE ${where} AND dt = '${dayOf(Date.now() - DAY_MS)}'`);
    if (/^(latest|stuck)_jobs$/.test(name)) {
      assert.ok(
        (await read(`SELECT ${list} FROM ${name} WHERE ${where}`)) <= 2 * bytesOfDays(['jobs', 'snapshots'], 'all', 2),
      );
    } else if (name === 'latest_rollouts') {
      const all = await read(`SELECT ${list} FROM ${name} WHERE ${where}`);
      assert.ok(all <= 2 * bytesOfDays(['details', 'snapshots'], DESCRIBED, 2), `${all} bytes`);
    } else {
      // A day, or three, of the six and a piece that there are. Without the condition on dt a view reads them all.
      const all = await read(`SELECT ${list} FROM ${name} WHERE ${where}`);
      assert.ok(day <= (LOOK_BACK.test(name) ? 0.6 : 0.3) * all, `${day} bytes for a day, ${all} for all`);
    }
  });
}

for (const name of ['snapshot_health', 'unlinked_snapshots']) {
  test(`the view ${name} computes the day before the one asked for, and tries no other: docs/decisions/0013`, async () => {
    const sql = `EXPLAIN SELECT * FROM ${name} WHERE dt = '${dayOf(Date.now() - DAY_MS)}'`;
    const [[plan]] = (await aws.sql(sql)).rows as [[string]];
    const scans = plan.split('\n').filter((line) => /Scan.*\[table/.test(line));
    assert.ok(scans.length >= 2);
    for (const scan of scans) assert.doesNotMatch(scan, /interval/);
  });
}

for (const { name, reads, sql } of readQueries()) {
  test(`the saved query ${name} has the same rows in the same order on Trino and on DuckDB`, async () => {
    assert.deepEqual(texts((await aws.sql(sql)).rows), texts((await history.query(sql)).rows));
  });

  test(`the saved query ${name} reads days that are known before it reads, and of rows those that its head says`, async () => {
    const inputs = await inputsOf(sql);
    for (const { table, from } of inputs) {
      if (table !== 'export_health') assert.notEqual(from, undefined, `${table} is read whole`);
    }
    const rows = inputs.filter(({ table }) => table === 'jobs');
    assert.equal(rows.length > 0, /\brows\b/.test(reads));
    if (!/^rows of (today|that day)/.test(reads)) return;
    const today = dayOf(Date.now());
    assert.deepEqual(rows, [{ table: 'jobs', from: today, to: today }]);
  });
}

const newestAt = from + (HOURS - 1) * HOUR_MS;
/** Values of the placeholders in the report's queries: all days, and the newest snapshot. */
const LITERALS = {
  account_id: ACCOUNT,
  region: REGION,
  export_name: 'all',
  from: dayOf(from),
  to: dayOf(newestAt),
  newest_dt: dayOf(newestAt),
  newest_snapshot: snapshotId({ accountId: ACCOUNT, region: REGION, exportName: 'all', scheduledAt: newestAt }),
  newest_at: new Date(newestAt).toISOString().slice(0, 19).replace('T', ' '),
  vanished_from: dayOf(from),
  bound_from: dayOf(from),
  overdue_from: dayOf(from),
  recent_from: dayOf(from),
  bound_hours: '7.25',
};
/** The same for the queries of rollouts. */
const DESCRIBED_LITERALS = {
  ...LITERALS,
  export_name: DESCRIBED,
  described_dt: dayOf(newestAt),
  described_snapshot: snapshotId({ accountId: ACCOUNT, region: REGION, exportName: DESCRIBED, scheduledAt: newestAt }),
  progress_from: dayOf(from),
};

for (const { name } of readReportQueries()) {
  test(`the query ${name} of the report has the same rows in the same order on Trino and on DuckDB`, async () => {
    const sql = statementOf(name, name.startsWith('rollouts') ? DESCRIBED_LITERALS : LITERALS);
    assert.deepEqual(texts((await aws.sql(sql)).rows), texts((await history.query(sql)).rows));
  });
}

for (const { file, sql } of sqlOfDocs()) {
  test(`${file}: ${sql.split('\n')[0]}`, async () => {
    const [trino, duckdb] = [await aws.sql(sql), await history.query(sql)];
    assert.equal(trino.rows.length, duckdb.rows.length);
  });
}

interface Input {
  readonly table: string;
  /** Bounds of `dt`, as far as the plan has them. */
  readonly from?: string;
  readonly to?: string;
}

/** What a statement reads, by Trino's plan. */
async function inputsOf(sql: string): Promise<Input[]> {
  const [[plan]] = (await aws.sql(`EXPLAIN (TYPE IO, FORMAT JSON) ${sql}`)).rows as [[string]];
  const { inputTableColumnInfos: inputs } = JSON.parse(plan) as { inputTableColumnInfos: readonly PlannedInput[] };
  return inputs.map(({ table, constraint }) => {
    const dt = constraint.columnConstraints.find(({ columnName }) => columnName === 'dt')?.domain.ranges;
    return { table: table.schemaTable.table, from: dt?.[0]?.low.value, to: dt?.at(-1)?.high.value };
  });
}

interface PlannedInput {
  readonly table: { readonly schemaTable: { readonly table: string } };
  readonly constraint: {
    readonly columnConstraints: readonly {
      readonly columnName: string;
      readonly domain: {
        readonly ranges: readonly {
          readonly low: { readonly value?: string };
          readonly high: { readonly value?: string };
        }[];
      };
    }[];
  };
}

/** Bytes of an export below some folders, of the last days, today included. */
function bytesOfDays(folders: readonly string[], exportName: string, count: number): number {
  const days = Array.from({ length: count }, (_, ago) => dayOf(Date.now() - ago * DAY_MS));
  return folders
    .flatMap((folder) => readdirSync(join(directory, folder), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && entry.parentPath.includes(`export_name=${exportName}`))
    .filter((entry) => days.some((day) => entry.parentPath.endsWith(`dt=${day}`)))
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

/** Rows as text: numbers to nine digits, times with milliseconds, as both engines may write them otherwise. */
function texts(rows: readonly (readonly unknown[])[]): string[] {
  return rows.map((row) => JSON.stringify(row, normalized));
}

function normalized(_key: string, value: unknown): unknown {
  if (typeof value === 'number') return Number(value.toPrecision(9)).toString();
  if (typeof value !== 'string') return value;
  const time = /^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)(?:\.(\d{1,6}))?$/.exec(value);
  return time ? `${time[1]}.${(time[2] ?? '').padEnd(3, '0').slice(0, 3)}` : value;
}
