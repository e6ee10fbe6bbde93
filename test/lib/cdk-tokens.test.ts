import { CfnParameter, Lazy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iot from 'aws-cdk-lib/aws-iot';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import { checkHistoryOptions } from '../../lib/config/check.ts';
import { IotJobsExporter, type IotJobsExporterProps, IotJobsHistory } from '../../lib/index.ts';
import { mistakesOf } from './mistakes-of.ts';
import { DEFAULT_CONFIG, dummyCode, newApp, propertiesOf } from './synth.ts';

function exporterIn(stack: Stack, props: Omit<IotJobsExporterProps, 'history' | 'code'>) {
  const history = IotJobsHistory.fromBucketName(stack, 'History', 'the-history');
  return new IotJobsExporter(stack, 'Exporter', { history, code: dummyCode(), ...props });
}

test('alarms notify topics of the same app, by their ARNs that are tokens', () => {
  const stack = new Stack(newApp(), 'Test');
  const all = new sns.Topic(stack, 'All');
  const one = new sns.Topic(stack, 'One');
  exporterIn(stack, {
    exports: [
      {
        ...(DEFAULT_CONFIG.exports[0] as (typeof DEFAULT_CONFIG.exports)[0]),
        alarms: [{ status: 'IN_PROGRESS', comparison: '>', threshold: 5, topicArn: one.topicArn }],
      },
    ],
    alarmTopicArn: all.topicArn,
  });
  const alarms = propertiesOf<{ AlarmActions?: object[] }>(Template.fromStack(stack), 'AWS::CloudWatch::Alarm');
  const actions = alarms.flatMap(({ AlarmActions = [] }) => AlarmActions);
  expect(
    actions.filter((action) => JSON.stringify(action) === JSON.stringify(stack.resolve(one.topicArn))),
  ).toHaveLength(1);
  expect(actions).toContainEqual(stack.resolve(all.topicArn));
  Template.fromStack(stack).resourceCountIs('AWS::SNS::Topic', 2);
});

test('alarms notify a topic of the same app that is referred to by its Region, by its ARN that is a token', () => {
  const stack = new Stack(newApp(), 'Test', { env: { account: '222222222222', region: 'eu-west-1' } });
  const topic = new sns.Topic(stack, 'Topic');
  const exporter = exporterIn(stack, { ...DEFAULT_CONFIG, alarmTopicArn: { 'eu-west-1': topic.topicArn } });
  expect(exporter.monitoring.alarms.topic?.topicArn).toBe(topic.topicArn);

  const anywhere = new Stack(newApp(), 'Anywhere');
  const { topicArn } = new sns.Topic(anywhere, 'Topic');
  expect(() => exporterIn(anywhere, { ...DEFAULT_CONFIG, alarmTopicArn: { 'eu-west-1': topicArn } })).toThrow(
    /^Anywhere\/Exporter\/.* must have topics by Region without \{account\} and without tokens, since its stack knows no/,
  );
});

test('thing groups of the same app are listed by their names that are tokens', () => {
  const stack = new Stack(newApp(), 'Test');
  const group = new iot.CfnThingGroup(stack, 'Fleet');
  const namespace = new CfnParameter(stack, 'Ns');
  exporterIn(stack, {
    exports: [{ name: 'all', schedule: 'rate(1 day)', thingGroups: [group.ref], namespaceId: namespace.valueAsString }],
  });
  const [made] = propertiesOf<{ Target: { Input: object } }>(Template.fromStack(stack), 'AWS::Scheduler::Schedule');
  expect(JSON.stringify(made?.Target.Input)).toContain('{"Ref":"Fleet"}');
  expect(JSON.stringify(made?.Target.Input)).toContain('{"Ref":"Ns"}');
});

test('keys of the same app are retired by their ARNs that are tokens', () => {
  const { keyArn } = new kms.Key(new Stack(newApp(), 'Test'), 'Key');
  expect(checkHistoryOptions({ retiredKeys: [keyArn] }, 'The history').retiredKeys).toEqual([keyArn]);
});

const ONE = DEFAULT_CONFIG.exports[0];
const text = Lazy.string({ produce: () => 'later' });

test.each<[string, object, string]>([
  ['the name of an export', { exports: [{ ...ONE, name: text }] }, 'exports[0].name must be known when'],
  ['a schedule', { exports: [{ ...ONE, schedule: text }] }, 'exports[0].schedule must be known when'],
  ['a level of the log', { logLevel: text }, 'logLevel must be known when'],
  ['a number', { callsPerSecond: Lazy.number({ produce: () => 5 }) }, 'callsPerSecond must be known when'],
  [
    'a list',
    { exports: [{ ...ONE, thingGroups: Lazy.list({ produce: () => ['eu'] }) }] },
    'exports[0].thingGroups[0] may hold tokens of CDK as its single texts alone',
  ],
  ['an object', { exports: Lazy.any({ produce: () => [] }) }, 'exports must be known when'],
])('%s that is a token is refused with the reason', (_, change, mistake) => {
  expect(mistakesOf({ ...DEFAULT_CONFIG, ...change })).toEqual([expect.stringContaining(mistake)]);
});

test('a literal is checked against its rule as before', () => {
  expect(mistakesOf({ ...DEFAULT_CONFIG, alarmTopicArn: 'on-call' })).toEqual([
    expect.stringContaining('alarmTopicArn must be the ARN of a standard SNS topic'),
  ]);
});
