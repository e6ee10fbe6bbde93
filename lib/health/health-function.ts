import { Duration } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { ENVIRONMENT, SERVICE_NAME } from '../../lambda/contract/environment.ts';
import { bundledCode, bundleFolder } from '../exporter/bundle.ts';
import { NODEJS_24 } from '../exporter/export-function.ts';
import { exportLogGroup } from '../exporter/export-log-group.ts';
import { statementOf } from '../history/permission.ts';
import { healthPermissions } from './health-access.ts';
import type { HistoryHealthProps } from './health-props.ts';

/** Lambda's maximum. Source: AWS Lambda Developer Guide, "Lambda quotas", Function timeout. */
const TIMEOUT = Duration.minutes(15);
/** Lambda's maximum age of an event. Source: AWS Lambda API Reference, PutFunctionEventInvokeConfig. */
const MAX_EVENT_MINUTES = 360;
const DEFAULT_LOG_DAYS = 90;
/** A look at 2,000 exports holds their rows, half a kB each. The rest is for a faster CPU. */
const MEMORY_MB = 512;

/** Properties for HealthFunction. */
export interface HealthFunctionProps
  extends Pick<
    HistoryHealthProps,
    'history' | 'expected' | 'logLevel' | 'logRetentionDays' | 'logEncryptionKey' | 'code'
  > {
  /** Minutes between two looks, which is also the maximum age of an event. */
  readonly everyMinutes: number;
}

/** The function that looks at all exports, with its log group and a role with the permissions that it needs. */
export class HealthFunction extends Construct {
  /** The function. */
  readonly function: lambda.Function;
  /** Role of the function. */
  readonly role: iam.IRole;
  /** Log group of the function. */
  readonly logGroup: logs.LogGroup;

  constructor(scope: Construct, id: string, props: HealthFunctionProps) {
    super(scope, id);
    const { history, expected, logLevel = 'INFO', logRetentionDays = DEFAULT_LOG_DAYS, everyMinutes } = props;
    this.logGroup = exportLogGroup(this, logRetentionDays, props.logEncryptionKey);
    const statements = healthPermissions(this, history, expected, this.logGroup).map(statementOf);
    this.role = new iam.Role(this, 'Role', {
      description: 'Of the function that looks at the exports of the history of AWS IoT jobs',
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: { Look: new iam.PolicyDocument({ statements }) },
    });
    this.function = new lambda.Function(this, 'Resource', {
      description: 'Looks which exports of the history of AWS IoT jobs report, and which do not',
      runtime: NODEJS_24,
      architecture: lambda.Architecture.ARM_64,
      handler: 'index.handler',
      code: props.code ?? bundledCode(bundleFolder('hub')),
      environment: {
        [ENVIRONMENT.bucketName]: history.bucket.bucketName,
        [ENVIRONMENT.databaseName]: history.databaseName,
        [ENVIRONMENT.logLevel]: logLevel,
        [ENVIRONMENT.serviceName]: SERVICE_NAME,
      },
      role: this.role,
      logGroup: this.logGroup,
      memorySize: MEMORY_MB,
      timeout: TIMEOUT,
      // A look that fails is tried twice more, after one minute and two. It needs no dead-letter queue, since the next look
      // replaces it. Source: AWS Lambda Developer Guide, "How Lambda handles errors and retries with asynchronous invocation".
      retryAttempts: 2,
      maxEventAge: Duration.minutes(Math.min(everyMinutes, MAX_EVENT_MINUTES)),
    });
  }
}
