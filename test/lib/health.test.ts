import { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import { EXPORT_HEALTH_COLUMNS, HEALTH_METRICS } from '../../lambda/contract/health.ts';
import { checkConfig, type ExportConfig, HEALTH_ALARMS } from '../../lib/config/index.ts';
import { placementsOf } from '../../lib/config/targets.ts';
import { monthlyCost } from '../../lib/exporter/metrics-cost.ts';
import { expectedOfConfig, expectedOfPlacements } from '../../lib/health/expected-exports.ts';
import { HistoryHealth, type HistoryHealthProps, IotJobsHistory, type IotJobsHistoryProps } from '../../lib/index.ts';
import { alarmsOf, sectionOf } from '../support/alarms-of.ts';
import { allowedStatements, DEFAULT_CONFIG, dummyCode, newApp, propertiesOf } from './synth.ts';
import { hubOf, hubStackOf } from './synth-hub.ts';

const HOURLY = { name: 'all', schedule: 'cron(0 * * * ? *)' };
const ORGANIZATION = { stackSetName: 'IotJobsHistory-exporters', callAs: 'SELF' } as const;
const EXPECTED = { exports: [HOURLY], targets: [{ account: '222222222222', regions: ['eu-west-1'] }] };

function healthIn(stack: Stack, props: Partial<HistoryHealthProps> = {}, history: IotJobsHistoryProps = {}) {
  const made = new IotJobsHistory(stack, 'History', { exportNames: ['all'], ...history });
  return new HistoryHealth(stack, 'Health', { history: made, expected: EXPECTED, code: dummyCode(), ...props });
}

const newStack = () => new Stack(newApp(), 'Hub', { env: { account: '111111111111', region: 'eu-west-1' } });

function templateOf(props: Partial<HistoryHealthProps> = {}, history: IotJobsHistoryProps = {}): Template {
  const stack = newStack();
  healthIn(stack, props, history);
  return Template.fromStack(stack);
}

/** Template of a hub without options. */
const PLAIN = templateOf();

const inputOf = (template: Template) => {
  const [schedule] = propertiesOf<{ Target: { Input: string } }>(template, 'AWS::Scheduler::Schedule');
  return JSON.parse(schedule?.Target.Input ?? '');
};

describe('the function', () => {
  const template = PLAIN;

  it('looks hourly at what is expected, each failed delivery being tried again until the next look', () => {
    template.hasResourceProperties('AWS::Scheduler::Schedule', {
      ScheduleExpression: 'rate(60 minutes)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: { RetryPolicy: { MaximumEventAgeInSeconds: 3600 } },
    });
    expect(inputOf(template)).toEqual({ ...EXPECTED, missedPeriods: 2 });
    template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      MaximumEventAgeInSeconds: 3600,
      MaximumRetryAttempts: 2,
    });
  });

  it('looks as often as configured', () => {
    templateOf({ everyMinutes: 15, missedPeriods: 4 }).hasResourceProperties('AWS::Scheduler::Schedule', {
      ScheduleExpression: 'rate(15 minutes)',
      Target: { Input: Match.serializedJson({ ...EXPECTED, missedPeriods: 4 }) },
    });
  });

  it('knows the bucket and the database', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      Handler: 'index.handler',
      Runtime: 'nodejs24.x',
      Environment: {
        Variables: {
          HISTORY_BUCKET: { Ref: Match.stringLikeRegexp('Bucket') },
          HISTORY_DATABASE: 'iot_jobs',
          POWERTOOLS_LOG_LEVEL: 'INFO',
          POWERTOOLS_SERVICE_NAME: 'iot-jobs-exporter',
        },
      },
    });
  });

  it('looks once more when a deployment of its stack has ended, well or rolled back', () => {
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        source: ['aws.cloudformation'],
        'detail-type': ['CloudFormation Stack Status Change'],
        detail: {
          'stack-id': [{ Ref: 'AWS::StackId' }],
          'status-details': {
            status: Match.arrayWith(['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE']),
          },
        },
      },
      Targets: [Match.objectLike({ Input: Match.serializedJson({ ...EXPECTED, missedPeriods: 2 }) })],
    });
    template.hasResourceProperties('AWS::Lambda::Permission', {
      Principal: 'events.amazonaws.com',
      SourceArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('AfterDeployment'), 'Arn'] },
    });
  });

  it('looks while a deployment goes on, too, as soon as it has set tables again: that of a StackSet takes hours', () => {
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        source: ['aws.cloudformation'],
        'detail-type': ['CloudFormation Resource Status Change'],
        detail: {
          'stack-id': [{ Ref: 'AWS::StackId' }],
          'logical-resource-id': Object.entries(template.findResources('AWS::Glue::Table'))
            .filter(([, { Properties }]) => Properties.TableInput.Parameters['projection.enabled'] === 'true')
            .map(([id]) => id),
          'status-details': { status: ['UPDATE_COMPLETE'] },
        },
      },
      Targets: [Match.objectLike({ Input: Match.serializedJson({ ...EXPECTED, missedPeriods: 2 }) })],
    });
  });

  it('does without that where the event is longer than a rule passes on, and says so', () => {
    const regions = ['eu-west-1', 'us-east-1'];
    const targets = Array.from({ length: 200 }, (_, i) => ({ account: String(200_000_000_000 + i), regions }));
    const stack = newStack();
    const health = healthIn(stack, { expected: { exports: [HOURLY], targets } });
    const infos = health.node.findAll().flatMap(({ node }) => node.metadata.map(({ data }) => String(data)));
    expect(infos).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/comes to \d+ characters, .* passes on 8192: .* within 60 minutes/),
      ]),
    );
    Template.fromStack(stack).resourceCountIs('AWS::Events::Rule', 0);
    Template.fromStack(stack).resourceCountIs('AWS::Scheduler::Schedule', 1);
  });
});

describe('its role', () => {
  const looks = (template: Template) =>
    propertiesOf<{ Policies?: { PolicyName: string; PolicyDocument: { Statement: { Sid: string }[] } }[] }>(
      template,
      'AWS::IAM::Role',
    ).flatMap(({ Policies = [] }) =>
      Policies.filter(({ PolicyName }) => PolicyName === 'Look').flatMap(
        ({ PolicyDocument }) => PolicyDocument.Statement,
      ),
    );
  const statement = (template: Template, sid: string) => JSON.stringify(looks(template).find(({ Sid }) => Sid === sid));

  it('reads records, and writes one object and four tables', () => {
    const template = PLAIN;
    expect(looks(template).map(({ Sid }) => Sid)).toEqual([
      'ReadRecordsAndTheLookBefore',
      'PutTheLook',
      'ListRecordsAndTheLookBefore',
      'BringTablesUpToDate',
      'WriteLogs',
    ]);
    expect(statement(template, 'PutTheLook').match(/"\/[^"]*"/g)).toEqual(['"/health/exports.ndjson"']);
    expect(statement(template, 'ReadRecordsAndTheLookBefore').match(/"\/[^"]*"/g)).toEqual([
      '"/health/exports.ndjson"',
      '"/snapshots/*"',
    ]);
    expect(statement(template, 'ListRecordsAndTheLookBefore')).toContain(
      '"s3:prefix":["snapshots/*","health/exports.ndjson"]',
    );
    const tables = statement(template, 'BringTablesUpToDate');
    for (const id of ['Jobs', 'Changes', 'JobDetails', 'Snapshots']) {
      expect(tables).toMatch(new RegExp(`"Ref":"HistoryTables${id}[0-9A-F]{8}"`));
    }
    expect(tables).not.toContain('ExportHealth');
    expect(tables).toContain(':database/iot_jobs"');
  });

  const byCallAs = Object.fromEntries(
    (['SELF', 'DELEGATED_ADMIN'] as const).map((callAs) => [
      callAs,
      templateOf({ expected: { exports: [HOURLY], organization: { ...ORGANIZATION, callAs } } }),
    ]),
  ) as Record<'SELF' | 'DELEGATED_ADMIN', Template>;

  it('asks the one StackSet, which for a delegated administrator is in an unknown account', () => {
    const arnOf = (callAs: 'SELF' | 'DELEGATED_ADMIN') => statement(byCallAs[callAs], 'ListStackInstances');
    expect(arnOf('SELF')).toContain(':cloudformation:eu-west-1:111111111111:stackset/IotJobsHistory-exporters:*');
    expect(arnOf('DELEGATED_ADMIN')).toContain(':cloudformation:eu-west-1:*:stackset/IotJobsHistory-exporters:*');
    expect(statement(PLAIN, 'ListStackInstances')).toBeUndefined();
  });

  it('may find a delegated administrator, where it calls as one', () => {
    const administratorOf = (callAs: 'SELF' | 'DELEGATED_ADMIN') =>
      statement(byCallAs[callAs], 'BeDelegatedAdministrator');
    expect(administratorOf('DELEGATED_ADMIN')).toContain('"organizations:ListDelegatedAdministrators"');
    expect(administratorOf('SELF')).toBeUndefined();
  });

  it('uses the key of the history, through S3 alone, and decrypts with retired ones', () => {
    const stack = newStack();
    const retired = 'arn:aws:kms:eu-west-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab';
    healthIn(stack, {}, { encryptionKey: new kms.Key(stack, 'Key'), retiredKeys: [retired] });
    const template = Template.fromStack(stack);
    const key = statement(template, 'UseKeyOfHistory');
    expect(key).toContain('"Action":["kms:Decrypt","kms:GenerateDataKey"]');
    expect(key).toContain('"kms:ViaService":"s3.eu-west-1.amazonaws.com"');
    expect(statement(template, 'DecryptWithRetiredKeys')).toContain(retired);
  });

  it('is invoked by the schedules of its own group alone', () => {
    PLAIN.hasResourceProperties('AWS::IAM::Role', {
      AssumeRolePolicyDocument: {
        Statement: [
          Match.objectLike({
            Principal: { Service: 'scheduler.amazonaws.com' },
            Condition: {
              StringEquals: {
                'aws:SourceAccount': '111111111111',
                'aws:SourceArn': { 'Fn::GetAtt': [Match.stringLikeRegexp('HealthScheduleGroup'), 'Arn'] },
              },
            },
          }),
        ],
      },
    });
  });

  it('lets a person start a look', () => {
    const stack = newStack();
    const health = healthIn(stack);
    health.grantInvoke(new iam.Role(stack, 'OnCall', { assumedBy: new iam.AccountRootPrincipal() }));
    const invoking = allowedStatements(Template.fromStack(stack)).filter(
      ({ Action }) => Action === 'lambda:InvokeFunction',
    );
    expect(invoking.length).toBe(2);
  });
});

describe('what is in the bucket', () => {
  const statements = (template: Template) =>
    propertiesOf<{ PolicyDocument: { Statement: { Sid?: string; Resource: unknown }[] } }>(
      template,
      'AWS::S3::BucketPolicy',
    ).flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
  const template = templateOf(
    {},
    { writers: { organizationId: 'o-a1b2c3d4e5' }, objectLock: { mode: 'GOVERNANCE', days: 30 } },
  );

  it('is put over the look before, by no other account, and never locked', () => {
    const sidsWith = statements(template)
      .filter(({ Resource }) => JSON.stringify(Resource).includes('/health/'))
      .map(({ Sid }) => Sid);
    expect(sidsWith).toEqual(['NoLockOfIntents']);
  });

  it('is kept for a week once another look is there', () => {
    template.hasResourceProperties('AWS::S3::Bucket', {
      LifecycleConfiguration: {
        Rules: Match.arrayWith([
          {
            Id: 'looks-at-exports',
            Prefix: 'health/',
            NoncurrentVersionExpiration: { NoncurrentDays: 7 },
            Status: 'Enabled',
          },
        ]),
      },
    });
  });

  it('is read by analysts', () => {
    const [policy] = propertiesOf<{ PolicyDocument: object }>(template, 'AWS::IAM::ManagedPolicy');
    expect(JSON.stringify(policy)).toContain('"/health/*"');
    expect(EXPORT_HEALTH_COLUMNS.length).toBeGreaterThan(0);
  });
});

describe('its alarms', () => {
  const template = templateOf({ expected: { exports: [HOURLY], organization: ORGANIZATION } });
  const { metric, composite } = alarmsOf(template);
  const notifying = [...metric.values(), ...composite.values()].filter(({ AlarmActions }) => AlarmActions);

  it('are one a kind, and each notifies the one topic, of its return, too', () => {
    expect(notifying.map(sectionOf).sort()).toEqual([
      'health-failing',
      'stack-instances-failed',
      'targets-missing-groups',
      'targets-silent',
      'targets-unlinked',
      'targets-unseen',
    ]);
    template.resourceCountIs('AWS::SNS::Topic', 1);
    const [topic] = Object.keys(template.findResources('AWS::SNS::Topic'));
    for (const { AlarmActions, OKActions } of notifying) {
      expect([AlarmActions, OKActions]).toEqual([[{ Ref: topic }], [{ Ref: topic }]]);
    }
  });

  it('follow the newest look, and keep their state until the next', () => {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: HEALTH_METRICS.silent,
      Namespace: 'IotJobsExporter',
      Dimensions: [{ Name: 'History', Value: { Ref: Match.stringLikeRegexp('HistoryBucket') } }],
      Statistic: 'Maximum',
      Period: 300,
      EvaluationPeriods: 1,
      ComparisonOperator: 'GreaterThanThreshold',
      Threshold: 0,
      TreatMissingData: 'ignore',
    });
    const often = alarmsOf(templateOf({ everyMinutes: 5 })).metric;
    expect([...often.values()].find(({ MetricName }) => MetricName === HEALTH_METRICS.silent)?.Period).toBe(60);
  });

  it('watch what a look writes, and the function itself, and nothing else', () => {
    expect(new Set([...metric.values()].map(({ MetricName }) => MetricName))).toEqual(
      new Set([
        ...Object.values(HEALTH_METRICS).filter((name) => name !== HEALTH_METRICS.reporting),
        'AsyncEventsDropped',
      ]),
    );
  });

  it('watch no StackSet where there is no organization', () => {
    const sections = [...alarmsOf(PLAIN).metric.values()].map(sectionOf);
    expect(sections).not.toContain('stack-instances-failed');
    expect(sections).toContain('targets-silent');
  });

  it.each([5, 60, 360, 720, 1440])(
    'health-failing waits for two of %i minutes and its tries, in windows that CloudWatch takes',
    (everyMinutes) => {
      const alarms = [...alarmsOf(templateOf({ everyMinutes })).metric.values()];
      // Source: CloudWatch API Reference, PutMetricAlarm, EvaluationPeriods.
      for (const { Period, EvaluationPeriods } of alarms) {
        expect(Period * EvaluationPeriods).toBeLessThanOrEqual(Period < 3600 ? 86_400 : 7 * 86_400);
      }
      const [noLook] = alarms.filter(({ TreatMissingData }) => TreatMissingData === 'breaching');
      const minutes = ((noLook?.Period ?? 0) * (noLook?.EvaluationPeriods ?? 0)) / 60;
      expect(minutes).toBeGreaterThan(2 * everyMinutes);
      expect(minutes).toBeLessThanOrEqual(2 * everyMinutes + 80);
      const [dropped] = alarms.filter(({ MetricName }) => MetricName === 'AsyncEventsDropped');
      const until = ((dropped?.Period ?? 0) * (dropped?.EvaluationPeriods ?? 0)) / 60;
      expect([dropped?.DatapointsToAlarm, until > everyMinutes]).toEqual([1, true]);
    },
  );

  it('notify the topic that is given, and make none', () => {
    const alarmTopicArn = 'arn:aws:sns:eu-west-1:111111111111:on-call';
    const given = templateOf({ alarmTopicArn });
    given.resourceCountIs('AWS::SNS::Topic', 0);
    given.hasResourceProperties('AWS::CloudWatch::CompositeAlarm', { AlarmActions: [alarmTopicArn] });
    expect(() => templateOf({ alarmTopicArn: 'arn:aws:sns:us-east-1:111111111111:on-call' })).toThrow(
      'must begin with arn:aws:sns:eu-west-1:',
    );
  });

  it('write to addresses by the topic of their own', () => {
    templateOf({ alarmEmails: ['on-call@example.com'] }).hasResourceProperties('AWS::SNS::Subscription', {
      Protocol: 'email',
      Endpoint: 'on-call@example.com',
    });
  });

  it('are left out by name; without any there is no topic', () => {
    const all = ['targets-silent', 'targets-missing-groups', 'targets-unlinked', 'targets-unseen'] as const;
    const some = templateOf({ disabledAlarms: all });
    expect(new Set([...alarmsOf(some).metric.values()].map(sectionOf))).toEqual(new Set(['health-failing']));
    const none = templateOf({ disabledAlarms: [...all, 'health-failing', 'stack-instances-failed'] });
    none.resourceCountIs('AWS::CloudWatch::Alarm', 0);
    none.resourceCountIs('AWS::CloudWatch::CompositeAlarm', 0);
    none.resourceCountIs('AWS::SNS::Topic', 0);
  });

  it('say what they and their metrics cost: a constant, whatever the number of exporters', () => {
    const costOf = (props: Partial<HistoryHealthProps>) => monthlyCost(healthIn(newStack(), props).monitored);
    expect(costOf({})).toEqual({
      dollars: '$3.00',
      items: '6 custom metrics, 7 alarms and 1 composite alarm',
    });
    expect(costOf({ expected: { exports: [HOURLY], organization: ORGANIZATION } })).toEqual({
      dollars: '$3.40',
      items: '7 custom metrics, 8 alarms and 1 composite alarm',
    });
  });
});

describe('a mistake', () => {
  const topic = (stack: Stack) => new sns.Topic(stack, 'Topic');
  it.each<[string, (stack: Stack) => Partial<HistoryHealthProps>, string]>([
    [
      'a look every minute',
      () => ({ everyMinutes: 1 }),
      'Hub/Health: everyMinutes must be a whole number from 5 to 1440; got 1',
    ],
    ['half a minute', () => ({ everyMinutes: 7.5 }), 'everyMinutes must be a whole number from 5 to 1440; got 7.5'],
    ['no missed period', () => ({ missedPeriods: 0 }), 'missedPeriods must be a whole number from 1 to 1440; got 0'],
    [
      'addresses beside a topic',
      (stack) => ({ alarmTopic: topic(stack), alarmEmails: ['a@example.com'] }),
      'alarmEmails must be left out with a topic that is given',
    ],
    [
      'addresses without an alarm',
      () => ({
        alarmEmails: ['a@example.com'],
        disabledAlarms: HEALTH_ALARMS,
      }),
      'alarmEmails would get nothing',
    ],
    [
      'more than a schedule passes on',
      () => ({
        expected: {
          exports: [],
          targets: Array.from({ length: 3000 }, () => ({
            account: '222222222222',
            regions: ['eu-west-1'],
            exports: [HOURLY],
          })),
        },
      }),
      'in 262144 bytes (256 kB), the input of a schedule; got 3',
    ],
  ])('is refused with the mend: %s', (_, props, message) => {
    const stack = newStack();
    expect(() => healthIn(stack, props(stack))).toThrow(message);
  });

  it('is refused with the mend: a history in another stack', () => {
    const app = newApp();
    const history = new IotJobsHistory(new Stack(app, 'One'), 'History', { exportNames: ['all'] });
    const props = { history, expected: EXPECTED, code: dummyCode() };
    expect(() => new HistoryHealth(new Stack(app, 'Two'), 'Health', props)).toThrow(
      'Two/Health must be in the stack of its history',
    );
  });
});

describe('of a hub', () => {
  const daily: ExportConfig = {
    ...{ name: 'daily', schedule: 'cron(0 6 * * ? *)', timeZone: 'Europe/Berlin', maxRunMinutes: 60 },
  };
  const targets = [
    { account: '222222222222', regions: ['eu-west-1', 'us-east-1'] },
    { account: '333333333333', regions: ['eu-west-1'], exports: [daily] },
  ];

  it('targets are expected, each with its own exports, and without what a look does not need', () => {
    const template = hubOf({ ...DEFAULT_CONFIG, targets, alarmAfterMissedPeriods: 3 });
    expect(inputOf(template)).toEqual({
      exports: [HOURLY],
      missedPeriods: 3,
      targets: [
        { account: '222222222222', regions: ['eu-west-1', 'us-east-1'] },
        { account: '333333333333', regions: ['eu-west-1'], exports: [daily] },
      ],
    });
  });

  it('a target and an organization may have runs of their own that may fail to come', () => {
    const given = { ...DEFAULT_CONFIG, alarmAfterMissedPeriods: 3 };
    const own = { account: '333333333333', regions: ['eu-west-1'], alarmAfterMissedPeriods: 5 };
    const same = { account: '222222222222', regions: ['eu-west-1'], alarmAfterMissedPeriods: 3 };
    const config = checkConfig({
      ...given,
      history: { account: '111111111111', region: 'us-east-1', organizationId: 'o-a1b2c3d4e5' },
      targets: [same, own],
      organization: { organizationalUnits: ['ou-a1b2-c3d4e5f6'], regions: ['eu-west-1'], alarmAfterMissedPeriods: 4 },
    });
    expect(expectedOfConfig(config, 'exporters')).toEqual({
      exports: [HOURLY],
      targets: [
        { account: '222222222222', regions: ['eu-west-1'] },
        { account: '333333333333', regions: ['eu-west-1'], exports: [{ ...HOURLY, missedPeriods: 5 }] },
      ],
      organization: {
        ...{ stackSetName: 'exporters', callAs: 'DELEGATED_ADMIN' },
        exports: [{ ...HOURLY, missedPeriods: 4 }],
      },
    });
  });

  it('an export that is listed in another way is the same to a look', () => {
    const config = checkConfig({
      ...DEFAULT_CONFIG,
      history: { account: '111111111111', region: 'us-east-1' },
      targets: [
        { account: '222222222222', regions: ['eu-west-1'], exports: [{ ...HOURLY, statuses: ['IN_PROGRESS'] }] },
      ],
    });
    expect(expectedOfPlacements(config, placementsOf(config)).targets).toEqual([
      { account: '222222222222', regions: ['eu-west-1'] },
    ]);
  });

  it('function and topic are outputs', () => {
    const template = hubOf(DEFAULT_CONFIG);
    template.hasOutput('HealthFunction', { Value: { Ref: Match.stringLikeRegexp('HealthFunction') } });
    template.hasOutput('AlarmTopic', { Value: { Ref: Match.stringLikeRegexp('HealthAlarmsTopic') } });
  });

  it('has one function, whose alarms cost the same with one target and with all', () => {
    expect(hubStackOf(DEFAULT_CONFIG).health.monitored).toEqual(
      hubStackOf({ ...DEFAULT_CONFIG, targets }).health.monitored,
    );
    hubOf(DEFAULT_CONFIG).resourceCountIs('AWS::Lambda::Function', 1);
  });
});
