import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type { HealthEvent } from '../../lambda/contract/health.ts';
import type { LogLevel, LogRetentionDays } from '../config/exporter-options.ts';
import type { HealthAlarm } from '../config/health-alarms.ts';
import type { IotJobsHistory } from '../history/iot-jobs-history.ts';

/** Periods of a schedule that an export may miss before it is late, where nothing else is said: as an exporter's own alarm. */
export const DEFAULT_MISSED_PERIODS = 2;

/** Exports that are expected in a history, and from where. */
export type ExpectedExports = Omit<HealthEvent, 'missedPeriods'>;

/** Properties for HistoryHealth. */
export interface HistoryHealthProps {
  /** The history, in the same stack. */
  readonly history: IotJobsHistory;
  /** Exports that are expected, by the places that they are expected from. Any other that writes is found, too. */
  readonly expected: ExpectedExports;
  /**
   * Runs of an export's schedule that may fail to come before it is late: 1 to 1,440.
   *
   * @default 2
   */
  readonly missedPeriods?: number;
  /**
   * Minutes from one look to the next: 5 to 1,440, a day.
   *
   * @default 60
   */
  readonly everyMinutes?: number;
  /**
   * ARN of the SNS topic that alarms notify, in the Region of the history.
   *
   * @default - a topic of its own
   */
  readonly alarmTopicArn?: string;
  /**
   * Topic of the app that alarms notify, in the place of `alarmTopicArn`. Its policy must let CloudWatch publish.
   *
   * @default - that of `alarmTopicArn`, or a topic of its own
   */
  readonly alarmTopic?: sns.ITopic;
  /**
   * Addresses that its own topic writes to. Each must confirm.
   *
   * @default - none
   */
  readonly alarmEmails?: readonly string[];
  /**
   * Alarms to do without, by name.
   *
   * @default - none: all are there
   */
  readonly disabledAlarms?: readonly HealthAlarm[];
  /**
   * What the function logs. The line of each look is INFO, that which names silent exports WARN.
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
   * Customer key that encrypts the function's log group, as that of an exporter.
   *
   * @default - a key of CloudWatch Logs
   */
  readonly logEncryptionKey?: kms.IKey;
  /**
   * The function's code, with `handler` in `index.cjs`.
   *
   * @default - the bundle that comes with this package
   */
  readonly code?: lambda.Code;
}
