import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recordKey } from '../../lambda/contract/keys.ts';
import { ThingGroupNotFoundError } from '../../lambda/errors.ts';
import type { JobSummary, ListJobsQuery } from '../../lambda/ports.ts';
import { removeRows } from '../support/remove-rows.ts';
import { job } from '../support/scripted-source.ts';
import { ask as askHistory } from './query-directory.ts';
import { type SnapshotProps, saved, takeSnapshot, WHERE } from './snapshots.ts';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'saved-queries-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const ask = (sql: string, today?: string) => askHistory(directory, sql, today);
/** Columns of the answer of a saved query. */
const columnsOf = (columns: string, name: string, day?: string) => ask(`SELECT ${columns} FROM (${saved(name, day)})`);
const take = (at: string, jobs: SnapshotProps['jobs'], more: Partial<SnapshotProps> = {}) =>
  takeSnapshot({ directory, at, jobs, ...more });

const at = (text: string) => Date.parse(text);
const LONG_AGO = at('2026-11-01T00:00:00Z');
const JOB: Partial<JobSummary> = { createdAt: LONG_AGO, lastUpdatedAt: LONG_AGO, targetSelection: 'SNAPSHOT' };
const scheduled = (id: string, more: Partial<JobSummary> = {}) => job(id, { ...JOB, status: 'SCHEDULED', ...more });
const inProgress = (id: string, more: Partial<JobSummary> = {}) => job(id, { ...JOB, status: 'IN_PROGRESS', ...more });
const canceled = (id: string, more: Partial<JobSummary> = {}) => job(id, { ...JOB, status: 'CANCELED', ...more });
const completed = (id: string, time: string, more: Partial<JobSummary> = {}) =>
  job(id, { ...JOB, status: 'COMPLETED', completedAt: at(time), ...more });
/** A job that took so many hours until it was completed. */
const took = (id: string, hours: number, time: string) =>
  completed(id, time, { createdAt: at(time) - hours * 3_600_000 });

const GROUPS = { exportName: 'fleets', thingGroups: ['eu', 'us', 'moon'] };
/** Each scope has its own jobs, and the moon does not exist. */
const jobsOf =
  (scopes: Readonly<Record<string, readonly JobSummary[]>>) =>
  ({ thingGroupName = '', status }: ListJobsQuery): readonly JobSummary[] => {
    if (thingGroupName === 'moon') throw new ThingGroupNotFoundError('moon does not exist');
    return (scopes[thingGroupName] ?? []).filter((one) => one.status === status);
  };

describe('now', () => {
  test('jobs-now has the counts of the newest records, of a weekly export, too; nothing is 0 that is not known', async () => {
    await take('2026-11-17T06:00Z', [scheduled('a'), scheduled('b')], {
      exportName: 'weekly',
      statuses: ['SCHEDULED'],
    });
    await take('2026-11-23T09:00Z', [inProgress('a')]);
    await take('2026-11-23T10:00Z', [inProgress('a'), inProgress('b')], { statuses: ['SCHEDULED', 'IN_PROGRESS'] });
    await take('2026-11-23T10:00Z', jobsOf({ eu: [inProgress('a')] }), { ...GROUPS, statuses: ['IN_PROGRESS'] });
    expect(await columnsOf('export_name, scope, status, jobs, snapshot_at', 'jobs-now')).toEqual([
      ['all', 'account-wide', 'IN_PROGRESS', '2', '2026-11-23 10:00:00'],
      ['all', 'account-wide', 'SCHEDULED', '0', '2026-11-23 10:00:00'],
      ['fleets', 'eu', 'IN_PROGRESS', '1', '2026-11-23 10:00:00'],
      ['fleets', 'moon', 'IN_PROGRESS', null, '2026-11-23 10:00:00'],
      ['fleets', 'us', 'IN_PROGRESS', '0', '2026-11-23 10:00:00'],
      ['weekly', 'account-wide', 'SCHEDULED', '2', '2026-11-17 06:00:00'],
    ]);
  });

  test('stuck-jobs has those that were in progress a week ago, continuous jobs after all others', async () => {
    const continuous = inProgress('on', { targetSelection: 'CONTINUOUS' });
    await take('2026-11-10T06:00Z', [continuous, inProgress('longest'), scheduled('long')]);
    await take('2026-11-15T06:00Z', [continuous, inProgress('longest'), inProgress('long'), scheduled('short')]);
    await take('2026-11-23T06:00Z', [
      continuous,
      inProgress('longest'),
      inProgress('long'),
      inProgress('short', { lastUpdatedAt: LONG_AGO }),
    ]);
    expect(await columnsOf('job_id, days_in_progress, in_progress_since', 'stuck-jobs')).toEqual([
      ['longest', 13, '2026-11-10 06:00:01.5'],
      ['long', 8, '2026-11-15 06:00:01.5'],
      ['on', 13, '2026-11-10 06:00:01.5'],
    ]);
  });

  test('stuck-jobs and purged-soon have a row of an export whose newest snapshot they do not look at', async () => {
    const old = { createdAt: at('2024-01-01T00:00Z') };
    const jobs = [inProgress('a'), completed('old', '2024-02-01T00:00Z', old)];
    await take('2026-11-10T06:00Z', jobs, { exportName: 'weekly' });
    await take('2026-11-17T06:00Z', jobs, { exportName: 'weekly' });
    await take('2026-11-22T00:00Z', jobs);
    await take('2026-11-23T06:00Z', jobs, { exportName: 'none', statuses: ['SCHEDULED'] });
    const stuck = 'export_name, snapshot_at, job_id, days_in_progress, created_at';
    expect(await columnsOf(stuck, 'stuck-jobs')).toEqual([['weekly', '2026-11-17 06:00:00', null, null, null]]);
    expect(await columnsOf('export_name, snapshot_at, job_id, status', 'purged-soon')).toEqual([
      ['all', '2026-11-22 00:00:00', 'old', 'COMPLETED'],
      ['weekly', '2026-11-17 06:00:00', null, null],
    ]);
  });

  test('purged-soon has jobs that have ended and were created 700 days ago or more', async () => {
    const [d699, d700, d800] = [699, 700, 800].map((days) => at('2026-11-23T06:00Z') - days * 86_400_000);
    await take('2026-11-23T06:00Z', [
      completed('young', '2026-11-01T00:00Z', { createdAt: d699 }),
      completed('completed', '2025-01-01T00:00Z', { createdAt: d700 }),
      canceled('canceled', { createdAt: d800, lastUpdatedAt: at('2024-12-31T06:00Z') }),
      inProgress('at-work', { createdAt: d800 }),
    ]);
    expect(await columnsOf('job_id, ended_at, days_since_end, days_since_creation', 'purged-soon')).toEqual([
      ['canceled', '2024-12-31 06:00:00', '692', '800'],
      ['completed', '2025-01-01 00:00:00', '691', '700'],
    ]);
  });

  test('accounts-compared counts what is, and what ended; what an export does not list is null', async () => {
    const other = { accountId: '999999999999' };
    const some = { exportName: 'some', statuses: ['IN_PROGRESS', 'COMPLETED'] as const };
    const before = [inProgress('a'), inProgress('b'), inProgress('c'), inProgress('d'), scheduled('e')];
    const after = [
      took('a', 2, '2026-11-23T09:30:00Z'),
      took('b', 4, '2026-11-23T09:40:00Z'),
      canceled('c'),
      inProgress('d'),
      scheduled('e'),
    ].map((one, i) => ({ ...one, createdAt: before[i]?.createdAt }));
    for (const [time, jobs] of [
      ['2026-11-23T09:00Z', before],
      ['2026-11-23T10:00Z', after],
    ] as const) {
      await take(time, jobs);
      await take(time, jobs, some);
      await take(time, [scheduled('x')], other);
    }
    const hours = [537.5, 537.67];
    expect(
      await columnsOf(
        `export_name, account_id, scheduled, in_progress, completed, canceled, completed_share, canceled_share, p50_hours,
        p90_hours, unlinked`,
        'accounts-compared',
      ),
    ).toEqual([
      ['all', WHERE.accountId, '1', '1', '2', '1', 0.667, 0.333, ...hours, '1'],
      ['all', other.accountId, '1', '0', '0', '0', null, null, null, null, '1'],
      ['some', WHERE.accountId, null, '1', '2', null, null, null, ...hours, '1'],
    ]);
  });
});

describe('over time', () => {
  test('counts-over-time has least, mean and most by week, of the snapshots in which the group existed', async () => {
    const statuses = ['IN_PROGRESS'] as const;
    for (const [time, count] of [
      ['2025-12-03T06:00Z', 5],
      ['2026-11-15T06:00Z', 1],
      ['2026-11-16T06:00Z', 2],
      ['2026-11-22T06:00Z', 5],
      ['2026-11-23T06:00Z', 0],
    ] as const) {
      const jobs = Array.from({ length: count }, (_, i) => inProgress(`job-${i}`));
      await take(time, jobsOf({ eu: jobs }), { ...GROUPS, thingGroups: ['eu', 'moon'], statuses });
    }
    expect(await columnsOf('scope, week, least, mean, most, snapshots_without_group', 'counts-over-time')).toEqual([
      ['eu', '2025-12-01', '5', 5, '5', '0'],
      ['eu', '2026-11-09', '1', 1, '1', '0'],
      ['eu', '2026-11-16', '2', 3.5, '5', '0'],
      ['eu', '2026-11-23', '0', 0, '0', '0'],
      ['moon', '2025-12-01', null, null, null, '1'],
      ['moon', '2026-11-09', null, null, null, '1'],
      ['moon', '2026-11-16', null, null, null, '2'],
      ['moon', '2026-11-23', null, null, null, '1'],
    ]);
  });

  test('counts-over-time leaves out a replay, which counts what was later; counts-by-snapshot has it as LATE', async () => {
    await take('2026-11-20T09:00Z', [inProgress('a')]);
    await take('2026-11-22T09:00Z', [inProgress('a')]);
    await take('2026-11-23T09:00Z', []);
    await take('2026-11-22T11:00Z', [inProgress('a'), inProgress('b')], { startedAt: '2026-11-23T09:40Z' });
    const ofStatus = (sql: string) => ask(`SELECT week, least, mean, most FROM (${sql}) WHERE status = 'IN_PROGRESS'`);
    expect(await ofStatus(saved('counts-over-time'))).toEqual([
      ['2026-11-16', '1', 1, '1'],
      ['2026-11-23', '0', 0, '0'],
    ]);
    expect(await columnsOf('snapshot_at, in_progress, unlinked_reason', 'counts-by-snapshot')).toEqual([
      ['2026-11-23 09:00:00', '0', null],
      ['2026-11-22 11:00:00', '2', 'LATE'],
      ['2026-11-22 09:00:00', '1', null],
    ]);
  });

  describe('at noon', () => {
    beforeEach(async () => {
      await take('2026-11-17T06:00Z', [inProgress('a'), inProgress('b')], { exportName: 'weekly' });
      await take('2026-11-22T09:00Z', [inProgress('a'), scheduled('b')]);
      await take('2026-11-23T09:00Z', [inProgress('a'), inProgress('b'), scheduled('c')]);
      await take('2026-11-23T12:00Z', [inProgress('b'), scheduled('c')]);
      await take('2026-11-23T13:00Z', [inProgress('c')]);
      // A replay that sees what is a day later.
      await take('2026-11-22T11:00Z', [inProgress('z')], { startedAt: '2026-11-23T13:40Z' });
      await take('2026-11-23T10:00Z', [], { exportName: 'idle' });
    });

    test('counts-at has the counts of then, of whatever day', async () => {
      const counts = (day?: string) =>
        columnsOf("export_name, snapshot_at, jobs || ' ' || status", 'counts-at', day).then((rows) =>
          rows.filter((row) => !`${row[2]}`.startsWith('0')),
        );
      expect(await counts()).toEqual([
        ['all', '2026-11-23 12:00:00', '1 IN_PROGRESS'],
        ['all', '2026-11-23 12:00:00', '1 SCHEDULED'],
        ['weekly', '2026-11-17 06:00:00', '2 IN_PROGRESS'],
      ]);
      expect(await counts('2026-11-22')).toEqual([
        ['all', '2026-11-22 09:00:00', '1 IN_PROGRESS'],
        ['all', '2026-11-22 09:00:00', '1 SCHEDULED'],
        ['weekly', '2026-11-17 06:00:00', '2 IN_PROGRESS'],
      ]);
    });

    test('in-progress-at has which, since when, and says of a weekly export which day to put', async () => {
      const columns = 'export_name, snapshot_at, jobs_in_progress, job_id, in_progress_since';
      expect(await columnsOf(columns, 'in-progress-at')).toEqual([
        ['all', '2026-11-23 12:00:00', '1', 'b', '2026-11-23 09:00:01.5'],
        ['idle', '2026-11-23 10:00:00', '0', null, null],
        ['weekly', '2026-11-17 06:00:00', '2', null, null],
      ]);
      expect(await columnsOf(columns, 'in-progress-at', '2026-11-22')).toEqual([
        ['all', '2026-11-22 09:00:00', '1', 'a', '2026-11-22 09:00:01.5'],
        ['weekly', '2026-11-17 06:00:00', '2', null, null],
      ]);
      expect(await columnsOf(columns, 'in-progress-at', '2026-11-17')).toEqual([
        ['weekly', '2026-11-17 06:00:00', '2', 'a', '2026-11-17 06:00:01.5'],
        ['weekly', '2026-11-17 06:00:00', '2', 'b', '2026-11-17 06:00:01.5'],
      ]);
    });
  });

  test('in-progress-at has a job in several scopes once, in the status that was seen last', async () => {
    const jobs = jobsOf({ eu: [inProgress('a'), inProgress('moved')], us: [inProgress('a'), scheduled('moved')] });
    // SCHEDULED of us is listed after IN_PROGRESS of eu.
    await take('2026-11-23T09:00Z', jobs, { ...GROUPS, pageMs: 1000 });
    expect(await columnsOf('job_id, jobs_in_progress', 'in-progress-at')).toEqual([['a', '3']]);
  });
});

describe('changes', () => {
  const born = at('2026-11-22T09:30:00Z');
  beforeEach(async () => {
    await take('2026-11-21T23:00Z', [inProgress('a'), inProgress('b')]);
    await take('2026-11-22T09:00Z', [inProgress('a'), scheduled('b')]);
    await take('2026-11-22T10:00Z', [canceled('a'), scheduled('b'), scheduled('n', { createdAt: born })]);
    await take('2026-11-23T09:00Z', [scheduled('b'), completed('n', '2026-11-22T22:30:00Z', { createdAt: born })]);
  });

  test('changes-yesterday has all that changed then, newest first', async () => {
    expect(
      await columnsOf('job_id, change, from_status, to_status, hours_in_from_status', 'changes-yesterday'),
    ).toEqual([
      ['a', 'MOVED', 'IN_PROGRESS', 'CANCELED', 11],
      ['n', 'APPEARED', null, 'SCHEDULED', null],
      ['b', 'MOVED', 'IN_PROGRESS', 'SCHEDULED', 10],
    ]);
  });

  test('changes-last-week and changes-by-status count them', async () => {
    expect(await columnsOf('dt, change, reason, from_status, to_status, jobs', 'changes-last-week')).toEqual([
      ['2026-11-23', 'MOVED', null, 'SCHEDULED', 'COMPLETED', '1'],
      ['2026-11-23', 'VANISHED', 'GONE', 'CANCELED', null, '1'],
      ['2026-11-22', 'APPEARED', 'NEW', null, 'SCHEDULED', '1'],
      ['2026-11-22', 'MOVED', null, 'IN_PROGRESS', 'CANCELED', '1'],
      ['2026-11-22', 'MOVED', null, 'IN_PROGRESS', 'SCHEDULED', '1'],
    ]);
    expect(await columnsOf('from_status, to_status, jobs', 'changes-by-status')).toEqual([
      ['IN_PROGRESS', 'CANCELED', '1'],
      ['IN_PROGRESS', 'SCHEDULED', '1'],
      ['SCHEDULED', 'COMPLETED', '1'],
      [null, 'SCHEDULED', '1'],
    ]);
  });

  test('job-life has the changes of one job, and since when the line is whole', async () => {
    const columns = 'snapshot_at, change, from_status, to_status, hours_in_from_status, known_since';
    const lifeOf = (id: string) => {
      const sql = saved('job-life').replace(/(job_id = )'[^']+'/, `$1'${id}'`);
      expect(sql).toContain(`'${id}'`);
      return ask(`SELECT ${columns} FROM (${sql})`);
    };
    const since = '2026-11-21 23:00:00';
    expect(await lifeOf('a')).toEqual([
      ['2026-11-22 10:00:00', 'MOVED', 'IN_PROGRESS', 'CANCELED', 11, since],
      ['2026-11-23 09:00:00', 'VANISHED', 'CANCELED', null, 23, since],
    ]);
    expect(await lifeOf('n')).toEqual([
      ['2026-11-22 10:00:00', 'APPEARED', null, 'SCHEDULED', null, since],
      ['2026-11-23 09:00:00', 'MOVED', 'SCHEDULED', 'COMPLETED', 23, since],
    ]);
    removeRows(directory, [at('2026-11-23T09:00Z')]);
    await take('2026-11-23T10:00Z', []);
    expect((await lifeOf('n')).at(-1)?.at(-1)).toBe('2026-11-23 10:00:00');
  });
});

test('time-in-status measures stays whose beginning was seen, and counts the others', async () => {
  const times = [0, 1, 2, 3, 4, 5, 6].map((hour) => `2026-11-23T0${hour}:00:00Z`);
  const lives = { old: 'PPPPCCC', a: '.SPPC..', b: '.SSPPPC', c: '.PPX...' };
  for (const [hour, time] of times.entries()) {
    const jobs = Object.entries(lives).flatMap(([id, life]) => {
      const createdAt = id === 'old' ? LONG_AGO : at('2026-11-23T00:30:00Z');
      if (life[hour] === 'S') return [scheduled(id, { createdAt })];
      if (life[hour] === 'P') return [inProgress(id, { createdAt })];
      if (life[hour] === 'X') return [canceled(id, { createdAt })];
      if (life[hour] !== 'C') return [];
      return [completed(id, times[life.indexOf('C') - 1]?.replace(':00:00', ':30:00') ?? '', { createdAt })];
    });
    await take(time, jobs);
  }
  expect(await columnsOf('status, stays, p50_hours, p90_hours, begun_unseen', 'time-in-status')).toEqual([
    ['CANCELED', '1', 1, 1, '0'],
    // Of a, from half past 3 until the snapshot of 5.
    ['COMPLETED', '1', 1.5, 1.5, '0'],
    // c 2, a 1.5 and b 2.5; old was there at the first snapshot.
    ['IN_PROGRESS', '3', 2, 2.5, '1'],
    ['SCHEDULED', '2', 1, 2, '0'],
  ]);
});

describe('snapshot-difference', () => {
  test('has what is otherwise in the second, whatever happened in between; a job in several scopes is one', async () => {
    await take('2026-11-22T09:00Z', jobsOf({ eu: [inProgress('a')], us: [inProgress('a'), scheduled('b')] }), GROUPS);
    await take('2026-11-22T20:00Z', jobsOf({}), GROUPS);
    await take('2026-11-23T11:00Z', jobsOf({ eu: [canceled('a')], us: [canceled('a'), scheduled('n')] }), GROUPS);
    await take('2026-11-23T13:00Z', jobsOf({}), GROUPS);
    const columns = 'earlier_at, later_at, job_id, change, from_status, to_status';
    const ends = ['2026-11-22 09:00:00', '2026-11-23 11:00:00'];
    expect(await columnsOf(columns, 'snapshot-difference')).toEqual([
      [...ends, 'n', 'APPEARED', null, 'SCHEDULED'],
      [...ends, 'a', 'MOVED', 'IN_PROGRESS', 'CANCELED'],
      [...ends, 'b', 'VANISHED', 'SCHEDULED', null],
    ]);
  });

  test('leaves out a replay, which saw what was later than its time says', async () => {
    await take('2026-11-22T09:00Z', [inProgress('a')]);
    await take('2026-11-23T09:00Z', [inProgress('a'), inProgress('b')]);
    await take('2026-11-22T11:00Z', [inProgress('a'), inProgress('b')], { startedAt: '2026-11-23T09:40Z' });
    expect(await columnsOf('earlier_at, job_id, change', 'snapshot-difference')).toEqual([
      ['2026-11-22 09:00:00', 'b', 'APPEARED'],
    ]);
  });

  test('says nothing where rows of one are gone, and all where it has no job', async () => {
    await take('2026-11-22T09:00Z', [inProgress('a'), inProgress('b')]);
    await take('2026-11-23T09:00Z', []);
    expect(await columnsOf('job_id, change', 'snapshot-difference')).toEqual([
      ['a', 'VANISHED'],
      ['b', 'VANISHED'],
    ]);
    await take('2026-11-23T10:00Z', [inProgress('b')]);
    removeRows(directory, [at('2026-11-22T09:00Z')]);
    expect(await ask(saved('snapshot-difference'))).toEqual([]);
  });
});

describe('rollouts', () => {
  test('completed-by-day counts by the time of completion; a day that is not known is null, one without is 0', async () => {
    const done = completed('b', '2026-11-20T23:30:00Z');
    await take('2026-11-19T09:00Z', [completed('a', '2026-11-19T08:00:00Z'), inProgress('b'), inProgress('c')]);
    await take('2026-11-20T09:00Z', [inProgress('b'), inProgress('c')]);
    await take('2026-11-21T09:00Z', [done, inProgress('c')]);
    // No snapshot on the 22nd.
    await take('2026-11-23T09:00Z', [done, completed('c', '2026-11-22T12:00:00Z')]);
    await take('2026-11-22T09:00Z', [inProgress('b')], { exportName: 'active', statuses: ['IN_PROGRESS'] });
    await take('2026-11-23T09:00Z', [inProgress('b')], { exportName: 'active', statuses: ['IN_PROGRESS'] });
    expect(await columnsOf('export_name, dt, completed', 'completed-by-day')).toEqual([
      ['active', '2026-11-22', null],
      ['active', '2026-11-23', null],
      ['all', '2026-11-19', null],
      ['all', '2026-11-20', '1'],
      ['all', '2026-11-21', '0'],
      ['all', '2026-11-22', '1'],
      ['all', '2026-11-23', '0'],
    ]);
  });

  const ten = Array.from({ length: 10 }, (_, i) => took(`ten-${i}`, i + 1, '2026-11-20T12:00:00Z'));

  test('durations-by-week has nearest ranks of the newest snapshot, from before the history, too', async () => {
    const old = [took('old', 7, '2026-10-05T06:00:00Z'), took('too-old', 1, '2025-11-01T06:00:00Z')];
    await take('2026-11-23T09:00Z', [...ten, ...old, took('gone', 99, '2026-11-20T12:00:00Z')]);
    await take('2026-11-23T10:00Z', [...ten, ...old, inProgress('a'), canceled('x')]);
    expect(await columnsOf('snapshot_at, week, jobs, p50_hours, p90_hours', 'durations-by-week')).toEqual([
      ['2026-11-23 10:00:00', '2026-10-05', '1', 7, 7],
      ['2026-11-23 10:00:00', '2026-11-16', '10', 5, 9],
    ]);
  });

  test('of an export that runs less often, each query says the day of its newest snapshot, and answers for that', async () => {
    await take('2026-11-23T09:00Z', [took('a', 3, '2026-11-20T12:00:00Z')]);
    await take('2026-11-20T13:00Z', ten, { exportName: 'weekly' });
    await take('2026-11-20T13:00Z', jobsOf({ eu: ten }), { ...GROUPS, thingGroups: ['eu'] });
    expect(await columnsOf('export_name, snapshot_at, week, jobs', 'durations-by-week')).toEqual([
      ['all', '2026-11-23 09:00:00', '2026-11-16', '1'],
      ['fleets', '2026-11-20 13:00:00', null, null],
      ['weekly', '2026-11-20 13:00:00', null, null],
    ]);
    expect(await columnsOf('export_name, jobs, p90_hours', 'durations-by-week', '2026-11-20')).toEqual([
      ['fleets', '10', 9],
      ['weekly', '10', 9],
    ]);
    expect(await columnsOf('export_name, snapshot_at, week', 'outcomes-by-week')).toEqual([
      ['all', '2026-11-23 09:00:00', '2026-11-16'],
      ['fleets', '2026-11-20 13:00:00', null],
      ['weekly', '2026-11-20 13:00:00', null],
    ]);
    const byGroup = 'scope, snapshot_at, completed, completed_in_a_year, p50_hours';
    expect(await columnsOf(byGroup, 'durations-by-group')).toEqual([['eu', '2026-11-20 13:00:00', '10', null, null]]);
    expect(await columnsOf(byGroup, 'durations-by-group', '2026-11-20')).toEqual([
      ['eu', '2026-11-20 13:00:00', '10', '10', 5],
    ]);
  });

  test('durations-by-group has each group, without a count where it does not exist', async () => {
    const old = took('old', 700, '2025-11-01T06:00:00Z');
    await take('2026-11-23T09:00Z', jobsOf({ eu: [...ten, old], us: [inProgress('a')] }), GROUPS);
    await take('2026-11-23T09:00Z', ten);
    expect(
      await columnsOf('scope, completed, completed_in_a_year, p50_hours, p90_hours', 'durations-by-group'),
    ).toEqual([
      ['eu', '11', '10', 5, 9],
      ['moon', null, null, null, null],
      ['us', '0', null, null, null],
    ]);
  });

  test('outcomes-by-week has shares of the jobs created in each week, unless the export lists some statuses alone', async () => {
    const created = (time: string) => ({ createdAt: at(time) });
    const jobs = [
      completed('a', '2026-11-23T01:00:00Z', created('2026-11-10T00:00Z')),
      completed('b', '2026-11-23T01:00:00Z', created('2026-11-11T00:00Z')),
      canceled('c', created('2026-11-12T00:00Z')),
      inProgress('d', created('2026-11-13T00:00Z')),
      scheduled('e', created('2026-11-23T00:00Z')),
      completed('old', '2025-11-23T01:00:00Z', created('2025-11-10T00:00Z')),
    ];
    await take('2026-11-23T09:00Z', jobs);
    await take('2026-11-23T09:00Z', jobs, { exportName: 'some', statuses: ['COMPLETED', 'CANCELED'] });
    expect(await columnsOf('export_name, week, jobs, completed_share, canceled_share', 'outcomes-by-week')).toEqual([
      ['all', '2026-11-09', '4', 0.5, 0.25],
      ['all', '2026-11-23', '1', 0, 0],
      ['some', '2026-11-09', '3', null, null],
    ]);
  });
});

test('a job whose beginning a break hid is not measured, and the break makes a day not known', async () => {
  await take('2026-11-22T09:00Z', [inProgress('a')]);
  await take('2026-11-22T10:00Z', [inProgress('a'), inProgress('b', { createdAt: at('2026-11-22T09:30:00Z') })]);
  removeRows(directory, [at('2026-11-22T10:00Z')]);
  await take('2026-11-23T09:00Z', [inProgress('a'), inProgress('b')]);
  const record = JSON.parse(readFileSync(join(directory, recordKey(identityAt('2026-11-23T09:00Z'))), 'utf8'));
  expect(record.unlinked_reason).toBe('UNREADABLE');
  await take('2026-11-23T10:00Z', [canceled('a'), canceled('b')]);
  expect(await columnsOf('status, stays, begun_unseen', 'time-in-status')).toEqual([['IN_PROGRESS', '0', '2']]);
  expect(await columnsOf('dt, completed', 'completed-by-day')).toEqual([
    ['2026-11-22', null],
    ['2026-11-23', null],
  ]);
  expect(await columnsOf('unlinked', 'accounts-compared')).toEqual([['2']]);
});

test('a record of an older exporter counts as a break, too', async () => {
  await take('2026-11-22T09:00Z', [inProgress('a')]);
  const path = join(directory, recordKey(identityAt('2026-11-22T09:00Z')));
  const { previous_snapshot_id: _, unlinked_reason: __, ...older } = JSON.parse(readFileSync(path, 'utf8'));
  writeFileSync(path, `${JSON.stringify(older)}\n`);
  await take('2026-11-22T10:00Z', [inProgress('a')]);
  await take('2026-11-23T10:00Z', [canceled('a')]);
  expect(await columnsOf('status, stays, begun_unseen', 'time-in-status')).toEqual([['IN_PROGRESS', '0', '1']]);
});

function identityAt(time: string) {
  return { ...WHERE, exportName: 'all', scheduledAt: at(time) };
}
