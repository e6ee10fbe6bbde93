import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { timestamp } from '../../lambda/core/timestamp.ts';
import type { History } from '../../local/history/open.ts';
import { thingsAt } from '../../local/simulator/rollout.ts';
import { readQueries } from '../../sql/catalog.ts';
import { LATE, writeHealth } from '../support/health-rows.ts';
import { loadHistory } from '../support/loaded-history.ts';
import { type HistoryLog, type Sighting, type Taken, writeMovingHistory } from '../support/simulated-history.ts';
import { saved } from './snapshots.ts';

/** Saved queries by the rows that they read, as their heads say it. The others read records and changes alone. */
const ROWS_OF_TODAY = ['in-progress-at', 'durations-by-week', 'durations-by-group', 'outcomes-by-week'];
const ROWS_OF_MORE_DAYS = ['stuck-jobs', 'purged-soon', 'snapshot-difference', 'days-without-rows'];
const NO_ROWS = readQueries()
  .map(({ name }) => name)
  .filter((name) => ![...ROWS_OF_TODAY, ...ROWS_OF_MORE_DAYS].includes(name));

const [FROM, HOURS] = [Date.parse('2026-11-21T10:00:00Z'), 54];
const PLACE = { accountId: '111111111111', region: 'us-east-1' };
const [YESTERDAY, TODAY] = ['2026-11-22', '2026-11-23'];
const directory = mkdtempSync(join(tmpdir(), 'what-queries-read-'));
let log: HistoryLog;
let history: History;
let answers: ReadonlyMap<string, string>;

beforeAll(async () => {
  log = await writeMovingHistory({ directory, from: FROM, hours: HOURS, places: [PLACE] });
  writeHealth(directory, [LATE]);
  history = await loadHistory(directory, TODAY);
  answers = await answersOf(history);
}, 120_000);
afterAll(() => {
  history.close();
  rmSync(directory, { recursive: true });
});

async function answersOf(of: History): Promise<ReadonlyMap<string, string>> {
  const all = new Map<string, string>();
  for (const { name, sql } of readQueries()) all.set(name, JSON.stringify((await of.query(sql)).rows));
  return all;
}

const sorted = (rows: readonly (readonly unknown[])[]) => rows.map((row) => row.join(' | ')).sort();
const answer = async (columns: string, name: string) =>
  sorted((await history.query(`SELECT ${columns} FROM (${saved(name)})`)).rows);

/** What each job was last seen as in a snapshot. */
function seenAt(exportName: string, time: string): Map<string, Sighting> {
  const seen = log.sightings
    .filter((one) => one.exportName === exportName && one.scheduledAt === Date.parse(time))
    .sort((a, b) => a.observedAt - b.observedAt);
  return new Map(seen.map((one) => [one.jobId, one]));
}

const EXPORTS = ['all', 'fleets'];
const jobOf = (jobId: string) => {
  const job = log.jobs.get(`${PLACE.accountId} ${jobId}`);
  if (!job) throw new Error(`The simulator knows no job ${jobId}`);
  return job;
};
const lifeOf = (jobId: string) => jobOf(jobId).lifecycle;
const HOUR_MS = 3_600_000;
const mondayOf = (instant: number) => {
  const day = new Date(instant);
  return new Date(instant - ((day.getUTCDay() + 6) % 7) * 24 * HOUR_MS).toISOString().slice(0, 10);
};

test('in-progress-at has the jobs that the service had in progress at the noon of today', async () => {
  const expected = EXPORTS.flatMap((exportName) =>
    [...seenAt(exportName, `${TODAY}T12:00:00Z`).values()]
      .filter(({ status }) => status === 'IN_PROGRESS')
      .map(({ jobId }) => [exportName, jobId]),
  );
  expect(expected.length).toBeGreaterThan(50);
  expect(await answer('export_name, job_id', 'in-progress-at')).toEqual(sorted(expected));
});

test('snapshot-difference has the jobs that the service gave otherwise at the two noons', async () => {
  const expected = EXPORTS.flatMap((exportName) => {
    const [before, after] = [YESTERDAY, TODAY].map((day) => seenAt(exportName, `${day}T12:00:00Z`));
    return [...new Set([...(before?.keys() ?? []), ...(after?.keys() ?? [])])].flatMap((jobId) => {
      const [from, to] = [before?.get(jobId)?.status, after?.get(jobId)?.status];
      return from === to ? [] : [[exportName, jobId, from, to]];
    });
  });
  expect(expected.length).toBeGreaterThan(50);
  expect(await answer('export_name, job_id, from_status, to_status', 'snapshot-difference')).toEqual(sorted(expected));
});

test('durations-by-week and outcomes-by-week reckon what the newest snapshot has', async () => {
  const jobs = [...seenAt('fleets', `${TODAY}T15:00:00Z`).values()];
  const completed = jobs.filter(({ status }) => status === 'COMPLETED').map(({ jobId }) => lifeOf(jobId));
  const weeks = [...Map.groupBy(completed, ({ endedAt }) => mondayOf(endedAt))].map(([week, of]) => {
    const hours = of.map((life) => (life.endedAt - life.createdAt) / HOUR_MS).sort((a, b) => a - b);
    const rank = (share: number) => (hours[Math.ceil(share * hours.length) - 1] ?? 0).toFixed(2);
    return [week, of.length, rank(0.5), rank(0.9)];
  });
  expect(weeks.length).toBeGreaterThan(2);
  const fixed = (column: string) => `printf('%.2f', ${column})`;
  const measured = `SELECT week, jobs, ${fixed('p50_hours')}, ${fixed('p90_hours')} FROM (${saved('durations-by-week')})
    WHERE export_name = 'fleets'`;
  expect(sorted((await history.query(measured)).rows)).toEqual(sorted(weeks));

  const created = Map.groupBy(jobs, ({ jobId }) => mondayOf(lifeOf(jobId).createdAt));
  const shares = [...created].map(([week, of]) => {
    const share = (status: string) => (of.filter((one) => one.status === status).length / of.length).toFixed(3);
    return [week, of.length, share('COMPLETED'), share('CANCELED')];
  });
  const outcomes = `SELECT week, jobs, printf('%.3f', completed_share), printf('%.3f', canceled_share)
    FROM (${saved('outcomes-by-week')}) WHERE export_name = 'fleets'`;
  expect(sorted((await history.query(outcomes)).rows)).toEqual(sorted(shares));
});

test('completed-by-day counts the completions that were seen', async () => {
  const ends = new Map<string, number>();
  for (const { jobId, exportName, status } of log.sightings) {
    if (exportName === 'fleets' && status === 'COMPLETED') ends.set(jobId, lifeOf(jobId).endedAt);
  }
  const day = [...ends.values()].filter((end) => timestamp(end).startsWith(TODAY)).length;
  expect(day).toBeGreaterThan(3);
  expect((await answer('export_name, dt, completed', 'completed-by-day')).at(-1)).toBe(`fleets | ${TODAY} | ${day}`);
});

test('rollouts-now and stalled-rollouts have the things that the service had of the jobs in progress', async () => {
  const newest = log.taken.findLast(({ request }) => request.exportName === 'all');
  const things = [...seenAt('all', `${TODAY}T15:00:00Z`).values()]
    .filter(({ status }) => status === 'IN_PROGRESS')
    .map(({ jobId }) => ({ jobId, now: thingsAt(jobOf(jobId), newest?.listedAt ?? 0) }));
  const left = ({ now }: (typeof things)[number]) => now.QUEUED + now.IN_PROGRESS;
  const total = ({ now }: (typeof things)[number]) => Object.values(now).reduce((sum, count) => sum + count, 0);
  expect(things.length).toBeGreaterThan(50);
  expect(await answer('job_id, things_total, things_done', 'rollouts-now')).toEqual(
    sorted(things.map((one) => [one.jobId, total(one), total(one) - left(one)])),
  );

  const lastDay = log.taken
    .filter(({ request }) => request.exportName === 'all')
    .filter(({ listedAt }) => listedAt >= (newest?.listedAt ?? 0) - 24 * HOUR_MS);
  const isSame = ({ jobId, now }: (typeof things)[number], { request, listedAt }: Taken) =>
    seenAt('all', new Date(request.scheduledAt).toISOString()).get(jobId)?.status === 'IN_PROGRESS' &&
    JSON.stringify(thingsAt(jobOf(jobId), listedAt)) === JSON.stringify(now);
  const stalled = things.filter((one) => left(one) > 0 && lastDay.every((taken) => isSame(one, taken)));
  expect(lastDay).toHaveLength(25);
  expect(stalled.length).toBeGreaterThan(0);
  expect(await answer('job_id, queued_things, in_progress_things', 'stalled-rollouts')).toEqual(
    sorted(stalled.map(({ jobId, now }) => [jobId, now.QUEUED, now.IN_PROGRESS])),
  );
});

test('heads of saved queries say MB, or GB, and whether rows are read', () => {
  for (const { name, reads } of readQueries()) {
    expect([name, reads]).toEqual([name, expect.stringMatching(/\d [MG]B|\d at most/)]);
    expect([name, /\brows\b/.test(reads)]).toEqual([name, !NO_ROWS.includes(name)]);
    if (ROWS_OF_TODAY.includes(name))
      expect(reads).toMatch(/^rows of (today|that day): 4\.5 MB a snapshot, 109 at most/);
  }
});

test('a query that reads rows of today, or none, answers the same where the others are gone', async () => {
  const jobs = join(directory, 'jobs');
  const remove = (isGone: (path: string) => boolean) => {
    for (const path of readdirSync(jobs, { recursive: true, encoding: 'utf8' })) {
      if (path.endsWith('.gz') && isGone(path)) rmSync(join(jobs, path));
    }
  };
  const same = async (names: readonly string[]) => {
    const left = await loadHistory(directory, TODAY);
    const now = await answersOf(left);
    left.close();
    for (const name of names) expect([name, now.get(name)]).toEqual([name, answers.get(name)]);
    return now;
  };
  remove((path) => !path.includes(`dt=${TODAY}`));
  await same([...ROWS_OF_TODAY, ...NO_ROWS]);
  remove(() => true);
  const without = await same(NO_ROWS);
  for (const name of ROWS_OF_TODAY) expect([name, without.get(name)]).not.toEqual([name, answers.get(name)]);
  expect(NO_ROWS.filter((name) => answers.get(name) === '[]')).toEqual(['days-without-snapshot']);
}, 60_000);
