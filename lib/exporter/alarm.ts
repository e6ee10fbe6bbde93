import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { Comparison, CountAlarm, StandingAlarm } from '../config/alarm-config.ts';
import type { AlarmWindow } from '../schedule/alarm-windows.ts';

/** Headings of docs/runbook.md, one for each kind of alarm. */
export type RunbookSection = 'count' | StandingAlarm;

const OPERATORS = {
  '>': cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
  '>=': cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
  '<': cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
  '<=': cloudwatch.ComparisonOperator.LESS_THAN_OR_EQUAL_TO_THRESHOLD,
} as const satisfies Record<Comparison, cloudwatch.ComparisonOperator>;

const WORDS = { '>': 'more than', '>=': 'at least', '<': 'fewer than', '<=': 'at most' } as const;

/** What an alarm watches, and what it says. */
export interface RunbookAlarmProps {
  /** With the window's period. */
  readonly metric: cloudwatch.IMetric;
  /** Periods that it looks at. */
  readonly window: AlarmWindow;
  /** How the metric must stand to the threshold for the alarm to go off. */
  readonly comparison: Comparison;
  /** In the unit of the metric. */
  readonly threshold: number;
  /** What it means that the alarm is on: a sentence. */
  readonly means: string;
  /** Where the runbook says what to do. */
  readonly section: RunbookSection;
  /**
   * What a period without data points means. With `notBreaching` no alarm waits for data in INSUFFICIENT_DATA, with
   * `ignore` it keeps its state.
   */
  readonly missingData: 'breaching' | 'notBreaching' | 'ignore';
  /** What it tells, when it goes off and when it is over. */
  readonly action: cloudwatch.IAlarmAction;
}

/** An alarm whose description says what it means and where the runbook goes on. It tells of its return, too. */
export class RunbookAlarm extends Construct {
  /** The alarm. */
  readonly alarm: cloudwatch.Alarm;

  constructor(scope: Construct, id: string, props: RunbookAlarmProps) {
    super(scope, id);
    const { evaluationPeriods } = props.window;
    this.alarm = new cloudwatch.Alarm(this, 'Resource', {
      metric: props.metric,
      comparisonOperator: OPERATORS[props.comparison],
      threshold: props.threshold,
      evaluationPeriods,
      datapointsToAlarm: evaluationPeriods,
      treatMissingData: props.missingData as cloudwatch.TreatMissingData,
      alarmDescription: `${props.means} What to do: docs/runbook.md#${props.section}`,
    });
    this.alarm.addAlarmAction(props.action);
    this.alarm.addOkAction(props.action);
  }
}

/** `more than 500 jobs are IN_PROGRESS in fleet-eu, for 3 snapshots on end` */
export function countInWords({ status, thingGroup, comparison, threshold, forSnapshots = 1 }: CountAlarm): string {
  const where = thingGroup === undefined ? '' : ` in thing group ${thingGroup}`;
  const howLong = forSnapshots === 1 ? '' : `, for ${forSnapshots} snapshots on end`;
  const jobs = threshold === 1 ? 'job is' : 'jobs are';
  return `${WORDS[comparison]} ${threshold} ${jobs} ${status}${where}${howLong}`;
}

/** Of two snapshots in one period both must break the threshold: Minimum for what must not be above, else Maximum. */
export function countStatistic(comparison: Comparison): string {
  return comparison.startsWith('>') ? cloudwatch.Stats.MINIMUM : cloudwatch.Stats.MAXIMUM;
}
