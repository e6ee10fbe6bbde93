/**
 * `npm run bench:queries [-- hourly|records|large [directory]|organization [names]]`: what each view reads, by Trino's own statistics: of 60 days
 * of hourly snapshots; of a year of records every five minutes, as they are written and with a day of them in one object;
 * and of 30 days of hourly snapshots of 100,000 jobs, which a directory keeps for the next time where one is named. With
 * `organization` alone, how long views take over 1,800 accounts, Regions and exports.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { S3ClientConfig } from '@aws-sdk/client-s3';
import { readQueries, readViews } from '../../sql/catalog.ts';
import { writeMovingHistory } from '../support/simulated-history.ts';
import { benchOrganization } from './bench-organization.ts';
import { writeLargeHistory } from './large-history.ts';
import { missing } from './local-aws/install.ts';
import { ACCOUNT, REGION, startLocalAws } from './local-aws/local-aws.ts';
import { upload } from './local-aws/upload.ts';
import { uploadRecords } from './records.ts';

const DAYS = 60;
const DAY_MS = 86_400_000;
const YEAR = 365;

const part = process.argv[2];
const PARTS = ['hourly', 'records', 'large', 'organization'];
if (part !== undefined && !PARTS.includes(part)) {
  console.error(`bench:queries has the parts ${PARTS.join(', ')}; got "${part}"`);
  process.exit(2);
}
/** Views that read the rows: a day of them is 109 MB, and 2.4 million rows are counted, not fetched. */
const OF_ROWS: ReadonlySet<string> = new Set(['complete_jobs', 'snapshot_jobs', 'snapshot_rows']);

const lacking = missing();
if (lacking.length > 0) {
  console.error(`bench:queries needs ${lacking.join('; ')}`);
  process.exit(2);
}
if (part === 'organization') {
  await benchOrganization(process.argv.slice(3));
  process.exit();
}
const directory = mkdtempSync(join(tmpdir(), 'bench-'));
const today = Math.floor(Date.now() / DAY_MS) * DAY_MS;
const dayOf = (instant: number) => new Date(instant).toISOString().slice(0, 10);
const day = dayOf(today - 2 * DAY_MS);
const from = today - DAYS * DAY_MS;
const partitionOf = (name: string) => `export_name = '${name}' AND account_id = '${ACCOUNT}' AND region = '${REGION}'`;
const aws = await startLocalAws();
try {
  const account = aws.account();
  const exports = ['all', 'fleets', 'often', 'compact', 'large'].map((name) => ({
    name,
    schedule: 'cron(0 0 1 1 ? *)',
  }));
  const config = { exports, historyStart: dayOf(today - YEAR * DAY_MS), disabledAlarms: ['no-snapshot'] };
  account.cdk('bootstrap', `aws://${ACCOUNT}/${REGION}`);
  const bucket = account.deploy(config).IotJobsExporter?.HistoryBucket ?? '';
  const bucketOf = { bucket, client: account.client };
  if (part === undefined || part === 'hourly') await hourly(bucketOf);
  if (part === undefined || part === 'records') await records(bucketOf);
  if (part === undefined || part === 'large') await large(bucketOf, process.argv[3]);
} finally {
  await aws.stop();
  rmSync(directory, { recursive: true });
}

interface Place {
  readonly bucket: string;
  readonly client: S3ClientConfig;
}

async function hourly({ bucket, client }: Place): Promise<void> {
  await writeMovingHistory({ directory, from, hours: DAYS * 24, places: [{ accountId: ACCOUNT, region: REGION }] });
  console.log(`${await upload(directory, bucket, client)} objects, ${DAYS} days; the day asked for: ${day}\n`);
  console.log(
    '| | condition | rows | splits | bytes read | seconds | peak memory, MB |\n|---|---|--:|--:|--:|--:|--:|',
  );
  for (const table of ['jobs', 'snapshots']) {
    await measure(table, 'snapshot_id, dt', `${partitionOf('all')} AND dt = '${day}'`, 'one day');
    await measure(table, 'snapshot_id, dt', partitionOf('all'), 'none on dt');
  }
  for (const { name, columns } of readViews()) {
    const list = columns.map((column) => column.name).join(', ');
    await measure(name, list, `${partitionOf('all')} AND dt = '${day}'`, 'one day');
    if (/latest|stuck/.test(name)) await measure(name, list, partitionOf('all'), 'none on dt');
  }
}

async function records(place: Place): Promise<void> {
  const where = { accountId: ACCOUNT, region: REGION, ...place };
  const perDay = { from: today - YEAR * DAY_MS, days: YEAR };
  const often = await uploadRecords({ ...where, ...perDay, exportName: 'often', isCompact: false });
  const compact = await uploadRecords({ ...where, ...perDay, exportName: 'compact', isCompact: true });
  console.log(`\n${often} objects of a record each, and the same records in ${compact} objects\n`);
  console.log(
    '| | condition | rows | splits | bytes read | seconds | peak memory, MB |\n|---|---|--:|--:|--:|--:|--:|',
  );
  for (const exportName of ['compact', 'often']) {
    for (const name of ['job_counts', 'snapshot_health']) {
      const columns = readViews().find((view) => view.name === name)?.columns ?? [];
      const list = columns.map((column) => column.name).join(', ');
      for (const [words, days] of [
        ['one day', 0],
        ['30 days', 29],
        ['a year', YEAR - 3],
      ] as const) {
        const since = dayOf(today - (2 + days) * DAY_MS);
        const condition = `${partitionOf(exportName)} AND dt BETWEEN '${since}' AND '${day}'`;
        await measure(name, list, condition, `${exportName}, ${words}`);
      }
    }
  }
  const query = readQueries().find(({ name }) => name === 'days-without-snapshot');
  if (query) report(query.name, 'all exports', await aws.sql(query.sql));
}

async function large({ bucket, client }: Place, kept = join(directory, 'large')): Promise<void> {
  if (!existsSync(kept)) {
    const where = { accountId: ACCOUNT, region: REGION, exportName: 'large' };
    const [first, hours] = [today - 29 * DAY_MS, 29 * 24 + 6];
    await writeLargeHistory({ directory: kept, ...where, from: first, hours, jobs: 100_000 });
  }
  console.log(`\n${await upload(kept, bucket, client)} objects, 30 days, 100,000 jobs\n`);
  console.log(
    '| | condition | rows | splits | bytes read | seconds | peak memory, MB |\n|---|---|--:|--:|--:|--:|--:|',
  );
  const since = dayOf(today - 29 * DAY_MS);
  for (const { name, columns } of readViews()) {
    const list = columns.map((column) => column.name).join(', ');
    const ofRows = OF_ROWS.has(name);
    await measure(name, list, `${partitionOf('large')} AND dt = '${day}'`, 'one day', ofRows);
    if (!ofRows) await measure(name, list, `${partitionOf('large')} AND dt >= '${since}'`, '30 days');
  }
  for (const { name, sql } of readQueries()) report(name, 'as saved', await aws.sql(sql));
}

async function measure(name: string, columns: string, condition: string, words: string, counted = false) {
  const selected = counted
    ? `count(*), ${columns
        .split(', ')
        .map((column) => `max(${column})`)
        .join(', ')}`
    : columns;
  report(name, words, await aws.sql(`SELECT ${selected} FROM ${name} WHERE ${condition}`));
}

function report(name: string, words: string, { rows, stats }: Awaited<ReturnType<typeof aws.sql>>): void {
  const seconds = (stats.elapsedTimeMillis / 1000).toFixed(1);
  const memory = Math.round(stats.peakMemoryBytes / 1_000_000);
  const cells = [name, words, rows.length, stats.completedSplits, stats.physicalInputBytes, seconds, memory];
  console.log(`| ${cells.join(' | ')} |`);
}
