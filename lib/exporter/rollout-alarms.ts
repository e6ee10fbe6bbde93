import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { DEFAULT_MIN_THINGS } from '../../lambda/contract/details.ts';
import { snapshotWindow } from '../../schedule/alarm-windows.ts';
import type { ExportConfig } from '../config/config.ts';
import { KEEP_STATE, RunbookAlarm, type RunbookAlarmProps } from './alarm.ts';
import type { AlarmActions } from './alarm-actions.ts';
import type { ExportMetrics } from './export-metrics.ts';

/** Properties for RolloutAlarms. */
export interface RolloutAlarmsProps {
  /** The export, with its rollouts. */
  readonly config: ExportConfig;
  /** Its metrics. */
  readonly metrics: ExportMetrics;
  /** What the alarms notify. */
  readonly actions: AlarmActions;
}

/** The alarms on the rollouts of an export, one for each threshold in `rollouts`. */
export class RolloutAlarms extends Construct {
  /** The alarms. */
  readonly alarms: readonly cloudwatch.IAlarm[];
  readonly #props: RolloutAlarmsProps;

  constructor(scope: Construct, id: string, props: RolloutAlarmsProps) {
    super(scope, id);
    this.#props = props;
    const { failedPercent, minThings = DEFAULT_MIN_THINGS, stalledHours } = props.config.rollouts ?? {};
    this.alarms = [
      ...(failedPercent === undefined ? [] : [this.failing(failedPercent, minThings)]),
      ...(stalledHours === undefined ? [] : [this.stalled(stalledHours)]),
    ];
  }

  private failing(failedPercent: number, minThings: number): cloudwatch.IAlarm {
    const { config, metrics } = this.#props;
    return this.rolloutAlarm('rollout-failing', {
      metric: (options) => metrics.metricWorstFailedPercent(options),
      threshold: failedPercent,
      means:
        `In export ${config.name}, more than ${failedPercent} % of the things that executed a job failed, rejected it ` +
        `or timed out (of ${minThings} ${minThings === 1 ? 'thing' : 'things'} at least).`,
    });
  }

  private stalled(stalledHours: number): cloudwatch.IAlarm {
    const { config, metrics } = this.#props;
    return this.rolloutAlarm('rollout-stalled', {
      metric: (options) => metrics.metricStalledRollouts(options),
      threshold: 0,
      means:
        `In export ${config.name}, a job in progress still awaits things, and no number of its things has changed for ` +
        `${stalledHours} h.`,
    });
  }

  private rolloutAlarm(
    section: 'rollout-failing' | 'rollout-stalled',
    props: Pick<RunbookAlarmProps, 'metric' | 'threshold' | 'means'>,
  ): cloudwatch.IAlarm {
    const { config, actions } = this.#props;
    return new RunbookAlarm(this, section, {
      ...props,
      statistic: cloudwatch.Stats.MAXIMUM,
      comparison: '>',
      window: snapshotWindow(config),
      missingData: KEEP_STATE,
      section,
      action: actions.action(),
    }).alarm;
  }
}
