import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { timestamp } from '../../../lambda/core/timestamp.ts';
import { buildReport } from '../../../local/report/build-report.ts';
import { filesOfDirectory } from '../../../local/report/fetch.ts';
import type { ReportSelection } from '../../../local/report/find-snapshots.ts';
import type { Combination, Rollouts } from '../../../local/report/model.ts';
import { records } from '../../../local/report/page/base/answer.ts';
import { withoutMiddle } from '../../../local/report/page/base/format.ts';
import { describeRollout, rolloutsLede } from '../../../local/report/page/sections/rollout-text.ts';
import { directoryArchive } from '../../../local/verify/directory-archive.ts';
import { type Described, writeDescribed } from '../../support/described-history.ts';
import { loadHistory } from '../../support/loaded-history.ts';
import { AT, DAY_MS, HOUR_MS, jobOfAge, newDirectory, writeSnapshot } from '../../support/report-history.ts';
import { writeRollouts } from '../../support/rollouts-history.ts';

let directory: string;
beforeEach(() => {
  directory = newDirectory();
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

async function build(selection: ReportSelection = {}): Promise<Combination & { rollouts: Rollouts }> {
  const props = {
    place: directory,
    archive: directoryArchive(directory),
    files: filesOfDirectory(directory),
    selection,
  };
  return (await buildReport(props)).combinations[0] as Combination & { rollouts: Rollouts };
}
const ledeOf = (combination: Combination & { rollouts: Rollouts }) =>
  rolloutsLede(combination, combination.rollouts).replaceAll('\u2011', '-').replaceAll('\u00a0', ' ');
const text = (cell: unknown) =>
  cell === null || cell === undefined ? '' : String(cell).replace(/(\d\d:\d\d:\d\d)\.\d+$/, '$1');

/** Hourly snapshots, the last at {@link AT}, each with these details. */
function writeHours(hours: number, detailsAt: (hour: number) => Described['details'], more: Partial<Described> = {}) {
  for (let hour = 0; hour < hours; hour++) {
    const scheduledAt = AT - (hours - 1 - hour) * HOUR_MS;
    const details = detailsAt(hour);
    writeDescribed(directory, {
      scheduledAt,
      ...(hour > 0 && { previous: scheduledAt - HOUR_MS }),
      ...(details && { details }),
      ...more,
    });
  }
}

test('the rollouts and their course equal the answers of the views over the files', async () => {
  await writeRollouts(directory);
  const history = await loadHistory(directory);
  try {
    const { rollouts } = await build();
    const { rows, columns } = await history.query(rollouts.sql);
    expect(rollouts.answer.columns).toEqual(columns.map(({ name }) => name));
    expect(rollouts.answer.rows.map((row) => row.map(text))).toEqual(rows.map((row) => row.map(text)));
    const points = rollouts.overTime.series.flatMap(({ jobId, createdAt, places, done, failed }) =>
      places.map((place, i) => [jobId, createdAt, rollouts.overTime.at[place], done[i], failed[i]].map(text)),
    );
    expect(points).toEqual((await history.query(rollouts.overTime.sql)).rows.map((row) => row.map(text)));
    expect(points.length).toBe(31 * 30);
  } finally {
    history.close();
  }
}, 60_000);

test('rollouts that fail come first, then those that stall, and those that have just ended last', async () => {
  await writeRollouts(directory);
  const combination = await build();
  const rows = records(combination.rollouts.answer);
  expect(rows.slice(0, 3).map(({ job_id, fails, stalls }) => [job_id, fails, stalls])).toEqual([
    ['fails', true, false],
    ['stalls', false, true],
    ['firmware-4-0-0-rc-2-for-the-loading-bays-of-north-and-east-0001', false, false],
  ]);
  const last = rows.at(-1);
  expect([last?.job_id, last?.status, last?.is_just_ended]).toEqual(['has-ended', 'COMPLETED', true]);
  expect(rows.filter((row) => row.is_just_ended === true).length).toBe(1);
  expect(ledeOf(combination)).toBe(
    '30 jobs in progress at 2026-11-23 18:00 UTC: 1 fails, 1 stalls. The worst is fails: of the things that executed it 14.3 % failed. ' +
      'Of 1 job it is not known whether it fails or stalls.',
  );
}, 60_000);

test('a job that ended after it was listed has just ended, once', async () => {
  const ended = { job_id: 'a', status: 'COMPLETED', completed_at: '2026-11-23 17:00:30.000' };
  const isJustEnded = async () => records((await build()).rollouts.answer).map((row) => row.is_just_ended);
  const before = { previous_described_at: '2026-11-23 17:01:30.000', previous_things_done: 0 };
  writeHours(2, (hour) => (hour === 0 ? [{ job_id: 'a' }] : [{ ...ended, ...before }]));
  expect(await isJustEnded()).toEqual([false]);
  const endsLater = { ...ended, ...before, completed_at: '2026-11-23 18:00:30.000' };
  writeHours(2, (hour) => (hour === 0 ? [{ job_id: 'a' }] : [endsLater]));
  expect(await isJustEnded()).toEqual([true]);
});

test('a job that ended earlier, and could not be described then, has just ended', async () => {
  const ended = { status: 'COMPLETED', completed_at: '2026-11-23 12:00:30.000' };
  const details = (hour: number) => (hour === 0 ? [] : ['a', 'b'].map((job_id) => ({ job_id, ...ended })));
  writeHours(2, details, { owed: ['a'] });
  const rows = records((await build()).rollouts.answer);
  expect(rows.map((row) => [row.job_id, row.is_just_ended]).sort()).toEqual([
    ['a', true],
    ['b', false],
  ]);
});

test('a job that had ended long before its thing group was requested has not just ended', async () => {
  const write = (scheduledAt: number, thingGroups: readonly string[]) =>
    writeSnapshot({
      directory,
      scheduledAt,
      thingGroups,
      jobs: (scope, status) => (scope === 'new' && status === 'COMPLETED' ? [jobOfAge('old', status, 900)] : []),
      describe: (jobId) => ({ jobId, status: 'COMPLETED' }),
      described: ['IN_PROGRESS', 'COMPLETED'],
    });
  await write(AT - HOUR_MS, ['eu']);
  await write(AT, ['eu', 'new']);
  const rows = records((await build()).rollouts.answer);
  expect(rows.map((row) => [row.job_id, row.is_just_ended])).toEqual([['old', false]]);
});

test('of more than a thousand the worst are there, and all are counted', async () => {
  writeHours(1, () =>
    Array.from({ length: 1005 }, (_, i) => ({ job_id: `job-${i}`, succeeded_things: 100, failed_things: i })),
  );
  const { rollouts } = await build();
  const rows = records(rollouts.answer);
  expect([rows.length, rows[0]?.job_id, rows[0]?.jobs, rows[0]?.failing_jobs]).toEqual([1000, 'job-1004', 1005, 999]);
});

test('where not all were described it says so, and does not say that there are no others', async () => {
  await writeRollouts(directory, 2);
  expect(ledeOf(await build())).toBe(
    '1 described job in progress at 2026-11-23 18:00 UTC: of these none fails or stalls. ' +
      '2 of 31 jobs that were to be described were: of the others it is not known how far they are.',
  );
}, 60_000);

test('without details there are no rollouts: they were not requested', async () => {
  await writeSnapshot({ directory, scheduledAt: AT, jobs: () => [] });
  expect((await build()).rollouts).toBeNull();
});

test('no job in progress is distinguished from none that was described', async () => {
  await writeSnapshot({ directory, scheduledAt: AT, jobs: () => [], describe: () => undefined });
  expect(ledeOf(await build())).toBe('No job is in progress at 2026-11-23 18:00 UTC.');
  const jobs: Parameters<typeof writeSnapshot>[0]['jobs'] = (_, status) =>
    status === 'IN_PROGRESS' ? [jobOfAge('one', status, 5)] : [];
  // AWS IoT does not know it any more.
  await writeSnapshot({ directory, scheduledAt: AT + HOUR_MS, jobs, describe: () => undefined });
  expect(ledeOf(await build())).toBe('Not known: 1 job was to be described at 2026-11-23 19:00 UTC, and none was.');
});

test('details older than the newest snapshot are shown, with their time', async () => {
  writeHours(3, (hour) => (hour < 2 ? [{ job_id: 'a', succeeded_things: 10 + hour }] : undefined));
  const combination = await build();
  expect([combination.newestAt, combination.rollouts.snapshotAt]).toEqual([
    '2026-11-23 18:00:00',
    '2026-11-23 17:00:00',
  ]);
  expect(ledeOf(combination)).toBe(
    'The newest snapshot did not request details; this is as of 2026-11-23 17:00 UTC. ' +
      '1 job in progress at 2026-11-23 17:00 UTC, none of which fails or stalls.',
  );
});

test('a course has 200 points at most, the newest among them, and the last of each span', async () => {
  writeHours(450, (hour) => [{ job_id: 'a', succeeded_things: hour }, ...(hour % 2 ? [{ job_id: 'b' }] : [])]);
  const { overTime } = (await build()).rollouts;
  const [a, b] = overTime.series;
  expect([a?.places.length, a?.done.at(-1), overTime.at[a?.places.at(-1) ?? 0]]).toEqual([
    200,
    449,
    '2026-11-23 18:00:00',
  ]);
  expect(b?.places.length).toBe(200);
  const steps = (a?.done ?? []).slice(1).map((value, i) => Number(value) - Number(a?.done[i]));
  expect([Math.min(...steps), Math.max(...steps)]).toEqual([2, 3]);
}, 60_000);

test('many rollouts have fewer points each, and the worst alone have a course', async () => {
  writeHours(130, () =>
    Array.from({ length: 510 }, (_, i) => ({
      job_id: `job-${i}`,
      succeeded_things: 100 - (i % 90),
      failed_things: i % 90,
    })),
  );
  const { overTime, answer } = (await build()).rollouts;
  expect([answer.rows.length, overTime.series.length]).toEqual([510, 500]);
  expect(new Set(overTime.series.map(({ places }) => places.length))).toEqual(new Set([80]));
  const without = answer.rows
    .map(([jobId]) => jobId)
    .filter((id) => !overTime.series.some(({ jobId }) => jobId === id));
  // The least percent of failures is none.
  expect(without.every((id) => Number(String(id).slice(4)) % 90 < 2)).toBe(true);
}, 60_000);

test('a course is of the requested days, of 60 at most; paces are since the day before', async () => {
  const newest = Date.parse('2026-11-23T00:00Z');
  for (let day = 70; day >= 0; day--) {
    const scheduledAt = newest - day * DAY_MS;
    writeDescribed(directory, {
      scheduledAt,
      ...(day < 70 && { previous: scheduledAt - DAY_MS }),
      details: [
        {
          ...{ job_id: 'a', succeeded_things: 70 - day },
          previous_described_at: timestamp(scheduledAt - DAY_MS + 90_000),
          previous_things_done: 69 - day,
        },
      ],
    });
  }
  const all = (await build()).rollouts;
  expect([all.overTime.at[0], all.overTime.at.length]).toEqual(['2026-09-25 00:00:00', 60]);
  const { rollouts } = await build({ from: '2026-11-23' });
  expect(rollouts.overTime.at).toEqual(['2026-11-23 00:00:00']);
  expect(records(rollouts.answer)[0]?.things_per_hour).toBe(0.04);
  expect((await build({ to: '2026-10-01' })).rollouts.snapshotAt).toBe('2026-10-01 00:00:00');
}, 60_000);

test('a record that names other details than its own is refused', async () => {
  writeHours(1, () => [{ job_id: 'a' }]);
  const record = readdirSync(directory, { recursive: true, encoding: 'utf8' }).find((file) => file.endsWith('.ndjson'));
  const path = join(directory, record ?? '');
  writeFileSync(path, readFileSync(path, 'utf8').replace('"details_key":"details/', '"details_key":"details/../'));
  await expect(build()).rejects.toThrow(/names details\/\.\.\/.* for its details, not details\//);
});

test('what is not known of a rollout is shown as unknown, and never as 0', () => {
  const row = {
    status: 'IN_PROGRESS',
    target_selection: 'SNAPSHOT',
    things_total: null,
    things_done: null,
    things_failed: null,
    percent_failed: null,
    abort_criteria_count: 2,
    percent_to_abort: null,
    things_per_hour: null,
    expected_end: null,
    hours_without_progress: null,
  };
  const unknown = [
    'not known how many are done',
    'not known how many failed',
    'not known how near to an abort criterion',
    'pace not known',
    'end not known',
    'not known since when no thing moved',
  ];
  expect(describeRollout(row)).toEqual(unknown);
  const known = {
    ...row,
    things_total: 2000,
    things_done: 1500,
    things_failed: 60,
    percent_failed: 4,
    things_per_hour: -3,
  };
  expect(describeRollout({ ...known, hours_without_progress: 100 })).toEqual([
    '1,500 of 2,000 done',
    '60 failed (4 %)',
    'an abort criterion that does not count yet',
    '-3 things an hour',
    'end not known',
    'no thing moved for 4.2 d',
  ]);
  expect(describeRollout({ ...known, is_concurrent: true })).toContain(
    'still being rolled out: there may be more things, the end is not known',
  );
  const abort = (more: object) => describeRollout({ ...known, ...more })[2];
  expect([
    abort({ abort_criteria_count: 0 }),
    abort({ percent_to_abort: 4.25 }),
    abort({ percent_to_abort: 0 }),
    abort({ percent_to_abort: -1 }),
  ]).toEqual([
    'no abort criterion',
    '4.3 percentage points below an abort criterion',
    'an abort criterion is reached',
    'an abort criterion is reached',
  ]);
  expect(describeRollout({ ...known, status: 'CANCELED', canceled_things: 7, removed_things: 2 })).toEqual([
    '1,500 of 2,000 done',
    '60 failed (4 %)',
    '9 canceled or removed',
  ]);
});

test('a long id is cut in the middle', () => {
  expect([withoutMiddle('abcdefghij', 10), withoutMiddle('abcdefghijk', 10)]).toEqual(['abcdefghij', 'abcde…hijk']);
});
