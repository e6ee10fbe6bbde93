/** Runs that outlast an invocation: docs/decisions/0011. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as kms from 'aws-cdk-lib/aws-kms';
import { ENVIRONMENT } from '../../lambda/contract/environment.ts';
import { NOT_WORTH_A_RETRY } from '../../lambda/contract/retries.ts';
import * as errors from '../../lambda/errors.ts';
import { IotJobsExporter, type IotJobsExporterProps, IotJobsHistory } from '../../lib/index.ts';
import { alarmsOf, sectionOf } from '../support/alarms-of.ts';
import {
  allowedStatements,
  DEFAULT_CONFIG,
  dummyCode,
  LONG_CONFIG,
  newApp,
  newStack,
  propertiesOf,
  synth,
} from './synth.ts';

const template = synth(LONG_CONFIG);
const NAME = 'IotJobsExporterD683AD64';

/** Text that CloudFormation joins, with `<Id>` in the place of each reference. */
function joined(value: unknown): string {
  if (typeof value === 'string') return value;
  const { Ref, 'Fn::GetAtt': attribute, 'Fn::Join': join } = value as Record<string, unknown>;
  if (join) return (join as [string, unknown[]])[1].map(joined).join('');
  return `<${Ref ?? (attribute as string[]).join('.')}>`;
}

interface State {
  readonly Type: string;
  readonly Next?: string;
  readonly Retry?: readonly { readonly ErrorEquals: readonly string[]; readonly MaxAttempts: number }[];
}

interface Machine {
  readonly StateMachineName: string;
  readonly DefinitionString: unknown;
}

describe('where no run may outlast an invocation', () => {
  test.each([undefined, 15])('there is nothing of it, with maxRunMinutes %p', (maxRunMinutes) => {
    const exports = DEFAULT_CONFIG.exports.map((config) => ({ ...config, ...(maxRunMinutes && { maxRunMinutes }) }));
    const stack = newStack({ exports });
    expect(stack.exporter.stateMachine).toBeUndefined();
    const without = Template.fromStack(stack);
    for (const type of ['AWS::StepFunctions::StateMachine', 'AWS::Events::Rule']) without.resourceCountIs(type, 0);
    expect(without.findOutputs('StateMachine')).toEqual({});
    expect(JSON.stringify(without.toJSON())).not.toMatch(
      /STATE_MACHINE_ARN|states:\w+Execution|EndUploadsOfRows|AWS\/States|run-failed/,
    );
    const written = allowedStatements(without).map(({ Resource }) => JSON.stringify(Resource));
    expect(written.filter((resource) => resource.includes('/work/'))).toEqual([]);
  });
});

describe('the state machine', () => {
  const [machine] = propertiesOf<Machine>(template, 'AWS::StepFunctions::StateMachine');
  const definition = JSON.parse(joined(machine?.DefinitionString));
  const states = definition.States as Record<string, State>;

  test('is a standard one, named by the exporter, of which function and role know without a reference', () => {
    template.resourceCountIs('AWS::StepFunctions::StateMachine', 1);
    template.hasResourceProperties('AWS::StepFunctions::StateMachine', {
      StateMachineName: NAME,
      StateMachineType: 'STANDARD',
      TracingConfiguration: Match.absent(),
    });
    type Made = { Environment: { Variables: Record<string, unknown> } };
    const [made] = propertiesOf<Made>(template, 'AWS::Lambda::Function');
    expect(joined(made?.Environment.Variables[ENVIRONMENT.stateMachineArn])).toBe(
      `arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:stateMachine:${NAME}`,
    );
  });

  test('has a name of 80 characters at most, another one for each exporter, and none that a new export changes', () => {
    const stack = new Stack(newApp(), 'S'.repeat(100));
    const history = IotJobsHistory.fromBucketName(stack, 'History', 'the-history');
    for (const [index, id] of ['One', 'Two'].entries()) {
      const exports = LONG_CONFIG.exports.map((config) => ({ ...config, name: `e${index}` }));
      new IotJobsExporter(stack, id, { history, code: dummyCode(), exports });
    }
    const names = propertiesOf<Machine>(Template.fromStack(stack), 'AWS::StepFunctions::StateMachine').map(
      ({ StateMachineName }) => StateMachineName,
    );
    expect(new Set(names).size).toBe(2);
    for (const name of names) expect(name).toMatch(/^[A-Za-z0-9]{10,80}$/);
    const more = synth({
      exports: [...LONG_CONFIG.exports, ...DEFAULT_CONFIG.exports.map((one) => ({ ...one, name: 'b' }))],
    });
    more.hasResourceProperties('AWS::StepFunctions::StateMachine', { StateMachineName: NAME });
    expect(Object.keys(more.findResources('AWS::StepFunctions::StateMachine'))).toEqual(['ExporterLongRunsC08EBD51']);
  });

  test('invokes the function with the answer of the invocation before, and ends with the first that is not continued', () => {
    expect(definition.StartAt).toBe('List');
    expect(states.List).toMatchObject({
      Type: 'Task',
      Resource: 'arn:<AWS::Partition>:states:::lambda:invoke',
      Parameters: {
        FunctionName: '<ExporterFunctionA8B49D46.Arn>',
        Payload: { 'next.$': '$.next', 'execution.$': '$$.Execution' },
      },
      OutputPath: '$.Payload',
      Next: 'IsContinued',
    });
    expect(states.IsContinued).toEqual({
      Type: 'Choice',
      Choices: [{ Variable: '$.outcome', StringEquals: 'continued', Next: 'List' }],
      Default: 'Done',
    });
    expect(states.Done).toEqual({ Type: 'Succeed' });
  });

  test('catches nothing and has no time limit, so that a redrive runs the task again that failed', () => {
    expect(Object.values(states).filter(({ Type }) => Type === 'Fail')).toEqual([]);
    expect(JSON.stringify(definition)).not.toMatch(/"Catch"|"TimeoutSeconds|"HeartbeatSeconds/);
  });

  test('tries again what may go well the next time, for half an hour, and throttled invocations for six', () => {
    const [never, throttled, others, ...more] = (states.List?.Retry ?? []) as {
      ErrorEquals: string[];
      MaxAttempts: number;
      IntervalSeconds: number;
      BackoffRate: number;
      MaxDelaySeconds: number;
    }[];
    expect(more).toEqual([]);
    expect(never).toEqual({ ErrorEquals: NOT_WORTH_A_RETRY, MaxAttempts: 0 });
    expect(throttled?.ErrorEquals).toEqual(['Lambda.TooManyRequestsException']);
    // Source: Amazon States Language, "Retrying after error": States.ALL stands alone, and last.
    expect(others?.ErrorEquals).toEqual(['States.ALL']);
    const minutes = [throttled, others].map((retry) => {
      let [wait, sum] = [retry?.IntervalSeconds ?? 0, 0];
      for (let tries = 0; tries < (retry?.MaxAttempts ?? 0); tries += 1) {
        sum += Math.min(wait, retry?.MaxDelaySeconds ?? 0);
        wait *= retry?.BackoffRate ?? 1;
      }
      return sum / 60;
    });
    expect(minutes[0]).toBeGreaterThan(360);
    expect(minutes[0]).toBeLessThan(370);
    expect(minutes[1]).toBe(35);
  });

  test('knows the errors of the function by the names that they have', () => {
    const names = Object.values(errors).map(({ name }) => name);
    for (const name of NOT_WORTH_A_RETRY) expect(names).toContain(name);
    for (const name of [
      'CredentialsError',
      'SupersededError',
      'StoreUnavailableError',
      'StateMachineUnavailableError',
    ]) {
      expect(names).toContain(name);
      expect(NOT_WORTH_A_RETRY).not.toContain(name);
    }
  });

  test('logs what failed, without the data of the execution, for as long as the function does', () => {
    template.hasResourceProperties('AWS::StepFunctions::StateMachine', {
      LoggingConfiguration: { Level: 'ERROR', IncludeExecutionData: false },
    });
    synth({ ...LONG_CONFIG, logRetentionDays: 14 }).hasResourceProperties('AWS::Logs::LogGroup', {
      LogGroupName: `/aws/vendedlogs/states/${NAME}`,
      RetentionInDays: 14,
    });
  });

  test('is an output of the stack, by which the runbook calls it', () => {
    expect(joined(template.findOutputs('StateMachine').StateMachine?.Value)).toBe('<ExporterLongRunsC08EBD51.Arn>');
  });
});

test('the schedule requests such a run in its event', () => {
  const [schedule] = propertiesOf<{ Target: { Input: string } }>(template, 'AWS::Scheduler::Schedule');
  const event = JSON.parse(schedule?.Target.Input ?? '');
  expect(event).toEqual({
    export: 'all',
    scheduledTime: '<aws.scheduler.scheduled-time>',
    maxRunMinutes: 180,
    schedule: { expression: 'cron(0 0/6 * * ? *)', timeZone: 'UTC' },
  });
});

describe('least privilege', () => {
  const bySid = new Map(allowedStatements(template).map((statement) => [statement.Sid, statement]));
  const own = (prefix: string) => `${prefix}/account_id=<AWS::AccountId>/region=<AWS::Region>/*`;

  test('lets the function start and find executions of this state machine alone', () => {
    expect(bySid.get('HandOnLongRuns')?.Action).toBe('states:StartExecution');
    expect(joined(bySid.get('HandOnLongRuns')?.Resource)).toMatch(new RegExp(`:stateMachine:${NAME}$`));
    expect(bySid.get('FindLongRuns')?.Action).toBe('states:DescribeExecution');
    expect(joined(bySid.get('FindLongRuns')?.Resource)).toMatch(new RegExp(`:execution:${NAME}:\\*$`));
    expect(JSON.stringify([...bySid.values()]).match(/states:\w+Execution/g)).toHaveLength(2);
  });

  test('lets the function keep and list its own work, end its own uploads of rows, and delete nothing', () => {
    const work = bySid.get('KeepWorkOfLongRuns');
    expect(work?.Action).toEqual(['s3:GetObject', 's3:PutObject']);
    expect(joined(work?.Resource)).toBe(`<HistoryBucket6364BE20.Arn>/${own('work')}`);
    const listed = bySid.get('ListWorkOfLongRuns')?.Condition as { StringLike: Record<string, unknown> } | undefined;
    expect(joined(listed?.StringLike['s3:prefix'])).toBe(own('work'));
    const ended = bySid.get('EndUploadsOfRows');
    expect(ended?.Action).toBe('s3:AbortMultipartUpload');
    expect(joined(ended?.Resource)).toBe(`<HistoryBucket6364BE20.Arn>/${own('jobs')}`);
    expect(JSON.stringify([...bySid.values()])).not.toContain('s3:Delete');
  });

  test('lets the state machine invoke the function, none of its versions, and deliver logs', () => {
    const roles = template.findResources('AWS::IAM::Role', {
      Properties: { AssumeRolePolicyDocument: { Statement: [{ Principal: { Service: 'states.amazonaws.com' } }] } },
    });
    const [role, ...others] = Object.values(roles);
    expect(others).toEqual([]);
    const [policy] = role?.Properties.Policies ?? [];
    expect(policy.PolicyDocument.Statement.map(({ Sid }: { Sid: string }) => Sid)).toEqual(['Invoke', 'DeliverLogs']);
    expect(joined(policy.PolicyDocument.Statement[0].Resource)).toBe('<ExporterFunctionA8B49D46.Arn>');
    const [{ Condition }] = role?.Properties.AssumeRolePolicyDocument.Statement ?? [];
    expect(Condition.StringEquals).toEqual({ 'aws:SourceAccount': { Ref: 'AWS::AccountId' } });
    expect(joined(Condition.ArnLike['aws:SourceArn'])).toMatch(/:stateMachine:\*$/);
  });
});

describe('a run that failed for good', () => {
  test('comes into the dead-letter queue by a rule, whatever ended it', () => {
    template.resourceCountIs('AWS::Events::Rule', 1);
    template.hasResourceProperties('AWS::Events::Rule', {
      Name: Match.absent(),
      EventPattern: {
        source: ['aws.states'],
        'detail-type': ['Step Functions Execution Status Change'],
        detail: {
          status: ['FAILED', 'TIMED_OUT', 'ABORTED'],
          stateMachineArn: [{ 'Fn::GetAtt': ['ExporterLongRunsC08EBD51', 'Arn'] }],
        },
      },
      Targets: [{ Arn: { 'Fn::GetAtt': ['ExporterDeadLetterQueue42DB6889', 'Arn'] }, InputPath: Match.absent() }],
    });
  });

  test('may be put there by that rule alone', () => {
    const [rule = ''] = Object.keys(template.findResources('AWS::Events::Rule'));
    template.hasResourceProperties('AWS::SQS::QueuePolicy', {
      PolicyDocument: {
        Statement: [
          { Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
          {
            Effect: 'Allow',
            Principal: { Service: 'events.amazonaws.com' },
            Action: 'sqs:SendMessage',
            Condition: {
              ArnEquals: { 'aws:SourceArn': { 'Fn::GetAtt': [rule, 'Arn'] } },
              StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
            },
          },
        ],
      },
    });
  });

  test('sets run-failed to ALARM, which function-failing notifies of, and which can be disabled', () => {
    const { metric, composite } = alarmsOf(template);
    const [[id = '', alarm] = []] = [...metric].filter(([, found]) => sectionOf(found) === 'run-failed');
    expect(alarm).toMatchObject({ MetricName: 'ExecutionsFailed', Statistic: 'Sum', Threshold: 1 });
    expect(alarm).not.toHaveProperty('AlarmActions');
    const failing = [...composite.values()].find((found) => sectionOf(found) === 'function-failing');
    expect(failing?.AlarmRule).toContain(id);
    expect(failing?.AlarmDescription).toContain('a run that outlasts an invocation was given up');
    const off = alarmsOf(synth({ ...LONG_CONFIG, disabledAlarms: ['run-failed'] }));
    expect([...off.metric.values()].map(sectionOf)).not.toContain('run-failed');
    const alone = alarmsOf(synth({ ...LONG_CONFIG, disabledAlarms: ['function-failed', 'dead-letters'] }));
    const notifying = [...alone.composite.values()].find((found) => sectionOf(found) === 'function-failing');
    expect(notifying).toMatchObject({ ActionsSuppressor: expect.any(String), AlarmActions: [expect.anything()] });
    const none = alarmsOf(synth({ ...LONG_CONFIG, disabledAlarms: ['function-failed', 'dead-letters', 'run-failed'] }));
    expect([...none.composite.values()].map(sectionOf)).toEqual(['failing']);
  });

  test('is on the dashboard, with those that began and how long they took', () => {
    const body = joined(
      propertiesOf<{ DashboardBody: unknown }>(template, 'AWS::CloudWatch::Dashboard')[0]?.DashboardBody,
    );
    for (const metric of ['ExecutionsStarted', 'ExecutionsFailed', 'ExecutionsAborted', 'ExecutionTime']) {
      expect(body).toContain(`"${metric}"`);
    }
    const without = propertiesOf<{ DashboardBody: unknown }>(synth(), 'AWS::CloudWatch::Dashboard')[0]?.DashboardBody;
    expect(joined(without)).not.toContain('AWS/States');
  });
});

describe('in an app of your own', () => {
  const exporterIn = (stack: Stack, props: Partial<IotJobsExporterProps> = {}) => {
    const history = IotJobsHistory.fromBucketName(stack, 'History', 'the-history');
    return new IotJobsExporter(stack, 'Exporter', {
      history,
      code: dummyCode(),
      exports: LONG_CONFIG.exports,
      ...props,
    });
  };

  test('the exporter exposes the state machine, for alarms of its own', () => {
    const stack = new Stack(newApp(), 'Test');
    const { stateMachine } = exporterIn(stack);
    stateMachine?.metricTime().createAlarm(stack, 'Slow', { threshold: 1, evaluationPeriods: 1 });
    Template.fromStack(stack).hasResourceProperties('AWS::CloudWatch::Alarm', { MetricName: 'ExecutionTime' });
  });

  test('the key of the logs is that of both log groups, with one statement', () => {
    const stack = new Stack(newApp(), 'Test', { env: { account: '222222222222', region: 'eu-west-1' } });
    exporterIn(stack, { logEncryptionKey: new kms.Key(stack, 'Key') });
    const made = Template.fromStack(stack);
    made.resourceCountIs('AWS::Logs::LogGroup', 2);
    made.allResourcesProperties('AWS::Logs::LogGroup', { KmsKeyId: Match.anyValue() });
    type Key = { KeyPolicy: { Statement: { Principal: { Service?: string } }[] } };
    const [key] = propertiesOf<Key>(made, 'AWS::KMS::Key');
    expect(key?.KeyPolicy.Statement.filter(({ Principal }) => Principal.Service)).toHaveLength(1);
  });

  test('it is in the partition of its Region', () => {
    const stack = new Stack(newApp(), 'Test', { env: { account: '222222222222', region: 'cn-north-1' } });
    exporterIn(stack);
    const [machine] = propertiesOf<Machine>(Template.fromStack(stack), 'AWS::StepFunctions::StateMachine');
    expect(joined(machine?.DefinitionString)).toContain('"Resource":"arn:aws-cn:states:::lambda:invoke"');
  });
});

test('the runbook distinguishes the three forms of dead letters by what each has', () => {
  const runbook = readFileSync(join(import.meta.dirname, '../../docs/runbook.md'), 'utf8');
  expect(runbook).toContain('if .detail then .detail.input | fromjson | .next.event else .requestPayload // . end');
});
