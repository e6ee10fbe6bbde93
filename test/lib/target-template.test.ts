import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import type { App } from 'aws-cdk-lib';
import { checkConfig, type ExportConfig, type ExporterConfig } from '../../lib/config/index.ts';
import { splitOptions } from '../../lib/config/targets.ts';
import { type TargetTemplateProps, targetTemplate } from '../../lib/organization/target-template.ts';
import { DEFAULT_CONFIG, newApp } from './synth.ts';

const BUNDLE = readFileSync(join(import.meta.dirname, '../../dist/lambda/index.cjs'), 'utf8');
const SOURCE = 'exports.handler = async () => {};\n';

/** An export with all that an exporter can have, and the longest name. */
const fullExport = (index: number, thingGroups: readonly string[] = []): ExportConfig => ({
  name: `${index}`.padEnd(63, 'x'),
  schedule: 'cron(0 0/6 * * ? *)',
  maxRunMinutes: 180,
  details: { maxJobs: 200 },
  rollouts: { failedPercent: 5, stalledHours: 48 },
  alarms: [
    { status: 'IN_PROGRESS', comparison: '>', threshold: 500, ...(thingGroups[0] && { thingGroup: thingGroups[0] }) },
  ],
  ...(thingGroups.length > 0 && { thingGroups }),
});
const fullExports = (count: number) => Array.from({ length: count }, (_, index) => fullExport(index));

function templateOf(config: ExporterConfig, props: Partial<TargetTemplateProps> = {}, app: App = newApp()): string {
  const checked = checkConfig({
    history: { account: '111111111111', region: 'us-east-1', customerKey: true },
    targets: [{ account: '222222222222', regions: ['eu-west-1'] }],
    ...config,
  });
  const { exporterOptions, historyOptions } = splitOptions(checked);
  if (!checked.history) throw new Error('There is no hub');
  return targetTemplate(app, { hub: checked.history, historyOptions, options: exporterOptions, ...props });
}

interface Resource {
  readonly Type: string;
  readonly Metadata?: object;
  readonly Properties?: { readonly Code?: { readonly ZipFile: string }; readonly PermissionsBoundary?: unknown };
}

const resourcesOf = (template: string): Resource[] => Object.values(JSON.parse(template).Resources);

it('has the function inline, to the byte, and needs nothing beside it', () => {
  const template = templateOf(DEFAULT_CONFIG);
  const { Parameters, Rules, Mappings, Conditions } = JSON.parse(template);
  expect([Parameters, Rules, Mappings, Conditions]).toEqual([undefined, undefined, undefined, undefined]);
  const [code] = resourcesOf(template).flatMap(({ Properties }) => Properties?.Code ?? []);
  expect(Object.keys(code ?? {})).toEqual(['ZipFile']);
  expect(code?.ZipFile === BUNDLE).toBe(true);
  for (const one of ['222222222222', 'cdk-hnb659fds', 'AssetParameters']) expect(template).not.toContain(one);
});

it('is the same text whoever makes it, and of an app with whatever the CDK command asks for', () => {
  const context = { 'aws:cdk:enable-path-metadata': true, 'aws:cdk:version-reporting': true };
  const template = templateOf(DEFAULT_CONFIG, { source: SOURCE });
  const app = newApp();
  for (const [key, value] of Object.entries(context)) app.node.setContext(key, value);
  expect(templateOf(DEFAULT_CONFIG, { source: SOURCE }, app)).toBe(template);
  expect(template).not.toContain('aws:cdk:path');
  expect(resourcesOf(template).map(({ Type }) => Type)).not.toContain('AWS::CDK::Metadata');
});

it('has the permissions boundary of the context of its scope, or its own', () => {
  const app = newApp();
  app.node.setContext('@aws-cdk/core:permissionsBoundary', { name: 'developers' });
  const roles = resourcesOf(templateOf(DEFAULT_CONFIG, { source: SOURCE }, app)).filter(
    ({ Type }) => Type === 'AWS::IAM::Role',
  );
  expect(roles.length).toBeGreaterThan(0);
  for (const { Properties } of roles) {
    expect(JSON.stringify(Properties?.PermissionsBoundary)).toMatch(/:policy\/developers"/);
  }
});

it('passes warnings on to its scope, where they can be acknowledged, and prepares the stack', () => {
  const config = { ...DEFAULT_CONFIG, callsPerSecond: 20 };
  const app = newApp();
  const prepared: string[] = [];
  templateOf(config, { source: SOURCE, prepare: ({ stackName }) => prepared.push(stackName) }, app);
  expect(prepared).toEqual(['IotJobsExporterTarget']);
  expect(app.node.metadata.map(({ type, data }) => [type, data])).toEqual([
    ['aws:cdk:warning', expect.stringMatching(/ListJobs.* \[ack: iot-jobs-exporter:list-jobs-quota\]$/s)],
  ]);
});

describe('the limits of CloudFormation', () => {
  it('leave room for details, long runs, alarms and the longest names of some exports', () => {
    const sizes = [1, 10].map((count) => templateOf({ exports: fullExports(count) }).length);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(1_000_000);
    const thingGroups = Array.from({ length: 1000 }, (_, index) => `${index}`.padEnd(128, 'x'));
    expect(templateOf({ exports: [fullExport(0, thingGroups)] }).length).toBeLessThanOrEqual(1_000_000);
  });

  it('are said where there is none, with the mend', () => {
    const config = { exports: fullExports(1) };
    expect(() => templateOf(config, { source: 'x'.repeat(940_000) })).not.toThrow();
    expect(() => templateOf(config, { source: 'x'.repeat(1_000_000) })).toThrow(
      /^The template of a target must have 1000000 bytes at most, .* got 10\d{5}, 1000002 of them the function's code\. .* targets/,
    );
  });

  // Source: AWS CloudFormation Template Reference Guide, "AWS::Lambda::Function Code", ZipFile.
  it('for inline code, 4 MB zipped, are far', () => {
    expect(deflateRawSync(BUNDLE).length).toBeLessThan(400_000);
  });

  // Source: AWS CloudFormation User Guide, "Get values stored in other services using dynamic references".
  it('know no reference in the code that CloudFormation would fill in, and no sign beyond ASCII', () => {
    expect(BUNDLE).not.toContain('{{resolve:');
    expect(/^\p{ASCII}*$/u.test(BUNDLE)).toBe(true);
  });
});
