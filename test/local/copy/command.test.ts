import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EXIT } from '../../../local/cli/exit-codes.ts';
import { copyCommand } from '../../../local/copy/command.ts';
import { LoopbackS3 } from '../../support/loopback-s3.ts';
import { MemoryStore } from '../../support/memory-store.ts';
import { MINIMAL_ENVIRONMENT } from '../../support/minimal-environment.ts';
import { recordOf, rowsOf, take } from './copied-histories.ts';

const COMMAND = join(import.meta.dirname, '../../../local/copy.ts');

let s3: LoopbackS3;
let env: NodeJS.ProcessEnv;
let folder: string;
beforeEach(async () => {
  s3 = new LoopbackS3();
  env = {
    ...MINIMAL_ENVIRONMENT,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'a',
    AWS_SECRET_ACCESS_KEY: 'b',
    AWS_ENDPOINT_URL_S3: await s3.start(),
  };
  folder = mkdtempSync(join(tmpdir(), 'copy-'));
  const store = new MemoryStore();
  for (const hour of [0, 1, 2, 3]) await take(store, hour);
  put('old/iot', store);
});
afterEach(async () => {
  await s3.stop();
  rmSync(folder, { recursive: true });
});

function put(place: string, { objects }: MemoryStore): void {
  for (const [key, body] of objects)
    s3.objects.set(`${place}/${key}`, { body: Buffer.from(body), checksum: undefined });
}

async function run(...commandArguments: string[]) {
  return await new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    execFile(process.execPath, [COMMAND, ...commandArguments], { env }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
}

const inBucket = (place: string) =>
  [...s3.objects].filter(([path]) => path.startsWith(`${place}/`) && !path.includes('/intents/'));
const keysIn = (place: string) => inBucket(place).map(([path]) => path.slice(place.length + 1));

it('copies from bucket to bucket below prefixes, says how much, and how to check it', async () => {
  const { code, stdout, stderr } = await run('s3://old/iot', 's3://new/all/jobs');
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(
    /^4 snapshots, 8 jobs, 6 changes, 4 jobs described, [\d,.]+ (bytes|kB) copied to s3:\/\/new\/all\/jobs\nTo check it:\n {2}\$ npm run verify -- s3:\/\/new\/all\/jobs\n$/,
  );
  expect(keysIn('new/all/jobs').sort()).toEqual(keysIn('old/iot').sort());
});

it('puts everything with If-None-Match and its SHA-256', async () => {
  await run('s3://old/iot', 's3://new');
  const puts = s3.requests.filter(({ method }) => method === 'PUT');
  expect(puts.length).toBeGreaterThan(8);
  for (const { headers } of puts) {
    expect([headers['if-none-match'], headers['x-amz-checksum-sha256']]).toEqual(['*', expect.any(String)]);
  }
});

it('requests only keys of snapshots from the target, as a hub shows an account no others', async () => {
  await run('s3://old/iot', 's3://new');
  const listings = s3.requests.filter(({ path, query }) => path.startsWith('new') && query.has('list-type'));
  expect(listings.length).toBeGreaterThan(0);
  for (const { query } of listings)
    expect(query.get('prefix')).toMatch(/^(jobs|changes|details|snapshots|intents)\/account_id=\d{12}\//);
});

it('copies one account only where it is requested, and lists no other', async () => {
  const { code, stdout } = await run('s3://old/iot', 's3://new', '--account', '123456789012');
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^4 snapshots/)]);
  const listed = s3.requests.filter(({ path, query }) => path.startsWith('old') && query.has('list-type'));
  for (const { query } of listed) {
    expect(query.get('prefix')).toMatch(/^iot\/(jobs|changes|details|snapshots|intents)\/account_id=123456789012\//);
  }
  expect(listed.length).toBeGreaterThan(0);
  expect((await run('s3://old/iot', 's3://new', '--account', '222222222222')).code).toBe(EXIT.nothingFound);
  expect((await run('s3://old/iot', 's3://new', '--account', 'iot')).code).toBe(EXIT.usage);
});

it('copies the records of rows that have expired with --rows-expire-after-days, and prints how to check them', async () => {
  const aYearBefore = -365 * 24;
  const store = new MemoryStore();
  await take(store, aYearBefore);
  store.objects.delete(rowsOf(aYearBefore));
  put('old/iot', store);
  const withoutOption = await run('s3://old/iot', 's3://new');
  expect([withoutOption.code, withoutOption.stdout]).toEqual([1, expect.stringContaining('--rows-expire-after-days')]);
  const withOption = await run('s3://old/iot', 's3://new', '--rows-expire-after-days', '30');
  expect([withOption.code, withOption.stdout]).toEqual([
    0,
    expect.stringMatching(
      /^1 record of expired rows copied to s3:\/\/new; 4 snapshots there already\nTo check it:\n.*verify -- s3:\/\/new --rows-expire-after-days 30\n$/,
    ),
  ]);
});

it('copies nothing the second time, and says so', async () => {
  await run('s3://old/iot', 's3://new');
  const puts = () => s3.requests.filter(({ method, path }) => method === 'PUT' && !path.includes('/probe-')).length;
  const before = puts();
  const { code, stdout } = await run('s3://old/iot', 's3://new');
  expect([code, puts()]).toEqual([0, before]);
  expect(stdout).toContain('Nothing to copy; 4 snapshots there already');
});

it('lists what the target has otherwise, and ends with 0', async () => {
  const other = new MemoryStore();
  await take(other, 1, 7);
  put('new', other);
  const { code, stdout } = await run('s3://old/iot', 's3://new');
  expect(code).toBe(0);
  expect(stdout).toContain('Already there with other content, and kept as they are in s3://new:\n');
  expect(stdout).toContain(`${recordOf(1)}\n  7 jobs there, 2 jobs in <from>\n`);
  expect(stdout).toMatch(/3 snapshots, 6 jobs, .* copied to s3:\/\/new; 1 snapshot kept as in s3:\/\/new/);
});

it('names what is damaged, copies the rest and ends with 1', async () => {
  s3.objects.set(`old/iot/${rowsOf(1)}`, { body: Buffer.from('x'), checksum: undefined });
  const { code, stdout } = await run('s3://old/iot', 's3://new');
  expect(code).toBe(1);
  expect(stdout).toMatch(new RegExp(`^${rowsOf(1)}\n {2}has 1 bytes, and its record says`, 'm'));
  expect(stdout).toContain('copied to s3://new; 1 not copied');
  expect(keysIn('new')).toHaveLength(9);
});

it('writes nothing in a dry run, also where the target is a directory that is not there', async () => {
  const nowhere = join(folder, 'nowhere');
  for (const to of ['s3://new', nowhere]) {
    const { code, stdout } = await run('s3://old/iot', to, '--dry-run');
    expect([code, stdout]).toEqual([0, expect.stringContaining(`would be copied to ${to}`)]);
  }
  expect([s3.requests.some(({ method }) => method === 'PUT'), existsSync(nowhere)]).toEqual([false, false]);
});

it('copies into a directory and out of it', async () => {
  expect((await run('s3://old/iot', join(folder, 'history'))).code).toBe(0);
  expect((await run(join(folder, 'history'), 's3://back')).code).toBe(0);
  expect(new Map(inBucket('back').map(([path, { body }]) => [path.slice('back/'.length), body]))).toEqual(
    new Map(inBucket('old/iot').map(([path, { body }]) => [path.slice('old/iot/'.length), body])),
  );
});

describe('ends with one line and no stack trace', () => {
  it.each([
    ['the same place', ['s3://old/iot', 's3://old/iot/'], 2, /^error: <from> and <to> are the same place/],
    ['no place', ['s3://old/iot', 's3:/new'], 2, /^error: <to> must be a directory or s3:\/\/bucket/],
    ['no such directory', ['./nowhere-at-all', 's3://new'], 4, /^error: There is no directory/],
  ])('for %s', async (_, places, expected, text) => {
    const { code, stderr } = await run(...places);
    expect([code, stderr.trim().split('\n')]).toEqual([expected, [expect.stringMatching(text)]]);
  });

  it('where it may not write, or read', async () => {
    for (const [refused, action] of [
      ['PUT', 's3:PutObject'],
      ['GET', 's3:ListBucket'],
    ]) {
      s3.before = ({ method, path }) =>
        method === refused && path.includes('new') ? { status: 403, code: 'AccessDenied' } : undefined;
      const { code, stderr } = await run('s3://old/iot', 's3://new');
      expect(code).toBe(4);
      expect(stderr).toMatch(new RegExp(`^error: S3 refused ${action} on new/.*\n$`));
    }
  });

  it('where S3 does not answer, without mentioning an event', async () => {
    s3.before = ({ method, path }) =>
      method === 'PUT' && path.startsWith('new/snapshots') ? { status: 500, code: 'InternalError' } : undefined;
    const { code, stderr } = await run('s3://old/iot', 's3://new');
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^error: S3 did not answer s3:PutObject .*run again\n$/)]);
  }, 60_000);

  it('where there is nothing to copy', async () => {
    writeFileSync(join(folder, 'x'), '');
    const { code, stdout } = await run(folder, 's3://new');
    expect([code, stdout]).toEqual([5, expect.stringMatching(/^Nothing was copied: there is no snapshot in/)]);
  });

  it('at Ctrl-C, with what was put being whole', async () => {
    const history = join(folder, 'history');
    let child: ChildProcess | undefined;
    let records = 0;
    s3.before = ({ path, query }) => {
      if (!query.has('list-type') && path.includes('/snapshots/') && ++records === 4) {
        child?.kill('SIGINT');
        return 'hang';
      }
      return undefined;
    };
    child = spawn(process.execPath, [COMMAND, 's3://old/iot', history], { env });
    let stderr = '';
    child.stderr?.on('data', (chunk) => {
      stderr += chunk;
    });
    const [code] = await once(child, 'close');
    expect([code, stderr]).toEqual([
      130,
      expect.stringMatching(/^Interrupted: .* copied; another run goes on from there\n$/),
    ]);
    const count = (table: string) =>
      existsSync(join(history, table))
        ? readdirSync(join(history, table), { recursive: true }).filter((name) => String(name).includes('.ndjson'))
            .length
        : 0;
    expect(count('jobs')).toBe(count('snapshots'));
    s3.before = () => undefined;
    expect((await run('s3://old/iot', history)).code).toBe(0);
    expect([count('jobs'), count('snapshots')]).toEqual([4, 4]);
  });
});

it.each([80, 40])('has a help whose lines fit into %i columns, and that lists every exit code', (width) => {
  let help = '';
  const command = copyCommand().configureOutput({
    getOutHelpWidth: () => width,
    writeOut: (part) => {
      help += part;
    },
  });
  command.outputHelp();
  const isFixed = (line: string) => line.startsWith('Usage:') || !line.trim().replace(/ \\$/, '').includes(' ');
  expect(help.split('\n').filter((line) => line.length > width && !isFixed(line))).toEqual([]);
  for (const code of [0, 1, 2, 3, 4, 5, 130]) expect(help).toMatch(new RegExp(`^ {2}${code} `, 'm'));
});
