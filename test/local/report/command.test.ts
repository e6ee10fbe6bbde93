import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jobsKey } from '../../../lambda/contract/keys.ts';
import { checkOptions, reportCommand } from '../../../local/report/command.ts';
import { MINIMAL_ENVIRONMENT } from '../../support/minimal-environment.ts';
import { ReportBucket } from '../../support/report-bucket.ts';
import { COMMAND, reportIn, runReport as run } from '../../support/report-command.ts';
import { AT, DAY_MS, HOUR_MS, jobOfAge, newDirectory, writeSnapshot } from '../../support/report-history.ts';

let directory: string;
let out: string;

beforeEach(() => {
  directory = newDirectory();
  out = join(directory, 'page.html');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const html = () => readFileSync(out, 'utf8');

/** A history of some hours: one job that starts, and one that stays. */
async function writeHours(hours: number, requested: { exportName?: string; accountId?: string; region?: string } = {}) {
  for (let hour = 0; hour < hours; hour++) {
    const isStarted = hour >= hours / 2;
    await writeSnapshot({
      directory,
      scheduledAt: AT - (hours - 1 - hour) * HOUR_MS,
      ...requested,
      jobs: (_, status) => {
        if (status === 'IN_PROGRESS')
          return [jobOfAge('stays', status, 90), ...(isStarted ? [jobOfAge('starts', status, 30)] : [])];
        return status === 'SCHEDULED' && !isStarted ? [jobOfAge('starts', status, 30)] : [];
      },
    });
  }
}

test('it writes one HTML file that takes nothing from elsewhere and lets nothing out', async () => {
  await writeHours(4);
  const { code, stdout, stderr } = await run([directory, '--out', out]);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^all in 123456789012 eu-west-1: 4 snapshots\n.*page\.html, [\d,]+ kB\n$/);
  const page = html();
  const policy = /<meta http-equiv="Content-Security-Policy" content="([^"]+)">/.exec(page)?.[1] ?? '';
  expect(policy.split('; ').map((directive) => directive.split(' ')[0])).toEqual([
    'default-src',
    'script-src',
    'style-src',
    'img-src',
    'base-uri',
    'form-action',
  ]);
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toMatch(/https?:|\*/);
  const markup = page.replaceAll(/<script[^>]*>.*?<\/script>|<style>.*?<\/style>/gs, '');
  expect(markup).not.toMatch(/https?:\/\/|src=|@import|url\(/);
  const style = /<style>(.*?)<\/style>/s.exec(page)?.[1] ?? '';
  expect(/@import|url\(/.test(style)).toBe(false);
  expect(page.match(/<script/g)?.length).toBe(2);
});

test('the one script that its policy lets run is the one that it has', async () => {
  await run([directory, '--out', out]);
  const script = /<script>(.*)<\/script>\n<\/body>/s.exec(html())?.[1] ?? '';
  expect(script.length).toBeGreaterThan(100_000);
  const hash = createHash('sha256').update(script).digest('base64');
  expect(html()).toContain(`script-src 'sha256-${hash}'`);
});

test('no name of a job or a group gets out of the data, whatever it holds', async () => {
  const evil = '</script><script>alert(1)</script><!--<script>\u2028&"\'';
  await writeSnapshot({
    directory,
    scheduledAt: AT,
    thingGroups: ['</script><b>'],
    jobs: (_, status) => (status === 'IN_PROGRESS' ? [jobOfAge(evil, status, 90)] : []),
  });
  await run([directory, '--out', out]);
  const page = html();
  expect(page.match(/<script/g)?.length).toBe(2);
  expect(page.match(/<\/script/g)?.length).toBe(2);
  expect(page).not.toContain('alert(1)</');
  const [combination] = reportIn(page).combinations;
  expect(combination?.inProgress.answer.rows[0]?.[0]).toBe(evil);
  expect(combination?.counts.series[0]?.scope).toBe('</script><b>');
});

test('an empty history is a page that says so', async () => {
  const { code, stdout } = await run([directory, '--out', out]);
  expect([code, stdout.split('\n')[0]]).toEqual([0, `There is no snapshot in ${directory}: the page says so`]);
  expect(reportIn(html()).combinations).toEqual([]);
});

test('one snapshot without a job has counts of 0, and what moved before it is not known', async () => {
  await writeSnapshot({ directory, scheduledAt: AT, jobs: () => [] });
  expect((await run([directory, '--out', out])).code).toBe(0);
  const [one] = reportIn(html()).combinations;
  expect(one?.counts.series.map(({ values }) => values)).toEqual([[0], [0], [0], [0], [0]]);
  expect(one?.moved.answer.rows).toEqual([['2026-11-23', null, null, null, null, null, false]]);
  expect([one?.flows, one?.durations, one?.inProgress, one?.vanished].map((s) => s?.answer.rows)).toEqual([
    [],
    [],
    [],
    [],
  ]);
  // How many were expected is unknown.
  expect(one?.snapshots.answer.rows.map((row) => row.slice(0, 4))).toEqual([['2026-11-23', null, 1, null]]);
});

test('what AWS may purge ended or was created 700 days ago, since AWS does not say from when it counts', async () => {
  const ended = (id: string, days: number, lifeHours = 5) =>
    jobOfAge(id, 'COMPLETED', days * 24 + lifeHours, { completedAt: AT - days * DAY_MS });
  await writeSnapshot({
    directory,
    scheduledAt: AT,
    jobs: (_, status) => {
      if (status === 'COMPLETED') return [ended('a', 729), ended('b', 700), ended('c', 699), ended('e', 5, 720 * 24)];
      // A canceled job has no end time: its last update is used.
      if (status === 'CANCELED') return [jobOfAge('d', status, 710 * 24)];
      return status === 'IN_PROGRESS' ? [jobOfAge('f', status, 710 * 24)] : [];
    },
  });
  await run([directory, '--out', out]);
  const { columns, rows } = reportIn(html()).combinations[0]?.purgedSoon.answer ?? { columns: [], rows: [] };
  const shown = ['job_id', 'days_since_end', 'days_since_creation', 'jobs', 'jobs_by_end'];
  expect(rows.map((row) => shown.map((name) => row[columns.indexOf(name)]))).toEqual([
    ['a', 729, 729, 4, 3],
    ['d', 710, 710, 4, 3],
    ['b', 700, 700, 4, 3],
    ['e', 5, 725, 4, 3],
  ]);
  expect(columns.filter((name) => /purge/.test(name))).toEqual([]);
});

test('a group that may not exist has no count, and a line of its own', async () => {
  const thingGroups = ['fleet-eu', 'fleet-us'];
  const jobs = (scope: string, status: string) =>
    scope === 'fleet-us' && status === 'IN_PROGRESS' ? [jobOfAge('a', 'IN_PROGRESS', 9)] : [];
  await writeSnapshot({ directory, scheduledAt: AT, thingGroups, jobs });
  for (const file of readdirSync(directory, { recursive: true, encoding: 'utf8' })) {
    if (!/snapshots.*\.ndjson$/.test(file)) continue;
    const path = join(directory, file);
    // As the exporter records it where DescribeThingGroup is refused.
    const text = readFileSync(path, 'utf8').replaceAll(
      /("thing_group_name":"fleet-eu"[^}]*"missing":)(true|false)/g,
      '$1null',
    );
    rmSync(path);
    writeFileSync(path, text);
  }
  await run([directory, '--out', out]);
  const [one] = reportIn(html()).combinations;
  const values = (group: string) =>
    one?.counts.series.filter(({ scope }) => scope === group).map((line) => line.values[0]);
  expect(values('fleet-eu')).toEqual([null, null, null, null, null]);
  expect(values('fleet-us')).toEqual([0, 0, 0, 1, 0]);
  expect(one?.missingGroups.answer.rows).toEqual([['fleet-eu', 0, 1, '2026-11-23 18:00:00', '2026-11-23 18:00:00']]);
});

test('exports, accounts and Regions do not mix, and flags choose among them', async () => {
  await writeHours(2);
  await writeHours(3, { exportName: 'daily' });
  await writeHours(2, { accountId: '999999999999' });
  await writeHours(2, { region: 'us-east-1' });
  await run([directory, '--out', out]);
  const all = reportIn(html()).combinations;
  expect(all.map((one) => `${one.exportName} ${one.accountId} ${one.region} ${one.snapshotCount}`)).toEqual([
    'all 123456789012 eu-west-1 2',
    'all 123456789012 us-east-1 2',
    'all 999999999999 eu-west-1 2',
    'daily 123456789012 eu-west-1 3',
  ]);
  expect(all.every(({ inProgress }) => inProgress.answer.rows.length === 2)).toBe(true);
  await run([directory, '--out', out, '--export', 'all', '--region', 'eu-west-1', '--account', '999999999999']);
  expect(reportIn(html()).combinations.map(({ accountId }) => accountId)).toEqual(['999999999999']);
});

test('it says what there is, and writes nothing, where there is too much for a page or nothing of what is requested', async () => {
  for (let i = 0; i < 13; i++) {
    await writeSnapshot({ directory, scheduledAt: AT, accountId: String(100_000_000_000 + i), jobs: () => [] });
  }
  const tooMuch = await run([directory, '--out', out]);
  expect(tooMuch.code).toBe(2);
  expect(tooMuch.stderr).toMatch(
    /^error: 13 exports, accounts and Regions are too many for one page, which takes 12: choose with/,
  );
  expect(tooMuch.stderr).toContain(
    '  --export all --account 100000000012 --region eu-west-1  (2026-11-23 to 2026-11-23)',
  );
  const nothing = await run([directory, '--out', out, '--account', '555555555555', '--from', '2026-11-01']);
  expect(nothing.code).toBe(2);
  expect(nothing.stderr).toContain('There is no snapshot of the account 555555555555, from 2026-11-01 on: there are');
  expect(nothing.stderr).not.toContain('    at ');
  expect(existsSync(out)).toBe(false);
});

test.each([
  [['--from', '2026-02-30'], /must be a day that exists/],
  [['--from', '2026-11-23', '--to', '2026-11-22'], /--from 2026-11-23 is after --to 2026-11-22/],
  [['--account', '12'], /must be an account id of 12 digits/],
  [['--nonsense'], /unknown option/],
  [['--port', '8080'], /--port is of --watch: add --watch/],
  [['--every', '30'], /--every is of --watch: add --watch/],
  [['--watch', '--port', '70000'], /must be a port from 1 to 65535/],
  [['--watch', '--every', '0'], /must be a whole number of seconds, from 1/],
])('the mistake %p has a message of one line that says what is wrong', (mistake, message) => {
  const command = reportCommand().configureOutput({ writeErr: () => {} });
  expect(() => checkOptions(command.parse([directory, ...mistake], { from: 'user' }).opts())).toThrow(message);
});

test.each([
  [['--nonsense'], /^error: unknown option '--nonsense'\n\(npm run report -- --help says what there is\)\n$/],
  [['--data', 's3://bucket/report.json'], /^error: --data must be a path on this machine; got "s3:.*"\n$/],
  [['--data', ''], /^error: --data must be a path on this machine; got nothing\n$/],
])('the mistake %p ends it with 2', async (mistake, message) => {
  const { code, stderr } = await run([directory, '--out', out, ...mistake]);
  expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
});

test('it ends with 4 for a directory that is not there, or a file that cannot be written', async () => {
  expect(await run([join(directory, 'nowhere'), '--out', out])).toMatchObject({
    code: 4,
    stderr: expect.stringContaining('no directory'),
  });
  writeFileSync(join(directory, 'file'), '');
  const { code, stderr } = await run([directory, '--out', join(directory, 'file', 'page.html')]);
  expect([code, stderr]).toEqual([4, expect.stringMatching(/^error: The page cannot be written to .*--out\n$/)]);
});

test.each(['jobs', 'changes'])(
  '%s that are damaged end it with 1, their place, and the way to find out',
  async (table) => {
    await writeHours(2);
    const key = `${table}/account_id=123456789012/region=eu-west-1/export_name=all/dt=2026-11-23/20261123T180000Z-all.ndjson.gz`;
    expect(existsSync(join(directory, key))).toBe(true);
    writeFileSync(join(directory, key), 'this is not gzip');
    const damaged = await run([directory, '--out', out]);
    expect([damaged.code, damaged.stderr]).toEqual([
      1,
      expect.stringMatching(/^error: The snapshots cannot be read .*npm run verify/),
    ]);
  },
);

test.each([
  ['rows', 'object', 'jobs'],
  ['changes', 'changes', 'changes'],
])('a record that names another object for its %s is refused, wherever that leads', async (what, column, table) => {
  await writeHours(2);
  const record = readdirSync(directory, { recursive: true, encoding: 'utf8' }).find((file) =>
    /snapshots.*20261123T180000Z-all\.ndjson$/.test(file),
  );
  const path = join(directory, record ?? '');
  const text = readFileSync(path, 'utf8');
  const elsewhere = text.replace(new RegExp(`("${column}_key":"${table}/account_id=\\d+/)`), '$1../../../');
  expect(elsewhere).not.toBe(text);
  rmSync(path);
  writeFileSync(path, elsewhere);
  const { code, stderr } = await run([directory, '--out', out]);
  expect([code, stderr]).toEqual([
    1,
    expect.stringMatching(
      new RegExp(`^error: The record of 20261123T180000Z-all names .*\\.\\./.* for its ${what}, .*npm run verify`),
    ),
  ]);
});

describe('from a bucket', () => {
  let bucket: ReportBucket;
  beforeEach(async () => {
    bucket = await new ReportBucket().start();
  });
  afterEach(() => bucket.stop());

  test('it fetches only what it reads, and leaves nothing behind', async () => {
    for (const day of [0, 1, 2, 3]) {
      const scheduledAt = AT - day * DAY_MS;
      await writeSnapshot({
        directory,
        scheduledAt,
        jobs: (_, s) => (s === 'IN_PROGRESS' ? [jobOfAge('a', s, 99)] : []),
      });
    }
    await bucket.put(directory);
    bucket.s3.requests.length = 0;
    const requested = [
      '--from',
      '2026-11-22',
      '--to',
      '2026-11-22',
      '--account',
      '123456789012',
      '--region',
      'eu-west-1',
    ];
    const { code, stderr } = await run([bucket.place, '--out', out, ...requested], bucket.variables);
    expect([code, stderr]).toEqual([0, '']);
    expect(reportIn(html()).combinations.map(({ from, to, snapshotCount }) => [from, to, snapshotCount])).toEqual([
      ['2026-11-22', '2026-11-22', 1],
    ]);
    const newest = { accountId: '123456789012', region: 'eu-west-1', exportName: 'all', scheduledAt: AT - DAY_MS };
    expect(new Set(bucket.read.filter((path) => path.includes('/jobs/')))).toEqual(
      new Set([`history/iot/${jobsKey(newest)}`]),
    );
    expect(bucket.read.filter((path) => path.includes('/snapshots/'))).toHaveLength(2);
    const [first] = bucket.s3.requests;
    expect(first?.query.get('prefix')).toBe('iot/snapshots/account_id=123456789012/region=eu-west-1/');
    expect(readdirSync(bucket.temporary)).toEqual([]);
  });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)(
    '%s amid the reading leaves nothing behind, neither what was fetched nor what was spilled',
    async (signal, exitCode) => {
      await writeSnapshot({
        directory,
        scheduledAt: AT,
        jobs: (_, s) => (s === 'IN_PROGRESS' ? [jobOfAge('a', s, 9)] : []),
      });
      await bucket.put(directory);
      let there: string[] = [];
      const ended = run([bucket.place, '--out', out], bucket.variables, (child) => {
        bucket.s3.before = ({ method, path }) => {
          if (method !== 'GET' || !path.includes('/jobs/')) return undefined;
          there = readdirSync(bucket.temporary).map((name) => name.replace(/-[^-]*$/, ''));
          child.kill(signal);
          return 'hang';
        };
      });
      expect(await ended).toEqual({ code: exitCode, stdout: '', stderr: 'Interrupted\n' });
      expect(there.sort()).toEqual(['iot-jobs-report', 'iot-jobs-spill']);
      expect(readdirSync(bucket.temporary)).toEqual([]);
      expect(existsSync(out)).toBe(false);
    },
  );

  test('a signal to all its processes, as Ctrl-C sends it, is an interrupt and no error', async () => {
    const env = { ...MINIMAL_ENVIRONMENT, ...bucket.variables };
    const child = spawn(process.execPath, [COMMAND, bucket.place, '--out', out], { env, detached: true });
    let stderr = '';
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    bucket.s3.before = () => {
      process.kill(-(child.pid as number), 'SIGINT');
      return 'hang';
    };
    expect([await new Promise((resolve) => child.once('close', resolve)), stderr]).toEqual([130, 'Interrupted\n']);
  });

  test('without a place for what it fetches it ends with 4, and says which variable names another', async () => {
    const variables = { ...bucket.variables, TMPDIR: join(directory, 'nowhere') };
    expect(await run([bucket.place, '--out', out], variables)).toEqual({
      code: 4,
      stdout: '',
      stderr: expect.stringMatching(/^error: No temporary file can be written in .*nowhere .*TMPDIR\n$/),
    });
  });
});
