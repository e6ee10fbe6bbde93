import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { checkConfig, type ExporterConfig } from '../../lib/config/index.ts';
import { IotJobsHistory, type IotJobsHistoryProps } from '../../lib/index.ts';
import { IotJobsExporterStack } from '../../lib/iot-jobs-exporter-stack.ts';

export const DEFAULT_CONFIG: ExporterConfig = { exports: [{ name: 'all', schedule: 'cron(0 * * * ? *)' }] };

/** With details of jobs and alarms on rollouts. */
export const DETAILS_CONFIG: ExporterConfig = {
  exports: [
    {
      ...{ name: 'all', schedule: 'cron(0 * * * ? *)', details: true },
      rollouts: { failedPercent: 5, stalledHours: 48 },
    },
  ],
};

/** With a run that may outlast an invocation. */
export const LONG_CONFIG: ExporterConfig = {
  exports: [{ name: 'all', schedule: 'cron(0 0/6 * * ? *)', maxRunMinutes: 180 }],
};

/** An app as `cdk` starts it: `new App()` alone does not read cdk.json, so the feature flags would be off. */
export function newApp(): App {
  const { context } = JSON.parse(readFileSync(join(import.meta.dirname, '../../cdk.json'), 'utf8'));
  return new App({ context });
}

/** A bundle that is always the same, so that its hash is too. */
export function dummyCode(): lambda.Code {
  const folder = mkdtempSync(join(tmpdir(), 'bundle-'));
  writeFileSync(join(folder, 'index.cjs'), 'exports.handler = async () => {};\n');
  return lambda.Code.fromAsset(folder);
}

export function newStack(config: ExporterConfig = DEFAULT_CONFIG): IotJobsExporterStack {
  return new IotJobsExporterStack(newApp(), 'IotJobsExporter', { config: checkConfig(config), code: dummyCode() });
}

export function synth(config: ExporterConfig = DEFAULT_CONFIG): Template {
  return Template.fromStack(newStack(config));
}

/** The properties of every resource of a type. */
export function propertiesOf<Properties>(template: Template, type: string): Properties[] {
  return Object.values(template.findResources(type)).map((resource) => resource.Properties as Properties);
}

interface Document {
  readonly Statement: readonly Statement[];
}

interface Statement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

interface Role {
  readonly Policies?: readonly { readonly PolicyDocument: Document }[];
}

/** Every statement that allows a principal of the stack something: inline, attached and managed policies. */
export function allowedStatements(template: Template): Statement[] {
  const attached = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy', 'AWS::IAM::RolePolicy', 'AWS::IAM::UserPolicy'];
  const documents = [
    ...propertiesOf<Role>(template, 'AWS::IAM::Role').flatMap(({ Policies = [] }) => Policies),
    ...attached.flatMap((type) => propertiesOf<{ readonly PolicyDocument: Document }>(template, type)),
  ].map(({ PolicyDocument }) => PolicyDocument);
  return documents.flatMap(({ Statement }) => Statement).filter(({ Effect }) => Effect === 'Allow');
}

/** A history in a stack of its own, whose environment is known. */
export function historyOf(props: IotJobsHistoryProps): Template {
  const stack = new Stack(newApp(), 'Test', { env: { account: '111111111111', region: 'eu-west-1' } });
  new IotJobsHistory(stack, 'History', props);
  return Template.fromStack(stack);
}
