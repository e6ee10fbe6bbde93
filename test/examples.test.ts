import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

interface Template {
  readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties: Record<string, unknown> }>>;
}

/** The templates of an app, as the CDK CLI would have it run, by their files. */
function synthesize(app: string, context = {}): Readonly<Record<string, Template>> {
  const out = mkdtempSync(join(tmpdir(), 'example-'));
  const { context: flags } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8'));
  const { status, stderr } = spawnSync(process.execPath, [join(root, app)], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, CDK_OUTDIR: out, CDK_CONTEXT_JSON: JSON.stringify({ ...flags, ...context }) },
  });
  if (status !== 0) throw new Error(stderr);
  const files = globSync('*.template.json', { cwd: out }).filter((file) => !file.includes('.stackset.'));
  return Object.fromEntries(files.map((file) => [file, JSON.parse(readFileSync(join(out, file), 'utf8'))]));
}

const typesIn = (template: Template | undefined) => Object.values(template?.Resources ?? {}).map(({ Type }) => Type);

test('every example is in the table, and every row of it is there', () => {
  const readme = readFileSync(join(root, 'examples/README.md'), 'utf8');
  const named = [...readme.matchAll(/^\| \[[\w-]+\]\((\S+)\)/gm)].map(([, file]) => file);
  expect(named.toSorted()).toEqual(globSync('*/*.ts', { cwd: join(root, 'examples') }).toSorted());
});

test.each([
  ['one-account', ['IotJobsExporter'], 'AWS::Scheduler::Schedule'],
  [
    'hub-and-targets',
    [
      'IotJobsExporter-222222222222-eu-central-1',
      'IotJobsExporter-222222222222-us-east-1',
      'IotJobsExporter-333333333333-eu-central-1',
      'IotJobsHistory',
    ],
    'AWS::Lambda::Function',
  ],
  ['organization', ['IotJobsHistory'], 'AWS::CloudFormation::StackSet'],
])('the example %s becomes the stacks %j', (name, stacks, type) => {
  const templates = synthesize('bin/app.ts', { config: join(root, `examples/${name}/exporter.config.ts`) });
  expect(Object.keys(templates).toSorted()).toEqual(stacks.map((stack) => `${stack}.template.json`));
  for (const template of Object.values(templates)) expect(typesIn(template)).toContain(type);
});

test('the example of an app of its own has an alarm of its own, which notifies the topic of all others', () => {
  const { 'Fleet.template.json': template } = synthesize('examples/own-app/app.ts');
  const alarms = Object.values(template?.Resources ?? {}).filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm');
  const own = alarms.filter(({ Properties: { AlarmDescription: text } }) => String(text).includes('1,000 jobs waited'));
  expect(own).toHaveLength(1);
  const topics = new Set(alarms.flatMap(({ Properties: { AlarmActions: to } }) => (to ? [JSON.stringify(to)] : [])));
  expect([...topics]).toEqual([JSON.stringify(own[0]?.Properties.AlarmActions)]);
});
