/** `npm run bench:queries`: what each view reads, by Trino's own statistics, of 60 days of hourly snapshots. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readViews } from '../../sql/catalog.ts';
import { writeMovingHistory } from '../support/moving-history.ts';
import { missing } from './local-aws/install.ts';
import { ACCOUNT, REGION, startLocalAws } from './local-aws/local-aws.ts';

const DAYS = Number(process.argv[2] ?? 60);
const DAY_MS = 86_400_000;

const lacking = missing();
if (lacking.length > 0) {
  console.error(`bench:queries needs ${lacking.join('; ')}`);
  process.exit(2);
}
const directory = mkdtempSync(join(tmpdir(), 'bench-'));
const today = Math.floor(Date.now() / DAY_MS) * DAY_MS;
const from = today - DAYS * DAY_MS;
const day = new Date(today - 2 * DAY_MS).toISOString().slice(0, 10);
const historyStart = new Date(from).toISOString().slice(0, 10);
await writeMovingHistory({ directory, from, hours: DAYS * 24, places: [{ accountId: ACCOUNT, region: REGION }] });
const aws = await startLocalAws();
try {
  const file = join(directory, 'config.json');
  const exports = ['all', 'fleets'].map((name) => ({ name, schedule: 'cron(0 0 1 1 ? *)' }));
  writeFileSync(file, JSON.stringify({ exports, historyStart }));
  const { HistoryBucket } = aws.deploy(file);
  console.log(`${await aws.upload(directory, HistoryBucket ?? '')} objects, ${DAYS} days; the day asked for: ${day}\n`);
  console.log('| | condition | rows | splits | bytes read | seconds |\n|---|---|--:|--:|--:|--:|');
  const partition = `export_name = 'all' AND account_id = '${ACCOUNT}' AND region = '${REGION}'`;
  const oneDay = `${partition} AND dt = '${day}'`;
  for (const table of ['jobs', 'snapshots']) {
    await measure(table, 'snapshot_id, dt', oneDay, 'one day');
    await measure(table, 'snapshot_id, dt', partition, 'none on dt');
  }
  for (const { name, columns } of readViews()) {
    const list = columns.map((column) => column.name).join(', ');
    await measure(name, list, oneDay, 'one day');
    if (name === 'latest_jobs') await measure(name, list, partition, 'none on dt');
  }
} finally {
  await aws.stop();
  rmSync(directory, { recursive: true });
}

async function measure(name: string, columns: string, condition: string, words: string): Promise<void> {
  const { rows, stats } = await aws.sql(`SELECT ${columns} FROM ${name} WHERE ${condition}`);
  const seconds = (stats.elapsedTimeMillis / 1000).toFixed(1);
  const cells = [name, words, rows.length, stats.completedSplits, stats.physicalInputBytes, seconds];
  console.log(`| ${cells.join(' | ')} |`);
}
