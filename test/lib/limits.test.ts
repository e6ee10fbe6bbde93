import { mkdtempSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as sns from 'aws-cdk-lib/aws-sns';
import { acknowledgeFindings } from '../../bin/scanner-findings.ts';
import { checkConfig, type ExportConfig, type ExporterConfig } from '../../lib/config/index.ts';
import { mistakesOfTargets } from '../../lib/config/target-rules.ts';
import { IotJobsExporter, IotJobsHistory } from '../../lib/index.ts';
import { placeStacks } from '../../lib/place-stacks.ts';
import { MAX_RESOURCES, refuseLargeTemplates } from '../../lib/stack-limits.ts';
import { dummyCode, newApp, newStack, propertiesOf, synth } from './synth.ts';
import { resolved } from './synth-hub.ts';

const HOURLY = 'cron(0 * * * ? *)';
const exportsOf = (count: number, more: Partial<ExportConfig> = {}): ExportConfig[] =>
  Array.from({ length: count }, (_, index) => ({ name: `export-${index}`, schedule: HOURLY, ...more }));
const countAlarms = (count: number) =>
  Array.from(
    { length: count },
    (_, index) => ({ name: `n${index}`, status: 'IN_PROGRESS', comparison: '>', threshold: 1 }) as const,
  );

test('a stack of more resources than CloudFormation takes is refused with the mend', () => {
  const alarms = countAlarms(MAX_RESOURCES);
  expect(() => newStack({ exports: exportsOf(1, { alarms }) })).toThrow(
    /^The stack IotJobsExporter must have 500 resources at most, .* got 5\d\d\. .* remove alarms on counts/,
  );
});

test('a stack is refused from the first resource on that is too many', () => {
  const room = MAX_RESOURCES - 1 - Object.keys(synth({ exports: exportsOf(1) }).toJSON().Resources).length;
  expect(() => newStack({ exports: exportsOf(1, { alarms: countAlarms(room) }) })).not.toThrow();
  expect(() => newStack({ exports: exportsOf(1, { alarms: countAlarms(room + 1) }) })).toThrow('got 501');
});

test('a template of more bytes than CloudFormation takes is refused with the mend', () => {
  const assemblyOf = (characters: number) => {
    const app = new App({ outdir: mkdtempSync(`${tmpdir()}/large-`), analyticsReporting: false });
    new sns.CfnTopic(new Stack(app, 'Large'), 'Topic', { displayName: 'x'.repeat(characters) });
    return app.synth();
  };
  expect(() => refuseLargeTemplates(assemblyOf(900_000))).not.toThrow();
  expect(() => refuseLargeTemplates(assemblyOf(1_000_000))).toThrow(
    /^The template of Large must have 1000000 bytes at most, .* got 100\d+\. Names of thing groups/,
  );
});

test('the policy of the function has room for all that it may need, in the partition of the longest name', () => {
  // Source: IAM User Guide, "IAM and AWS STS quotas", Aggregate policy size of a role: 10,240 characters.
  const retiredKeys = Array.from(
    { length: 10 },
    (_, index) => `arn:aws-us-gov:kms:us-gov-west-1:111111111111:key/1234abcd-12ab-34cd-56ef-12345678900${index}`,
  );
  const stack = new Stack(newApp(), 'x'.repeat(100), { env: { account: '222222222222', region: 'us-gov-west-1' } });
  const history = IotJobsHistory.fromAttributes(stack, 'History', {
    ...{ bucketName: 'b'.repeat(63), account: '111111111111', region: 'us-gov-west-1', retiredKeys },
    ...{ encryptionKeyArn: retiredKeys[0]?.replace('1234', '5678') ?? '', objectLock: { mode: 'COMPLIANCE', days: 1 } },
  });
  const exports = [{ name: 'all', schedule: 'rate(1 day)', maxRunMinutes: 1440, details: true } as const];
  const vpc = new ec2.Vpc(stack, 'Vpc', { maxAzs: 1 });
  new IotJobsExporter(stack, 'Exporter', { history, code: dummyCode(), exports, vpc });
  type Role = { Policies?: { PolicyDocument: object }[] };
  const roles = propertiesOf<Role>(Template.fromStack(stack), 'AWS::IAM::Role').flatMap(
    ({ Policies = [] }) => Policies,
  );
  const sizes = roles.map(({ PolicyDocument }) => resolved(PolicyDocument).length);
  expect(Math.max(...sizes)).toBeGreaterThan(4000);
  expect(Math.max(...sizes)).toBeLessThan(10_240);
});

test('names of exports that do not fit into a parameter of a Glue table are refused', () => {
  const history = { account: '111111111111', region: 'eu-west-1' };
  const retiredExports = Array.from({ length: 8500 }, (_, index) => String(index).padStart(63, 'x'));
  const config = checkConfig({
    exports: exportsOf(1),
    history,
    targets: [{ account: '222222222222', regions: ['eu-west-1'] }],
  });
  expect(mistakesOfTargets({ ...config, retiredExports })).toEqual([
    'exports, with those of targets, organization and retiredExports, must fit into a parameter of a Glue table, 512000 bytes; ' +
      'got 544008: name fewer',
  ]);
});

test('docs/deploying.md says how much of the limits the stacks take', () => {
  const sizesOf = (config: Partial<ExporterConfig>) => {
    const app = newApp();
    // As the CLI does.
    for (const more of ['enable-path-metadata', 'version-reporting']) app.node.setContext(`aws:cdk:${more}`, true);
    placeStacks(app, checkConfig({ exports: exportsOf(1), ...config }), { code: dummyCode, healthCode: dummyCode });
    acknowledgeFindings(app);
    return app.synth().stacks.map(({ template, templateFullPath }) => ({
      resources: Object.keys(template.Resources).length,
      bytes: statSync(templateFullPath).size,
    }));
  };
  const history = { account: '111111111111', region: 'us-east-1', organizationId: 'o-a1b2c3d4e5' };
  const targets = [{ account: '222222222222', regions: ['eu-west-1'] }];
  const organization = { organizationalUnits: ['ou-a1b2-c3d4e5f6'], regions: ['us-east-1'] };
  const [one] = sizesOf({});
  const [hub, target] = sizesOf({ history, targets, organization });
  const docs = readFileSync(join(import.meta.dirname, '../../docs/deploying.md'), 'utf8');
  expect(docs).toContain(
    `one account with one export has ${one?.resources}, CDK's own among them; a target has ${target?.resources}, a hub with an ` +
      `organization ${hub?.resources}.`,
  );
  const documented =
    /one account with one export has (\d+) kB, a target (\d+) kB, the hub (\d+) kB with one account/.exec(docs);
  for (const [index, stack] of [one, target, hub].entries()) {
    const ratio = Number(documented?.[index + 1]) / ((stack?.bytes ?? 0) / 1000);
    expect([index, Math.abs(ratio - 1) < 0.05 ? 1 : ratio]).toEqual([index, 1]);
  }
});
