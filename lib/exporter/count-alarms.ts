import { Annotations } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { snapshotWindow } from '../../schedule/alarm-windows.ts';
import type { Comparison, CountAlarm, StatusAlarm } from '../config/alarm-config.ts';
import { alarmName } from '../config/alarm-name.ts';
import { alarmWarnings } from '../config/alarm-rules.ts';
import type { ExportConfig } from '../config/config.ts';
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

/**
 * The alarms on the counts of jobs of an export. Their ids are their names, so that a new threshold updates an alarm, which
 * keeps its history.
 */
export class CountAlarms extends Construct {
  /** The alarms. */
  readonly alarms: readonly cloudwatch.IAlarm[];
  readonly #props: CountAlarmsProps;

  constructor(scope: Construct, id: string, props: CountAlarmsProps) {
    super(scope, id);
    this.#props = props;
    const { alarms = [], name } = props.config;
    this.alarms = alarms.map((alarm) =>
      alarm.movedTo === undefined ? this.statusAlarm(alarm) : this.snapshotsAlarm(alarm, alarm.threshold),
    );
    for (const { alarm, text } of alarmWarnings(props.config)) {
      Annotations.of(this).addWarningV2(`iot-jobs-exporter:moves-not-seen-${name}-${alarm}`, text);
    }
  }

  private statusAlarm(alarm: StatusAlarm): cloudwatch.IAlarm {
    const { config, metrics } = this.#props;
    const { status, thingGroup, comparison, threshold, forSnapshots = 1 } = alarm;
    const statistic = worstStatistic(comparison);
    const counted = { status, ...(thingGroup !== undefined && { thingGroup }), statistic };
    const metric = (options: cloudwatch.MetricOptions) => metrics.metricJobCount({ ...options, ...counted });
    // The check of the configuration refuses an alarm without threshold and anomaly.
    if (alarm.anomaly || threshold === undefined) {
      const means = `In export ${config.name}, ${anomalyInWords(alarm)}.`;
      const { window, action } = this.commonProps(alarm);
      return new AnomalyAlarm(this, alarmName(alarm), { metric, window, isAbove: comparison === '>', means, action })
        .alarm;
    }
    if (forSnapshots > 1) return this.snapshotsAlarm(alarm, threshold);
    return new RunbookAlarm(this, alarmName(alarm), {
      ...this.commonProps(alarm),
      means: this.means(alarm, threshold),
      metric,
      statistic,
      comparison,
      threshold,
    }).alarm;
  }

  /** An alarm on the number of snapshots in breach, which the function counts: CloudWatch counts periods, not snapshots. */
  private snapshotsAlarm(alarm: CountAlarm, threshold: number): cloudwatch.IAlarm {
    const name = alarmName(alarm);
    return new RunbookAlarm(this, name, {
      ...this.commonProps(alarm),
      means: this.means(alarm, threshold),
      metric: (options) => this.#props.metrics.metricSnapshotsInBreach({ ...options, alarmName: name }),
      statistic: cloudwatch.Stats.MAXIMUM,
      comparison: '>=',
      threshold: alarm.forSnapshots ?? 1,
    }).alarm;
  }

  private commonProps({ topicArn }: CountAlarm) {
    const { config, actions } = this.#props;
    const action = actions.action(topicArn);
    return { window: snapshotWindow(config), missingData: KEEP_STATE, section: 'count' as const, action };
  }

  private means(alarm: CountAlarm, threshold: number): string {
    return `In export ${this.#props.config.name}, ${countInWords(alarm, threshold)}.`;
  }
}

/** Statistic that gives the worse of two snapshots in one period. */
function worstStatistic(comparison: Comparison): string {
  return comparison.startsWith('>') ? cloudwatch.Stats.MAXIMUM : cloudwatch.Stats.MINIMUM;
}

/**
 * Describes a count, such as `more than 500 jobs are IN_PROGRESS in thing group fleet-eu, for 3 snapshots on end` or
 * `more than 50 jobs became CANCELED between two snapshots`.
 */
function countInWords(
  { status, movedTo, thingGroup, comparison, forSnapshots = 1 }: CountAlarm,
  threshold: number,
): string {
  const jobs = threshold === 1 ? 'job' : 'jobs';
  const duration = forSnapshots === 1 ? '' : `, for ${forSnapshots} snapshots on end`;
  const subject =
    movedTo === undefined
      ? `${threshold === 1 ? 'is' : 'are'} ${status}${inThingGroup(thingGroup)}`
      : `became ${movedTo}${inThingGroup(thingGroup)} ${forSnapshots === 1 ? 'between two snapshots' : 'from one snapshot to the next'}`;
  return `${WORDS[comparison]} ${threshold} ${jobs} ${subject}${duration}`;
}

/** Describes an anomaly: `more jobs are IN_PROGRESS in thing group fleet-eu than CloudWatch expects by their past`. */
function anomalyInWords({ status, thingGroup, comparison }: StatusAlarm): string {
  const more = comparison === '>' ? 'more' : 'fewer';
  return `${more} jobs are ${status}${inThingGroup(thingGroup)} than CloudWatch expects by their past`;
}

function inThingGroup(thingGroup: string | undefined): string {
  return thingGroup === undefined ? '' : ` in thing group ${thingGroup}`;
}
