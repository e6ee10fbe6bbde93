import { Stack, type StackProps } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { CheckedConfig } from './config/config.ts';
import { splitOptions } from './config/targets.ts';
import { IotJobsExporter } from './exporter/iot-jobs-exporter.ts';
import { IotJobsHistory } from './history/iot-jobs-history.ts';
import { historyOutputs } from './history/outputs.ts';
import { output, outputAlarmTopic, outputStateMachine } from './outputs.ts';
import { refuseTooManyResources } from './stack-limits.ts';

/** Properties for IotJobsExporterStack. */
export interface IotJobsExporterStackProps extends StackProps {
  /** The configuration, of one account and Region. */
  readonly config: CheckedConfig;
  /**
   * Code of the function. Its module `index` exports `handler`.
   *
   * @default - the bundle that comes with this package
   */
  readonly code?: lambda.Code;
}

/** Stack with an exporter and its history, in one account and Region. */
export class IotJobsExporterStack extends Stack {
  /** The history: bucket, tables, views, workgroup and the analysts' policy. */
  readonly history: IotJobsHistory;
  /** The exporter: function, schedules and monitoring. */
  readonly exporter: IotJobsExporter;

  constructor(scope: Construct, id: string, props: IotJobsExporterStackProps) {
    const { config, code, ...stackProps } = props;
    const { terminationProtection } = config;
    const description = 'A history of AWS IoT jobs for Athena';
    super(scope, id, { description, terminationProtection, ...stackProps });
    const { exporterOptions, historyOptions } = splitOptions(config);
    this.history = new IotJobsHistory(this, 'History', historyOptions);
    this.exporter = new IotJobsExporter(this, 'Exporter', {
      history: this.history,
      ...(code && { code }),
      ...exporterOptions,
    });
    historyOutputs(this, this.history);
    output(this, 'ExportFunction', this.exporter.function.functionName, 'Function that takes a snapshot');
    output(this, 'DeadLetterQueue', this.exporter.deadLetterQueue.queueUrl, 'Events not delivered or failed for good');
    outputAlarmTopic(this, this.exporter);
    outputStateMachine(this, this.exporter);
    refuseTooManyResources(this);
  }
}
