import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JOB_STATUSES } from '../../lambda/contract/jobs.ts';
import { readQueries } from '../../sql/catalog.ts';
import { type HourlyStatusesProps, writeHourlyStatuses } from './hourly-statuses.ts';
import { ask as askHistory } from './query-directory.ts';

const FROM = Date.parse('2026-11-23T06:00:00Z');
const WITHOUT_SCHEDULED = JOB_STATUSES.filter((status) => status !== 'SCHEDULED');
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'moves-back-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const write = (lives: HourlyStatusesProps['lives'], more: Partial<HourlyStatusesProps> = {}) =>
  writeHourlyStatuses({ directory, from: FROM, lives, ageHours: 720, ...more });

const ask = (sql: string) => askHistory(directory, sql);

const CHANGES = `SELECT from_status, to_status, at_least_hours, at_most_hours
  FROM status_changes WHERE from_status IS NOT NULL ORDER BY by_observed_at, job_id`;

describe('vanished_jobs, of jobs that go back from IN_PROGRESS to SCHEDULED when a maintenance window ends', () => {
  const reasons = () => ask('SELECT job_id, last_status, reason FROM vanished_jobs ORDER BY job_id');

  test('a job that goes back is not missed by an export that asks for both', async () => {
    await write({ back: 'PPS', gone: 'PP.', always: 'PPP' });
    expect(await reasons()).toEqual([['gone', 'IN_PROGRESS', 'GONE']]);
  });

  test('an export that does not ask for SCHEDULED cannot say that a job in progress is gone', async () => {
    await write({ back: 'PPS', done: 'CC.', always: 'PPP' }, { statuses: WITHOUT_SCHEDULED });
    expect(await reasons()).toEqual([
      ['back', 'IN_PROGRESS', 'MAY_HAVE_MOVED'],
      ['done', 'COMPLETED', 'GONE'],
    ]);
  });

  test('a job that comes and goes with its windows may have moved, each time', async () => {
    await write({ back: 'PSPSP', always: 'PPPPP' }, { statuses: WITHOUT_SCHEDULED });
    expect(await reasons()).toEqual([
      ['back', 'IN_PROGRESS', 'MAY_HAVE_MOVED'],
      ['back', 'IN_PROGRESS', 'MAY_HAVE_MOVED'],
    ]);
    expect(await ask('SELECT job_id, from_status, to_status, reason FROM status_changes')).toEqual([
      ['back', null, 'IN_PROGRESS', 'MAY_HAVE_MOVED'],
      ['back', null, 'IN_PROGRESS', 'MAY_HAVE_MOVED'],
    ]);
  });
});

describe('status_changes, of a job that is in a status for the second time', () => {
  test('the hours are those of this stay, not from the creation or from an earlier stay', async () => {
    await write({ windowed: 'PPSSSPPC' });
    expect(await ask(CHANGES)).toEqual([
      ['IN_PROGRESS', 'SCHEDULED', 1, 722],
      ['SCHEDULED', 'IN_PROGRESS', 2, 4],
      ['IN_PROGRESS', 'COMPLETED', 1, 3],
    ]);
  });

  test('a job first seen in SCHEDULED was there for at most as long as it exists, and surely since it was seen', async () => {
    await write({ planned: 'SSP' }, { ageHours: 0.5 });
    expect(await ask(CHANGES)).toEqual([['SCHEDULED', 'IN_PROGRESS', 1, 2.5]]);
  });

  test('a snapshot without the job ends its stay, also where the export does not ask for SCHEDULED', async () => {
    await write({ windowed: 'PPPSPPC', always: 'PPPPPPP' }, { statuses: WITHOUT_SCHEDULED, ageHours: 10 });
    // In the snapshot before it came back it was not in progress, which is when that was due.
    expect(await ask(CHANGES)).toEqual([['IN_PROGRESS', 'COMPLETED', 1, 3 + 1.5 / 3600]]);
  });

  test('at most counts from the last sight in another status, also where the job was missed since', async () => {
    await write({ windowed: 'SP.PC', always: 'PPPPP' });
    expect(await ask(CHANGES)).toEqual([
      ['SCHEDULED', 'IN_PROGRESS', 0, 721],
      ['IN_PROGRESS', 'COMPLETED', 0, 4],
    ]);
  });

  test('an hour without any snapshot does not end it', async () => {
    await write({ slow: 'PPPPC' }, { ageHours: 10 });
    const hour = String(new Date(FROM + 2 * 3_600_000).toISOString().slice(11, 13));
    for (const file of readdirSync(directory, { recursive: true, encoding: 'utf8' })) {
      if (file.includes(`20261123T${hour}0000Z-all`)) rmSync(join(directory, file));
    }
    expect(await ask(CHANGES)).toEqual([['IN_PROGRESS', 'COMPLETED', 3, 14]]);
  });
});

test('job_timeline has a row per stay, also of those that go on', async () => {
  await write({ windowed: 'PSPP.PC' });
  expect(
    await ask(`SELECT status, CAST(strftime(status_since, '%H') AS integer), CAST(strftime(last_seen_at, '%H') AS integer),
      CAST(strftime(left_by, '%H') AS integer), to_status, change FROM job_timeline ORDER BY last_seen_at`),
  ).toEqual([
    ['IN_PROGRESS', 6, 6, 7, 'SCHEDULED', 'MOVED'],
    ['SCHEDULED', 7, 7, 8, 'IN_PROGRESS', 'MOVED'],
    ['IN_PROGRESS', 8, 9, 10, null, 'VANISHED'],
    ['IN_PROGRESS', 11, 11, 12, 'COMPLETED', 'MOVED'],
    ['COMPLETED', 12, 12, null, null, null],
  ]);
});

describe('a group of which it is not known whether it exists', () => {
  // AWS IoT has no call that finds a group by its id, so one without jobs may not exist.
  beforeEach(async () => {
    await write({ last: 'PP.' }, { thingGroupIds: ['fleet-eu'], exportName: 'fleets' });
  });

  test('vanished_jobs does not say that its jobs are gone', async () => {
    expect(await ask('SELECT job_id, reason FROM vanished_jobs')).toEqual([['last', 'GROUP_UNKNOWN']]);
  });

  test('job_counts, counts-over-time and snapshot_health do not take it for one that is there, or is missing', async () => {
    expect(await ask("SELECT missing FROM job_counts WHERE status = 'IN_PROGRESS' ORDER BY snapshot_at")).toEqual([
      [false],
      [false],
      [null],
    ]);
    const overTime = readQueries().find(({ name }) => name === 'counts-over-time')?.sql;
    expect(
      await ask(`SELECT most, snapshots_without_group, snapshots_of_unknown_group FROM (${overTime})
        WHERE status = 'COMPLETED'`),
    ).toEqual([['0', '0', '1']]);
    expect(await ask('SELECT missing_groups, unknown_groups FROM snapshot_health')).toEqual([[null, ['fleet-eu']]]);
  });
});
