import { Aspects, CfnResource, Stack, Tags } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { checkConfig, type ExporterConfig } from '../../lib/config/index.ts';
import { placeStacks } from '../../lib/place-stacks.ts';
import { allowedStatements, DEFAULT_CONFIG, dummyCode, LONG_CONFIG, newApp } from './synth.ts';

const MANY: ExporterConfig = {
  ...DEFAULT_CONFIG,
  history: { account: '111111111111', region: 'us-east-1', customerKey: true },
  targets: [{ account: '222222222222', regions: ['eu-west-1'] }],
};

const stacks = [DEFAULT_CONFIG, MANY, { ...LONG_CONFIG, stackPrefix: 'long-' }].flatMap((config) => {
  const app = newApp();
  placeStacks(app, checkConfig(config), { code: dummyCode, healthCode: dummyCode });
  Tags.of(app).add('team', 'fleet');
  Aspects.of(app).add({
    visit(node) {
      if (!CfnResource.isCfnResource(node)) return;
      node.addMetadata('visited', true);
    },
  });
  return app.node.children.filter((child) => child instanceof Stack);
});
const templates = stacks.map((stack) => ({ name: stack.stackName, template: Template.fromStack(stack) }));

/** What Step Functions needs to write logs. */
const LOG_DELIVERY = [
  'logs:CreateLogDelivery',
  'logs:DeleteLogDelivery',
  'logs:DescribeLogGroups',
  'logs:DescribeResourcePolicies',
  'logs:GetLogDelivery',
  'logs:ListLogDeliveries',
  'logs:PutResourcePolicy',
  'logs:UpdateLogDelivery',
];

test.each(templates)('$name lets nothing have every resource but what takes none', ({ name, template }) => {
  const everything = allowedStatements(template).filter(({ Resource }) => [Resource].flat().includes('*'));
  // Source: Service Authorization Reference, Amazon Athena, AWS IoT and Amazon CloudWatch Logs: they have no resource type.
  const ofConsole = ['athena:ListDataCatalogs', 'athena:ListEngineVersions', 'athena:ListWorkGroups'];
  const expected = [
    ...(name === 'IotJobsHistory' ? [] : ['iot:ListJobs']),
    ...(name.startsWith('IotJobsExporter-') ? [] : ofConsole),
    ...(name.startsWith('long-') ? LOG_DELIVERY : []),
  ];
  expect(everything.flatMap(({ Action }) => Action).sort()).toEqual(expected.sort());
});

test.each(templates)('$name lets no principal do every action, or a family of them', ({ template }) => {
  const actions = allowedStatements(template).flatMap(({ Action }) => Action);
  expect(actions.filter((action) => action.includes('*'))).toEqual([]);
});

test.each(templates)('$name shows an aspect all that it creates', ({ template }) => {
  type Made = { readonly Type: string; readonly Metadata?: { readonly visited?: boolean } };
  const made = Object.values(template.toJSON().Resources as Record<string, Made>);
  const unseen = made.filter(({ Type, Metadata }) => Type !== 'AWS::CDK::Metadata' && !Metadata?.visited);
  expect(unseen).toEqual([]);
});

test.each(templates)('$name passes tags on to its roles', ({ template }) => {
  const roles = Object.values(template.findResources('AWS::IAM::Role'));
  for (const { Properties } of roles) expect(Properties.Tags).toContainEqual({ Key: 'team', Value: 'fleet' });
});

/** Properties that name a resource for good, so that a second one of it, or a replacement, is in the way of the first. */
const NAMES = /^(\w*Name|Name)$/;

test.each(templates)(
  '$name gives no names but to the database, its tables, and what AWS lets nobody leave unnamed',
  ({ name, template }) => {
    type Made = { readonly Type: string; readonly Properties?: Record<string, unknown> };
    const named = Object.values(template.toJSON().Resources as Record<string, Made>).flatMap(
      ({ Type, Properties = {} }) =>
        Object.keys(Properties).flatMap((key) =>
          NAMES.test(key) && typeof Properties[key] === 'string' ? [`${Type} ${key}`] : [],
        ),
    );
    const allowed = [
      'AWS::Athena::NamedQuery Name',
      'AWS::Athena::WorkGroup Name',
      'AWS::Logs::QueryDefinition Name',
      // What is measured, not what is made.
      'AWS::CloudWatch::Alarm MetricName',
      'AWS::SNS::Topic DisplayName',
      // The writers of other accounts have to know it.
      ...(name === 'IotJobsHistory' ? ['AWS::S3::Bucket BucketName'] : []),
      // The function has to know it before it is there, and it the function; logs of Step Functions have a place of their own.
      ...(name.startsWith('long-')
        ? ['AWS::StepFunctions::StateMachine StateMachineName', 'AWS::Logs::LogGroup LogGroupName']
        : []),
    ];
    expect([...new Set(named)].filter((property) => !allowed.includes(property))).toEqual([]);
  },
);
