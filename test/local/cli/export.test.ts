import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  createWriteStream,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openHistory } from '../../../local/history/open.ts';
import { SimulatedClock } from '../../../local/simulator/clock.ts';
import { seededFleet } from '../../../local/simulator/fleet.ts';
import { type ServiceServer, serve } from '../../../local/simulator/server.ts';
import { createService, type Service } from '../../../local/simulator/service.ts';
import { LoopbackS3 } from '../../support/loopback-s3.ts';
import { LoopbackSts } from '../../support/loopback-sts.ts';
import { MINIMAL_ENVIRONMENT } from '../../support/minimal-environment.ts';

const COMMAND = join(import.meta.dirname, '../../../local/export.ts');
const AT = '2026-11-23T18:00:00Z';
const simulator = createService({
  accountId: '123456789012',
  region: 'eu-west-1',
  fleet: seededFleet({ seed: 3, jobsPerHour: 4 }),
  clock: new SimulatedClock(Date.parse(AT)),
  callsPerSecond: 1e6,
});

let service: Service;
let iot: ServiceServer;
let sts: LoopbackSts;
let env: NodeJS.ProcessEnv;
let folder: string;
let history: string;

beforeEach(async () => {
  service = simulator;
  iot = await serve((method, url) => service(method, url));
  sts = new LoopbackSts();
  folder = mkdtempSync(join(tmpdir(), 'export-'));
  history = join(folder, 'history');
  env = {
    ...MINIMAL_ENVIRONMENT,
    AWS_ENDPOINT_URL_IOT: iot.url,
    AWS_ENDPOINT_URL_STS: await sts.start(),
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'id',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: join(folder, 'config'),
    AWS_SHARED_CREDENTIALS_FILE: join(folder, 'credentials'),
  };
});
afterEach(async () => {
  await iot.close();
  await sts.stop();
  rmSync(folder, { recursive: true });
});

interface Result {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs the command; `meanwhile` gets the process and its stderr so far. */
function run(args: readonly string[], meanwhile?: (child: ChildProcess, err: string) => void): Promise<Result> {
  const child = spawn(process.execPath, [COMMAND, ...args], { env });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
    meanwhile?.(child, err);
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out, err })));
}

const snapshot = (...more: string[]) => ['--out', history, '--at', AT, '--rate', '1000', ...more];

function files(): string[] {
  const all = readdirSync(folder, { recursive: true }) as string[];
  return all.filter((file) => statSync(join(folder, file)).isFile()).sort();
}

it('writes a snapshot, says where, and shows a plain line for each listing where there is no terminal', async () => {
  const { code, out, err } = await run(snapshot('--thing-group', 'lab', '--thing-group', 'moon'));
  const where = 'account_id=123456789012/region=eu-west-1/export_name=all';
  const rows = `jobs/${where}/dt=2026-11-23/20261123T180000Z-all.ndjson.gz`;
  const record = `snapshots/${where}/dt=2026-11-23/20261123T180000Z-all.ndjson`;
  expect(code).toBe(0);
  expect(out).toMatch(/^20261123T180000Z-all: written, \d+ jobs in [\d.]+ s \(\d+ calls\)\n/);
  expect(out).toContain(`rows    ${join(history, rows)}\n  record  ${join(history, record)}\n`);
  expect(err).toMatch(/^lab +SCHEDULED +\d+ jobs {2}1 page\n/);
  expect(err.match(/^moon/gm)).toHaveLength(1);
  expect(err).toContain('no such thing group');
  expect(out + err).not.toContain('\u001b');
  expect(files()).toEqual([`history/intents/${where}/${await intentName()}`, `history/${rows}`, `history/${record}`]);
});

async function intentName(): Promise<string> {
  const opened = await openHistory(history);
  const { rows } = await opened.query('SELECT snapshot_id, object_sha256 FROM snapshots');
  opened.close();
  return `${rows[0]?.join('.')}.json`;
}

it('leaves an existing snapshot as it is, without a call of ListJobs', async () => {
  await run(snapshot());
  const before = files();
  let calls = 0;
  service = (method, url) => {
    calls += 1;
    return simulator(method, url);
  };
  const { code, out } = await run(snapshot());
  expect([code, calls, files()]).toEqual([0, 0, before]);
  expect(out).toContain('exists already');
});

it('passes every filter on to ListJobs', async () => {
  const requested: Record<string, string>[] = [];
  service = (method, url) => {
    requested.push(Object.fromEntries(url.searchParams));
    return simulator(method, url);
  };
  const filters = ['--target-selection', 'SNAPSHOT', '--namespace-id', 'field-service', '--thing-group-id', 'a-b'];
  const { code } = await run(snapshot('--export', 'one', '--status', 'COMPLETED', '--status', 'CANCELED', ...filters));
  expect(code).toBe(0);
  expect(requested[0]).toEqual({
    status: 'COMPLETED',
    targetSelection: 'SNAPSHOT',
    namespaceId: 'field-service',
    thingGroupId: 'a-b',
    maxResults: '250',
  });
});

it('writes into a bucket', async () => {
  const s3 = new LoopbackS3();
  env.AWS_ENDPOINT_URL_S3 = await s3.start();
  try {
    const { code, out } = await run(['--out', 's3://my-history/iot/', '--at', AT, '--rate', '1000']);
    expect(code).toBe(0);
    const [, place] = /record {2}s3:\/\/(\S+)/.exec(out) ?? [];
    expect(place).toMatch(/^my-history\/iot\/snapshots\/account_id=/);
    expect([...s3.objects.keys()]).toContain(place);
  } finally {
    await s3.stop();
  }
});

it('asks an endpoint that is not of AWS for the bucket in the path, whatever its host is called', async () => {
  const s3 = new LoopbackS3();
  const url = (await s3.start()).replace('127.0.0.1', 'localhost');
  try {
    const places = [{ AWS_ENDPOINT_URL_S3: url }, { AWS_ENDPOINT_URL: url }, { AWS_PROFILE: 'local' }];
    writeFileSync(join(folder, 'config'), `[profile local]\nendpoint_url = ${url}\n`);
    writeFileSync(join(folder, 'credentials'), '[local]\naws_access_key_id = id\naws_secret_access_key = secret\n');
    const own = env;
    for (const [i, place] of places.entries()) {
      env = { ...own, ...place };
      const { code, err } = await run(['--out', `s3://my-history/${i}`, '--at', AT, '--rate', '1000']);
      expect([code, err.match(/error.*/)]).toEqual([0, null]);
      expect([...s3.objects.keys()].filter((path) => path.startsWith(`my-history/${i}/snapshots/`))).toHaveLength(1);
    }
  } finally {
    await s3.stop();
  }
}, 60_000);

it('refuses an S3 without conditional writes before anything is listed, and says what to do', async () => {
  const s3 = new LoopbackS3();
  s3.ignoresConditions = true;
  env.AWS_ENDPOINT_URL_S3 = await s3.start();
  let calls = 0;
  service = (method, url) => {
    calls += 1;
    return simulator(method, url);
  };
  try {
    const { code, err } = await run(['--out', 's3://my-history/iot', '--at', AT]);
    expect(err).toMatch(
      /^error: The S3 at http:\/\/127\.0\.0\.1:\d+ has no conditional writes .*: use Amazon S3, .*\n$/,
    );
    expect([code, calls]).toEqual([4, 0]);
    expect([...s3.objects.keys()]).toEqual(['my-history/iot/intents/probe-of-conditional-writes.json']);
    s3.before = ({ method }) => (method === 'PUT' ? { status: 501, code: 'NotImplemented' } : undefined);
    expect(await run(['--out', 's3://my-history/iot', '--at', AT])).toMatchObject({
      code: 4,
      err: expect.stringContaining('has no conditional writes'),
    });
  } finally {
    await s3.stop();
  }
}, 60_000);

it('puts one probe of conditional writes into a bucket, however many runs there are', async () => {
  const s3 = new LoopbackS3();
  env.AWS_ENDPOINT_URL_S3 = await s3.start();
  try {
    for (const export_ of ['one', 'two']) await run(['--out', 's3://b-3', '--at', AT, '--export', export_]);
    expect([...s3.objects.keys()].filter((path) => path.includes('probe'))).toHaveLength(1);
    expect([...s3.objects.keys()].filter((path) => path.includes('/snapshots/'))).toHaveLength(2);
  } finally {
    await s3.stop();
  }
}, 60_000);

it('gives up an STS that accepts the connection and does not answer', async () => {
  sts.hangs = true;
  const { code, err } = await run(snapshot());
  expect(err).toMatch(/^error: AWS STS did not say which account this is \(.*\): look at the network.*\n$/);
  expect(code).toBe(1);
}, 90_000);

it('says which setting is wrong where the endpoint of S3 is no URL', async () => {
  env.AWS_ENDPOINT_URL_S3 = 'localhost:9000x';
  const { code, err } = await run(['--out', 's3://my-history']);
  expect(err).toMatch(/^error: The configured endpoint of S3 cannot be used \(.*\): correct AWS_ENDPOINT_URL_S3.*\n$/);
  expect(code).toBe(2);
});

it('refuses a mistake with one clear message, before any request or write', async () => {
  env.AWS_ENDPOINT_URL_STS = 'http://127.0.0.1:9';
  const mistakes: [string[], RegExp][] = [
    [[], /required option '--out <place>' not specified/],
    [['--out', 'x', '--staus', 'y'], /unknown option '--staus'\n\(Did you mean --status\?\)/],
    [['--out', 'x', '--details', '0'], /'--details \[jobs\]' argument '0' is invalid.*from 1 to 10000/],
    [['--out', 'x', '--details', 'all'], /'--details \[jobs\]' argument 'all' is invalid/],
    [['--out', 'x', '--details-rate', '0'], /'--details-rate <calls>' argument '0' is invalid/],
    [['--out', 'x', '--rate', '0'], /'--rate <calls>' argument '0' is invalid/],
    [['--out', 'gs://x'], /^error: --out must be a directory or s3:.*; got "gs:\/\/x"\n$/],
    [['--out', 's3:/bucket'], /^error: --out must be .*; got "s3:\/bucket": two slashes.*"\.\/s3:\/bucket".*\n$/],
    [['--out', 's3:bucket'], /^error: --out must be a directory or s3:.*; got "s3:bucket": two slashes.*\n$/],
    [
      ['--out', 'file:/tmp/x'],
      /^error: --out must be a directory or s3:.*; got "file:\/tmp\/x": "\.\/file:\/tmp\/x" for.*\n$/,
    ],
    [['--out', 'x', '--status', 'DONE'], /^error: --status must be one of .*; got "DONE"\n$/],
    [['--out', 'x', '--at', '2026-02-30T00:00:00Z'], /^error: --at must be a date and time that exist; got "2026.*\n$/],
    [['--out', 'x', '--thing-group', 'a b'], /^error: --thing-group must be a thing group name.*; got "a b"\n$/],
    [['--out', 'x', '--region', 'eu west'], /^error: Region not accepted.*\n$/],
  ];
  const results = await Promise.all(mistakes.map(([args]) => run(args)));
  results.forEach(({ code, err }, i) => {
    expect(err).toMatch(mistakes[i]?.[1] as RegExp);
    expect(err).not.toMatch(/\n\s+at /);
    expect(code).toBe(2);
  });
});

it('says so when there is no Region', async () => {
  delete env.AWS_REGION;
  const { code, err } = await run(snapshot());
  expect([code, err]).toEqual([
    2,
    'error: No AWS Region is set: pass --region, or set AWS_REGION, or a region in the profile\n',
  ]);
});

it('reports missing credentials', async () => {
  delete env.AWS_ACCESS_KEY_ID;
  const { code, err } = await run(snapshot());
  expect(err).toMatch(/^error: No valid AWS credentials .*\n$/);
  expect(code).toBe(3);
});

it('takes credentials and Region from a profile, and names the profile that has none', async () => {
  delete env.AWS_ACCESS_KEY_ID;
  delete env.AWS_REGION;
  writeFileSync(
    join(folder, 'config'),
    '[profile fleet]\nregion = eu-west-1\naws_access_key_id = id\naws_secret_access_key = secret\n' +
      '[profile empty]\nregion = eu-west-1\n',
  );
  const [good, bad] = await Promise.all([
    run(snapshot('--profile', 'fleet')),
    run(snapshot('--profile', 'empty', '--export', 'other')),
  ]);
  expect(good).toMatchObject({ code: 0, out: expect.stringContaining('/region=eu-west-1/') });
  expect(bad).toMatchObject({ code: 3, err: expect.stringMatching(/^error: With profile "empty": No valid AWS cred/) });
});

it('reports expired credentials', async () => {
  sts.refusal = { code: 'ExpiredToken', message: 'The security token included in the request is expired' };
  const { code, err } = await run(snapshot());
  expect(err).toMatch(/^error: The AWS credentials have expired \(ExpiredToken.*\n$/);
  expect(code).toBe(3);
});

it('reports a missing permission by name', async () => {
  service = () => ({
    statusCode: 403,
    errorType: 'AccessDeniedException',
    body: JSON.stringify({ message: 'User: ann is not authorized to perform: iot:ListJobs' }),
  });
  const { code, err } = await run(snapshot());
  expect(err).toMatch(/^error: No permission for iot:ListJobs .*\n$/);
  expect(code).toBe(3);
  expect(files()).toEqual([]);
});

it('reports a Region that has no endpoint', async () => {
  env.AWS_ENDPOINT_URL_STS = 'http://sts.eu-nowhere-9.invalid';
  const { code, err } = await run(snapshot('--region', 'eu-nowhere-9'));
  expect(err).toMatch(/^error: There is no sts\.eu-nowhere-9\.invalid \(\w+\): is the Region right.*\n$/);
  expect(code).toBe(1);
});

it('reports a place that cannot be written to', async () => {
  writeFileSync(join(folder, 'file'), '');
  const { code, err } = await run(['--out', join(folder, 'file')]);
  expect(err).toMatch(/^error: Cannot keep the snapshot in .*there is a file where a directory is needed.*\n$/);
  expect(code).toBe(4);
});

it.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('stops at %s in the middle of a listing, says so, and leaves no file', async (signal, code) => {
  let isStopped = false;
  const result = await run(['--out', history, '--at', AT, '--rate', '2'], (child, err) => {
    if (isStopped || !err.includes('SCHEDULED')) return;
    isStopped = true;
    child.kill(signal);
  });
  expect(result.err).toContain('Interrupted: the snapshot was not finished, and nothing of it was written\n');
  expect([result.code, result.out, files()]).toEqual([code, '', []]);
});

it('stops at Ctrl-C while it reads a directory with the one line, as everywhere', async () => {
  const where = 'account_id=123456789012/region=eu-west-1/export_name=all/dt=2026-11-23';
  const rows = join(history, 'jobs', where, '20261123T180000Z-all.ndjson.gz');
  mkdirSync(dirname(rows), { recursive: true });
  writeFileSync(rows, '');
  truncateSync(rows, 50_000_000_000);
  let isListed = false;
  service = (method, url) => {
    isListed = true;
    return simulator(method, url);
  };
  const child = spawn(process.execPath, [COMMAND, ...snapshot()], { env });
  // The account is known before the directory is looked at, which takes a minute.
  sts.onRequest = () => setTimeout(() => child.kill('SIGINT'), 2500);
  let err = '';
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  expect(err).toBe('Interrupted: the snapshot was not finished, and nothing of it was written\n');
  expect([code, isListed]).toEqual([130, false]);
}, 60_000);

it('says what changed since the snapshot before', async () => {
  const before = await run(['--out', history, '--at', '2026-11-23T17:00:00Z', '--rate', '1000']);
  expect(before.out).toMatch(/\n {2}changes not known: there is no snapshot before\n$/);
  const { code, out } = await run(snapshot('--status', 'COMPLETED'));
  expect([code, out]).toEqual([
    0,
    expect.stringMatching(
      /\n {2}changes [\d,]+ rows since 20261123T170000Z-all: \S+\/changes\/\S+T180000Z-all.ndjson.gz\n$/,
    ),
  ]);
});

it('stops at Ctrl-C while it reads the rows of the snapshot before: that is no reason to go on without them', async () => {
  await run(['--out', history, '--at', '2026-11-23T17:00:00Z', '--rate', '1000']);
  const [rows] = files().filter((file) => file.includes('/jobs/')) as [string];
  rmSync(join(folder, rows));
  execFileSync('mkfifo', [join(folder, rows)]);
  const child = spawn(process.execPath, [COMMAND, ...snapshot()], { env });
  // Opened once the command reads it, and then silent.
  const writer = createWriteStream(join(folder, rows));
  writer.once('open', () => setTimeout(() => child.kill('SIGINT'), 200));
  let err = '';
  child.stderr.on('data', (chunk) => {
    err += chunk;
    // The process ends once the read that it has begun does.
    writer.destroy();
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  expect([code, err]).toEqual([130, 'Interrupted: the snapshot was not finished, and nothing of it was written\n']);
  expect(files().filter((file) => file.includes('T18'))).toEqual([]);
}, 60_000);

describe('--details', () => {
  const detailed = (...more: string[]) => snapshot('--details-rate', '1000', '--details', ...more);

  it('describes the jobs in progress, and says how many and where', async () => {
    const { code, out, err } = await run(detailed());
    expect(code).toBe(0);
    const [, count] = /^([\d,]+) jobs described$/m.exec(err) ?? [];
    const opened = await openHistory(history);
    const { rows } = await opened.query(`SELECT count(*), count(DISTINCT status), min(status),
      bool_and(queued_things + in_progress_things + succeeded_things > 0) FROM job_details`);
    const { rows: listed } = await opened.query("SELECT count(*) FROM jobs WHERE status = 'IN_PROGRESS'");
    opened.close();
    expect(rows).toEqual([[count, '1', 'IN_PROGRESS', true]]);
    expect(listed).toEqual([[count]]);
    expect(Number(count)).toBeGreaterThan(50);
    expect(out).toMatch(new RegExp(`\n  details ${count} rows: \\S+/details/\\S+T180000Z-all.ndjson.gz\n$`));
  });

  it('describes as many as requested, and says how many it leaves out', async () => {
    const { code, out, err } = await run(detailed('3'));
    expect(code).toBe(0);
    expect(err).toMatch(/^3 jobs described, \d+ left out \(\d+ more than --details asks for\)$/m);
    expect(out).toMatch(/\n {2}details 3 rows, \d+ left out \(\d+ more than --details asks for\): \S+\n$/);
    expect((await run(detailed('3'))).out).toMatch(/exists already.*\n {2}details 3 rows, \d+ jobs left out: \S+\n$/s);
  });

  it('describes the statuses of --status where these are others', async () => {
    const { code, err } = await run(detailed('2', '--status', 'SCHEDULED', '--export', 'other'));
    expect([code, err]).toEqual([0, expect.stringMatching(/^2 jobs described/m)]);
  });

  it('calls DescribeJob only with --details', async () => {
    const paths: string[] = [];
    service = (method, url) => {
      paths.push(url.pathname);
      return simulator(method, url);
    };
    const { out } = await run(snapshot());
    expect(out).not.toContain('details');
    expect(new Set(paths)).toEqual(new Set(['/jobs']));
  });

  it('leaves out all where DescribeJob is refused, names the permission, and still takes the snapshot', async () => {
    service = (method, url) =>
      url.pathname === '/jobs'
        ? simulator(method, url)
        : {
            statusCode: 403,
            errorType: 'AccessDeniedException',
            body: JSON.stringify({ message: 'User: ann is not authorized to perform: iot:DescribeJob' }),
          };
    const { code, out, err } = await run(detailed());
    expect(code).toBe(0);
    expect(err).toMatch(
      /^warning: 0 jobs described, (\d+) left out \(\1 failed\): No permission for iot:DescribeJob.*: allow the action iot:DescribeJob$/m,
    );
    expect(out).toMatch(/\n {2}details none, (\d+) left out \(\1 failed\)\n$/);
    expect(files().some((file) => file.includes('/details/'))).toBe(false);
  });

  it('leaves out jobs that are gone when they are to be described', async () => {
    let left = 2;
    service = (method, url) => {
      if (url.pathname === '/jobs' || left === 0) return simulator(method, url);
      left -= 1;
      return simulator(method, new URL('/jobs/no-such-job', url));
    };
    const { code, out } = await run(detailed());
    expect([code, out]).toEqual([0, expect.stringMatching(/\n {2}details \d+ rows, 2 left out \(2 gone\): \S+\n$/)]);
  });

  it('stops at Ctrl-C while jobs are described, with the one line, and leaves no file', async () => {
    let described = 0;
    let child: ChildProcess | undefined;
    service = (method, url) => {
      if (url.pathname !== '/jobs' && ++described === 5) child?.kill('SIGINT');
      return simulator(method, url);
    };
    const result = run(snapshot('--details', '--details-rate', '5'), (process_) => {
      child = process_;
    });
    const { code, out, err } = await result;
    expect(err.split('\n').filter((line) => !/^account-wide/.test(line))).toEqual([
      'Interrupted: the snapshot was not finished, and nothing of it was written',
      '',
    ]);
    expect([code, out, files()]).toEqual([130, '', []]);
  });
});

it('has a help that names the exit codes, the files and the permissions', async () => {
  const { code, out } = await run(['--help']);
  expect(code).toBe(0);
  for (const text of [
    '--thing-group-id',
    'Examples:',
    'Exit codes:',
    'iot:ListJobs',
    'iot:DescribeJob',
    's3:PutObject',
    'jobs/account_id=',
  ]) {
    expect(out).toContain(text);
  }
});
