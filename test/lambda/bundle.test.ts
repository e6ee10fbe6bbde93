import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { JobRow, SnapshotRecord } from '../../lambda/contract/columns.ts';
import { runBundle } from '../support/bundle.ts';
import { LoopbackIot } from '../support/loopback-iot.ts';
import { LoopbackS3 } from '../support/loopback-s3.ts';
import { parseLines } from '../support/memory-store.ts';

const EVENT = { export: 'all', scheduledTime: '2026-11-23T18:00:00Z' };
const PARTITION = 'account_id=123456789012/region=eu-west-1/export_name=all';
const JOBS_KEY = `jobs/${PARTITION}/dt=2026-11-23/20261123T180000Z-all.ndjson.gz`;
const RECORD_KEY = `snapshots/${PARTITION}/dt=2026-11-23/20261123T180000Z-all.ndjson`;
const ROOT = join(import.meta.dirname, '../..');

let iot: LoopbackIot;
let s3: LoopbackS3;
let endpoints: { iot: string; s3: string };

beforeEach(async () => {
  iot = new LoopbackIot();
  s3 = new LoopbackS3();
  endpoints = { iot: await iot.start(), s3: await s3.start() };
  iot.answer = ({ status, nextToken }) => ({
    body: nextToken
      ? { jobs: [{ jobId: `${status}-b`, status }] }
      : { jobs: [{ jobId: `${status}-a`, status, createdAt: 1486687079.743 }], nextToken: 'more' },
  });
});
afterEach(async () => {
  await iot.stop();
  await s3.stop();
});

const stored = (key: string) => s3.objects.get(`history/${key}`)?.body as Buffer;

describe('the shipped bundle', () => {
  it('takes a snapshot and answers what it wrote', async () => {
    const { answer, error } = await runBundle(EVENT, endpoints);
    expect(error).toBeUndefined();
    expect(answer).toEqual({
      snapshotId: '20261123T180000Z-all',
      objectKey: JOBS_KEY,
      recordKey: RECORD_KEY,
      jobCount: 10,
      outcome: 'written',
    });
    const rows = parseLines<JobRow>(gunzipSync(stored(JOBS_KEY)).toString());
    expect(rows).toHaveLength(10);
    expect(rows[0]).toMatchObject({ job_id: 'SCHEDULED-a', created_at: '2017-02-10 00:37:59.743' });
    const [record] = parseLines<SnapshotRecord>(stored(RECORD_KEY).toString());
    expect(record).toMatchObject({
      job_count: 10,
      object_bytes: stored(JOBS_KEY).length,
      object_sha256: createHash('sha256').update(stored(JOBS_KEY)).digest('hex'),
    });
    expect(iot.queries).toHaveLength(12);
  });

  it('writes no custom metric where the deployment has none, of a run that fails neither', async () => {
    const quiet = { ...endpoints, variables: { METRICS: 'NONE' } };
    const { answer, lines, metrics } = await runBundle(EVENT, quiet);
    expect(answer?.outcome).toBe('written');
    expect(lines.map(({ message }) => message)).toContain('Snapshot completed');
    expect(metrics).toEqual([]);
    iot.answer = () => ({ status: 403, errorType: 'AccessDeniedException', body: { message: 'no' } });
    const failed = await runBundle({ ...EVENT, scheduledTime: '2026-11-23T19:00:00Z' }, quiet);
    expect(failed.error?.name).toBe('AccessDeniedError');
    expect(failed.metrics).toEqual([]);
  });

  it('has the snapshot id on every line, writes one summary, and nothing secret', async () => {
    const { lines, stdout, stderr } = await runBundle(EVENT, endpoints);
    expect(lines.map((line) => line.snapshotId)).toEqual(lines.map(() => '20261123T180000Z-all'));
    const summaries = lines.filter((line) => line.message === 'Snapshot completed');
    expect(summaries).toMatchObject([
      {
        level: 'INFO',
        outcome: 'written',
        jobCount: 10,
        counts: { SCHEDULED: 2, IN_PROGRESS: 2, COMPLETED: 2, CANCELED: 2, DELETION_IN_PROGRESS: 2 },
        listJobsCalls: 12,
        throttledCalls: 0,
        missingThingGroups: 0,
      },
    ]);
    expect(stdout + stderr).not.toContain('hunter2');
  });

  it('warns of fields that are not as documented, of ten at most, and keeps the snapshot', async () => {
    const jobs = Array.from({ length: 30 }, (_, i) => ({ jobId: `odd-${i}`, completedAt: 'never' }));
    iot.answer = ({ status }) => ({ body: { jobs: status === 'COMPLETED' ? jobs : [] } });
    const { answer, lines } = await runBundle(EVENT, endpoints);
    expect(answer).toMatchObject({ outcome: 'written', jobCount: 30 });
    const warnings = lines.filter(({ level }) => level === 'WARN');
    expect(warnings).toHaveLength(10);
    expect(warnings[0]).toMatchObject({ job: 'odd-0', field: 'completedAt', value: '"never"' });
    expect(lines.find(({ message }) => message === 'Snapshot completed')).toMatchObject({ oddFields: 30 });
  });

  it('does nothing when the schedule is delivered twice', async () => {
    await runBundle(EVENT, endpoints);
    const before = new Map(s3.objects);
    const { answer } = await runBundle(EVENT, endpoints);
    expect(answer).toMatchObject({ outcome: 'already-written', jobCount: 10 });
    expect(iot.queries).toHaveLength(12);
    expect(s3.objects).toEqual(before);
  });

  it.each([
    ['a bad event', { ...EVENT, scheduledTime: '2026-02-30T00:00:00Z' }, {}, 'BadEventError', /scheduledTime/],
    ['a bad environment', EVENT, { LIST_JOBS_PER_SECOND: 'fast' }, 'BadEnvironmentError', /LIST_JOBS_PER_SECOND/],
  ])('refuses %s before any call', async (_what, event, variables, name, message) => {
    const { error, lines } = await runBundle(event, { ...endpoints, variables });
    expect(error).toMatchObject({ name, className: name, message: expect.stringMatching(message) });
    expect(error?.stack).toContain(error?.message);
    expect(lines).toMatchObject([{ level: 'ERROR', message: 'Snapshot failed', outcome: name }]);
    expect([iot.queries, s3.requests]).toEqual([[], []]);
  });

  it('fails by name, with nothing visible, when it may not list jobs', async () => {
    iot.answer = () => ({ status: 403, errorType: 'AccessDeniedException', body: { message: 'no' } });
    const { error, lines } = await runBundle(EVENT, endpoints);
    expect(error).toMatchObject({
      name: 'AccessDeniedError',
      className: 'AccessDeniedError',
      message: expect.stringContaining('iot:ListJobs'),
    });
    expect(lines.at(-1)).toMatchObject({ level: 'ERROR', outcome: 'AccessDeniedError', listJobsCalls: 1 });
    expect(s3.objects.size).toBe(0);
  });

  it('takes credentials wherever the SDK finds them: from a profile that starts a program', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'profile-'));
    try {
      const [config, keys] = [join(folder, 'config'), join(folder, 'keys.json')];
      writeFileSync(keys, JSON.stringify({ Version: 1, AccessKeyId: 'AKIDPROGRAM', SecretAccessKey: 'secret' }));
      writeFileSync(config, `[profile fleet]\ncredential_process = cat ${keys}\n`);
      const { answer, error } = await runBundle(EVENT, {
        ...endpoints,
        variables: {
          AWS_ACCESS_KEY_ID: undefined,
          AWS_SECRET_ACCESS_KEY: undefined,
          AWS_PROFILE: 'fleet',
          AWS_CONFIG_FILE: config,
          AWS_SHARED_CREDENTIALS_FILE: join(folder, 'none'),
        },
      });
      expect(error).toBeUndefined();
      expect(answer).toMatchObject({ outcome: 'written' });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('stops before Lambda would when a call hangs', async () => {
    iot.answer = () => ({ fault: 'hang' });
    const startedAt = Date.now();
    const { error } = await runBundle(EVENT, { ...endpoints, remainingMs: 3000 });
    expect(Date.now() - startedAt).toBeLessThan(3000);
    expect(error).toMatchObject({ name: 'OutOfTimeError' });
    expect(s3.objects.size).toBe(0);
  });
});

describe('the bundle as a file', () => {
  it('is alone in its asset, and at most 560 kB', () => {
    expect(readdirSync(join(ROOT, 'dist/lambda'))).toEqual(['index.cjs']);
    expect(statSync(join(ROOT, 'dist/lambda/index.cjs')).size).toBeLessThanOrEqual(560_000);
  });
});
