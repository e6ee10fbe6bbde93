import type * as sns from 'aws-cdk-lib/aws-sns';
import type { ExporterOptions } from '../config/config.ts';
import type { IIotJobsHistory } from '../history/history.ts';
import type { ExportFunctionOptions } from './function-options.ts';

/**
 * Properties for IotJobsExporter: those of a configuration file, and those that only an app can give. Values of CDK that
 * are known at deployment alone (tokens) are taken where docs/library.md says so.
 */
export interface IotJobsExporterProps extends ExporterOptions, ExportFunctionOptions {
  /** Where the snapshots go. */
  readonly history: IIotJobsHistory;
  /**
   * SNS topic of all alarms that have none of their own, in the place of `alarmTopicArn`. CloudWatch must be allowed to
   * publish to it: docs/library.md says how.
   *
   * @default - a topic of the exporter
   */
  readonly alarmTopic?: sns.ITopic;
}
