import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as sns from 'aws-cdk-lib/aws-sns';
import { checkConfig, DEFAULT_ALARMS, type ExporterConfig, type TopicArn, UsageError } from '../../lib/config/index.ts';
import { AlarmActions } from '../../lib/exporter/alarm-actions.ts';
import { placeStacks } from '../../lib/place-stacks.ts';
import { DEFAULT_CONFIG, dummyCode, newApp, newStack, propertiesOf, synth } from './synth.ts';

/** The same in every release: subscriptions that people made belong to it. */
const LOGICAL_ID = 'ExporterMonitoringAlarmsTopicFF0FAA73';
const EMAILS = ['on-call@example.com', 'fleet@example.com'];
const NO_ALARMS: ExporterConfig = { ...DEFAULT_CONFIG, disabledAlarms: [...DEFAULT_ALARMS] };
const IRELAND = 'arn:aws:sns:eu-west-1:222222222222:on-call';
const EVERYWHERE = 'arn:aws:sns:{region}:{account}:on-call';

type Env = { readonly account?: string; readonly region?: string };
interface Alarm {
  readonly AlarmActions: unknown[];
}

/** What an alarm of a stack in a Region, or of one that knows none, notifies. */
function actionIn(env: Env, topicArn: TopicArn, ofAlarm = false): unknown {
  const stack = new Stack(new App(), 'Target', { env });
  const options = { alarmEmails: [], ...(!ofAlarm && { alarmTopicArn: topicArn }) };
  const made = new AlarmActions(stack, 'Topic', { options });
  const metric = new cloudwatch.Metric({ namespace: 'n', metricName: 'm' });
  const alarm = new cloudwatch.Alarm(stack, 'Alarm', { metric, threshold: 1, evaluationPeriods: 1 });
  alarm.addAlarmAction(made.action(ofAlarm ? topicArn : undefined));
  const template = Template.fromStack(stack);
  const [found] = propertiesOf<Alarm>(template, 'AWS::CloudWatch::Alarm')[0]?.AlarmActions ?? [];
  return resolved(found, template.toJSON().Mappings ?? {});
}

/** A value as CloudFormation reads it in us-east-1 of account 333333333333. */
function resolved(value: unknown, mappings: Record<string, Record<string, Record<string, string>>>): unknown {
  if (Array.isArray(value)) return value.map((item) => resolved(item, mappings));
  if (typeof value !== 'object' || value === null) return value;
  const [name, argument] = Object.entries(value)[0] ?? [];
  if (name === 'Ref') return argument === 'AWS::Region' ? 'us-east-1' : '333333333333';
  const parts = resolved(argument, mappings) as [string, string, string];
  if (name === 'Fn::Join') return (parts[1] as unknown as string[]).join(parts[0]);
  return mappings[parts[0]]?.[parts[1]]?.[parts[2]];
}

describe('the topic of the stack', () => {
  it('keeps its logical id, and has no key', () => {
    const template = synth();
    expect(Object.keys(template.findResources('AWS::SNS::Topic'))).toEqual([LOGICAL_ID]);
    template.hasResourceProperties('AWS::SNS::Topic', { KmsMasterKeyId: Match.absent() });
    template.resourceCountIs('AWS::KMS::Key', 0);
  });

  it('takes nothing but TLS, and lets the alarms of this account and Region publish', () => {
    synth().hasResourceProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
          Match.objectLike({
            Effect: 'Allow',
            Principal: { Service: 'cloudwatch.amazonaws.com' },
            Action: 'sns:Publish',
            Condition: {
              ArnLike: {
                'aws:SourceArn': {
                  'Fn::Join': [
                    '',
                    [
                      'arn:',
                      { Ref: 'AWS::Partition' },
                      ':cloudwatch:',
                      { Ref: 'AWS::Region' },
                      ':',
                      { Ref: 'AWS::AccountId' },
                      ':alarm:*',
                    ],
                  ],
                },
              },
            },
          }),
        ]),
      },
    });
  });

  it('is not made where no alarm notifies it', () => {
    const template = synth(NO_ALARMS);
    template.resourceCountIs('AWS::SNS::Topic', 0);
    expect(template.findOutputs('AlarmTopic')).toEqual({});
  });

  it('is an output, of the one stack and of a target', () => {
    synth().hasOutput('AlarmTopic', { Value: { Ref: LOGICAL_ID } });
    const app = newApp();
    const history = { account: '111111111111', region: 'us-east-1' };
    const targets = [{ account: '222222222222', regions: ['eu-west-1'] }];
    placeStacks(app, checkConfig({ ...DEFAULT_CONFIG, history, targets, alarmTopicArn: EVERYWHERE }), {
      code: dummyCode,
      healthCode: dummyCode,
    });
    const target = app.node.findChild('IotJobsExporter-222222222222-eu-west-1') as Stack;
    Template.fromStack(target).hasOutput('AlarmTopic', { Value: IRELAND });
  });
});

describe('alarmEmails', () => {
  it('are subscribed to it', () => {
    const subscriptions = propertiesOf(synth({ ...DEFAULT_CONFIG, alarmEmails: EMAILS }), 'AWS::SNS::Subscription');
    expect(subscriptions).toEqual(
      EMAILS.map((Endpoint) => ({ Protocol: 'email', TopicArn: { Ref: LOGICAL_ID }, Endpoint })),
    );
  });

  it('are refused where no alarm would write to them', () => {
    expect(() => newStack({ ...NO_ALARMS, alarmEmails: EMAILS })).toThrow(
      /^alarmEmails would get nothing, since no alarm of .* got \["on-call.*Take an alarm out of disabledAlarms/,
    );
  });
});

const PLACES: readonly [string, Env, TopicArn, string][] = [
  ['a pattern, in a Region that is known', { account: '222222222222', region: 'eu-west-1' }, EVERYWHERE, IRELAND],
  ['a pattern, in one that is not', {}, EVERYWHERE, 'arn:aws:sns:us-east-1:333333333333:on-call'],
  ['a map, in a Region that is known', { region: 'eu-west-1' }, { 'eu-west-1': IRELAND }, IRELAND],
  [
    'a map, in one that is not',
    {},
    { 'eu-west-1': IRELAND, 'us-east-1': 'arn:aws:sns:{region}:444444444444:us' },
    'arn:aws:sns:us-east-1:444444444444:us',
  ],
  ['an ARN, in its Region', { region: 'eu-west-1' }, IRELAND, IRELAND],
  ['an ARN, in a Region that is not known', {}, IRELAND, IRELAND],
  [
    'an ARN of another partition, in its Region',
    { region: 'cn-north-1' },
    'arn:aws-cn:sns:cn-north-1:222222222222:on-call',
    'arn:aws-cn:sns:cn-north-1:222222222222:on-call',
  ],
];

test.each(PLACES)('alarms notify the topic by %s', (_, env, topicArn, expected) => {
  expect(actionIn(env, topicArn)).toBe(expected);
  expect(actionIn(env, topicArn, true)).toBe(expected);
});

const ELSEWHERE: readonly [string, Env, TopicArn, string][] = [
  [
    'of another Region',
    { region: 'us-east-1' },
    IRELAND,
    'A topic of alarms in us-east-1 must begin with arn:aws:sns:us-east-1:, since CloudWatch notifies no topic of another ' +
      `Region or partition; got "${IRELAND}". Write {region} in the place of the Region, or give an ARN for each Region`,
  ],
  [
    'of another partition',
    { region: 'cn-north-1' },
    'arn:aws:sns:cn-north-1:222222222222:on-call',
    'must begin with arn:aws-cn:sns:cn-north-1:',
  ],
  [
    'of a map without the Region',
    { region: 'us-east-1' },
    { 'eu-west-1': IRELAND },
    'must have us-east-1; got eu-west-1',
  ],
  ['of a map that has another for the Region', { region: 'us-east-1' }, { 'us-east-1': IRELAND }, `got "${IRELAND}"`],
  ['of a map that has another for some Region', {}, { 'us-east-1': IRELAND }, `got "${IRELAND}"`],
  ['of a map by account, where neither is known', {}, { 'us-east-1': EVERYWHERE }, `got "${EVERYWHERE}"`],
];

test.each(ELSEWHERE)('a topic %s is refused at synthesis', (_, env, topicArn, message) => {
  expect(() => actionIn(env, topicArn)).toThrow(UsageError);
  expect(() => actionIn(env, topicArn)).toThrow(message);
  expect(() => actionIn(env, topicArn, true)).toThrow(message);
});

describe('a topic of the app', () => {
  const app = new App();
  const stack = new Stack(app, 'Stack', { env: { account: '222222222222', region: 'eu-west-1' } });
  const topic = new sns.Topic(stack, 'OnCall');
  const options = { alarmEmails: [] };

  it('passes, as a construct and by the token of its ARN', () => {
    const given = new AlarmActions(stack, 'Given', { options, alarmTopic: topic });
    expect(given.topic).toBeUndefined();
    given.action();
    expect(given.topic).toBe(topic);
    const byArn = new AlarmActions(stack, 'ByArn', { options: { ...options, alarmTopicArn: topic.topicArn } });
    byArn.action();
    expect(stack.resolve(byArn.topic?.topicArn)).toEqual({ Ref: expect.stringMatching(/^OnCall/) });
    Template.fromStack(stack).resourceCountIs('AWS::SNS::Topic', 1);
  });

  it('is refused in another Region', () => {
    const elsewhere = new Stack(app, 'Elsewhere', { env: { account: '222222222222', region: 'us-east-1' } });
    expect(() => new AlarmActions(elsewhere, 'Topic', { options, alarmTopic: topic })).toThrow(
      'alarmTopic must be in us-east-1, where the alarms are, since CloudWatch notifies no topic of another Region; got ' +
        'Stack/OnCall in eu-west-1. Give the exporter of each Region a topic there',
    );
    const imported = sns.Topic.fromTopicArn(elsewhere, 'Imported', IRELAND);
    expect(() => new AlarmActions(elsewhere, 'Other', { options, alarmTopic: imported })).toThrow(`got "${IRELAND}"`);
  });
});
