import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { AlarmWindow } from '../../schedule/alarm-windows.ts';
import type { Comparison, DefaultAlarm } from '../config/alarm-config.ts';
import type { HealthAlarm } from '../config/health-alarms.ts';

/** Headings of docs/runbook.md, one for each kind of alarm. */
export type RunbookSection =
  | 'count'
  | 'failing'
  | 'function-failing'
  | 'rollout-failing'
  | 'rollout-stalled'
  | HealthAlarm
  | DefaultAlarm;

/** Missing data of alarms on custom metrics: in periods without a run they keep their state. */
export const KEEP_STATE = cloudwatch.TreatMissingData.IGNORE;

/**
 * The window of alarms on metrics of Lambda, EventBridge Scheduler and Step Functions: once in the last 30 minutes. Lambda's
 * metrics have the time of the invocation and arrive when it has ended, up to 15 minutes later. The others may be delayed.
 * Sources: AWS Lambda Developer Guide, "Viewing metrics for Lambda functions"; EventBridge Scheduler User Guide, "Monitoring
 * Amazon EventBridge Scheduler with Amazon CloudWatch"; AWS Step Functions Developer Guide, "Monitoring Step Functions
 * metrics using Amazon CloudWatch".
 */
export const EVENT_WINDOW: AlarmWindow = { periodSeconds: 60, evaluationPeriods: 30, datapointsToAlarm: 1 };

/** CloudWatch's operators by comparison. */
const OPERATORS = {
  '>': cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
  '>=': cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
  '<': cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
  '<=': cloudwatch.ComparisonOperator.LESS_THAN_OR_EQUAL_TO_THRESHOLD,
} as const satisfies Record<Comparison, cloudwatch.ComparisonOperator>;

/** Properties for RunbookAlarm. */
export interface RunbookAlarmProps {
  /** Makes the metric, with the window's period. */
  readonly metric: (options: cloudwatch.MetricOptions) => cloudwatch.IMetric;
  /** Statistic of the metric in a period. */
  readonly statistic: string;
  /** Periods that the alarm evaluates. */
  readonly window: AlarmWindow;
  /** Treatment of periods without data points. */
  readonly missingData: cloudwatch.TreatMissingData;
  /** Comparison of the metric with the threshold at which the alarm is on. */
  readonly comparison: Comparison;
  /** Threshold, in the unit of the metric. */
  readonly threshold: number;
  /** Meaning of the alarm, for its description: a sentence. */
  readonly means: string;
  /** Section of the runbook for the alarm. */
  readonly section: RunbookSection;
  /**
   * Action when the alarm goes into ALARM and when it returns to OK.
   *
   * @default - none: a composite alarm notifies
   */
  readonly action?: cloudwatch.IAlarmAction;
}

/** An alarm whose description has its meaning and its section of the runbook. */
export class RunbookAlarm extends Construct {
  /** The alarm. */
  readonly alarm: cloudwatch.Alarm;

  constructor(scope: Construct, id: string, props: RunbookAlarmProps) {
    super(scope, id);
    const { statistic, window, action } = props;
    this.alarm = new cloudwatch.Alarm(this, 'Resource', {
      metric: props.metric({ statistic, period: Duration.seconds(window.periodSeconds) }),
      comparisonOperator: OPERATORS[props.comparison],
      threshold: props.threshold,
      evaluationPeriods: window.evaluationPeriods,
      datapointsToAlarm: window.datapointsToAlarm,
      treatMissingData: props.missingData,
      alarmDescription: alarmDescription(props.means, props.section),
    });
    if (!action) return;
    this.alarm.addAlarmAction(action);
    this.alarm.addOkAction(action);
  }
}

/** Makes the description of an alarm: its meaning and its section of the runbook. */
export function alarmDescription(means: string, section: RunbookSection): string {
  return `${means} What to do: docs/runbook.md#${section}`;
}
