/**
 * `npm run bench:report`: the report of a year of hourly snapshots of 10,000 jobs, beside a plain count by DuckDB of the
 * same rows. The history takes some minutes to write and 3 GB; `--dir` keeps it for the next time.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { openHistory } from '../local/history/open.ts';
import { filesOfDirectory } from '../local/report/fetch.ts';
import { writeReport } from '../local/report/write-report.ts';
import { directoryArchive } from '../local/verify/directory-archive.ts';
import { writeHistory } from './report/write-history.ts';

const GOALS = { seconds: 60, bytes: 5_000_000 };

const { dir, hours, everySnapshot } = new Command('npm run bench:report --')
  .option('--dir <directory>', 'where the history is, or is to be written and kept')
  .option('--hours <count>', 'snapshots to write', Number, 8760)
  .option('--every-snapshot', 'read the rows of every snapshot')
  .parse()
  .opts<{ dir?: string; hours: number; everySnapshot?: boolean }>();

const temporary = mkdtempSync(join(tmpdir(), 'bench-report-'));
try {
  const directory = dir ?? join(temporary, 'history');
  if (!existsSync(join(directory, 'snapshots'))) await write(directory);
  console.log(`Node ${process.version}, ${availableParallelism()} × ${cpus()[0]?.model.trim()}\n`);
  console.log('| | wall | CPU | |\n|---|---|---|---|');
  const page = join(temporary, 'report.html');
  const place = { place: directory, archive: directoryArchive(directory), files: filesOfDirectory(directory) };
  const rows = everySnapshot ? { maxRows: Number.POSITIVE_INFINITY } : {};
  const report = await measured(() => writeReport(page, { ...place, asked: {}, ...rows }));
  const [one] = report.result.report.combinations;
  const what = `${one?.snapshotCount} snapshots, the rows of ${one?.readCount} read, ${report.result.bytes} bytes`;
  console.log(`| report | ${seconds(report.wallMs)} | ${seconds(report.cpuMs)} | ${what} |`);
  const history = await openHistory(directory);
  const count = await measured(() => history.query('SELECT count(job_id) FROM jobs'));
  history.close();
  const counted = `${count.result.rows[0]?.[0]} rows`;
  console.log(`| count(job_id) by DuckDB | ${seconds(count.wallMs)} | ${seconds(count.cpuMs)} | ${counted} |`);
  const ratio = (of: 'wallMs' | 'cpuMs') => (report[of] / count[of]).toFixed(2);
  console.log(`| report ÷ count | ${ratio('wallMs')} | ${ratio('cpuMs')} | |`);
  const isMissed = report.wallMs > GOALS.seconds * 1000 || report.result.bytes > GOALS.bytes;
  console.log(`\nGoals: ${GOALS.seconds} s and ${GOALS.bytes} bytes: ${isMissed ? '**missed**' : 'met'}`);
  if (isMissed && !everySnapshot) process.exitCode = 1;
} finally {
  rmSync(temporary, { recursive: true });
}

async function write(directory: string): Promise<void> {
  mkdirSync(directory, { recursive: true });
  const until = Date.parse('2026-11-23T23:00:00Z');
  const onSnapshot = (count: number) => {
    if (count % 720 === 0) console.error(`${count} of ${hours} snapshots written`);
  };
  await writeHistory({ directory, until, hours, onSnapshot });
}

async function measured<T>(work: () => Promise<T>) {
  const [start, before] = [performance.now(), process.cpuUsage()];
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  return { result, wallMs: performance.now() - start, cpuMs: (user + system) / 1000 };
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
