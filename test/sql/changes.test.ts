import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { jobsKey, recordKey } from '../../lambda/contract/keys.ts';
import type { JobSummary } from '../../lambda/ports.ts';
import { readQueries } from '../../sql/catalog.ts';
import { job } from '../support/scripted-source.ts';
import { ask as askHistory } from './query-directory.ts';
import { type SnapshotProps, takeSnapshot, WHERE } from './snapshots.ts';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'changes-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const ask = (sql: string, today?: string) => askHistory(directory, sql, today);
const take = (at: string, jobs: SnapshotProps['jobs'], more: Partial<SnapshotProps> = {}) =>
  takeSnapshot({ directory, at, jobs, ...more });
const saved = (name: string) => readQueries().find((query) => query.name === name)?.sql ?? '';

const LONG_AGO = Date.parse('2026-01-01T00:00:00Z');
const JOB: Partial<JobSummary> = { createdAt: LONG_AGO, targetSelection: 'SNAPSHOT' };
const scheduled = (id: string, more: Partial<JobSummary> = {}) => job(id, { ...JOB, status: 'SCHEDULED', ...more });
const inProgress = (id: string, more: Partial<JobSummary> = {}) => job(id, { ...JOB, status: 'IN_PROGRESS', ...more });
const completed = (id: string, at: string, more: Partial<JobSummary> = {}) =>
  job(id, { ...JOB, status: 'COMPLETED', completedAt: Date.parse(at), ...more });

const MOVES = 'SELECT job_id, from_status, to_status FROM status_changes ORDER BY by_observed_at, job_id';
const VANISHED = 'SELECT job_id, reason FROM vanished_jobs ORDER BY job_id';
const UNLINKED = 'SELECT snapshot_id, reason FROM unlinked_snapshots ORDER BY snapshot_at';

test('a replay of an old time does not make jobs go backward', async () => {
  await take('2026-11-23T09:00:00Z', [inProgress('a')]);
  await take('2026-11-23T11:00:00Z', [inProgress('a')]);
  await take('2026-11-23T12:00:00Z', [completed('a', '2026-11-23T11:20:00Z')]);
  await take('2026-11-23T10:00:00Z', [completed('a', '2026-11-23T11:20:00Z')], { startedAt: '2026-11-23T12:30:00Z' });
  await take('2026-11-23T13:00:00Z', [completed('a', '2026-11-23T11:20:00Z')]);
  expect(await ask(MOVES)).toEqual([['a', 'IN_PROGRESS', 'COMPLETED']]);
  expect(await ask('SELECT at_least_hours, at_most_hours > 2 FROM status_changes')).toEqual([[2, true]]);
  expect(await ask(VANISHED)).toEqual([]);
  expect(await ask(UNLINKED)).toEqual([
    ['20261123T090000Z-all', 'FIRST'],
    ['20261123T100000Z-all', 'LATE'],
  ]);
  expect(await ask('SELECT status, status_since FROM latest_jobs')).toEqual([['COMPLETED', '2026-11-23 12:00:01.5']]);
});

describe('an export that runs less often than hourly', () => {
  /** Two jobs of which one completes between the two snapshots, and one that had completed long before. */
  async function takeTwo(first: string, second: string) {
    const old = completed('old', '2026-02-01T00:00:00Z');
    await take(first, [old, inProgress('a'), inProgress('b')]);
    await take(second, [old, completed('a', '2026-10-24T23:30:00Z'), inProgress('b')]);
  }

  test.each([
    ['daily at midnight in London, where two runs are on UTC days 24 and 26', '2026-10-24T23:00Z', '2026-10-26T00:00Z'],
    ['daily, with a day whose run failed', '2026-10-24T06:00Z', '2026-10-26T06:00Z'],
    ['weekly', '2026-10-19T06:00Z', '2026-10-26T06:00Z'],
    ['hourly, with an outage of months', '2026-05-19T06:00Z', '2026-10-26T06:00Z'],
  ])('%s: has what changed, and no job twice', async (_, first, second) => {
    await takeTwo(first, second);
    expect(await ask(MOVES)).toEqual([['a', 'IN_PROGRESS', 'COMPLETED']]);
    const rollouts = 'SELECT job_id, status, completed_at, dt FROM rollouts';
    expect(await ask(rollouts)).toEqual([['a', 'COMPLETED', '2026-10-24 23:30:00', '2026-10-26']]);
    expect(await ask(VANISHED)).toEqual([]);
    const hours = (Date.parse(second) - Date.parse(first)) / 3_600_000;
    expect(await ask("SELECT days_in_progress FROM stuck_jobs WHERE job_id = 'b'")).toEqual([
      [Math.round((hours / 24) * 10) / 10],
    ]);
  });
});

test('rollouts has no job that had completed before the history began, or before its status was requested', async () => {
  const done = completed('done', '2026-11-20T00:00:00Z');
  await take('2026-11-23T09:00:00Z', [inProgress('a')], { statuses: ['IN_PROGRESS'] });
  await take('2026-11-23T10:00:00Z', [inProgress('a'), done]);
  await take('2026-11-23T11:00:00Z', [completed('a', '2026-11-23T10:30:00Z'), done]);
  expect(await ask('SELECT job_id, status, hours_in_progress FROM rollouts')).toEqual([
    ['a', 'COMPLETED', 1.5 - 1.5 / 3600],
  ]);
  expect(await ask("SELECT job_id, reason FROM job_changes WHERE change = 'APPEARED'")).toEqual([
    ['done', 'NOT_ASKED_BEFORE'],
  ]);
});

test('rollouts has jobs that were created and ended between two snapshots, and those that were deleted at work', async () => {
  const born = Date.parse('2026-11-23T09:10:00Z');
  await take('2026-11-23T09:00:00Z', [inProgress('deleted')]);
  await take('2026-11-23T10:00:00Z', [
    job('deleted', { ...JOB, status: 'DELETION_IN_PROGRESS' }),
    completed('quick', '2026-11-23T09:40:00Z', { createdAt: born }),
    job('canceled', { ...JOB, status: 'CANCELED', createdAt: born }),
  ]);
  expect(
    await ask('SELECT job_id, status, in_progress_since, hours_to_complete FROM rollouts ORDER BY job_id'),
  ).toEqual([
    ['canceled', 'CANCELED', null, null],
    ['deleted', 'DELETION_IN_PROGRESS', '2026-11-23 09:00:01.5', null],
    ['quick', 'COMPLETED', null, 0.5],
  ]);
});

describe('an export of some statuses', () => {
  const statuses = ['SCHEDULED', 'IN_PROGRESS'] as const;

  test('says of jobs that left for one that it does not list that they may have moved, never that they are gone', async () => {
    await take('2026-11-23T09:00:00Z', [inProgress('a'), inProgress('b')], { statuses });
    await take('2026-11-23T10:00:00Z', [inProgress('b')], { statuses });
    expect(await ask(VANISHED)).toEqual([['a', 'MAY_HAVE_MOVED']]);
    expect(await ask(saved('vanished-jobs'))).toEqual([]);
  });

  test('has jobs that came from one that it does not list among the changes of status', async () => {
    await take('2026-11-23T09:00:00Z', [inProgress('a')], { statuses: ['COMPLETED'] });
    await take('2026-11-23T10:00:00Z', [completed('a', '2026-11-23T09:30:00Z')], { statuses: ['COMPLETED'] });
    expect(await ask('SELECT job_id, from_status, to_status, reason FROM status_changes')).toEqual([
      ['a', null, 'COMPLETED', 'MAY_HAVE_MOVED'],
    ]);
    expect(await ask('SELECT job_id, status, last_seen_at FROM rollouts')).toEqual([['a', 'COMPLETED', null]]);
  });
});

describe('filters that change', () => {
  test('to a target selection, or a namespace, that lists nothing: no job is gone', async () => {
    await take('2026-11-23T09:00:00Z', [inProgress('a'), inProgress('b')]);
    await take('2026-11-23T10:00:00Z', [inProgress('a'), inProgress('b')], { targetSelection: 'CONTINUOUS' });
    expect(await ask(VANISHED)).toEqual([
      ['a', 'NOT_ASKED_NOW'],
      ['b', 'NOT_ASKED_NOW'],
    ]);
    await take('2026-11-23T11:00:00Z', [inProgress('c', { targetSelection: 'CONTINUOUS' })], {
      targetSelection: 'CONTINUOUS',
    });
    await take('2026-11-23T12:00:00Z', [], { targetSelection: 'CONTINUOUS', namespaceId: 'other' });
    expect((await ask(VANISHED)).at(-1)).toEqual(['c', 'NOT_ASKED_NOW']);
    expect(await ask(saved('vanished-jobs'))).toEqual([]);
    expect((await ask(saved('left-out-jobs'))).map((row) => row.slice(4))).toEqual([['IN_PROGRESS', '3']]);
  });

  test('that do not: the last continuous job that is deleted is gone', async () => {
    await take('2026-11-23T09:00:00Z', [inProgress('a'), inProgress('c', { targetSelection: 'CONTINUOUS' })]);
    await take('2026-11-23T10:00:00Z', [inProgress('a')]);
    expect(await ask(VANISHED)).toEqual([['c', 'GONE']]);
    expect((await ask(saved('vanished-jobs'))).map((row) => row[4])).toEqual(['c']);
  });
});

describe('a job in several scopes', () => {
  const groups = { thingGroups: ['eu', 'us'], exportName: 'fleets', pageMs: 60_000 };
  const [before, after] = [scheduled('a'), inProgress('a')];

  /** Each scope has its own jobs. */
  const jobsOf =
    (eu: readonly JobSummary[], us: readonly JobSummary[]): SnapshotProps['jobs'] =>
    ({ thingGroupName, status }) =>
      (thingGroupName === 'eu' ? eu : us).filter((one) => one.status === status);
  const CHANGES = `SELECT snapshot_id, scopes, change, from_status, to_status FROM job_changes
    ORDER BY snapshot_at, to_status`;

  test('is one change, with its scopes, with the first and last sights of all', async () => {
    await take('2026-11-23T09:00:00Z', jobsOf([before], [before]), groups);
    await take('2026-11-23T10:00:00Z', jobsOf([after], [after]), groups);
    expect(await ask(CHANGES)).toEqual([
      ['20261123T100000Z-fleets', ['eu', 'us'], 'MOVED', 'SCHEDULED', 'IN_PROGRESS'],
    ]);
    expect(await ask('SELECT from_since, from_seen_at, to_seen_at FROM job_changes')).toEqual([
      ['2026-11-23 09:01:01.5', '2026-11-23 09:07:01.5', '2026-11-23 10:02:01.5'],
    ]);
  });

  test('is one change where it moves between the pages of the two, and vanishes from each by itself', async () => {
    await take('2026-11-23T09:00:00Z', jobsOf([before], [before]), groups);
    await take('2026-11-23T10:00:00Z', jobsOf([before], [after]), groups);
    await take('2026-11-23T11:00:00Z', jobsOf([after], [after]), groups);
    await take('2026-11-23T12:00:00Z', jobsOf([], [after]), groups);
    await take('2026-11-23T13:00:00Z', jobsOf([], []), groups);
    expect(await ask(CHANGES)).toEqual([
      ['20261123T100000Z-fleets', ['us'], 'MOVED', 'SCHEDULED', 'IN_PROGRESS'],
      ['20261123T120000Z-fleets', ['eu'], 'VANISHED', 'IN_PROGRESS', null],
      ['20261123T130000Z-fleets', ['us'], 'VANISHED', 'IN_PROGRESS', null],
    ]);
  });

  test('is new once where it is created between the pages of the two, and has moved once by then', async () => {
    const createdAt = Date.parse('2026-11-23T10:03:00Z');
    await take('2026-11-23T09:00:00Z', jobsOf([], []), groups);
    await take('2026-11-23T10:00:00Z', jobsOf([], [scheduled('a', { createdAt })]), groups);
    await take(
      '2026-11-23T11:00:00Z',
      jobsOf([inProgress('a', { createdAt })], [inProgress('a', { createdAt })]),
      groups,
    );
    expect(await ask(CHANGES)).toEqual([
      ['20261123T100000Z-fleets', ['us'], 'APPEARED', null, 'SCHEDULED'],
      ['20261123T110000Z-fleets', ['us'], 'MOVED', 'SCHEDULED', 'IN_PROGRESS'],
    ]);
  });

  test('vanishes in the status that was seen last', async () => {
    await take('2026-11-23T09:00:00Z', jobsOf([before], [after]), groups);
    await take('2026-11-23T10:00:00Z', jobsOf([], []), groups);
    expect(await ask('SELECT last_status, last_seen_at, vanished_from FROM vanished_jobs')).toEqual([
      ['IN_PROGRESS', '2026-11-23 09:08:01.5', ['eu', 'us']],
    ]);
  });

  test('is two changes where one scope saw it move on, and a later page of another saw it back', async () => {
    await take('2026-11-23T09:00:00Z', jobsOf([before], [before]), groups);
    await take('2026-11-23T10:00:00Z', jobsOf([after], [before]), groups);
    await take('2026-11-23T11:00:00Z', jobsOf([after], [after]), groups);
    expect((await ask(CHANGES)).map((row) => row[0])).toEqual(['20261123T100000Z-fleets', '20261123T110000Z-fleets']);
  });

  test('is in the first snapshot of the day after, too, where the two are of two days', async () => {
    await take('2026-11-22T22:00:00Z', jobsOf([before], [before]), groups);
    await take('2026-11-22T23:00:00Z', jobsOf([before], [after]), groups);
    await take('2026-11-23T00:00:00Z', jobsOf([after], [after]), groups);
    expect((await ask(CHANGES)).map((row) => row[1])).toEqual([['us'], ['eu']]);
  });

  test('vanished by the reason that says most', async () => {
    await take('2026-11-23T09:00:00Z', jobsOf([before], [before]), groups);
    await take('2026-11-23T10:00:00Z', jobsOf([], []), { ...groups, thingGroups: ['us'] });
    expect(await ask('SELECT reason, vanished_from FROM vanished_jobs')).toEqual([['GONE', ['eu', 'us']]]);
  });

  test('has been in its status since the first of its scopes saw it so', async () => {
    await take('2026-11-23T09:00:00Z', jobsOf([after], []), groups);
    await take('2026-11-23T10:00:00Z', jobsOf([after], [after]), groups);
    expect(await ask('SELECT scopes, first_seen_at, status_since FROM latest_jobs')).toEqual([
      [['eu', 'us'], '2026-11-23 09:02:01.5', '2026-11-23 09:02:01.5'],
    ]);
  });
});

test('a thing group whose existence is unknown does not make its jobs gone, unless another scope missed them, too', async () => {
  const groups = { exportName: 'fleets', thingGroups: ['eu'], thingGroupIds: ['id-1'] };
  const none: SnapshotProps['jobs'] = () => [];
  const inBoth = inProgress('both');
  const jobs: SnapshotProps['jobs'] = ({ status, thingGroupId }) =>
    status === 'IN_PROGRESS' ? [inBoth, ...(thingGroupId ? [inProgress('by-id')] : [])] : [];
  await take('2026-11-23T09:00:00Z', jobs, groups);
  await take('2026-11-23T10:00:00Z', none, groups);
  expect(await ask(VANISHED)).toEqual([
    ['both', 'GONE'],
    ['by-id', 'GROUP_UNKNOWN'],
  ]);
});

test('an id that is used again is another job: the one vanished, the other appeared', async () => {
  await take('2026-11-23T09:00:00Z', [inProgress('a')]);
  await take('2026-11-23T10:00:00Z', [inProgress('a', { createdAt: Date.parse('2026-11-23T09:30:00Z') })]);
  expect(await ask('SELECT change, reason, created_at FROM job_changes ORDER BY change')).toEqual([
    ['APPEARED', 'NEW', '2026-11-23 09:30:00'],
    ['VANISHED', 'GONE', '2026-01-01 00:00:00'],
  ]);
});

describe('a status that the service does not give', () => {
  const without = job('a', JOB);
  const jobs: SnapshotProps['jobs'] = ({ status }) => (status === 'SCHEDULED' ? [without] : []);

  test('is UNKNOWN in every view', async () => {
    await take('2026-11-22T08:00:00Z', [scheduled('a')]);
    await take('2026-11-22T09:00:00Z', jobs);
    await take('2026-11-23T10:00:00Z', jobs);
    const statuses = async (column: string, view: string) =>
      (await ask(`SELECT DISTINCT ${column} FROM ${view} WHERE dt = '2026-11-23'`)).flat();
    for (const view of ['complete_jobs', 'snapshot_jobs', 'latest_jobs', 'job_timeline'])
      expect([view, await statuses('status', view)]).toEqual([view, ['UNKNOWN']]);
    await take('2026-11-23T11:00:00Z', [inProgress('a')]);
    await take('2026-11-23T12:00:00Z', jobs);
    await take('2026-11-23T13:00:00Z', []);
    for (const view of ['complete_changes', 'job_changes', 'status_changes'])
      expect([
        view,
        await ask(`SELECT from_status, to_status FROM ${view} WHERE to_status IS NOT NULL
        ORDER BY ${view === 'status_changes' ? 'by_observed_at' : 'snapshot_at'}`),
      ]).toEqual([
        view,
        [
          ['SCHEDULED', 'UNKNOWN'],
          ['UNKNOWN', 'IN_PROGRESS'],
          ['IN_PROGRESS', 'UNKNOWN'],
        ],
      ]);
    expect(await ask('SELECT last_status, reason FROM vanished_jobs')).toEqual([['UNKNOWN', 'GONE']]);
    expect(await ask("SELECT count(*) FROM job_timeline WHERE status = 'UNKNOWN'")).toEqual([['2']]);
  });
});

test('changes of a run that died before its record are left out', async () => {
  await take('2026-11-23T09:00:00Z', [inProgress('a')]);
  await take('2026-11-23T10:00:00Z', []);
  expect(await ask(VANISHED)).toEqual([['a', 'GONE']]);
  rmSync(join(directory, recordKey(identityAt('2026-11-23T10:00:00Z'))));
  expect(await ask('SELECT count(*) FROM changes')).toEqual([['1']]);
  for (const view of ['complete_changes', 'job_changes', 'vanished_jobs', 'job_timeline'])
    expect([view, await ask(`SELECT count(*) FROM ${view}`)]).toEqual([view, [[view === 'job_timeline' ? '1' : '0']]]);
});

describe('a history that an exporter without changes began', () => {
  /** Removes the fields that such an exporter did not write. */
  function age(at: string) {
    const identity = identityAt(at);
    const [rows, record] = [join(directory, jobsKey(identity)), join(directory, recordKey(identity))];
    const lines = gunzipSync(readFileSync(rows))
      .toString()
      .replaceAll(/,"first_seen_at":.*?\}/g, '}');
    expect(lines).not.toContain('status_since');
    const body = gzipSync(lines);
    writeFileSync(rows, body);
    const columns = Object.entries(JSON.parse(readFileSync(record, 'utf8'))).slice(0, 10);
    const object = { object_bytes: body.length, object_sha256: createHash('sha256').update(body).digest('hex') };
    writeFileSync(record, `${JSON.stringify({ ...Object.fromEntries(columns), ...object })}\n`);
  }

  test('has no changes of its days, says so, and knows since when only from then on', async () => {
    await take('2026-11-22T09:00:00Z', [inProgress('a')]);
    age('2026-11-22T09:00:00Z');
    expect(await ask(UNLINKED)).toEqual([['20261122T090000Z-all', 'OLDER_VERSION']]);
    expect(await ask('SELECT status_since, first_seen_at FROM latest_jobs')).toEqual([[null, null]]);
    // Unknown is not fine.
    expect(await ask('SELECT job_id, in_progress_since, days_in_progress FROM stuck_jobs')).toEqual([
      ['a', null, null],
    ]);
    expect(await ask(saved('stuck-jobs'))).toHaveLength(1);
    await take('2026-11-23T09:00:00Z', [inProgress('a')]);
    expect(await ask(UNLINKED)).toEqual([['20261122T090000Z-all', 'OLDER_VERSION']]);
    expect(await ask('SELECT status_since FROM latest_jobs')).toEqual([['2026-11-22 09:00:01.5']]);
  });
});

describe('unlinked_snapshots', () => {
  /** Sets the predecessor of a record. */
  function compareWith(at: string, previous: string) {
    const path = join(directory, recordKey(identityAt(at)));
    const record = JSON.parse(readFileSync(path, 'utf8'));
    writeFileSync(path, `${JSON.stringify({ ...record, previous_snapshot_id: previous })}\n`);
  }

  test('lists snapshots whose runs passed each other, and those that another came before', async () => {
    for (const hour of ['08', '09', '10', '11']) await take(`2026-11-23T${hour}:00:00Z`, [inProgress('a')]);
    expect(await ask(UNLINKED)).toEqual([['20261123T080000Z-all', 'FIRST']]);
    compareWith('2026-11-23T10:00:00Z', '20261123T080000Z-all');
    expect((await ask(UNLINKED)).slice(1)).toEqual([['20261123T100000Z-all', 'FORK']]);
    compareWith('2026-11-23T11:00:00Z', '20261123T090000Z-all');
    expect((await ask(UNLINKED)).slice(2)).toEqual([['20261123T110000Z-all', 'GAP']]);
  });

  test('has nothing to say of the first of a day after an outage', async () => {
    await take('2026-11-20T08:00:00Z', [inProgress('a')]);
    await take('2026-11-23T08:00:00Z', [inProgress('a')]);
    expect(await ask(UNLINKED)).toEqual([['20261120T080000Z-all', 'FIRST']]);
    expect((await ask(saved('unlinked-snapshots'))).map((row) => row.slice(3))).toEqual([['2026-11-20', 'FIRST', '1']]);
  });
});

test('counts-by-snapshot has whole snapshots, however many accounts there are', async () => {
  for (let i = 0; i < 15; i++) {
    await take('2026-11-23T09:00:00Z', [inProgress('a')], { accountId: `1234567890${10 + i}` });
  }
  expect(await ask(saved('counts-by-snapshot'))).toHaveLength(15);
});

function identityAt(at: string) {
  return { ...WHERE, exportName: 'all', scheduledAt: Date.parse(at) };
}
