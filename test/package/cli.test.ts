import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { LoopbackIot } from '../support/loopback-iot.ts';
import { LoopbackS3 } from '../support/loopback-s3.ts';
import { LoopbackSts } from '../support/loopback-sts.ts';
import { packageJson, packCli, root, run } from './installed.ts';
import { installCli, installedCommand, installNode20, node24, npx } from './installed-cli.ts';

const COMMANDS = ['export', 'query', 'report', 'verify', 'copy', 'demo'];
const JOBS = ['fw-1', 'fw-2', 'fw-3'].map((jobId) => ({
  jobId,
  jobArn: `arn:aws:iot:eu-west-1:123456789012:job/${jobId}`,
  createdAt: 1_795_000_000,
  lastUpdatedAt: 1_795_000_000,
  status: 'IN_PROGRESS',
  targetSelection: 'SNAPSHOT',
}));

const [iot, sts, s3] = [new LoopbackIot(), new LoopbackSts(), new LoopbackS3()];
/** What goes at the end: folders that were made here, and no other. */
const folders: string[] = [];
const nodes = { 20: '', 24: node24() };
/** Where it is installed, by the Node. */
const installed = { 20: '', 24: '' };
let tarball = '';
let env: NodeJS.ProcessEnv = {};

beforeAll(async () => {
  tarball = packCli();
  const folder = mkdtempSync(join(tmpdir(), 'cli-test-'));
  folders.push(dirname(tarball), folder);
  // A profile, whose provider of credentials is a part of the bundle that few runs load.
  writeFileSync(join(folder, 'credentials'), '[fleet]\naws_access_key_id = a\naws_secret_access_key = b\n');
  iot.answer = ({ status }) => ({ body: { jobs: status === 'IN_PROGRESS' ? JOBS : [] } });
  env = {
    AWS_REGION: 'eu-west-1',
    AWS_PROFILE: 'fleet',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: join(folder, 'config'),
    AWS_SHARED_CREDENTIALS_FILE: join(folder, 'credentials'),
    AWS_ENDPOINT_URL_IOT: await iot.start(),
    AWS_ENDPOINT_URL_STS: await sts.start(),
    AWS_ENDPOINT_URL_S3: await s3.start(),
  };
  const install = async (major: 20 | 24) => {
    installed[major] = await installCli(tarball, nodes[major]);
    folders.push(installed[major]);
  };
  const installOn20 = async () => {
    nodes[20] = await installNode20(folder);
    await install(20);
  };
  await Promise.all([installOn20(), install(24)]);
}, 180_000);

afterAll(async () => {
  await Promise.all([iot, sts, s3].map((server) => server.stop()));
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

describe.each([20, 24] as const)('installed from its tarball into an empty folder, on Node %i', (major) => {
  const command = (...args: string[]) => installedCommand(installed[major], nodes[major], args, env);

  test('npx finds it, and it says its version', async () => {
    expect(run(root, join(nodes[major], 'node'), '--version')).toMatch(new RegExp(`^v${major}\\.`));
    const version = { code: 0, stdout: `${packageJson(root).version}\n`, stderr: '' };
    expect(await npx(installed[major], nodes[major], '--version')).toEqual(version);
  });

  test.each(COMMANDS)('%s says how it is called', async (name) => {
    const { code, stdout } = await command(name, '--help');
    expect([code, stdout]).toEqual([0, expect.stringContaining(`Usage: npx iot-jobs-exporter ${name} `)]);
    // As README.md and the help of the program say. Documents are not in the package.
    for (const heading of ['Examples:', 'Exit codes:']) expect(stdout).toContain(heading);
    expect(stdout).not.toMatch(/npm |(?<!main\/)docs\//);
    const version = { code: 0, stdout: `${packageJson(root).version}\n`, stderr: '' };
    expect(await command(name, '--version')).toEqual(version);
  });

  test('without a command it shows its help, and of an unknown one it names the nearest', async () => {
    const help = await command();
    expect(help).toMatchObject({ code: 2, stderr: expect.stringContaining('export [arguments...]') });
    expect(help.stderr).toContain('Usage: npx iot-jobs-exporter [options]');
    const unknown = { code: 2, stderr: expect.stringMatching(/unknown command 'exprot'\n\(Did you mean export\?\)/) };
    expect(await command('exprot')).toMatchObject(unknown);
  });

  test('export, verify and copy work without DuckDB, and query says that it is missing', async () => {
    const duckdb = join(installed[major], 'node_modules/@duckdb');
    renameSync(duckdb, `${duckdb}-away`);
    try {
      const exported = await command('export', '--out', 'history', '--at', '2026-11-23T18:00:00Z', '--rate', '1000');
      expect(exported).toMatchObject({ code: 0, stdout: expect.stringMatching(/written, 3 jobs/) });
      // The AWS SDK's one about Node 20 is for those who install the SDK.
      expect(exported.stderr).not.toContain('Warning');
      const copied = await command('copy', 'history', `s3://copy-${major}`);
      expect(copied).toMatchObject({ code: 0, stdout: expect.stringMatching(/^1 snapshot, 3 jobs/) });
      expect(copied.stdout).toContain(`  $ npx iot-jobs-exporter verify s3://copy-${major}\n`);
      for (const place of ['history', `s3://copy-${major}`]) {
        const verified = await command('verify', place);
        expect(verified).toMatchObject({ code: 0, stdout: expect.stringMatching(/all is well\n$/) });
      }
      const queried = await command('query', '--dir', 'history', 'SELECT 1');
      expect(queried).toMatchObject({ code: 1, stderr: expect.stringMatching(/^error: DuckDB cannot be loaded.*\n$/) });
    } finally {
      renameSync(`${duckdb}-away`, duckdb);
    }
  });

  test('query answers of what was exported, by the views of the package', async () => {
    const sql = 'SELECT status, count(*) AS jobs FROM latest_jobs GROUP BY status';
    const { code, stdout } = await command('query', '--dir', 'history', '--format', 'csv', sql);
    expect([code, stdout]).toEqual([0, 'status,jobs\nIN_PROGRESS,3\n']);
  });

  test('report writes a page that has the data and the script that draws it', async () => {
    expect(await command('report', 'history', '--out', 'page.html')).toMatchObject({ code: 0 });
    const page = readFileSync(join(installed[major], 'page.html'), 'utf8');
    const data = /<script type="application\/json" id="data">(.*)<\/script>/.exec(page)?.[1];
    const { combinations, commands } = JSON.parse(data ?? '');
    expect([combinations[0].snapshotCount, commands.verify]).toEqual([1, 'npx iot-jobs-exporter verify']);
    expect(page.length - (data?.length ?? 0)).toBeGreaterThan(500_000);
    expect(page).toContain('prefers-color-scheme');
  });
});

test('the package brings DuckDB alone, in the version that is tested here', () => {
  const cli = packageJson(join(root, 'cli'));
  expect(cli.version).toBe(packageJson(root).version);
  expect(cli.dependencies).toEqual({ '@duckdb/node-api': packageJson(root).devDependencies['@duckdb/node-api'] });
});

test('the package has its licences and documentation', () => {
  const files = run(dirname(tarball), 'tar', '-tzf', tarball).trim().split('\n');
  const others = files.filter((file) => !file.startsWith('package/dist/'));
  expect(others.sort()).toEqual(
    ['LICENSE', 'NOTICE', 'README.md', 'THIRD-PARTY-LICENSES.txt', 'package.json'].map((file) => `package/${file}`),
  );
  expect(files.filter((file) => file.endsWith('.ts'))).toEqual([]);
});
