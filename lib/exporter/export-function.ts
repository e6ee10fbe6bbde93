import { Duration } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ENVIRONMENT, type EnvironmentName, NO_METRICS, SERVICE_NAME } from '../../lambda/contract/environment.ts';
import type { CheckedExporterOptions } from '../config/config.ts';
import { MAX_RUN_SECONDS } from '../config/run-seconds.ts';
import type { IIotJobsHistory } from '../history/history.ts';
import { useHistory } from '../history/use-history.ts';
import { bundledCode } from './bundle.ts';
import { exportLogGroup } from './export-log-group.ts';
import { exportRole } from './export-role.ts';
import type { ExportFunctionOptions } from './function-options.ts';
import type { NamedStateMachine } from './long-runs.ts';

/**
 * Lambda's Node 24, also for versions of aws-cdk-lib that have no constant for it. It differs from the constant in a property
 * that only bundling uses.
 */
export const NODEJS_24 = new lambda.Runtime('nodejs24.x', lambda.RuntimeFamily.NODEJS, { supportsInlineCode: true });

/** Properties for ExportFunction. */
export interface ExportFunctionProps extends ExportFunctionOptions {
  /** History that the function writes to. */
  readonly history: IIotJobsHistory;
  /** Queue for events on which the function and its retries have failed. */
  readonly deadLetterQueue: sqs.IQueue;
  /**
   * State machine that continues runs of more than one invocation.
   *
   * @default - a run ends with its invocation
   */
  readonly stateMachine?: NamedStateMachine | undefined;
  /** Options of the exporter, such as rate limits, logs, memory and concurrency. */
  readonly options: CheckedExporterOptions;
}

/** The function that takes one snapshot, with its log group and a role with the permissions that it needs. */
export class ExportFunction extends Construct {
  /** The function. */
  readonly function: lambda.Function;
  /** Role of the function: a new one, or the one that the app provides. */
  readonly role: iam.IRole;
  /** Log group of the function. */
  readonly logGroup: logs.LogGroup;

  constructor(scope: Construct, id: string, props: ExportFunctionProps) {
    super(scope, id);
    const { history, deadLetterQueue, code, options, vpc, vpcSubnets, securityGroups, stateMachine } = props;
    const describes = options.exports.some(({ details }) => details !== undefined);
    this.logGroup = exportLogGroup(this, options.logRetentionDays, props.logEncryptionKey);
    const { role, policies } = exportRole(this, {
      history,
      deadLetterQueue,
      logGroup: this.logGroup,
      stateMachine,
      describes,
      isInVpc: vpc !== undefined,
      role: props.role,
    });
    this.role = role;
    const environment = {
      [ENVIRONMENT.bucketName]: history.bucket.bucketName,
      ...useHistory(this.node.scope ?? this, history, options.exports),
      [ENVIRONMENT.callsPerSecond]: String(options.callsPerSecond),
      ...(describes && { [ENVIRONMENT.describeCallsPerSecond]: String(options.describeCallsPerSecond) }),
      ...(!options.metrics && { [ENVIRONMENT.metrics]: NO_METRICS }),
      [ENVIRONMENT.logLevel]: options.logLevel,
      [ENVIRONMENT.serviceName]: SERVICE_NAME,
      ...(stateMachine && { [ENVIRONMENT.stateMachineArn]: stateMachine.arn }),
    } satisfies Record<
      Exclude<
        EnvironmentName,
        | typeof ENVIRONMENT.bucketRegion
        | typeof ENVIRONMENT.databaseName
        | typeof ENVIRONMENT.describeCallsPerSecond
        | typeof ENVIRONMENT.metrics
        | typeof ENVIRONMENT.objectLock
        | typeof ENVIRONMENT.stateMachineArn
      >,
      string
    >;
    this.function = new lambda.Function(this, 'Resource', {
      description: 'Takes one snapshot of the AWS IoT jobs that its event asks for',
      runtime: NODEJS_24,
      architecture: lambda.Architecture.ARM_64,
      handler: 'index.handler',
      code: code ?? bundledCode(),
      environment,
      role,
      ...(vpc && { vpc }),
      ...(vpcSubnets && { vpcSubnets }),
      ...(securityGroups && { securityGroups }),
      logGroup: this.logGroup,
      memorySize: options.memorySize,
      timeout: Duration.seconds(MAX_RUN_SECONDS),
      ...(options.reservedConcurrency && { reservedConcurrentExecutions: options.reservedConcurrency }),
      // A run that fails is tried twice more, after one minute and two. A snapshot that is six hours late, Lambda's maximum,
      // is still useful.
      // Source: Lambda Developer Guide, "How Lambda handles errors and retries with asynchronous invocation".
      retryAttempts: 2,
      maxEventAge: Duration.hours(6),
      // SqsDestination would also grant sqs:GetQueueAttributes and sqs:GetQueueUrl, which nothing uses.
      onFailure: { bind: () => ({ destination: deadLetterQueue.queueArn }) },
    });
    this.function.node.addDependency(...policies);
  }
}
