import { Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { ENVIRONMENT } from '../../lambda/contract/environment.ts';
import type { ExportEvent } from '../../lambda/contract/event.ts';
import { parseEvent } from '../../lambda/event.ts';
import { bundledCode } from '../../lib/exporter/bundle.ts';
import { IotJobsExporter, IotJobsHistory } from '../../lib/index.ts';
import { allowedStatements, DEFAULT_CONFIG, dummyCode, newApp, newStack, propertiesOf, synth } from './synth.ts';

const template = synth();

describe('the function', () => {
  test('runs on Node 24 and arm64 for 15 minutes at most, with what the handler reads in its environment', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      FunctionName: Match.absent(),
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      Timeout: 900,
      MemorySize: 512,
      ReservedConcurrentExecutions: Match.absent(),
      VpcConfig: Match.absent(),
      Environment: {
        Variables: {
          HISTORY_BUCKET: { Ref: Match.stringLikeRegexp('Bucket') },
          LIST_JOBS_PER_SECOND: '5',
          POWERTOOLS_LOG_LEVEL: 'INFO',
          POWERTOOLS_SERVICE_NAME: 'iot-jobs-exporter',
        },
      },
    });
    type Made = { Environment: { Variables: object } };
    const [made] = propertiesOf<Made>(template, 'AWS::Lambda::Function');
    const always = Object.values(ENVIRONMENT).filter(
      (name) =>
        ![
          ENVIRONMENT.bucketRegion,
          ENVIRONMENT.databaseName,
          ENVIRONMENT.describeCallsPerSecond,
          ENVIRONMENT.metrics,
          ENVIRONMENT.objectLock,
          ENVIRONMENT.stateMachineArn,
        ].some((one) => one === name),
    );
    expect(Object.keys(made?.Environment.Variables ?? {}).sort()).toEqual(always.sort());
  });

  test('is the only one: the stack has no helper of its own', () => {
    template.resourceCountIs('AWS::Lambda::Function', 1);
    template.resourceCountIs('AWS::Lambda::Permission', 0);
  });

  test('follows the configuration', () => {
    const configured = synth({
      ...DEFAULT_CONFIG,
      callsPerSecond: 2.5,
      logLevel: 'DEBUG',
      logRetentionDays: 14,
      memorySize: 1024,
      reservedConcurrency: 3,
    });
    configured.hasResourceProperties('AWS::Lambda::Function', {
      MemorySize: 1024,
      ReservedConcurrentExecutions: 3,
      Environment: { Variables: { LIST_JOBS_PER_SECOND: '2.5', POWERTOOLS_LOG_LEVEL: 'DEBUG' } },
    });
    configured.hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 14 });
  });

  test('logs into a group of its own, for a time', () => {
    template.hasResourceProperties('AWS::Logs::LogGroup', { LogGroupName: Match.absent(), RetentionInDays: 90 });
    template.hasResourceProperties('AWS::Lambda::Function', {
      LoggingConfig: { LogGroup: { Ref: Match.stringLikeRegexp('Logs') } },
    });
  });

  test('is tried again twice within six hours, and then its event is kept', () => {
    template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      MaximumRetryAttempts: 2,
      MaximumEventAgeInSeconds: 21_600,
      DestinationConfig: {
        OnFailure: { Destination: { 'Fn::GetAtt': [Match.stringLikeRegexp('DeadLetterQueue'), 'Arn'] } },
      },
    });
  });

  test('is not synthesized without its bundle, and says what builds it', () => {
    expect(() => bundledCode('/nowhere')).toThrow(
      'There is no bundle of the function in /nowhere: run "npm run build" first',
    );
  });
});

test('the dead-letter queue is encrypted, takes nothing but TLS, and keeps events for two weeks', () => {
  template.hasResourceProperties('AWS::SQS::Queue', {
    QueueName: Match.absent(),
    SqsManagedSseEnabled: true,
    MessageRetentionPeriod: 1_209_600,
  });
  template.hasResourceProperties('AWS::SQS::QueuePolicy', {
    PolicyDocument: {
      Statement: [{ Effect: 'Deny', Action: 'sqs:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }],
    },
  });
});

describe('the schedules', () => {
  test('run on the minute, retry the delivery for an hour, and keep what could not be delivered', () => {
    template.resourceCountIs('AWS::Scheduler::Schedule', 1);
    template.hasResourceProperties('AWS::Scheduler::Schedule', {
      Name: Match.absent(),
      State: Match.absent(),
      GroupName: { Ref: Match.stringLikeRegexp('Group') },
      ScheduleExpression: 'cron(0 * * * ? *)',
      ScheduleExpressionTimezone: Match.absent(),
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: {
        Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('Function'), 'Arn'] },
        RetryPolicy: { MaximumRetryAttempts: 10, MaximumEventAgeInSeconds: 3600 },
        DeadLetterConfig: { Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('DeadLetterQueue'), 'Arn'] } },
      },
    });
  });

  test('have a group that goes with the stack and has no name of ours', () => {
    template.hasResource('AWS::Scheduler::ScheduleGroup', {
      DeletionPolicy: Match.absent(),
      Properties: Match.absent(),
    });
  });

  test('of several exports are one each, by their names', () => {
    const stack = newStack({
      exports: [
        { name: 'active', schedule: 'rate(5 minutes)', statuses: ['SCHEDULED', 'IN_PROGRESS'] },
        { name: 'all', schedule: 'cron(0 6 * * ? *)', timeZone: 'Europe/Berlin' },
      ],
    });
    expect([...stack.exporter.schedules.schedules.keys()]).toEqual(['active', 'all']);
    Template.fromStack(stack).hasResourceProperties('AWS::Scheduler::Schedule', {
      ScheduleExpression: 'cron(0 6 * * ? *)',
      ScheduleExpressionTimezone: 'Europe/Berlin',
    });
  });

  test('ask with an event that the function takes, and that says no more than the configuration', () => {
    const inputs = (stack: Template) =>
      propertiesOf<{ Target: { Input: string } }>(stack, 'AWS::Scheduler::Schedule').map(({ Target }) =>
        JSON.parse(Target.Input),
      );
    expect(inputs(template)).toEqual([
      {
        export: 'all',
        scheduledTime: '<aws.scheduler.scheduled-time>',
        schedule: { expression: 'cron(0 * * * ? *)', timeZone: 'UTC' },
      },
    ]);

    const event: ExportEvent = {
      export: 'fleet',
      scheduledTime: '<aws.scheduler.scheduled-time>',
      statuses: ['IN_PROGRESS', 'COMPLETED'],
      thingGroups: ['fleet-eu', 'fleet-us'],
      thingGroupIds: ['0b2b6d1c-8a5e-4b52-9f2f-8a8c3f1f7c11'],
      targetSelection: 'CONTINUOUS',
      namespaceId: 'ns',
      schedule: { expression: 'cron(0 3 * * ? *)', timeZone: 'Europe/Berlin' },
    };
    const { export: name, scheduledTime: _, schedule: __, alarms: ___, ...filters } = event;
    const own = { schedule: 'cron(0 3 * * ? *)', timeZone: 'Europe/Berlin' } as const;
    const [input] = inputs(synth({ exports: [{ name, ...own, ...filters }] }));
    expect(input).toEqual(event);
    const now = Date.parse('2026-11-23T18:00:05Z');
    const filled = { ...input, scheduledTime: '2026-11-23T18:00:00Z' };
    expect(parseEvent(filled, now, { accountId: '111111111111', region: 'eu-west-1' })).toMatchObject({
      exportName: name,
      schedule: event.schedule,
      ...filters,
    });
  });
});

describe('least privilege', () => {
  const ofAnalysts =
    /^(QueryInTheWorkgroup|WriteAndReadResults|FindResults|ReadTheCatalog|(Read|List)TheHistory|LocateTheHistory|.*ForTheConsole|BrowseTheCatalog)$/;
  const statements = allowedStatements(template).filter(({ Sid }) => !ofAnalysts.test(Sid ?? ''));

  test('holds every statement to the actions that are used', () => {
    expect(statements.map(({ Sid, Action }) => [Sid, Action])).toEqual([
      ['ListJobs', 'iot:ListJobs'],
      ['LookUpThingGroups', 'iot:DescribeThingGroup'],
      ['WriteAndReadOwnPartition', ['s3:GetObject', 's3:PutObject']],
      ['ListOwnPartition', 's3:ListBucket'],
      ['HandOverFailures', 'sqs:SendMessage'],
      ['WriteLogs', ['logs:CreateLogStream', 'logs:PutLogEvents']],
      ['Invoke', 'lambda:InvokeFunction'],
      ['HandOverUndelivered', 'sqs:SendMessage'],
    ]);
  });

  test('lets ListJobs alone have every resource', () => {
    const everything = statements.filter(({ Resource }) => [Resource].flat().includes('*'));
    expect(everything.map(({ Action }) => Action)).toEqual(['iot:ListJobs']);
  });

  test('lets the function write and list below its own account and Region alone', () => {
    const own = (prefix: string) => [
      `/${prefix}/account_id=`,
      { Ref: 'AWS::AccountId' },
      '/region=',
      { Ref: 'AWS::Region' },
      '/*',
    ];
    const written = statements.find(({ Sid }) => Sid === 'WriteAndReadOwnPartition');
    expect(written?.Resource).toEqual(
      ['changes', 'intents', 'jobs', 'snapshots'].map((prefix) => ({
        'Fn::Join': ['', [expect.anything(), ...own(prefix)]],
      })),
    );
    const listed = statements.find(({ Sid }) => Sid === 'ListOwnPartition');
    expect(listed?.Condition).toEqual({
      StringLike: {
        's3:prefix': ['jobs', 'changes', 'snapshots', 'intents'].map((prefix) => {
          const [first, ...rest] = own(prefix);
          return { 'Fn::Join': ['', [String(first).slice(1), ...rest]] };
        }),
      },
    });
  });

  test('has no managed policy, and two roles that one service each can take', () => {
    template.resourceCountIs('AWS::IAM::Role', 2);
    template.resourceCountIs('AWS::IAM::Policy', 0);
    template.allResourcesProperties('AWS::IAM::Role', { ManagedPolicyArns: Match.absent(), RoleName: Match.absent() });
    template.hasResourceProperties('AWS::IAM::Role', {
      AssumeRolePolicyDocument: {
        Statement: [
          {
            Principal: { Service: 'scheduler.amazonaws.com' },
            Condition: {
              StringEquals: {
                'aws:SourceAccount': { Ref: 'AWS::AccountId' },
                'aws:SourceArn': { 'Fn::GetAtt': [Match.stringLikeRegexp('Group'), 'Arn'] },
              },
            },
          },
        ],
      },
    });
  });
});

describe('the quota of ListJobs', () => {
  // CDK prints the warnings that it finds.
  beforeEach(() => jest.spyOn(console, 'error').mockImplementation());
  afterEach(() => jest.restoreAllMocks());

  const warnings = (schedules: string[], callsPerSecond = 5) =>
    Annotations.fromStack(
      newStack({
        exports: schedules.map((schedule, index) => ({ name: `e${index}`, schedule: schedule as 'rate(1 day)' })),
        callsPerSecond,
      }),
    )
      .findWarning('*', Match.anyValue())
      .map(({ entry }) => entry.data);

  test('has no warning for exports that never run at the same time, or that stay within it together', () => {
    expect(warnings(['cron(0 * * * ? *)', 'cron(0 * * * ? *)'])).toEqual([]);
    expect(warnings(['cron(0 * * * ? *)', 'cron(20 * * * ? *)', 'cron(40 * * * ? *)'])).toEqual([]);
  });

  test('is warned of with the figure where exports that can run together ask for more', () => {
    expect(warnings(['cron(0 * * * ? *)', 'cron(30 * * * ? *)', 'cron(0 6 * * ? *)', 'rate(1 day)'], 4)).toEqual([
      expect.stringMatching(
        /^Exports that can run together \(3: e0, e2, e3\) make up to 12 calls of ListJobs per second, at 4 each; an account has 10 in a Region/,
      ),
    ]);
    const long = { name: 'long', schedule: 'cron(0 0 * * ? *)', maxRunMinutes: 600 } as const;
    const others = [1, 2].map((hour) => ({ name: `at-${hour}`, schedule: `cron(0 ${hour} * * ? *)` }) as const);
    const stack = newStack({ exports: [long, ...others], callsPerSecond: 7 });
    Annotations.fromStack(stack).hasWarning(
      '*',
      Match.stringLikeRegexp('run together \\(2: long, at-1\\) make up to 14'),
    );
    expect(warnings(['cron(0 * * * ? *)'], 20)).toEqual([expect.stringMatching(/\(1: e0\) make up to 20 calls/)]);
  });
});

describe("in somebody's own stack", () => {
  test('an exporter writes to a history that was made elsewhere', () => {
    const stack = new Stack(newApp(), 'Test', { env: { account: '222222222222', region: 'eu-west-1' } });
    const history = IotJobsHistory.fromBucketName(stack, 'History', 'the-history');
    new IotJobsExporter(stack, 'Exporter', { code: dummyCode(), exports: DEFAULT_CONFIG.exports, history });
    const theirs = Template.fromStack(stack);
    theirs.resourceCountIs('AWS::S3::Bucket', 0);
    theirs.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: { HISTORY_BUCKET: 'the-history' } },
    });
    const written = allowedStatements(theirs).find(({ Sid }) => Sid === 'WriteAndReadOwnPartition');
    expect(JSON.stringify(written?.Resource)).toContain(
      ':s3:::the-history/jobs/account_id=222222222222/region=eu-west-1/*',
    );
  });

  test('an exporter refuses what the configuration file would refuse', () => {
    const stack = new Stack(newApp(), 'Test');
    const history = IotJobsHistory.fromBucketName(stack, 'History', 'the-history');
    expect(() => new IotJobsExporter(stack, 'Exporter', { history, code: dummyCode(), exports: [] })).toThrow(
      'Test/Exporter has a mistake:\n  - exports must hold one export at least; got []',
    );
  });
});
