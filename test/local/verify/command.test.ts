import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createS3Store } from '../../../lambda/aws/s3-store.ts';
import { JOB_STATUSES } from '../../../lambda/contract/jobs.ts';
import { exportSnapshot } from '../../../lambda/core/export-snapshot.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { LoopbackS3 } from '../../support/loopback-s3.ts';
import { page, ScriptedSource } from '../../support/scripted-source.ts';

const COMMAND = join(import.meta.dirname, '../../../local/verify.ts');
const FIRST = Date.parse('2026-11-23T18:00:00Z');
const KEYS = { accessKeyId: 'a', secretAccessKey: 'b' };

let s3: LoopbackS3;
let endpoint: string;
beforeEach(async () => {
  s3 = new LoopbackS3();
  endpoint = await s3.start();
  const store = createS3Store({
    bucket: 'history',
    prefix: 'iot',
    client: { endpoint, region: 'eu-west-1', credentials: KEYS },
  });
  for (let hour = 0; hour < 5; hour++) {
    const scheduledAt = FIRST + hour * 3_600_000;
    const where = { accountId: '123456789012', region: 'eu-west-1', exportName: 'all', scheduledAt };
    const request = { ...where, statuses: JOB_STATUSES, thingGroups: [], thingGroupIds: [] };
    const source = new ScriptedSource(({ status }) => page([`${status}-1`], undefined, status));
    await exportSnapshot(request, { clock: new FakeClock(scheduledAt), source, store }, Number.POSITIVE_INFINITY);
  }
  s3.requests.length = 0;
});
afterEach(() => s3.stop());

async function run(...commandArguments: string[]) {
  const env = {
    PATH: process.env.PATH,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'a',
    AWS_SECRET_ACCESS_KEY: 'b',
    AWS_ENDPOINT_URL_S3: endpoint,
  };
  return await new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    execFile(process.execPath, [COMMAND, ...commandArguments], { env }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
}

it('reads a whole bucket below a prefix, and ends with 0 when all is well', async () => {
  const { code, stdout, stderr } = await run('s3://history/iot');
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toContain('5 snapshots, 25 jobs in s3://history/iot: all is well');
});

it('believes the checksum of S3 when it is asked to be quick, and reads no rows', async () => {
  expect((await run('s3://history/iot', '--quick')).code).toBe(0);
  const isOfRows = ({ path }: { path: string }) => path.includes('/jobs/') && path.endsWith('.gz');
  expect(new Set(s3.requests.filter(isOfRows).map(({ method }) => method))).toEqual(new Set(['HEAD']));
});

it('ends with 1, and says what is wrong with what, when something is', async () => {
  const [key] = [...s3.objects.keys()].filter((path) => path.startsWith('history/iot/jobs/'));
  s3.objects.delete(key as string);
  const { code, stdout } = await run('s3://history/iot');
  expect(code).toBe(1);
  expect(stdout).toMatch(/20261123T180000Z-all\.ndjson: the object of its rows is not there: jobs\//);
  expect(stdout).toContain('1 problem');
});

it('ends with one line, and no stack trace, when it may not read', async () => {
  s3.before = () => ({ status: 403, code: 'AccessDenied' });
  const { code, stderr } = await run('s3://history/iot');
  expect(code).toBe(4);
  expect(stderr).toMatch(/^error: S3 refused s3:ListBucket on history\/iot\/jobs.*\n$/);
});

it('ends with 2 for a day that does not exist, and with 4 for a directory that is not there', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'verify-'));
  expect((await run(folder, '--to', '2026-02-30')).code).toBe(2);
  expect((await run(join(folder, 'nowhere'))).code).toBe(4);
  expect((await run(folder)).code).toBe(0);
  rmSync(folder, { recursive: true });
});
