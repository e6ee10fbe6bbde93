import { Stack, type StackProps } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { CheckedConfig } from './config/config.ts';
import { partsOf } from './config/targets.ts';
import { IotJobsExporter } from './exporter/iot-jobs-exporter.ts';
import { IotJobsHistory } from './history/iot-jobs-history.ts';
import { output, outputAlarmTopic } from './outputs.ts';
import { refuseTooManyResources } from './stack-limits.ts';

/** What the stack of one account and Region is told. */
export interface IotJobsExporterStackProps extends StackProps {
  /** What to export, when, and how. */
  readonly config: CheckedConfig;
  /**
   * The function's code, with `handler` in `index.mjs`.
   *
   * @default - the bundle that comes with this package
   */
  readonly code?: lambda.Code;
}

/** An exporter and its history, in one account and Region. */
export class IotJobsExporterStack extends Stack {
  /** Bucket, tables, views, workgroup and policy of the analysts. */
  readonly history: IotJobsHistory;
  /** Function, schedules and monitoring. */
  readonly exporter: IotJobsExporter;

  constructor(scope: Construct, id: string, props: IotJobsExporterStackProps) {
    const { config, code, ...stackProps } = props;
    super(scope, id, { description: 'A history of AWS IoT jobs for Athena', ...stackProps });
    const { ofExporter, ofHistory } = partsOf(config);
    this.history = new IotJobsHistory(this, 'History', {
      ...ofHistory,
      exportNames: config.exports.map(({ name }) => name),
    });
    this.exporter = new IotJobsExporter(this, 'Exporter', {
      history: this.history,
      ...(code && { code }),
      ...ofExporter,
    });
    output(this, 'HistoryBucket', this.history.bucket.bucketName, 'Bucket of the history');
    output(this, 'Database', this.history.databaseName, 'Glue database of the tables jobs and snapshots');
    output(this, 'Workgroup', this.history.workgroup.workgroupName, 'Athena workgroup with the saved queries');
    output(this, 'AnalystPolicy', this.history.analystPolicy.managedPolicyArn, 'Managed policy of the analysts');
    output(this, 'ExportFunction', this.exporter.function.functionName, 'Function that takes a snapshot');
    output(this, 'DeadLetterQueue', this.exporter.deadLetterQueue.queueUrl, 'Events not delivered or failed for good');
    outputAlarmTopic(this, this.exporter);
    refuseTooManyResources(this);
  }
}
