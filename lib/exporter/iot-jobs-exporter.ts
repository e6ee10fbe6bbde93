import { Annotations, Duration } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { checkExporterOptions } from '../config/check.ts';
import type { ExporterOptions } from '../config/config.ts';
import { quotaWarning } from '../config/rules.ts';
import type { IIotJobsHistory } from '../history/iot-jobs-history.ts';
import { skipChecks } from '../skip-checks.ts';
import { bundledCode } from './bundle.ts';
import { ExportFunction } from './export-function.ts';
import { ExportSchedules } from './export-schedules.ts';

export interface IotJobsExporterProps extends ExporterOptions {
  /** Where the snapshots go. */
  readonly history: IIotJobsHistory;
  /**
   * The function's code, with `handler` in `index.mjs`.
   *
   * @default - the bundle that comes with this package
   */
  readonly code?: lambda.Code;
}

/**
 * Takes snapshots of the AWS IoT jobs of the stack's account and Region: a function, a schedule per export, and a
 * dead-letter queue for what was not delivered or failed for good.
 *
 * @example
 * new IotJobsExporter(this, 'Exporter', { history, exports: [{ name: 'all', schedule: 'cron(0 * * * ? *)' }] });
 */
export class IotJobsExporter extends Construct {
  /** The function that takes a snapshot. */
  readonly function: lambda.Function;
  /** Events that were not delivered, or on which the function failed for good. */
  readonly deadLetterQueue: sqs.Queue;
  /** The schedules and their group. */
  readonly schedules: ExportSchedules;

  constructor(scope: Construct, id: string, props: IotJobsExporterProps) {
    super(scope, id);
    const { history, code, ...rest } = props;
    const options = checkExporterOptions(rest, this.node.path);
    this.deadLetterQueue = new sqs.Queue(this, 'DeadLetterQueue', {
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      // The longest that SQS has: the events can be replayed for two weeks.
      retentionPeriod: Duration.days(14),
    });
    skipChecks(this.deadLetterQueue, {
      CKV_AWS_27: 'Encrypted by SQS with a key of its own (SqsManagedSseEnabled), which the rule does not look for',
      'AwsSolutions-SQS3': 'It is the dead-letter queue, of EventBridge Scheduler and of the function',
    });
    this.function = new ExportFunction(this, 'Function', {
      history,
      deadLetterQueue: this.deadLetterQueue,
      code: code ?? bundledCode(),
      options,
    }).function;
    this.schedules = new ExportSchedules(this, 'Schedules', {
      exports: options.exports,
      function: this.function,
      deadLetterQueue: this.deadLetterQueue,
    });
    const warning = quotaWarning(options);
    if (warning) Annotations.of(this).addWarningV2('iot-jobs-exporter:list-jobs-quota', warning);
  }
}
