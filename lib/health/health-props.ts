import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type { HealthEvent } from '../../lambda/contract/health.ts';
import type { LogLevel, LogRetentionDays } from '../config/exporter-options.ts';
import type { HealthAlarm } from '../config/health-alarms.ts';
import type { IotJobsHistory } from '../history/iot-jobs-history.ts';

/** Default number of periods that an export may miss before it is late: that of an exporter's alarm `no-snapshot`. */
export const DEFAULT_MISSED_PERIODS = 2;

/** Exports that are expected in a history, with their accounts and Regions. */
export type ExpectedExports = Omit<HealthEvent, 'missedPeriods'>;

/** Properties for HistoryHealth. */
export interface HistoryHealthProps {
  /** The history, in the same stack. */
  readonly history: IotJobsHistory;
  /** Exports that are expected, by account and Region. Exports that write without being expected are found, too. */
  readonly expected: ExpectedExports;
  /**
   * Periods of its schedule that an export may miss before it is late: 1 to 1,440.
   *
   * @default 2
   */
  readonly missedPeriods?: number;
  /**
   * Minutes between two looks at the exports: 5 to 1,440, a day.
   *
   * @default 60
   */
  readonly everyMinutes?: number;
  /**
   * ARN of the SNS topic that alarms notify, in the Region of the history.
   *
   * @default - a new topic
   */
  readonly alarmTopicArn?: string;
  /**
   * Topic of the app that alarms notify, instead of `alarmTopicArn`. Its policy must let CloudWatch publish.
   *
   * @default - the topic of `alarmTopicArn`, or a new topic
   */
  readonly alarmTopic?: sns.ITopic;
  /**
   * E-mail addresses to subscribe to the new topic. Each must confirm the subscription.
   *
   * @default - none
   */
  readonly alarmEmails?: readonly string[];
  /**
   * Alarms to leave out, by name.
   *
   * @default - none
   */
  readonly disabledAlarms?: readonly HealthAlarm[];
  /**
   * Log level of the function. The summary line of each look is INFO, the line that names silent exports WARN.
   *
   * @default INFO
   */
  readonly logLevel?: LogLevel;
  /**
   * Days for which CloudWatch keeps the function's logs.
   *
   * @default 90
   */
  readonly logRetentionDays?: LogRetentionDays;
  /**
   * Customer key that encrypts the function's log group, as `logEncryptionKey` of an exporter.
   *
   * @default - a key of CloudWatch Logs
   */
  readonly logEncryptionKey?: kms.IKey;
  /**
   * Code of the function. Its module `index` exports `handler`.
   *
   * @default - the bundle that comes with this package
   */
  readonly code?: lambda.Code;
}
