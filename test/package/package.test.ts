import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const fresh = mkdtempSync(join(tmpdir(), 'fresh-app-'));
const installed = join(fresh, 'node_modules/iot-jobs-exporter');

const run = (cwd: string, program: string, ...args: string[]) =>
  execFileSync(program, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

const APP = `
import { App, Stack } from 'aws-cdk-lib';
import { IotJobsExporter, IotJobsHistory } from 'iot-jobs-exporter';

const app = new App({ outdir: 'cdk.out' });
const stack = new Stack(app, 'Fleet');
const history = new IotJobsHistory(stack, 'History', { exportNames: ['all'] });
new IotJobsExporter(stack, 'Exporter', { history, exports: [{ name: 'all', schedule: 'cron(0 * * * ? *)' }] });
app.synth();
`;

/** The tarball, unpacked where npm would; what it depends on is that of this repository, so no network is needed. */
beforeAll(() => {
  run(root, process.execPath, 'scripts/package.mjs');
  run(root, 'npm', 'pack', '--ignore-scripts', '--pack-destination', fresh);
  mkdirSync(installed, { recursive: true });
  const tarball = join(fresh, `iot-jobs-exporter-${packageJson(root).version}.tgz`);
  run(fresh, 'tar', '-xzf', tarball, '-C', installed, '--strip-components=1');
  const { dependencies, peerDependencies } = packageJson(installed);
  for (const name of [...Object.keys(dependencies), ...Object.keys(peerDependencies), '@types/node']) {
    const link = join(fresh, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(root, 'node_modules', name), link);
  }
  writeFileSync(join(fresh, 'package.json'), '{"type": "module"}');
  writeFileSync(join(fresh, 'app.ts'), APP);
}, 180_000);

afterAll(() => rmSync(fresh, { recursive: true, force: true }));

interface PackageJson {
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
}

function packageJson(folder: string): PackageJson {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}

test('a fresh app that installs the package is typechecked and synthesizes', () => {
  const options = ['--module', 'nodenext', '--target', 'es2022', '--strict', '--types', 'node'];
  run(fresh, process.execPath, join(root, 'node_modules/typescript/bin/tsc'), ...options, 'app.ts');
  run(fresh, process.execPath, 'app.js');
  const { Resources } = JSON.parse(readFileSync(join(fresh, 'cdk.out/Fleet.template.json'), 'utf8'));
  const types = Object.values(Resources as Record<string, { Type: string }>).map(({ Type }) => Type);
  for (const type of ['AWS::S3::Bucket', 'AWS::Glue::Table', 'AWS::Lambda::Function', 'AWS::Scheduler::Schedule']) {
    expect(types).toContain(type);
  }
}, 120_000);

test('the package holds constructs with types, the bundle and the SQL, and no tests and no tools', () => {
  const files = run(installed, 'find', '.', '-type', 'f').trim().split('\n').sort();
  for (const file of [
    './dist/package/lib/index.js',
    './dist/package/lib/index.d.ts',
    './dist/package/dist/lambda/index.mjs',
    './dist/package/sql/views/latest_jobs.sql',
    './LICENSE',
    './THIRD-PARTY-LICENSES.txt',
  ]) {
    expect(files).toContain(file);
  }
  const others = files.filter((file) => !file.startsWith('./dist/package/'));
  expect(others).toEqual([
    './LICENSE',
    './README.md',
    './THIRD-PARTY-LICENSES.txt',
    './docs/deploying.md',
    // Each alarm's description names it.
    './docs/runbook.md',
    './package.json',
  ]);
  expect(files.filter((file) => /\.test\.|(?<!\.d)\.ts$|\/(test|local|bench|bin)\//.test(file))).toEqual([]);
});

/** What a declaration file shows of a class, an interface or a module, but for constructors and what is private. */
const SHOWN =
  /^(export (declare |interface |type \w)| {4}(static )?(readonly )?(?!private|constructor|protected)\w+[?(:<])/;

test('everything that the package exports is described where it is typed', () => {
  const lib = join(installed, 'dist/package/lib');
  const files = readdirSync(lib, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.d.ts'));
  const declared = files.flatMap((file) => {
    const lines = readFileSync(join(lib, file), 'utf8').split('\n');
    return lines.flatMap((line, index) =>
      SHOWN.test(line) ? [{ at: `${file}: ${line.trim()}`, above: lines[index - 1]?.trim() ?? '' }] : [],
    );
  });
  expect(declared.length).toBeGreaterThan(100);
  expect(declared.filter(({ above }) => !above.endsWith('*/')).map(({ at }) => at)).toEqual([]);
});

test('what is in the bundle is listed with its licence', () => {
  run(root, process.execPath, 'scripts/licences.mjs', '--check');
});
