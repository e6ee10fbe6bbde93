import { ArnFormat, Names, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct, type IConstruct } from 'constructs';
import { stateMachineLogGroup } from './export-log-group.ts';
import { longRunDefinition } from './long-run-definition.ts';

/** Source: AWS Step Functions API Reference, CreateStateMachine, name. */
const MAX_NAME = 80;

/**
 * Actions that Step Functions needs to write logs. None can be limited to a log group by its resource.
 * Source: AWS Step Functions Developer Guide, "Using CloudWatch Logs to log execution history in Step Functions", IAM Policies.
 */
const LOG_DELIVERY_ACTIONS = [
  'logs:CreateLogDelivery',
  'logs:GetLogDelivery',
  'logs:UpdateLogDelivery',
  'logs:DeleteLogDelivery',
  'logs:ListLogDeliveries',
  'logs:PutResourcePolicy',
  'logs:DescribeResourcePolicies',
  'logs:DescribeLogGroups',
];

/** Name and ARNs of an exporter's state machine, which are known before it is made. */
export interface NamedStateMachine {
  /** Name, 80 characters at most. */
  readonly name: string;
  /** ARN, without a reference: function and state machine need each other's ARN. */
  readonly arn: string;
  /** Pattern of the ARNs of its executions. */
  readonly executionsArn: string;
}

/** Gives name and ARNs of an exporter's state machine. The name is made of the exporter's path, which is unique. */
export function stateMachineOf(exporter: IConstruct): NamedStateMachine {
  const name = Names.uniqueResourceName(exporter, { maxLength: MAX_NAME });
  const arn = (resource: string, resourceName: string) =>
    Stack.of(exporter).formatArn({
      service: 'states',
      resource,
      resourceName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  return { name, arn: arn('stateMachine', name), executionsArn: arn('execution', `${name}:*`) };
}

/** Properties for LongRuns. */
export interface LongRunsProps {
  /** Name and ARN of the state machine. */
  readonly named: NamedStateMachine;
  /** The function that takes a snapshot, in one or more invocations. */
  readonly function: lambda.IFunction;
  /** Queue for runs that failed after all retries. */
  readonly deadLetterQueue: sqs.IQueue;
  /** Days for which CloudWatch keeps the logs. */
  readonly logRetentionDays: number;
  /**
   * Customer key of the log group.
   *
   * @default - a key of CloudWatch Logs
   */
  readonly logEncryptionKey?: kms.IKey;
}

/**
 * Continues runs that take more than one invocation: a state machine that invokes the function repeatedly, and a rule that
 * puts failed executions into the dead-letter queue. Reasons: docs/decisions/0011.
 */
export class LongRuns extends Construct {
  /** The state machine. */
  readonly stateMachine: sfn.IStateMachine;

  constructor(scope: Construct, id: string, props: LongRunsProps) {
    super(scope, id);
    const { named, function: exportFunction, deadLetterQueue } = props;
    const logGroup = stateMachineLogGroup(this, named.name, props.logRetentionDays, props.logEncryptionKey);
    const { partition } = Stack.of(this);
    // With CDK's task LambdaInvoke the role could also invoke the function's versions.
    const { attrArn } = new sfn.CfnStateMachine(this, 'Resource', {
      stateMachineName: named.name,
      stateMachineType: 'STANDARD',
      roleArn: this.role(props).roleArn,
      definitionString: Stack.of(this).toJsonString(longRunDefinition(exportFunction.functionArn, partition)),
      loggingConfiguration: logging(logGroup),
    });
    this.stateMachine = sfn.StateMachine.fromStateMachineArn(this, 'StateMachine', attrArn);
    this.keepFailedRuns(attrArn, deadLetterQueue);
  }

  /**
   * Role of the state machine. Any state machine of the account and Region that the role is passed to may assume it: AWS does
   * not document the source ARN while a state machine is created. Source: AWS Step Functions Developer Guide, "Creating an
   * IAM role for your state machine in Step Functions", Prevent cross-service confused deputy issue.
   */
  private role({ function: exportFunction }: LongRunsProps): iam.Role {
    const stack = Stack.of(this);
    const machines = { service: 'states', resource: 'stateMachine', resourceName: '*' };
    const principal = new iam.ServicePrincipal('states.amazonaws.com', {
      conditions: {
        StringEquals: { 'aws:SourceAccount': stack.account },
        ArnLike: { 'aws:SourceArn': stack.formatArn({ ...machines, arnFormat: ArnFormat.COLON_RESOURCE_NAME }) },
      },
    });
    const statements = [
      new iam.PolicyStatement({
        sid: 'Invoke',
        actions: ['lambda:InvokeFunction'],
        resources: [exportFunction.functionArn],
      }),
      new iam.PolicyStatement({ sid: 'DeliverLogs', actions: LOG_DELIVERY_ACTIONS, resources: ['*'] }),
    ];
    return new iam.Role(this, 'Role', {
      description: 'Of the state machine that goes on with exports of AWS IoT jobs',
      assumedBy: principal,
      inlinePolicies: { Invoke: new iam.PolicyDocument({ statements }) },
    });
  }

  /**
   * Puts failed executions into the queue. It uses a rule, not a state of the machine, so that a redrive continues where the
   * run failed. The rule also gets executions that were stopped or that Step Functions ended, which no state can catch.
   * Source: AWS Step Functions Developer Guide, "Automating Step Functions event delivery with EventBridge".
   */
  private keepFailedRuns(stateMachineArn: string, queue: sqs.IQueue): void {
    const rule = new events.Rule(this, 'Failed', {
      description: 'Keeps exports of AWS IoT jobs that failed for good in the dead-letter queue',
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: { status: ['FAILED', 'TIMED_OUT', 'ABORTED'], stateMachineArn: [stateMachineArn] },
      },
      // The target SqsQueue would also grant sqs:GetQueueUrl and sqs:GetQueueAttributes, which nothing uses.
      targets: [{ bind: () => ({ arn: queue.queueArn }) }],
    });
    // Source: Amazon EventBridge User Guide, "Using resource-based policies for Amazon EventBridge", Amazon SQS permissions.
    queue.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'KeepFailedRuns',
        principals: [new iam.ServicePrincipal('events.amazonaws.com')],
        actions: ['sqs:SendMessage'],
        resources: [queue.queueArn],
        conditions: {
          ArnEquals: { 'aws:SourceArn': rule.ruleArn },
          StringEquals: { 'aws:SourceAccount': Stack.of(this).account },
        },
      }),
    );
  }
}

/**
 * Logs failures and attempts, without input and output, which contain the event: the execution keeps both for 90 days, and
 * the function logs the reason of a failure.
 */
function logging(logGroup: logs.ILogGroup): sfn.CfnStateMachine.LoggingConfigurationProperty {
  return {
    level: 'ERROR',
    includeExecutionData: false,
    destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: logGroup.logGroupArn } }],
  };
}
