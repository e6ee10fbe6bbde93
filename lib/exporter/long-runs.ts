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
 * What Step Functions asks for to write logs; none of it has a resource type that would tell a log group apart.
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

/** The state machine of an exporter, before it is made. */
export interface NamedStateMachine {
  /** Its name, 80 characters at most. */
  readonly name: string;
  /** Its ARN, without a reference: the function has to know it, and it the function. */
  readonly arn: string;
  /** ARN of its executions, any of them. */
  readonly executionsArn: string;
}

/** The state machine that an exporter would have: it is named after the exporter's path, which tells it from all others. */
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
  /** The function that takes a snapshot, and goes on with one. */
  readonly function: lambda.IFunction;
  /** Where a run goes that failed for good. */
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
 * What goes on with runs that outlast an invocation: a state machine that invokes the function again and again, and a rule
 * that puts what failed for good into the dead-letter queue. Why: docs/decisions/0011.
 */
export class LongRuns extends Construct {
  /** The state machine. */
  readonly stateMachine: sfn.IStateMachine;

  constructor(scope: Construct, id: string, props: LongRunsProps) {
    super(scope, id);
    const { named, function: exportFunction, deadLetterQueue } = props;
    const logGroup = stateMachineLogGroup(this, named.name, props.logRetentionDays, props.logEncryptionKey);
    const { partition } = Stack.of(this);
    // CDK's task LambdaInvoke would let the role invoke the function's versions, too.
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
   * Any state machine of the account and Region that the role is passed to: which ARN is given while one is created is not
   * documented. Source: AWS Step Functions Developer Guide, "Creating an IAM role for your state machine in Step Functions",
   * Prevent cross-service confused deputy issue.
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
   * By a rule and not by a state of the machine, so that a redrive goes on where the run failed, and for what no state can
   * catch: executions that somebody stopped, and those that Step Functions itself gave up.
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
      // The target SqsQueue would also let EventBridge ask for the queue's URL and attributes, which nothing uses.
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
 * What failed, and how often it was tried. Without input and output, which hold the event: the execution keeps both for 90
 * days, and the function logs why it failed.
 */
function logging(logGroup: logs.ILogGroup): sfn.CfnStateMachine.LoggingConfigurationProperty {
  return {
    level: 'ERROR',
    includeExecutionData: false,
    destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: logGroup.logGroupArn } }],
  };
}
