import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { freshApp, pack, packageJson, root, run, synthesize, type Template } from './installed.ts';

/** An app of a user: the constructs in its own stack, and the stacks of a configuration. */
const APP = `
import { App, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import {
  checkConfig, type ExporterConfig, IotJobsExporter, IotJobsHistory, type JobStatus, type Monitored, placeStacks,
} from 'iot-jobs-exporter';

const app = new App({ outdir: 'cdk.out' });
const stack = new Stack(app, 'Fleet');
const history = new IotJobsHistory(stack, 'History', { exportNames: ['all'], encryptionKey: new kms.Key(stack, 'Key') });
const exporter = new IotJobsExporter(stack, 'Exporter', {
  history,
  exports: [{ name: 'all', schedule: 'cron(0 * * * ? *)', maxRunMinutes: 60 }],
  alarmTopic: new sns.Topic(stack, 'OnCall'),
  logEncryptionKey: new kms.Key(stack, 'LogKey'),
  role: new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') }),
});
const status: JobStatus = 'IN_PROGRESS';
exporter.metricJobCount({ status });
const monitored: Monitored = exporter.monitoring.monitored;
if (monitored.dashboards !== 1) throw new Error('There must be a dashboard');
exporter.stateMachine?.metricFailed();
exporter.grantInvoke(new iam.AccountRootPrincipal());
history.grantRead(new iam.AccountPrincipal('222222222222'));

const config: ExporterConfig = {
  exports: [
    {
      name: 'active',
      schedule: 'rate(5 minutes)',
      statuses: ['IN_PROGRESS'],
      thingGroups: ['eu'],
      alarms: [{ status: 'IN_PROGRESS', thingGroup: 'eu', comparison: '>', threshold: 5 }],
    },
    { name: 'all', schedule: 'cron(0 6 * * ? *)', timeZone: 'Europe/Berlin' },
  ],
};
placeStacks(app, checkConfig(config));
placeStacks(
  app,
  checkConfig({
    ...config,
    history: { account: '111111111111', region: 'us-east-1', customerKey: true, organizationId: 'o-a1b2c3d4e5' },
    targets: [{ account: '222222222222', regions: ['eu-west-1'] }],
    organization: {
      organizationalUnits: ['ou-a1b2-c3d4e5f6'],
      regions: ['eu-west-1'],
      exports: [{ name: 'all', schedule: 'rate(1 hour)' }],
    },
    stackPrefix: 'fleet-',
  }),
  { stackProps: ({ kind }) => ({ tags: { component: kind } }) },
);
app.synth();
`;

const examples = ['docs/library.md', 'docs/reacting.md'].flatMap((document) =>
  [...readFileSync(join(root, document), 'utf8').matchAll(/```ts\n(.*?)```/gs)].map(([, code = '']) => code),
);
/** What is type-checked: the app, which runs, and the examples of the documents. */
const FILES = {
  'app.ts': APP,
  ...Object.fromEntries(examples.map((code, index) => [`example-${index}.ts`, code])),
};

let tarball = '';
const apps: string[] = [];
/** What goes at the end: folders that were made here, and no other. */
const folders: string[] = [];

beforeAll(() => {
  tarball = pack();
  folders.push(dirname(tarball));
  apps.push(freshApp(tarball, FILES), freshApp(tarball, FILES, '-oldest'));
}, 180_000);

afterAll(() => {
  for (const folder of [...folders, ...apps]) rmSync(folder, { recursive: true, force: true });
});

describe('a fresh app that installs the package', () => {
  const synthesized: Readonly<Record<string, Template>>[] = [];

  // The package's own declarations are checked with the oldest, which may lack what they name.
  test.each([
    ['newest', 0, ['--skipLibCheck']],
    ['oldest', 1, []],
  ] as const)(
    'is type-checked and synthesizes with the %s aws-cdk-lib, and meets nothing that is deprecated',
    (_, app, options) => {
      const templates = synthesize(apps[app] as string, ...options);
      synthesized.push(templates);
      expect(Object.keys(templates).sort()).toEqual([
        'Fleet.template.json',
        'IotJobsExporter-222222222222-eu-west-1.template.json',
        'IotJobsExporter.template.json',
        'IotJobsHistory.template.json',
        'IotJobsHistoryOrganization5CC2D5B5.stackset.template.json',
      ]);
      const made = Object.values(templates['Fleet.template.json']?.Resources ?? {}).map(({ Type }) => Type);
      for (const type of [
        'S3::Bucket',
        'Glue::Table',
        'Lambda::Function',
        'Scheduler::Schedule',
        'StepFunctions::StateMachine',
      ]) {
        expect(made).toContain(`AWS::${type}`);
      }
    },
    120_000,
  );

  test('gets the same resources from both, but for how the body of a dashboard is written', () => {
    const [newest, oldest] = synthesized.map((templates) => Object.entries(templates).map(comparable));
    expect(oldest).toEqual(newest);
  });

  /** CDK's metadata names its version. */
  function comparable([file, { Resources }]: [string, Template]) {
    const resources = Object.entries(Resources).filter(([, { Type }]) => Type !== 'AWS::CDK::Metadata');
    return [
      file,
      resources.map(([id, resource]) =>
        resource.Type === 'AWS::CloudWatch::Dashboard' ? [id, resource.Type] : [id, resource],
      ),
    ];
  }
});

test('the documents of the constructs have examples, which are type-checked with the app', () => {
  expect(examples).toHaveLength(6);
});

test('the lower bounds of what an app brings are the versions that are tested here', () => {
  const { peerDependencies, devDependencies } = packageJson(root);
  expect(Object.keys(peerDependencies)).toEqual(['aws-cdk-lib', 'constructs']);
  for (const [name, range] of Object.entries(peerDependencies)) {
    expect([name, devDependencies[`${name}-oldest`]]).toEqual([name, `npm:${name}@${range.replace('^', '')}`]);
    expect(range).toMatch(/^\^\d+\.\d+\.\d+$/);
  }
});

const installed = () => join(apps[0] as string, 'node_modules/iot-jobs-exporter');

test('the package holds constructs with types, the bundle and the SQL, and no tests and no tools', () => {
  const files = run(installed(), 'find', '.', '-type', 'f').trim().split('\n').sort();
  for (const file of [
    './dist/package/lib/index.js',
    './dist/package/lib/index.d.ts',
    './dist/package/dist/lambda/index.cjs',
    './dist/package/sql/views/latest_jobs.sql',
    './CHANGELOG.md',
    './LICENSE',
    './NOTICE',
    './THIRD-PARTY-LICENSES.txt',
  ]) {
    expect(files).toContain(file);
  }
  const others = files.filter((file) => !file.startsWith('./dist/package/'));
  expect(others).toEqual([
    './CHANGELOG.md',
    './LICENSE',
    './NOTICE',
    './README.md',
    './THIRD-PARTY-LICENSES.txt',
    './docs/deploying.md',
    './docs/library.md',
    // Each alarm's description names it.
    './docs/runbook.md',
    './package.json',
  ]);
  expect(files.filter((file) => /\.test\.|(?<!\.d)\.ts$|\/(test|local|bench|bin)\//.test(file))).toEqual([]);
});

test('an app that installs the package gets two libraries with it, and nothing of the command line', () => {
  const fresh = mkdtempSync(join(tmpdir(), 'fresh-install-'));
  folders.push(fresh);
  // An app brings the peers.
  const flags = ['--prefix', fresh, '--omit', 'peer', '--prefer-offline', '--no-audit', '--no-fund'];
  run(fresh, 'npm', 'install', ...flags, tarball);
  const found = readdirSync(join(fresh, 'node_modules')).filter((name) => !name.startsWith('.'));
  expect(found).toEqual(['croner', 'iot-jobs-exporter', 'valibot']);
}, 60_000);

/** What a declaration file shows of a class, an interface or a module, but for constructors and what is private. */
const SHOWN =
  /^(export (declare |interface |type \w)| {4}(static )?(readonly )?(?!private|constructor|protected)\w+[?(:<])/;

test('everything that the package exports is described where it is typed', () => {
  const lib = join(installed(), 'dist/package/lib');
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
