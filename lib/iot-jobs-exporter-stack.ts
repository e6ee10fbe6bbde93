import { Stack, type StackProps } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { CheckedConfig } from './config/config.ts';
import { partsOf } from './config/targets.ts';
import { IotJobsExporter } from './exporter/iot-jobs-exporter.ts';
import { IotJobsHistory } from './history/iot-jobs-history.ts';
import { historyOutputs } from './history/outputs.ts';
import { output, outputAlarmTopic, outputStateMachine } from './outputs.ts';
import { refuseTooManyResources } from './stack-limits.ts';

/** What the stack of one account and Region is told. */
export interface IotJobsExporterStackProps extends StackProps {
  /** What to export, when, and how. */
  readonly config: CheckedConfig;
  /**
   * The function's code, whose module `index` exports `handler`.
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
    const { terminationProtection } = config;
    const description = 'A history of AWS IoT jobs for Athena';
    super(scope, id, { description, terminationProtection, ...stackProps });
    const { ofExporter, ofHistory } = partsOf(config);
    this.history = new IotJobsHistory(this, 'History', ofHistory);
    this.exporter = new IotJobsExporter(this, 'Exporter', {
      history: this.history,
      ...(code && { code }),
      ...ofExporter,
    });
    historyOutputs(this, this.history);
    output(this, 'ExportFunction', this.exporter.function.functionName, 'Function that takes a snapshot');
    output(this, 'DeadLetterQueue', this.exporter.deadLetterQueue.queueUrl, 'Events not delivered or failed for good');
    outputAlarmTopic(this, this.exporter);
    outputStateMachine(this, this.exporter);
    refuseTooManyResources(this);
  }
}
