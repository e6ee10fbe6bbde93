import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import type { ReportData } from '../../../local/report/data/model.ts';
import type { Report } from '../../../local/report/model.ts';
import { type ServerState, serverGoneText, troubleText } from '../../../local/report/page/watch-text.ts';
import { hasBecomeLate } from '../../../local/report/watch/watch-report.ts';
import { ReportBucket } from '../../support/report-bucket.ts';
import { reportIn, runReport, type Watching, watchReport } from '../../support/report-command.ts';
import { AT, HOUR_MS, jobOfAge, newDirectory, writeSnapshot } from '../../support/report-history.ts';

let directory: string;
let watching: Watching | undefined;

beforeEach(async () => {
  directory = newDirectory();
  await snapshotAt(AT);
});
afterEach(async () => {
  await watching?.end('SIGKILL');
  watching = undefined;
  rmSync(directory, { recursive: true, force: true });
});

async function snapshotAt(scheduledAt: number): Promise<void> {
  await writeSnapshot({
    directory,
    scheduledAt,
    jobs: (_, status) => (status === 'IN_PROGRESS' ? [jobOfAge('stays', status, 90)] : []),
  });
}

async function watch(...more: string[]): Promise<string> {
  watching = await watchReport([directory, '--every', '1', ...more]);
  return watching.url;
}

const text = async (url: string) => await (await fetch(url)).text();
const stateOf = async (url: string): Promise<ServerState> => JSON.parse(await text(`${url}state`));

/** Waits as long as it takes: a test that does not come to it ends by its timeout. */
async function until<T>(read: () => Promise<T>, isThere: (value: T) => boolean): Promise<T> {
  for (;;) {
    const value = await read();
    if (isThere(value)) return value;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function statusWith(url: string, options: { host?: string; method?: string }): Promise<number | undefined> {
  const { host, method = 'GET' } = options;
  return new Promise((resolve, reject) => {
    get(url, { method, headers: host === undefined ? {} : { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).once('error', reject);
  });
}

test('it serves the page and its numbers, which may send requests to their own server only, to this machine until SIGTERM', async () => {
  const url = await watch();
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
  const page = await text(url);
  const policy = /<meta http-equiv="Content-Security-Policy" content="([^"]+)">/.exec(page)?.[1] ?? '';
  expect(policy.split('; ').filter((one) => !/^(script|style)-src/.test(one))).toEqual([
    "default-src 'none'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "connect-src 'self'",
  ]);
  const { version, trouble } = await stateOf(url);
  expect(/<meta name="served-as" content="([^"]+)">/.exec(page)?.[1]).toBe(version);
  expect(trouble).toBe(null);
  const data: ReportData = JSON.parse(await text(`${url}report.json`));
  expect(data.exports.map(({ newestSnapshot }) => newestSnapshot)).toEqual(['20261123T180000Z-all']);
  expect(readdirSync(directory).filter((file) => file.startsWith('report'))).toEqual([]);
  await answersThisMachineAlone(url);
  await endsWhoeverWantsItsPort(url);
  expect(await watching?.end('SIGTERM')).toMatchObject({ code: 143, stderr: 'Interrupted\n' });
});

async function answersThisMachineAlone(url: string): Promise<void> {
  const { port } = new URL(url);
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`, `LOCALHOST:${port}`];
  for (const host of hosts) expect([host, await statusWith(url, { host })]).toEqual([host, 200]);
  const others = [`rebound.example:${port}`, 'localhost', `127.0.0.1:${port}.example`, `localhost:${port}@a.example`];
  for (const host of others) expect([host, await statusWith(url, { host })]).toEqual([host, 403]);
  for (const method of ['POST', 'HEAD', 'OPTIONS', 'DELETE']) {
    expect([method, await statusWith(url, { method })]).toEqual([method, 405]);
  }
  expect(await statusWith(`${url}../../etc/passwd`, {})).toBe(404);
}

/** At once: nothing is written. */
async function endsWhoeverWantsItsPort(url: string): Promise<void> {
  const out = join(directory, 'page.html');
  expect(await runReport([directory, '--watch', '--port', new URL(url).port, '--out', out])).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(
      /^error: .*port \d+ of 127\.0\.0\.1 \(another program has it\): choose another --port\n$/,
    ),
  });
  expect(existsSync(out)).toBe(false);
}

test('a new snapshot makes a new page, and new files where they were requested', async () => {
  const [out, data] = [join(directory, 'page.html'), join(directory, 'numbers.json')];
  const url = await watch('--out', out, '--data', data);
  const before = await stateOf(url);
  await snapshotAt(AT + HOUR_MS);
  await until(
    () => stateOf(url),
    ({ version }) => version !== before.version,
  );
  expect(reportIn(await text(url)).combinations[0]?.newestSnapshot).toBe('20261123T190000Z-all');
  await until(
    async (): Promise<ReportData> => JSON.parse(readFileSync(data, 'utf8')),
    ({ exports }) => exports[0]?.newestSnapshot === '20261123T190000Z-all',
  );
  expect(reportIn(readFileSync(out, 'utf8')).combinations[0]?.snapshotCount).toBe(2);
  // A page in a file makes no requests.
  const [head] = readFileSync(out, 'utf8').split('<style>');
  expect(head).not.toMatch(/connect-src|served-as/);
  expect(watching?.stdout()).toMatch(/\d\d:\d\d:\d\d UTC: all in 123456789012 eu-west-1: 2 snapshots\n$/);
}, 120_000);

test('while a record is damaged the last page stays, and says so until it is mended', async () => {
  const url = await watch();
  const before = await stateOf(url);
  const page = await text(url);
  await snapshotAt(AT + HOUR_MS);
  const record = readdirSync(directory, { recursive: true, encoding: 'utf8' }).find((file) =>
    /^snapshots.*T190000Z-all\.ndjson$/.test(file),
  );
  const path = join(directory, record ?? '');
  const whole = readFileSync(path, 'utf8');
  rmSync(path);
  writeFileSync(path, 'this is no record');
  // It may have seen the record before that.
  const { version, trouble } = await until(
    () => stateOf(url),
    (state) => state.trouble !== null,
  );
  expect(trouble?.message).toMatch(/^The snapshots cannot be read .*npm run verify says what is wrong/s);
  expect(trouble?.since).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  expect(watching?.stderr()).toMatch(/^\d\d:\d\d:\d\d UTC: The history cannot be read: The snapshots cannot be read/m);
  if (version === before.version) expect((await text(url)) === page).toBe(true);
  rmSync(path);
  writeFileSync(path, whole);
  await until(
    () => stateOf(url),
    (state) => state.trouble === null,
  );
  expect(reportIn(await text(url)).combinations[0]?.snapshotCount).toBe(2);
  expect(watching?.stdout()).toMatch(/The history can be read again\n/);
}, 120_000);

test('a history without a page yet that cannot be read ends it at once', async () => {
  expect(await runReport([join(directory, 'nowhere'), '--watch'])).toMatchObject({ code: 4 });
});

test('a history without a snapshot is served, too, and its first snapshot comes', async () => {
  rmSync(join(directory, 'snapshots'), { recursive: true });
  const url = await watch();
  expect(reportIn(await text(url)).combinations).toEqual([]);
  await snapshotAt(AT + HOUR_MS);
  await until(
    async () => reportIn(await text(url)).combinations.length,
    (count) => count === 1,
  );
}, 120_000);

test('what a page says of its server has the time, and the day where that is another', () => {
  const now = Date.parse('2026-11-23T18:30:00Z');
  const trouble = { since: '2026-11-23T12:03:10Z', message: 'There is no directory x.' };
  expect(troubleText(trouble, now)).toBe(
    'The history cannot be read since 12:03 UTC: There is no directory x. This page stays as it was.',
  );
  expect(serverGoneText(now - 24 * HOUR_MS, now)).toMatch(/^Nothing follows the history since 2026-11-22 18:30 UTC: /);
});

test('from a bucket it fetches what is new alone, and leaves nothing behind when it ends', async () => {
  const bucket = await new ReportBucket().start();
  try {
    await bucket.put(directory);
    watching = await watchReport([bucket.place, '--every', '1'], bucket.variables);
    const { url } = watching;
    const before = await stateOf(url);
    await snapshotAt(AT + HOUR_MS);
    bucket.s3.requests.length = 0;
    await bucket.put(directory);
    await until(
      () => stateOf(url),
      ({ version }) => version !== before.version,
    );
    expect(reportIn(await text(url)).combinations[0]?.snapshotCount).toBe(2);
    expect(bucket.read.length).toBeGreaterThan(0);
    expect(bucket.read.filter((path) => !path.includes('20261123T190000Z-all'))).toEqual([]);
    expect(await watching.end('SIGINT')).toMatchObject({ code: 130, stderr: 'Interrupted\n' });
    expect(readdirSync(bucket.temporary)).toEqual([]);
  } finally {
    await bucket.stop();
  }
}, 120_000);

test('a page is outdated once a snapshot has become late that was not when it was made', () => {
  const at = (time: string) => Date.parse(`2026-11-23T${time}Z`);
  const report = (lateAt: string | null) =>
    ({
      writtenAt: '2026-11-23 18:30:00',
      combinations: [{ freshness: { lateAt } }],
    }) as unknown as Report;
  const late = report('2026-11-23 19:20:00');
  expect([hasBecomeLate(late, at('19:19:59')), hasBecomeLate(late, at('19:20:00'))]).toEqual([false, true]);
  expect(hasBecomeLate(report('2026-11-23 18:20:00'), at('20:00:00'))).toBe(false);
  expect(hasBecomeLate(report(null), at('20:00:00'))).toBe(false);
});
