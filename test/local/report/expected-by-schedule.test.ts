import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JOB_STATUSES } from '../../../lambda/contract/jobs.ts';
import { exportSnapshot } from '../../../lambda/core/export-snapshot.ts';
import { openDirectoryHistory } from '../../../local/directory-history.ts';
import { buildReport } from '../../../local/report/build-report.ts';
import { filesOfDirectory } from '../../../local/report/fetch.ts';
import type { ReportSelection } from '../../../local/report/find-snapshots.ts';
import type { Combination } from '../../../local/report/model.ts';
import { directoryArchive } from '../../../local/verify/directory-archive.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { page, ScriptedSource } from '../../support/scripted-source.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'due-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

async function write(expression: string | undefined, times: readonly string[], timeZone = 'UTC') {
  for (const time of times) {
    const scheduledAt = Date.parse(`${time}:00Z`);
    const where = { accountId: '123456789012', region: 'eu-west-1', exportName: 'all', scheduledAt };
    const selection = { statuses: JOB_STATUSES, thingGroups: [], thingGroupIds: [] };
    const request = { ...where, ...selection, ...(expression !== undefined && { schedule: { expression, timeZone } }) };
    const source = new ScriptedSource(({ status }) => page([`${status}-1`], undefined, status));
    const history = await openDirectoryHistory(directory);
    await exportSnapshot(request, { clock: new FakeClock(scheduledAt), source, ...history }, Number.POSITIVE_INFINITY);
  }
}

async function reportOf(selection: ReportSelection = {}): Promise<Combination> {
  const props = {
    place: directory,
    archive: directoryArchive(directory),
    files: filesOfDirectory(directory),
    selection: selection,
  };
  return (await buildReport(props)).combinations[0] as Combination;
}

/** Day, expected, arrived and failed. */
function daysOf({ snapshots: { answer } }: Combination) {
  const places = ['dt', 'expected', 'arrived', 'failed'].map((name) => answer.columns.indexOf(name));
  return answer.rows.map((row) => places.map((place) => row[place]));
}

const hours = (day: string, ...ofDay: number[]) => ofDay.map((hour) => `${day}T${String(hour).padStart(2, '0')}:00`);
const from = (hour: number) => Array.from({ length: 24 - hour }, (_, i) => hour + i);

it('expects what the schedule was to bring, also on the days of an outage and on that on which it ends', async () => {
  await write('cron(0 * * * ? *)', [
    ...hours('2026-11-20', ...from(20)),
    ...hours('2026-11-23', 10, ...from(12)),
    ...hours('2026-11-24', 0, 1),
  ]);
  const report = await reportOf();
  expect(daysOf(report)).toEqual([
    ['2026-11-20', 4, 4, 0],
    ['2026-11-21', 24, 0, 24],
    ['2026-11-22', 24, 0, 24],
    ['2026-11-23', 24, 13, 11],
    ['2026-11-24', 2, 2, 0],
  ]);
  expect([report.schedules, report.scheduledFrom]).toEqual([['cron(0 * * * ? *)'], '2026-11-20']);
  expect(report.counts.gapsAfter.map((i) => report.counts.at[i])).toEqual([
    '2026-11-20 23:00:00',
    '2026-11-23 10:00:00',
  ]);
}, 60_000);

it('expects nothing in a pause of the schedule', async () => {
  await write('cron(0 0 ? * MON *)', ['2026-11-01T23:00', '2026-11-08T23:00', '2026-11-22T23:00'], 'Europe/Berlin');
  const report = await reportOf();
  const days = daysOf(report);
  expect(days.filter(([, expected]) => expected !== 0)).toEqual([
    ['2026-11-01', 1, 1, 0],
    ['2026-11-08', 1, 1, 0],
    ['2026-11-15', 1, 0, 1],
    ['2026-11-22', 1, 1, 0],
  ]);
  expect([days.length, report.schedules]).toEqual([22, ['cron(0 0 ? * MON *) Europe/Berlin']]);
  expect(report.counts.gapsAfter.map((i) => report.counts.at[i])).toEqual(['2026-11-08 23:00:00']);
}, 60_000);

it('knows the schedule from before the requested days, where these begin in an outage', async () => {
  await write('cron(0 * * * ? *)', [...hours('2026-11-10', 0, 1), ...hours('2026-11-20', ...from(18))]);
  expect(daysOf(await reportOf({ from: '2026-11-20' }))).toEqual([['2026-11-20', 24, 6, 18]]);
}, 60_000);

it('infers what was expected before the first schedule, and on its day', async () => {
  await write(undefined, [...hours('2026-11-20', ...from(0)), ...hours('2026-11-21', 0, 1, 2, 5)]);
  await write('cron(0 0/6 * * ? *)', [...hours('2026-11-21', 6, 12), ...hours('2026-11-22', 0, 12)]);
  const report = await reportOf();
  expect([report.scheduledFrom, daysOf(report).at(-1)]).toEqual(['2026-11-22', ['2026-11-22', 3, 2, 1]]);
  expect(daysOf(report)[0]).toEqual(['2026-11-20', 24, 24, 0]);
}, 60_000);
