import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ENVIRONMENT, type EnvironmentName, SERVICE_NAME } from '../../lambda/contract/environment.ts';
import type { CheckedExporterOptions } from '../config/config.ts';
import { MAX_RUN_SECONDS } from '../config/rules.ts';
import { writerStatements } from '../history/access.ts';
import type { IIotJobsHistory } from '../history/history.ts';
import { useHistory } from '../history/use-history.ts';

/** What the function works with. */
export interface ExportFunctionProps {
  /** Where the snapshots go. */
  readonly history: IIotJobsHistory;
  /** Where an event goes that the function failed on, when its retries are over. */
  readonly deadLetterQueue: sqs.IQueue;
  /** The bundle, with `handler` in `index.mjs`. */
  readonly code: lambda.Code;
  /** Rate limit, logs, memory, concurrency. */
  readonly options: CheckedExporterOptions;
}

/** The function that takes one snapshot, with its role, which holds no more than it uses, and its log group. */
export class ExportFunction extends Construct {
  /** The function. */
  readonly function: lambda.Function;
  /** Its log group. */
  readonly logGroup: logs.LogGroup;

  constructor(scope: Construct, id: string, props: ExportFunctionProps) {
    super(scope, id);
    const { history, deadLetterQueue, code, options } = props;
    this.logGroup = new logs.LogGroup(this, 'Logs', {
      retention: options.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const environment = {
      [ENVIRONMENT.bucketName]: history.bucket.bucketName,
      ...useHistory(
        this.node.scope ?? this,
        history,
        options.exports.map(({ name }) => name),
      ),
      [ENVIRONMENT.callsPerSecond]: String(options.callsPerSecond),
      [ENVIRONMENT.logLevel]: options.logLevel,
      [ENVIRONMENT.serviceName]: SERVICE_NAME,
    } satisfies Record<Exclude<EnvironmentName, typeof ENVIRONMENT.bucketRegion>, string>;
    this.function = new lambda.Function(this, 'Resource', {
      description: 'Takes one snapshot of the AWS IoT jobs that its event asks for',
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      handler: 'index.handler',
      code,
      environment,
      role: this.role(history, deadLetterQueue),
      logGroup: this.logGroup,
      memorySize: options.memorySize,
      timeout: Duration.seconds(MAX_RUN_SECONDS),
      ...(options.reservedConcurrency && { reservedConcurrentExecutions: options.reservedConcurrency }),
      // A run that fails is tried twice more, after one minute and two. A replayed event gives the same snapshot, of a
      // fleet that is a little older; one that waited for six hours (Lambda's longest) is still worth having.
      // Source: Lambda Developer Guide, "How Lambda handles errors and retries with asynchronous invocation".
      retryAttempts: 2,
      maxEventAge: Duration.hours(6),
      // SqsDestination would also grant sqs:GetQueueAttributes and sqs:GetQueueUrl, which nothing uses.
      onFailure: { bind: () => ({ destination: deadLetterQueue.queueArn }) },
    });
  }

  /** Inline, so that the permissions are there as soon as the role is: Lambda looks at them when it is given the queue. */
  private role(history: IIotJobsHistory, deadLetterQueue: sqs.IQueue): iam.Role {
    const { account, region } = Stack.of(this);
    const statements = [
      // ListJobs has no resource type and no condition key. Source: Service Authorization Reference, AWS IoT.
      new iam.PolicyStatement({ sid: 'ListJobs', actions: ['iot:ListJobs'], resources: ['*'] }),
      // Whether a thing group without jobs exists. Source: Service Authorization Reference, AWS IoT, DescribeThingGroup.
      new iam.PolicyStatement({
        sid: 'LookUpThingGroups',
        actions: ['iot:DescribeThingGroup'],
        resources: [Stack.of(this).formatArn({ service: 'iot', resource: 'thinggroup', resourceName: '*' })],
      }),
      ...writerStatements(history, account, region),
      new iam.PolicyStatement({
        sid: 'HandOverFailures',
        actions: ['sqs:SendMessage'],
        resources: [deadLetterQueue.queueArn],
      }),
      new iam.PolicyStatement({
        sid: 'WriteLogs',
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [this.logGroup.logGroupArn],
      }),
    ];
    return new iam.Role(this, 'Role', {
      description: 'Of the function that exports AWS IoT jobs',
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: { Export: new iam.PolicyDocument({ statements }) },
    });
  }
}
