import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Bucket } from '../../../lambda/aws/s3-bucket.ts';
import { createS3History } from '../../../lambda/aws/s3-history.ts';
import { JOB_STATUSES } from '../../../lambda/contract/jobs.ts';
import { exportSnapshot } from '../../../lambda/core/export-snapshot.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { LoopbackS3 } from '../../support/loopback-s3.ts';
import { MINIMAL_ENVIRONMENT } from '../../support/minimal-environment.ts';
import { page, ScriptedSource } from '../../support/scripted-source.ts';

const COMMAND = join(import.meta.dirname, '../../../local/verify.ts');
const FIRST = Date.parse('2026-11-23T18:00:00Z');
const KEYS = { accessKeyId: 'a', secretAccessKey: 'b' };

let s3: LoopbackS3;
let endpoint: string;
beforeEach(async () => {
  s3 = new LoopbackS3();
  endpoint = await s3.start();
  for (let hour = 0; hour < 5; hour++) await take(FIRST + hour * 3_600_000);
  s3.requests.length = 0;
});
afterEach(() => s3.stop());

async function take(scheduledAt: number) {
  const client = { endpoint, region: 'eu-west-1', credentials: KEYS };
  const history = createS3History(new S3Bucket({ bucket: 'history', prefix: 'iot', client }));
  const where = { accountId: '123456789012', region: 'eu-west-1', exportName: 'all', scheduledAt };
  const request = { ...where, statuses: JOB_STATUSES, thingGroups: [], thingGroupIds: [] };
  const source = new ScriptedSource(({ status }) => page([`${status}-1`], undefined, status));
  await exportSnapshot(request, { clock: new FakeClock(scheduledAt), source, ...history }, Number.POSITIVE_INFINITY);
}

async function run(...commandArguments: string[]) {
  const env = {
    ...MINIMAL_ENVIRONMENT,
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
  expect(stdout).toContain('account 123456789012, region eu-west-1, export all');
  expect(stdout).toContain('5 snapshots, 25 jobs in s3://history/iot: all is well');
});

it('uses the checksum of S3 with --quick, and reads no rows', async () => {
  expect((await run('s3://history/iot', '--quick')).code).toBe(0);
  const isOfRows = ({ path }: { path: string }) => path.includes('/jobs/') && path.endsWith('.gz');
  expect(new Set(s3.requests.filter(isOfRows).map(({ method }) => method))).toEqual(new Set(['HEAD']));
});

it('ends with 1, and says what is wrong with what, when something is', async () => {
  const [key] = [...s3.objects.keys()].filter((path) => path.startsWith('history/iot/jobs/'));
  s3.objects.delete(key as string);
  const { code, stdout } = await run('s3://history/iot');
  expect(code).toBe(1);
  expect(stdout).toMatch(/^jobs\/.*20261123T180000Z-all\.ndjson\.gz\n {2}is not there, and its record is: lost, or/m);
  expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
    'if the deployment has expireRowsAfterDays, say so by --rows-expire-after-days',
  );
  expect(stdout).toContain('5 snapshots, 25 jobs in s3://history/iot: 1 problem');
});

it('ends with one line, and no stack trace, when it may not read', async () => {
  s3.before = () => ({ status: 403, code: 'AccessDenied' });
  const { code, stderr } = await run('s3://history/iot');
  expect(code).toBe(4);
  expect(stderr).toMatch(/^error: S3 refused s3:ListBucket on history\/iot\/jobs.*\n$/);
});

it('ends with 2 for a day that does not exist or days in the wrong order, and with 4 for no such directory', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'verify-'));
  expect((await run(folder, '--to', '2026-02-30')).code).toBe(2);
  const { code, stderr } = await run(folder, '--from', '2026-11-02', '--to', '2026-11-01');
  expect([code, stderr]).toEqual([2, 'error: --from 2026-11-02 is after --to 2026-11-01: exchange them\n']);
  expect((await run(join(folder, 'nowhere'))).code).toBe(4);
  rmSync(folder, { recursive: true });
});

describe('where there is nothing to verify', () => {
  const AT_ALL =
    /^Nothing was verified in .*: there is no snapshot below this place: is its name right, and has an export run\?$/m;

  it('ends with 5, and not with "all is well", for an empty directory, an empty bucket and a mistyped prefix', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'verify-'));
    for (const place of [folder, 's3://empty', 's3://history/iott', 's3://history']) {
      const { code, stdout } = await run(place);
      expect([code, stdout]).toEqual([5, expect.stringMatching(AT_ALL)]);
      expect(stdout).not.toContain('all is well');
    }
    rmSync(folder, { recursive: true });
  });

  it.each([
    ['--export', 'al'],
    ['--from', '2027-11-23'],
    ['--to', '2025-11-23'],
  ])('ends with 5, and names what there is, for %s %s', async (...option) => {
    const { code, stdout } = await run('s3://history/iot', ...option);
    expect(code).toBe(5);
    expect(stdout).toMatch(
      /there is no snapshot of the selected export and days; there are export all from 2026-11-23 to 2026-11-23$/m,
    );
  });

  it('ends with 1 where what is there is no snapshot', async () => {
    s3.objects.set('junk/jobs/notes.txt', { body: Buffer.from('x'), checksum: undefined });
    const { code, stdout } = await run('s3://junk');
    expect([code, stdout]).toEqual([1, expect.stringContaining('is not a key of the data contract')]);
  });
});

it('stops waiting for an S3 that accepts and does not answer, and tries again', async () => {
  let isFirst = true;
  s3.before = () => {
    if (!isFirst) return undefined;
    isFirst = false;
    return 'hang';
  };
  expect((await run('s3://history/iot')).code).toBe(0);
}, 30_000);

it('tries again after a reset, and ends without a stack trace', async () => {
  const seen = new Set<string>();
  s3.before = ({ method, path, query }) => {
    const request = `${method} ${path} ${query}`;
    if (seen.has(request)) return undefined;
    seen.add(request);
    return 'reset';
  };
  const { code, stderr } = await run('s3://history/iot');
  expect([code, stderr]).toEqual([0, '']);
}, 60_000);

it('fits into 80 columns, but for keys', async () => {
  const [key = ''] = [...s3.objects.keys()].filter((path) => path.startsWith('history/iot/jobs/'));
  s3.objects.set(key, { body: Buffer.from('x'), checksum: undefined });
  const { stdout } = await run('s3://history/iot');
  const tooLong = stdout.split('\n').filter((line) => line.length > 80 && !line.startsWith('jobs/'));
  expect(tooLong).toEqual([]);
});

it('lists every exit code in its help', async () => {
  const { code, stdout } = await run('--help');
  expect(code).toBe(0);
  for (const exitCode of [0, 1, 2, 3, 4, 5]) expect(stdout).toMatch(new RegExp(`^ {2}${exitCode} `, 'm'));
});

describe('--rows-expire-after-days', () => {
  const loseRows = (day: string) => {
    const key = [...s3.objects.keys()].find((path) => path.startsWith('history/iot/jobs/') && path.includes(day));
    s3.objects.delete(key as string);
  };

  it('ends with 0 where the rows that are gone have expired, and says so', async () => {
    await take(Date.parse('2025-11-23T18:00:00Z'));
    loseRows('dt=2025-11-23');
    const { code, stdout } = await run('s3://history/iot', '--rows-expire-after-days', '300');
    expect([code, stdout]).toEqual([0, expect.stringMatching(/: all is well; the\s+rows of 1 snapshot have expired/)]);
  });

  it('ends with 1 where they are too young', async () => {
    loseRows('dt=2026-11-23');
    const { code, stdout } = await run('s3://history/iot', '--rows-expire-after-days', '36500');
    expect([code, stdout]).toEqual([1, expect.stringMatching(/lost, for it would not expire before 2126-/)]);
  });

  it.each(['0', '-1', '1.5', 'ten', ''])('ends with 2 for "%s" days', async (days) => {
    const { code, stderr } = await run('s3://history/iot', `--rows-expire-after-days=${days}`);
    expect([code, stderr]).toEqual([2, expect.stringContaining('It must be a whole number of days, 1 or more.')]);
  });
});
