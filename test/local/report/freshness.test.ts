import { rmSync } from 'node:fs';
import { JOB_STATUSES } from '../../../lambda/contract/jobs.ts';
import { exportSnapshot } from '../../../lambda/core/export-snapshot.ts';
import { openDirectoryHistory } from '../../../local/directory-history.ts';
import { buildReport } from '../../../local/report/build-report.ts';
import { filesOfDirectory } from '../../../local/report/fetch.ts';
import type { ReportSelection } from '../../../local/report/find-snapshots.ts';
import type { Combination } from '../../../local/report/model.ts';
import { directoryArchive } from '../../../local/verify/directory-archive.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { newDirectory } from '../../support/report-history.ts';
import { page, ScriptedSource } from '../../support/scripted-source.ts';

let directory: string;
beforeEach(() => {
  directory = newDirectory();
});
afterEach(() => rmSync(directory, { recursive: true }));

interface Written {
  readonly expression?: string;
  readonly timeZone?: string;
  /** How long each run takes. @default 0 */
  readonly minutes?: number;
}

/** @param times as `2026-11-20 18:00` */
async function write(times: readonly string[], { expression, timeZone = 'UTC', minutes = 0 }: Written = {}) {
  for (const time of times) {
    const scheduledAt = Date.parse(`${time.replace(' ', 'T')}:00Z`);
    const clock = new FakeClock(scheduledAt);
    const source = new ScriptedSource(({ status }) => {
      clock.set(scheduledAt + minutes * 60_000);
      return page([`${status}-1`], undefined, status);
    });
    const request = {
      accountId: '123456789012',
      region: 'eu-west-1',
      exportName: 'all',
      scheduledAt,
      statuses: JOB_STATUSES,
      thingGroups: [],
      thingGroupIds: [],
      ...(expression !== undefined && { schedule: { expression, timeZone } }),
    };
    const history = await openDirectoryHistory(directory);
    await exportSnapshot(request, { clock, source, ...history }, Number.POSITIVE_INFINITY);
  }
}

async function build(selection: ReportSelection = {}): Promise<Combination> {
  const props = {
    place: directory,
    archive: directoryArchive(directory),
    files: filesOfDirectory(directory),
    selection: selection,
  };
  return (await buildReport(props)).combinations[0] as Combination;
}
const hourly = (day: string, from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => `${day} ${String(from + i).padStart(2, '0')}:00`);

describe('when the next snapshot is due', () => {
  test.each<[string, readonly string[], Written, string, string]>([
    ['a cron', hourly('2026-11-20', 16, 18), { expression: 'cron(0 0/6 * * ? *)' }, '2026-11-21 00:00:00', '00:20:00'],
    [
      'a cron in local time',
      ['2026-11-20 07:00'],
      { expression: 'cron(0 8 ? * MON-FRI *)', timeZone: 'Europe/Berlin' },
      '2026-11-23 07:00:00',
      '07:20:00',
    ],
    [
      'the second pass of an hour that comes twice',
      ['2026-10-25 00:00'],
      { expression: 'cron(30 2 * * ? *)', timeZone: 'Europe/Berlin' },
      '2026-10-25 01:30:00',
      '01:50:00',
    ],
    ['a rate', ['2026-11-20 10:05'], { expression: 'rate(90 minutes)' }, '2026-11-20 11:35:00', '11:55:00'],
    [
      'a schedule of which a run took 40 minutes',
      hourly('2026-11-20', 16, 18),
      { expression: 'cron(0 * * * ? *)', minutes: 40 },
      '2026-11-20 19:00:00',
      '19:45:00',
    ],
  ])(
    '%s says, and it is late after the longest run',
    async (_, times, written, nextDueAt, lateAt) => {
      await write(times, written);
      const { freshness } = await build();
      expect(freshness).toMatchObject({ nextDueAt, lateAt: `${nextDueAt.slice(0, 10)} ${lateAt}`, isBySchedule: true });
    },
    30_000,
  );

  test('a run that was started by hand changes nothing of the schedule', async () => {
    await write(['2026-11-20 10:05'], { expression: 'rate(90 minutes)' });
    await write(['2026-11-20 11:50']);
    expect((await build()).freshness).toMatchObject({ nextDueAt: '2026-11-20 13:05:00', isBySchedule: true });
  }, 30_000);

  test('a schedule that will not run again says nothing, and is a schedule all the same', async () => {
    await write(['2026-11-20 10:00'], { expression: 'cron(0 10 20 11 ? 2026)' });
    const { freshness, lastDayUntil } = await build();
    expect(freshness).toMatchObject({ nextDueAt: null, lateAt: null, isBySchedule: true });
    expect(lastDayUntil).toBe('10:00');
  }, 30_000);

  test('without a schedule the usual period is used, and a snapshot is late after one and a half of them', async () => {
    await write([...hourly('2026-11-18', 0, 23), '2026-11-20 10:00']);
    expect((await build()).freshness).toMatchObject({
      nextDueAt: '2026-11-20 11:00:00',
      lateAt: '2026-11-20 11:30:00',
      usualMinutes: 60,
      isBySchedule: false,
    });
  }, 30_000);

  test('runs by hand have no usual period: nothing is due, and nothing is missing', async () => {
    await write(['2026-11-15 11:33', '2026-11-17 09:01', '2026-11-20 09:50', '2026-11-20 10:03']);
    const { freshness, snapshots, counts } = await build();
    expect(freshness).toMatchObject({ nextDueAt: null, lateAt: null, usualMinutes: null });
    const [dt, expected, arrived, failed] = ['dt', 'expected', 'arrived', 'failed'].map((name) =>
      snapshots.answer.columns.indexOf(name),
    ) as [number, number, number, number];
    expect(snapshots.answer.rows.map((row) => [row[dt], row[expected], row[arrived], row[failed]])).toEqual([
      ['2026-11-15', null, 1, null],
      ['2026-11-17', null, 1, null],
      ['2026-11-20', null, 2, null],
    ]);
    expect(counts.gapsAfter).toEqual([]);
  }, 30_000);

  test('the usual period is that of the last snapshots: hourly ones of before say nothing of daily ones', async () => {
    const daily = ['18', '19', '20', '21'].map((day) => `2026-11-${day} 06:00`);
    await write([...hourly('2026-11-17', 0, 12), ...daily]);
    expect((await build()).freshness).toMatchObject({ nextDueAt: '2026-11-22 06:00:00', usualMinutes: 1440 });
  }, 30_000);

  test('of a single snapshot without a schedule nothing is known', async () => {
    await write(['2026-11-20 10:00']);
    const { freshness, firstDayFrom, lastDayUntil } = await build();
    expect(freshness).toEqual({
      nextDueAt: null,
      lateAt: null,
      usualMinutes: null,
      isBySchedule: false,
      endsWith: null,
    });
    expect([firstDayFrom, lastDayUntil]).toEqual(['10:00', '10:00']);
  }, 30_000);
});

test('a page that ends before today, or before what there is, says so', async () => {
  await write([...hourly('2026-11-20', 22, 23), ...hourly('2026-11-21', 0, 1)], { expression: 'cron(0 * * * ? *)' });
  const endsWith = async (selection: ReportSelection) => (await build(selection)).freshness.endsWith;
  expect(await endsWith({})).toBe(null);
  expect(await endsWith({ to: '2026-11-20' })).toBe('2026-11-20');
  // Nothing is newer, and that day is over.
  expect(await endsWith({ to: '2026-11-21' })).toBe('2026-11-21');
  expect(await endsWith({ to: '2199-01-01' })).toBe(null);
}, 30_000);

test('the first day is known from the first snapshot on unless that knows of earlier, the last until the last unless no more is due', async () => {
  const expression = 'cron(0 * * * ? *)';
  await write([...hourly('2026-11-20', 14, 23), ...hourly('2026-11-21', 3, 23), ...hourly('2026-11-22', 0, 11)], {
    expression,
  });
  const days = async (selection: ReportSelection = {}) => {
    const { firstDayFrom, lastDayUntil } = await build(selection);
    return [firstDayFrom, lastDayUntil];
  };
  expect(await days()).toEqual(['14:00', '11:00']);
  expect(await days({ to: '2026-11-20' })).toEqual(['14:00', null]);
  expect(await days({ from: '2026-11-21', to: '2026-11-21' })).toEqual([null, null]);
  expect(await days({ from: '2026-11-22' })).toEqual([null, '11:00']);
}, 30_000);

test('a day with one snapshot is known until that: what is created after it is seen on the next day', async () => {
  await write(['2026-11-19 06:00', '2026-11-20 06:00'], { expression: 'cron(0 6 * * ? *)' });
  expect((await build()).lastDayUntil).toBe('06:00');
}, 30_000);

test('a history that begins at midnight knows its first day whole', async () => {
  await write(hourly('2026-11-20', 0, 2));
  expect((await build()).firstDayFrom).toBe(null);
}, 30_000);
