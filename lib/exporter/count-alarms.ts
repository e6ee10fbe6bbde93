import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { Comparison, CountAlarm } from '../config/alarm-config.ts';
import { alarmName } from '../config/alarm-name.ts';
import type { ExportConfig } from '../config/config.ts';
import { snapshotWindow } from '../schedule/alarm-windows.ts';
import { KEEP_STATE, RunbookAlarm } from './alarm.ts';
import type { AlarmActions } from './alarm-actions.ts';
import { AnomalyAlarm } from './anomaly-alarm.ts';
import type { ExportMetrics } from './export-metrics.ts';

const WORDS = { '>': 'more than', '>=': 'at least', '<': 'fewer than', '<=': 'at most' } as const;

/** Properties for CountAlarms. */
export interface CountAlarmsProps {
  /** The export, with its alarms. */
  readonly config: ExportConfig;
  /** Its metrics. */
  readonly metrics: ExportMetrics;
  /** What the alarms notify. */
  readonly actions: AlarmActions;
}

/** The alarms on the counts of jobs of an export, by their names: a new threshold is an update, and keeps the history. */
export class CountAlarms extends Construct {
  /** The alarms. */
  readonly alarms: readonly cloudwatch.IAlarm[];

  constructor(scope: Construct, id: string, props: CountAlarmsProps) {
    super(scope, id);
    this.alarms = (props.config.alarms ?? []).map((alarm) => this.alarmOf(alarm, props));
  }

  private alarmOf(alarm: CountAlarm, { config, metrics, actions }: CountAlarmsProps): cloudwatch.IAlarm {
    const { status, thingGroup, comparison, threshold, forSnapshots = 1 } = alarm;
    const name = alarmName(alarm);
    const action = actions.action(alarm.topicArn);
    const window = snapshotWindow(config);
    const counted = { status, ...(thingGroup !== undefined && { thingGroup }), statistic: worst(comparison) };
    // The configuration's check has refused an alarm without either.
    if (alarm.anomaly || threshold === undefined) {
      const means = `In export ${config.name}, ${anomalyInWords(alarm)}.`;
      const metric = (options: cloudwatch.MetricOptions) => metrics.metricJobCount({ ...options, ...counted });
      return new AnomalyAlarm(this, name, { metric, window, isAbove: comparison === '>', means, action }).alarm;
    }
    const common = {
      window,
      missingData: KEEP_STATE,
      means: `In export ${config.name}, ${countInWords(alarm, threshold)}.`,
      section: 'count' as const,
      action,
    };
    if (forSnapshots === 1) {
      return new RunbookAlarm(this, name, {
        ...common,
        metric: (options) => metrics.metricJobCount({ ...options, ...counted }),
        statistic: counted.statistic,
        comparison,
        threshold,
      }).alarm;
    }
    // CloudWatch counts periods, not snapshots: the function counts these.
    return new RunbookAlarm(this, name, {
      ...common,
      metric: (options) => metrics.metricSnapshotsInBreach({ ...options, alarmName: name }),
      statistic: cloudwatch.Stats.MAXIMUM,
      comparison: '>=',
      threshold: forSnapshots,
    }).alarm;
  }
}

/** Of two snapshots in one period the worse decides. */
function worst(comparison: Comparison): string {
  return comparison.startsWith('>') ? cloudwatch.Stats.MAXIMUM : cloudwatch.Stats.MINIMUM;
}

/** `more than 500 jobs are IN_PROGRESS in thing group fleet-eu, for 3 snapshots on end` */
function countInWords({ status, thingGroup, comparison, forSnapshots = 1 }: CountAlarm, threshold: number): string {
  const howLong = forSnapshots === 1 ? '' : `, for ${forSnapshots} snapshots on end`;
  const jobs = threshold === 1 ? 'job is' : 'jobs are';
  return `${WORDS[comparison]} ${threshold} ${jobs} ${status}${inGroup(thingGroup)}${howLong}`;
}

/** `more jobs are IN_PROGRESS in thing group fleet-eu than CloudWatch expects by their past` */
function anomalyInWords({ status, thingGroup, comparison }: CountAlarm): string {
  const more = comparison === '>' ? 'more' : 'fewer';
  return `${more} jobs are ${status}${inGroup(thingGroup)} than CloudWatch expects by their past`;
}

function inGroup(thingGroup: string | undefined): string {
  return thingGroup === undefined ? '' : ` in thing group ${thingGroup}`;
}
