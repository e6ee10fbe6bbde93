import { fullDiff, ResourceImpact } from '@aws-cdk/cloudformation-diff';
import type { App } from 'aws-cdk-lib';
import type { ExporterConfig } from '../../../lib/config/index.ts';

/** Configurations of a deployment that is updated, by the names of their files here. */
export const CONFIGS: Readonly<Record<string, ExporterConfig>> = {
  'one-account': { exports: [{ name: 'all', schedule: 'cron(0 * * * ? *)' }] },
  'many-accounts': {
    exports: [{ name: 'all', schedule: 'cron(0 * * * ? *)' }],
    history: { account: '111111111111', region: 'us-east-1', customerKey: true },
    targets: [{ account: '222222222222', regions: ['eu-west-1'] }],
  },
};

/** Types of what keeps data, or is known to others by its name: a replacement loses the one or breaks the other. */
const KEPT_TYPES = new Set([
  'AWS::Athena::WorkGroup',
  // Another one is deployed to all accounts again.
  'AWS::CloudFormation::StackSet',
  'AWS::Glue::Database',
  'AWS::Glue::Table',
  'AWS::IAM::ManagedPolicy',
  'AWS::KMS::Key',
  'AWS::Lambda::Function',
  'AWS::Logs::LogGroup',
  'AWS::S3::Bucket',
  'AWS::SNS::Topic',
  'AWS::SQS::Queue',
  'AWS::Scheduler::ScheduleGroup',
]);

interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

/** Resources by their logical ids. */
export type Resources = Readonly<Record<string, Resource>>;

/** Of the stacks of an app, by their names, the resources to keep and the properties whose change replaces them. */
export function keptOf(app: App): Readonly<Record<string, Resources>> {
  const stacks = app.synth().stacks.map(({ stackName, template }) => [stackName, keptResources(template.Resources)]);
  return Object.fromEntries(stacks);
}

function keptResources(resources: Resources): Resources {
  const kept = Object.entries(resources).filter(([, { Type }]) => KEPT_TYPES.has(Type));
  return Object.fromEntries(
    kept.map(([id, { Type, Properties = {} }]) => {
      const replacing = Object.entries(Properties).filter(([name]) => replaces(Type, name));
      return [id, { Type, Properties: Object.fromEntries(replacing) }];
    }),
  );
}

/** Whether CloudFormation may replace a resource of the type when the property changes. */
function replaces(type: string, property: string): boolean {
  const withValue = (value: string) => ({ Id: { Type: type, Properties: { [property]: value } } });
  return impacts(withValue('a'), withValue('b')).some(({ impact }) => /REPLACE/.test(impact));
}

/** What an update does to each resource that was there and is not the same. */
export function impacts(
  before: Resources,
  after: Resources,
): { readonly id: string; readonly impact: ResourceImpact }[] {
  const found: { id: string; impact: ResourceImpact }[] = [];
  fullDiff({ Resources: before }, { Resources: after }).resources.forEachDifference((id, { changeImpact: impact }) => {
    if (impact !== ResourceImpact.WILL_CREATE) found.push({ id, impact });
  });
  return found;
}
