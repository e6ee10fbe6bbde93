import type * as sns from 'aws-cdk-lib/aws-sns';
import type { ExporterOptions } from '../config/config.ts';
import type { IIotJobsHistory } from '../history/history.ts';
import type { ExportFunctionOptions } from './function-options.ts';

/**
 * Properties for IotJobsExporter: those of a configuration file, and those that need an app. docs/library.md lists the
 * properties that take tokens of CDK, which get their value at deployment.
 */
export interface IotJobsExporterProps extends ExporterOptions, ExportFunctionOptions {
  /** History that the snapshots are written to. */
  readonly history: IIotJobsHistory;
  /**
   * SNS topic that all alarms without a topic of their own notify, instead of `alarmTopicArn`. CloudWatch must be allowed to
   * publish to it: see docs/library.md.
   *
   * @default - the topic of `alarmTopicArn`, or a new topic
   */
  readonly alarmTopic?: sns.ITopic;
}
