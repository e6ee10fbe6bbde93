import { Annotations, Duration } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { mayOutlast } from '../../lambda/contract/run-time.ts';
import { checkExporterOptions } from '../config/check.ts';
import type { CheckedExporterOptions } from '../config/config.ts';
import { detailsWarnings } from '../config/details-rules.ts';
import { UsageError } from '../config/errors.ts';
import { describeQuotaWarning, quotaWarning } from '../config/rules.ts';
import { ExportFunction } from './export-function.ts';
import type { ExportMetrics, JobCountOptions } from './export-metrics.ts';
import { ExportSchedules } from './export-schedules.ts';
import type { IotJobsExporterProps } from './exporter-props.ts';
import { refuseConflictingProps } from './exporter-rules.ts';
import { LongRuns, stateMachineOf } from './long-runs.ts';
import { Monitoring } from './monitoring.ts';

/**
 * Takes snapshots of the AWS IoT jobs of the stack's account and Region. It has a function, a schedule for each export, and a
 * dead-letter queue for events that were not delivered or failed after all retries. With `maxRunMinutes` above 15 it also has
 * a state machine.
 *
 * @example
 * new IotJobsExporter(this, 'Exporter', { history, exports: [{ name: 'all', schedule: 'cron(0 * * * ? *)' }] });
 */
export class IotJobsExporter extends Construct implements iam.IGrantable, ec2.IConnectable {
  /** The function that takes a snapshot. */
  readonly function: lambda.Function;
  /** Role of the function. */
  readonly role: iam.IRole;
  /** Principal of the function, for grants such as `key.grantDecrypt(exporter)`. */
  readonly grantPrincipal: iam.IPrincipal;
  /** Queue for events that were not delivered, or on which the function and its retries have failed. */
  readonly deadLetterQueue: sqs.Queue;
  /** State machine that continues long runs; `undefined` where no export has `maxRunMinutes` above 15. */
  readonly stateMachine: sfn.IStateMachine | undefined;
  /** The schedules and their group. */
  readonly schedules: ExportSchedules;
  /** Alarms, dashboard and saved queries. */
  readonly monitoring: Monitoring;
  private readonly hasMetrics: boolean;

  constructor(scope: Construct, id: string, props: IotJobsExporterProps) {
    super(scope, id);
    const { history, alarmTopic, code, role, vpc, vpcSubnets, securityGroups, logEncryptionKey, ...rest } = props;
    const options = checkExporterOptions(rest, this.node.path);
    refuseConflictingProps(this, props);
    this.hasMetrics = options.metrics;
    this.deadLetterQueue = new sqs.Queue(this, 'DeadLetterQueue', {
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      // The maximum of SQS: the events can be replayed for two weeks.
      retentionPeriod: Duration.days(14),
    });
    const stateMachine = options.exports.some(mayOutlast) ? stateMachineOf(this) : undefined;
    const exportFunction = new ExportFunction(this, 'Function', {
      history,
      deadLetterQueue: this.deadLetterQueue,
      options,
      stateMachine,
      ...(code && { code }),
      ...(role && { role }),
      ...(vpc && { vpc }),
      ...(vpcSubnets && { vpcSubnets }),
      ...(securityGroups && { securityGroups }),
      ...(logEncryptionKey && { logEncryptionKey }),
    });
    this.function = exportFunction.function;
    this.role = exportFunction.role;
    this.grantPrincipal = this.role.grantPrincipal;
    this.stateMachine =
      stateMachine &&
      new LongRuns(this, 'LongRuns', {
        named: stateMachine,
        function: this.function,
        deadLetterQueue: this.deadLetterQueue,
        logRetentionDays: options.logRetentionDays,
        ...(logEncryptionKey && { logEncryptionKey }),
      }).stateMachine;
    this.schedules = new ExportSchedules(this, 'Schedules', {
      exports: options.exports,
      function: this.function,
      deadLetterQueue: this.deadLetterQueue,
    });
    this.monitoring = new Monitoring(this, 'Monitoring', {
      options,
      function: this.function,
      logGroup: exportFunction.logGroup,
      deadLetterQueue: this.deadLetterQueue,
      scheduleGroup: this.schedules.group,
      ...(this.stateMachine && { stateMachine: this.stateMachine }),
      ...(alarmTopic && { alarmTopic }),
    });
    this.warn(options);
  }

  /** Connections of the function in the VPC. It throws where the exporter has no VPC. */
  get connections(): ec2.Connections {
    return this.function.connections;
  }

  /** Grants a principal to invoke the function, such as to replay events of the dead-letter queue. */
  grantInvoke(grantee: iam.IGrantable): iam.Grant {
    return this.function.grantInvoke(grantee);
  }

  /**
   * Gives the metrics of an export, for your own alarms.
   *
   * @param exportName name of the export; optional where there is only one
   */
  metrics(exportName?: string): ExportMetrics {
    const { metrics } = this.monitoring;
    if (!this.hasMetrics) {
      throw new UsageError(
        `${this.node.path} has no metrics, for its option metrics is false: set it to true, or watch it otherwise`,
      );
    }
    const found =
      exportName === undefined && metrics.size === 1 ? [...metrics.values()][0] : metrics.get(exportName ?? '');
    if (found) return found;
    throw new UsageError(
      `${this.node.path} needs, for metrics, the name of one of its exports (${[...metrics.keys()].join(', ')}); ` +
        `got ${exportName === undefined ? 'none' : JSON.stringify(exportName)}`,
    );
  }

  /** Number of jobs in a status in the snapshots of an export. `exportName` is optional where there is only one export. */
  metricJobCount({ exportName, ...options }: JobCountOptions & { readonly exportName?: string }): cloudwatch.Metric {
    return this.metrics(exportName).metricJobCount(options);
  }

  private warn(options: CheckedExporterOptions): void {
    const annotations = Annotations.of(this);
    const listJobsWarning = quotaWarning(options);
    if (listJobsWarning) annotations.addWarningV2('iot-jobs-exporter:list-jobs-quota', listJobsWarning);
    const describeJobWarning = describeQuotaWarning(options);
    if (describeJobWarning) annotations.addWarningV2('iot-jobs-exporter:describe-job-quota', describeJobWarning);
    for (const { exportName, text } of detailsWarnings(options)) {
      annotations.addWarningV2(`iot-jobs-exporter:details-take-too-long-${exportName}`, text);
    }
  }
}
