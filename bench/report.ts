/**
 * `npm run bench:report [-- --small]`: compares the report of a year of hourly snapshots of 10,000 jobs with a count of the same
 * rows by DuckDB. Writing the history takes some twenty minutes and 3 GB; `--dir` keeps it for the next time.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { exitOn } from '../local/cli/exit-on.ts';
import { type History, openHistory } from '../local/history/open.ts';
import { filesOfDirectory } from '../local/report/fetch.ts';
import { UnreadableHistoryError } from '../local/report/unreadable-history-error.ts';
import { writeReport } from '../local/report/write-report.ts';
import { directoryArchive } from '../local/verify/directory-archive.ts';
import { SMALL_OPTION, wholeNumber } from './options.ts';
import { writeHistory } from './report/write-history.ts';

const GOALS = { seconds: 15, bytes: 3_000_000 };
/** 40 jobs an hour make some 10,000 at any time. */
const FULL = { hours: 8760, jobsPerHour: 40 };
const SMALL = { hours: 6, jobsPerHour: 2 };
const UNTIL = Date.parse('2026-11-23T23:00:00Z');

interface Options {
  readonly dir?: string;
  readonly hours?: number;
  readonly small?: boolean;
}

const options = new Command('npm run bench:report --')
  .option('--dir <directory>', 'where the history is, or is to be written and kept')
  .option('--hours <count>', `snapshots to write (default: ${FULL.hours})`, wholeNumber)
  .option(...SMALL_OPTION)
  .parse()
  .opts<Options>();

const temporary = mkdtempSync(join(tmpdir(), 'bench-report-'));
process.on('exit', () => rmSync(temporary, { recursive: true }));
try {
  await bench(options.dir ?? join(temporary, 'history'), options);
} catch (error) {
  exitOn(error);
}

async function bench(directory: string, { hours, small }: Options): Promise<void> {
  const size = small ? SMALL : FULL;
  if (!existsSync(join(directory, 'snapshots'))) await write(directory, hours ?? size.hours, size.jobsPerHour);
  console.log(`Node ${process.version}, ${availableParallelism()} × ${cpus()[0]?.model.trim()}\n`);
  console.log('| | wall | CPU | |\n|---|---|---|---|');
  const page = join(temporary, 'report.html');
  const place = { place: directory, archive: directoryArchive(directory), files: filesOfDirectory(directory) };
  const report = await measured(() => writeReport(page, { ...place, selection: {} }));
  const [one] = report.result.report.combinations;
  const what = `${one?.snapshotCount} snapshots, ${report.result.bytes} bytes`;
  console.log(`| report | ${seconds(report.wallMs)} | ${seconds(report.cpuMs)} | ${what} |`);
  const history = await openHistory(directory);
  const count = await measured(() => history.query('SELECT count(job_id) FROM jobs'));
  const counted = String(count.result.rows[0]?.[0]);
  await checkRecords(history, counted);
  history.close();
  console.log(`| count(job_id) by DuckDB | ${seconds(count.wallMs)} | ${seconds(count.cpuMs)} | ${counted} rows |`);
  const ratio = (of: 'wallMs' | 'cpuMs') => (report[of] / count[of]).toFixed(2);
  console.log(`| report ÷ count | ${ratio('wallMs')} | ${ratio('cpuMs')} | |`);
  const isMissed = report.wallMs > GOALS.seconds * 1000 || report.result.bytes > GOALS.bytes;
  const verdict = small ? 'not judged, this is a small run' : isMissed ? '**missed**' : 'met';
  console.log(`\nGoals: ${GOALS.seconds} s and ${GOALS.bytes} bytes: ${verdict}`);
  if (isMissed && !small) process.exitCode = 1;
}

/** Checks that the history is complete. Otherwise the figures are useless. */
async function checkRecords(history: History, counted: string): Promise<void> {
  const recorded = String((await history.query('SELECT sum(job_count) FROM snapshots')).rows[0]?.[0]);
  if (counted === recorded) return;
  throw new UnreadableHistoryError(`The history has ${counted} rows, its records count ${recorded}`);
}

async function write(directory: string, hours: number, jobsPerHour: number): Promise<void> {
  mkdirSync(directory, { recursive: true });
  const onSnapshot = (count: number) => {
    if (count % 720 === 0) console.error(`${count} of ${hours} snapshots written`);
  };
  await writeHistory({ directory, until: UNTIL, hours, jobsPerHour, onSnapshot });
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
