/** `npm run test:trino`: every deployed view and saved query on Trino, held against DuckDB's answers row by row. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type History, openHistory } from '../../local/history/open.ts';
import { readQueries, readViews } from '../../sql/catalog.ts';
import { writeMovingHistory } from '../support/moving-history.ts';
import { missing } from './local-aws/install.ts';
import { ACCOUNT, type LocalAws, REGION, startLocalAws } from './local-aws/local-aws.ts';

const HOURS = 30;
const HOUR_MS = 3_600_000;

const lacking = missing();
if (lacking.length > 0) {
  console.error(`test:trino is skipped; it needs ${lacking.join('; ')}`);
  process.exit(process.argv.includes('--if-possible') ? 0 : 2);
}
const directory = mkdtempSync(join(tmpdir(), 'trino-'));
const from = Math.floor(Date.now() / HOUR_MS) * HOUR_MS - (HOURS - 1) * HOUR_MS;
let aws: LocalAws | undefined;
const interrupt = () => void aws?.stop().finally(() => process.exit(130));
process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
try {
  await writeMovingHistory({ directory, from, hours: HOURS, places: [{ accountId: ACCOUNT, region: REGION }] });
  aws = await startLocalAws();
  const { HistoryBucket } = aws.deploy(configuration());
  console.log(`${await aws.upload(directory, HistoryBucket ?? '')} objects in ${HistoryBucket}`);
  const history = await openHistory(directory, new Date().toISOString().slice(0, 10));
  const failures = await compare(aws, history);
  history.close();
  process.exitCode = failures === 0 ? 0 : 1;
  console.log(failures === 0 ? 'Trino and DuckDB agree' : `${failures} answers differ`);
} finally {
  await aws?.stop();
  rmSync(directory, { recursive: true });
}

function configuration(): string {
  const file = join(directory, 'config.json');
  const exports = ['all', 'fleets'].map((name) => ({ name, schedule: 'cron(0 0 1 1 ? *)' }));
  const historyStart = new Date(from - 24 * HOUR_MS).toISOString().slice(0, 10);
  writeFileSync(file, JSON.stringify({ exports, historyStart }));
  return file;
}

async function compare(local: LocalAws, history: History): Promise<number> {
  let failures = 0;
  const statements = [
    ...readViews().map(({ name, columns }) => ({
      name,
      sql: `SELECT ${columns.map((column) => column.name).join(', ')} FROM ${name}`,
      isOrdered: false,
      types: columns.map(({ type }) => type),
    })),
    ...readQueries().map(({ name, sql }) => ({ name, sql, isOrdered: true, types: undefined })),
  ];
  for (const { name, sql, isOrdered, types } of statements) {
    try {
      const trino = await local.sql(sql);
      const duckdb = await history.query(sql);
      const texts = [trino.rows, duckdb.rows].map((rows) => rows.map(normalized));
      if (!isOrdered) for (const rows of texts) rows.sort();
      const [left = [], right = []] = texts;
      const differing = left.findIndex((row, i) => row !== right[i]);
      const typed = types === undefined || String(trino.columns.map(({ type }) => type)) === String(types);
      const isSame = left.length === right.length && differing < 0 && typed;
      if (!isSame) failures += 1;
      console.log(`${isSame ? 'same' : 'DIFFERENT'}  ${name}  ${left.length} rows`);
      if (!isSame) {
        console.log(
          `  Trino ${left.length}: ${left[differing] ?? ''}\n  DuckDB ${right.length}: ${right[differing] ?? ''}`,
        );
        if (!typed) console.log(`  types: ${trino.columns.map(({ type }) => type)}`);
      }
    } catch (error) {
      failures += 1;
      console.log(`FAILED  ${name}  ${error instanceof Error ? error.message : error}`);
    }
  }
  return failures;
}

/** A row as text: numbers to nine digits, times with milliseconds, as both engines may write them otherwise. */
function normalized(row: readonly unknown[]): string {
  return JSON.stringify(row, (_key, value: unknown) => {
    if (typeof value === 'number') return Number(value.toPrecision(9)).toString();
    if (typeof value !== 'string') return value;
    const time = /^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)(?:\.(\d{1,6}))?$/.exec(value);
    if (time) return `${time[1]}.${(time[2] ?? '').padEnd(3, '0').slice(0, 3)}`;
    return value;
  });
}
