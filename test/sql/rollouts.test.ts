import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { JobDetailsRow } from '../../lambda/contract/columns.ts';
import { detailsKey } from '../../lambda/contract/keys.ts';
import { openHistory } from '../../local/history/open.ts';
import { type Described, writeDescribed } from '../support/described-history.ts';
import { ask as askHistory } from './query-directory.ts';
import { saved, WHERE } from './snapshots.ts';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'rollouts-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const TODAY = '2026-11-23';
const at = (time: string) => Date.parse(time);
const ask = (sql: string) => askHistory(directory, sql, TODAY);
const columnsOf = (columns: string, name: string) => ask(`SELECT ${columns} FROM (${saved(name)})`);
/** Writes a snapshot; its jobs are described a minute and a half after it. */
const take = (time: string, details: Described['details'], more: Partial<Described> = {}) =>
  writeDescribed(directory, { scheduledAt: at(time), ...(details && { details }), ...more });
const behind = (time: string) => ({ previous: at(time) });
const job = (job_id: string, done: number, more: Partial<JobDetailsRow> = {}): Partial<JobDetailsRow> => ({
  job_id,
  queued_things: 100 - done,
  succeeded_things: done,
  ...more,
});
/** Fields of a job about the snapshot before. */
const since = (time: string, done: number | null) => ({
  previous_described_at: `2026-11-23 ${time}:30.000`,
  previous_things_done: done,
});
const T10 = '20261123T100000Z-all';

test('a table without a file is empty, with all its columns', async () => {
  expect(await ask('SELECT targets, abort_criteria[1].threshold_percentage, dt FROM job_details')).toEqual([]);
  expect(await ask('SELECT job_id FROM latest_rollouts')).toEqual([]);
});

test('job_details reads arrays of text and of structs, and fractions', async () => {
  const criterion = {
    action: 'CANCEL',
    failure_type: 'ALL',
    threshold_percentage: 10.99,
    min_number_of_executed_things: 5,
  };
  const targets = ['arn:aws:iot:eu-west-1:123456789012:thing/b', 'arn:aws:iot:eu-west-1:123456789012:thing/a'];
  take('2026-11-23T09:00Z', [{ targets, abort_criteria: [criterion, { ...criterion, action: null }] }]);
  expect(
    await ask(`SELECT targets, abort_criteria[1].threshold_percentage, abort_criteria[2].action, cardinality(abort_criteria),
      account_id, dt FROM job_details`),
  ).toEqual([[targets, 10.99, null, '2', '123456789012', '2026-11-23']]);
});

test('details without a record, or that no record names, do not count', async () => {
  take('2026-11-23T09:00Z', [job('a', 10)], { isDead: true });
  take('2026-11-23T10:00Z', [job('a', 20)]);
  // The object of details exists, and the record names none.
  take('2026-11-23T11:00Z', [job('a', 30)]);
  take('2026-11-23T11:00Z', undefined, behind('2026-11-23T10:00Z'));
  for (const view of ['complete_details', 'rollout_progress', 'latest_rollouts'])
    expect(await ask(`SELECT snapshot_id, succeeded_things FROM ${view}`)).toEqual([[T10, '20']]);
});

describe('rollout_progress', () => {
  test('adds up what is known, and nothing where a number is not', async () => {
    const counts = { failed_things: 2, rejected_things: 3, timed_out_things: 5, removed_things: 7, canceled_things: 3 };
    take('2026-11-23T09:00Z', [
      job('all canceled', 0, { queued_things: 0, canceled_things: 100 }),
      job('known', 30, { ...counts, in_progress_things: 70, queued_things: 80 }),
      job('none', 0, { queued_things: 0 }),
      job('unknown', 30, { ...counts, rejected_things: null }),
      job('unknown canceled', 30, { ...counts, canceled_things: null }),
    ]);
    expect(
      await ask(`SELECT job_id, things_total, things_done, things_executed, things_failed, percent_done,
        percent_succeeded, percent_failed FROM rollout_progress ORDER BY job_id`),
    ).toEqual([
      ['all canceled', '100', '100', '0', '0', 100, null, null],
      ['known', '200', '50', '40', '10', 25, 75, 25],
      ['none', '0', '0', '0', '0', null, null, null],
      ['unknown', null, null, null, null, null, null, null],
      ['unknown canceled', null, null, '40', '10', null, 75, 25],
    ]);
  });

  test('measures the pace since the snapshot before described the job, whatever day that was', async () => {
    take('2026-11-22T22:00Z', [job('a', 10)]);
    const before = { previous_described_at: '2026-11-22 22:01:30.000', previous_things_done: 10 };
    take('2026-11-23T02:00Z', [job('a', 50, before)], behind('2026-11-22T22:00Z'));
    const columns = 'snapshot_id, previous_described_at, things_per_hour, expected_end';
    expect(await ask(`SELECT ${columns} FROM rollout_progress ORDER BY snapshot_at`)).toEqual([
      ['20261122T220000Z-all', null, null, null],
      ['20261123T020000Z-all', '2026-11-22 22:01:30', 10, '2026-11-23 07:01:30'],
    ]);
    expect(await ask("SELECT things_per_hour FROM rollout_progress WHERE dt = '2026-11-23'")).toEqual([[10]]);
  });

  test('has no pace of what was not known, nor by a clock that was set back', async () => {
    take('2026-11-23T09:00Z', [
      job('known', 20, since('08:01', 10)),
      job('unknown before', 20, since('08:01', null)),
      job('unknown now', 20, { failed_things: null, ...since('08:01', 10) }),
      job('set back', 20, since('09:30', 10)),
      job('at once', 20, { described_at: '2026-11-23 08:01:30.000', ...since('08:01', 10) }),
    ]);
    expect(await ask('SELECT job_id, things_per_hour FROM rollout_progress ORDER BY job_id')).toEqual([
      ['at once', null],
      ['known', 10],
      ['set back', null],
      ['unknown before', null],
      ['unknown now', null],
    ]);
  });

  test('foresees an end only of what is in progress, has one, and goes on', async () => {
    take('2026-11-23T10:00Z', [
      job('slow', 11, { queued_things: 100_000, ...since('09:01', 10) }),
      job('continuous', 20, { target_selection: 'CONTINUOUS', ...since('09:01', 10) }),
      job('stands', 10, since('09:01', 10)),
      job('falls', 5, since('09:01', 10)),
      job('ended', 20, { status: 'CANCELED', ...since('09:01', 10) }),
      job('whose', 20, { target_selection: null, ...since('09:01', 10) }),
    ]);
    expect(
      await ask(
        `SELECT job_id, round(things_per_hour, 1), expected_end FROM rollout_progress WHERE snapshot_id = '${T10}' ORDER BY job_id`,
      ),
    ).toEqual([
      ['continuous', 10, null],
      ['ended', 10, null],
      ['falls', -5, null],
      ['slow', 1, null],
      ['stands', 0, null],
      ['whose', 10, null],
    ]);
  });

  test('has the distance to the nearest abort criterion that counts', async () => {
    const of = (failure_type: string, threshold_percentage: number, min_number_of_executed_things = 10) => ({
      action: 'CANCEL',
      failure_type,
      threshold_percentage,
      min_number_of_executed_things,
    });
    const failed = { failed_things: 4, timed_out_things: 1 };
    take('2026-11-23T09:00Z', [
      job('aborted', 15, { ...failed, queued_things: 0, canceled_things: 80, abort_criteria: [of('ALL', 25, 20)] }),
      job('all', 15, { ...failed, abort_criteria: [of('ALL', 30.5), of('FAILED', 50)] }),
      job('canceled', 3, { ...failed, canceled_things: 2, removed_things: 2, abort_criteria: [of('ALL', 30)] }),
      job('early', 15, { ...failed, abort_criteria: [of('ALL', 30, 21)] }),
      job('failed', 15, { ...failed, abort_criteria: [of('ALL', 30, 21), of('FAILED', 21), of('TIMED_OUT', 50)] }),
      job('none', 15, { ...failed, abort_criteria: null }),
      job('reached', 15, { ...failed, abort_criteria: [of('TIMED_OUT', 5), of('ALL', 20, 20)] }),
      job('unknown', 15, { failed_things: null, abort_criteria: [of('ALL', 20)] }),
    ]);
    expect(
      await ask('SELECT job_id, abort_criteria_count, percent_to_abort FROM rollout_progress ORDER BY job_id'),
    ).toEqual([
      ['aborted', '1', 0],
      ['all', '2', 5.5],
      ['canceled', '1', null],
      ['early', '1', null],
      ['failed', '3', 1],
      ['none', '0', null],
      ['reached', '2', -5],
      ['unknown', '1', null],
    ]);
  });
});

test('latest_rollouts is of the newest snapshot with details, and says how many jobs are not in it', async () => {
  take('2026-11-23T09:00Z', [job('a', 10), job('b', 10)]);
  take('2026-11-23T10:00Z', [job('a', 20, since('09:01', 10))], { ...behind('2026-11-23T09:00Z'), leftOut: 3 });
  // It does not ask for details.
  take('2026-11-23T11:00Z', undefined, behind('2026-11-23T10:00Z'));
  take('2026-11-22T10:00Z', [job('c', 1)], { exportName: 'yesterday' });
  take('2026-11-21T10:00Z', [job('d', 1)], { exportName: 'old' });
  const sql =
    'SELECT export_name, job_id, things_done, things_per_hour, details_left_out FROM latest_rollouts ORDER BY 1';
  expect(await ask(sql)).toEqual([
    ['all', 'a', '20', 10, '3'],
    ['yesterday', 'c', '1', null, '0'],
  ]);
  // No job was described: older details are not shown as current.
  take('2026-11-23T12:00Z', [], { ...behind('2026-11-23T11:00Z'), leftOut: 2 });
  expect((await ask(sql)).map((row) => row[0])).toEqual(['yesterday']);
  expect(await columnsOf('export_name, job_id, details_left_out', 'rollouts-now')).toEqual([
    ['all', null, '2'],
    ['yesterday', 'c', '0'],
  ]);
});

test('a condition on dt reads the details of the requested days', async () => {
  for (const day of ['2026-10-20', '2026-11-23']) take(`${day}T09:00Z`, [job('a', 10)]);
  const identity = { ...WHERE, exportName: 'all', scheduledAt: at('2026-10-20T10:00Z') };
  const path = join(directory, detailsKey(identity));
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, 'no gzip');
  const history = await openHistory(directory, TODAY);
  const reads = async (sql: string) => (await history.query(sql)).rows.length;
  try {
    expect(await reads(`SELECT job_id FROM complete_details WHERE dt = '${TODAY}'`)).toBe(1);
    for (const name of ['rollout-compared', 'job-updates']) expect(await reads(saved(name))).toBe(0);
    await expect(reads('SELECT job_id FROM complete_details')).rejects.toThrow('GZIP');
  } finally {
    history.close();
  }
});

describe('saved queries', () => {
  test('failing-rollouts has those of which many failed and those that are about to be aborted, worst first', async () => {
    const near = {
      action: 'CANCEL',
      failure_type: 'FAILED',
      threshold_percentage: 6,
      min_number_of_executed_things: 1,
    };
    const stopped = { status: 'CANCELED', reason_code: 'TOO_MANY' };
    take('2026-11-23T09:00Z', [
      job('well', 95, { failed_things: 5 }),
      job('few', 8, { failed_things: 1 }),
      job('few executed', 8, { failed_things: 1, removed_things: 1 }),
      job('many', 80, { failed_things: 5, rejected_things: 15, canceled_things: 400, ...stopped }),
      job('some', 94, { failed_things: 6 }),
      job('near', 95, { failed_things: 5, abort_criteria: [near] }),
      job('unknown', 10, { failed_things: null }),
    ]);
    expect(
      await columnsOf(
        'job_id, status, percent_failed, percent_to_abort, reason_code, details_left_out',
        'failing-rollouts',
      ),
    ).toEqual([
      ['many', 'CANCELED', 20, null, 'TOO_MANY', '0'],
      ['some', 'IN_PROGRESS', 6, null, null, '0'],
      ['near', 'IN_PROGRESS', 5, 1, null, '0'],
    ]);
  });

  test('stalled-rollouts has those without progress and with something to do, and those of which it is not known', async () => {
    take('2026-11-23T12:00Z', [
      job('moves', 10, { progress_since: '2026-11-22 13:00:00.000' }),
      job('stands', 10, { progress_since: '2026-11-22 12:00:00.000' }),
      job('longer', 10, { progress_since: '2026-11-20 12:00:00.000' }),
      job('unknown', 10, { progress_since: null }),
      job('counts unknown', 10, { queued_things: null, progress_since: null }),
      job('idle', 100, { progress_since: '2026-11-20 12:00:00.000' }),
      job('ended', 10, { progress_since: '2026-11-20 12:00:00.000', status: 'CANCELED' }),
    ]);
    expect(await columnsOf('job_id, hours_without_progress', 'stalled-rollouts')).toEqual([
      ['longer', 72],
      ['stands', 24],
      ['counts unknown', null],
      ['unknown', null],
    ]);
  });

  test('rollout-compared has the rollout that is named and earlier ones of its template, by hours since creation', async () => {
    const of = (job_template_arn: string | null, created: string) => ({
      job_template_arn,
      created_at: `2026-11-${created}.000`,
    });
    const name = 'fw-2-5-0-apac-2026112312-00000';
    expect(saved('rollout-compared')).toContain(`'${name}'`);
    take('2026-11-20T09:30Z', [
      job('earlier', 10, of('fw', '20 09:00:00')),
      job('other', 10, of('config', '20 09:00:00')),
    ]);
    take('2026-11-20T09:45Z', [job('earlier', 20, of('fw', '20 09:00:00'))], behind('2026-11-20T09:30Z'));
    take(
      '2026-11-20T11:00Z',
      [job('earlier', 80, { failed_things: 20, canceled_things: 10, ...of('fw', '20 09:00:00') })],
      behind('2026-11-20T09:45Z'),
    );
    take('2026-11-22T14:30Z', [job(name, 5, of('fw', '22 14:00:00')), job('later', 5, of('fw', '22 14:10:00'))]);
    take('2026-11-22T16:30Z', [job(name, 40, of('fw', '22 14:00:00')), job('none', 5, of(null, '20 14:10:00'))]);
    expect(
      await columnsOf(
        'hours_since_creation, job_id, is_asked, things_done, percent_done, percent_failed',
        'rollout-compared',
      ),
    ).toEqual([
      ['0', name, true, '5', 5, 0],
      ['0', 'earlier', false, '20', 20, 0],
      ['2', name, true, '40', 40, 0],
      ['2', 'earlier', false, '110', 84.6, 20],
    ]);
  });

  test('job-updates has what is otherwise than when the job was described before', async () => {
    const fields = { comment: 'first', description: 'firmware', targets: ['b', 'a'] };
    take('2026-11-14T12:00Z', [job('a', 0)]);
    take('2026-11-15T12:00Z', [job('a', 0, { ...fields, comment: 'zeroth' })], behind('2026-11-14T12:00Z'));
    take('2026-11-16T00:00Z', [job('a', 0, fields)], behind('2026-11-15T12:00Z'));
    take('2026-11-22T12:00Z', [job('a', 5, { ...fields, targets: ['a', 'b'] })], behind('2026-11-16T00:00Z'));
    const stopped = { ...fields, targets: ['a'], status: 'CANCELED', comment: 'stop', reason_code: 'BAD' };
    take('2026-11-23T12:00Z', [job('a', 5, stopped), job('new', 5, fields)], behind('2026-11-22T12:00Z'));
    take(
      '2026-11-23T13:00Z',
      [job('new', 0, { ...fields, created_at: '2026-11-23 12:30:00.000', comment: 'another' })],
      behind('2026-11-23T12:00Z'),
    );
    const last = ['2026-11-23 12:01:30', '2026-11-22 12:01:30', 'a'];
    expect(
      await columnsOf('by_described_at, after_described_at, job_id, what, from_text, to_text', 'job-updates'),
    ).toEqual([
      [...last, 'comment', 'first', 'stop'],
      [...last, 'reason_code', null, 'BAD'],
      [...last, 'status', 'IN_PROGRESS', 'CANCELED'],
      [...last, 'targets', 'a b', 'a'],
      ['2026-11-16 00:01:30', '2026-11-15 12:01:30', 'a', 'comment', 'zeroth', 'first'],
    ]);
  });
});
