import { Annotations } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { mayOutlast, runMinutes } from '../../lambda/contract/run-time.ts';
import { freshnessWindow, RECENT_WINDOW, snapshotWindow } from '../../schedule/alarm-windows.ts';
import type { ALARMS_ON_CUSTOM_METRICS } from '../config/alarm-config.ts';
import type { CheckedExporterOptions, ExportConfig } from '../config/config.ts';
import { KEEP_STATE, RunbookAlarm, type RunbookAlarmProps } from './alarm.ts';
import type { AlarmActions } from './alarm-actions.ts';
import { CompositeAlarm } from './composite-alarm.ts';
import { CountAlarms } from './count-alarms.ts';
import type { ExportMetrics } from './export-metrics.ts';
import { RolloutAlarms } from './rollout-alarms.ts';

/** Percentage of throttled calls above which a run is slowed down. */
const THROTTLED_PERCENT = 5;

/** Share of the time of a run above which it may soon not finish in time. */
const SLOW_SHARE = 0.8;

/** Properties for ExportAlarms. */
export interface ExportAlarmsProps {
  /** The export. */
  readonly config: ExportConfig;
  /** Its metrics. */
  readonly metrics: ExportMetrics;
  /** Options of the exporter, with `disabledAlarms`. */
  readonly options: CheckedExporterOptions;
  /** What the alarms notify. */
  readonly actions: AlarmActions;
}

/** The alarms of one export. */
export class ExportAlarms extends Construct {
  /** All alarms on metrics. */
  readonly alarms: cloudwatch.IAlarm[] = [];
  /** Composite alarm that is on while there are no complete snapshots; `undefined` where both of its parts are disabled. */
  readonly failing: cloudwatch.IAlarm | undefined;
  readonly #props: ExportAlarmsProps;

  constructor(scope: Construct, id: string, props: ExportAlarmsProps) {
    super(scope, id);
    this.#props = props;
    const { config, options } = props;
    this.alarms.push(...new CountAlarms(this, 'Counts', props).alarms);
    if (!options.disabledAlarms.includes('throttled')) this.addThrottled(props);
    if (!options.disabledAlarms.includes('slow')) this.addSlow(props);
    if (!options.disabledAlarms.includes('previous-unreadable')) this.addPreviousUnreadable(props);
    if (config.details && !options.disabledAlarms.includes('details-failing')) this.addDetailsFailing(props);
    this.alarms.push(...new RolloutAlarms(this, 'Rollouts', props).alarms);
    const { thingGroups = [], thingGroupIds = [] } = config;
    const hasGroups = thingGroups.length + thingGroupIds.length > 0;
    if (hasGroups && !options.disabledAlarms.includes('missing-thing-group')) this.addMissingThingGroup(props);
    this.failing = this.addComposite();
  }

  private addThrottled({ config, metrics, actions }: ExportAlarmsProps): void {
    this.addSnapshotAlarm('throttled', {
      metric: (options) => metrics.metricThrottledPercent(options),
      comparison: '>',
      threshold: THROTTLED_PERCENT,
      means: `More than ${THROTTLED_PERCENT} % of the calls of ListJobs of export ${config.name} were throttled: others list jobs, too.`,
      action: actions.action(),
    });
  }

  private addSlow({ config, metrics, actions }: ExportAlarmsProps): void {
    const minutes = runMinutes(config);
    const slow = Number((SLOW_SHARE * minutes).toFixed(1));
    this.addSnapshotAlarm('slow', {
      metric: (options) => metrics.metricSnapshotDuration(options),
      comparison: '>',
      threshold: slow * 60_000,
      means: `The last snapshot of export ${config.name} took more than ${slow} of the ${minutes} minutes that a run has: soon none will be complete.`,
      action: actions.action(),
    });
  }

  private addPreviousUnreadable({ config, metrics, actions }: ExportAlarmsProps): void {
    this.addSnapshotAlarm('previous-unreadable', {
      metric: (options) => metrics.metricPreviousUnreadable(options),
      comparison: '>=',
      threshold: 1,
      means:
        `The last snapshot of export ${config.name} could not read the rows of the one before: it says nothing of changes, ` +
        'and since when a job is there and in its status begins anew.',
      action: actions.action(),
    });
  }

  private addDetailsFailing({ config, metrics, actions }: ExportAlarmsProps): void {
    this.addSnapshotAlarm('details-failing', {
      metric: (options) => metrics.metricDetailsFailed(options),
      comparison: '>=',
      threshold: 1,
      means:
        `The last snapshot of export ${config.name} is without details of jobs that are there: DescribeJob was refused, ` +
        'throttled or failed, or the time was over.',
      action: actions.action(),
    });
  }

  private addMissingThingGroup({ config, metrics, actions }: ExportAlarmsProps): void {
    this.addSnapshotAlarm('missing-thing-group', {
      metric: (options) => metrics.metricMissingThingGroups(options),
      comparison: '>=',
      threshold: 1,
      means: `A thing group that export ${config.name} lists does not exist: its counts are unknown, not zero.`,
      action: actions.action(),
    });
  }

  /**
   * One alarm notifies for both failed and missing snapshots, since the one leads to the other. `no-snapshot` is on from its
   * creation, so it counts only after a first run has ended: until then `snapshot-failed` has no data.
   */
  private addComposite(): cloudwatch.IAlarm | undefined {
    const { config, options, actions } = this.#props;
    const isFailedDisabled = options.disabledAlarms.includes('snapshot-failed');
    const isMissingDisabled = options.disabledAlarms.includes('no-snapshot');
    const missing = isMissingDisabled ? undefined : this.addNoSnapshot();
    if (isFailedDisabled && !missing) return undefined;
    // Needed for hasRun even if it is disabled.
    const failed = this.addSnapshotFailed();
    const hasRun = cloudwatch.AlarmRule.not(
      cloudwatch.AlarmRule.fromAlarm(failed, cloudwatch.AlarmState.INSUFFICIENT_DATA),
    );
    const rules = [
      ...(isFailedDisabled ? [] : [cloudwatch.AlarmRule.fromAlarm(failed, cloudwatch.AlarmState.ALARM)]),
      ...(missing ? [cloudwatch.AlarmRule.allOf(missing, hasRun)] : []),
    ];
    const causes = [
      ...(isFailedDisabled ? [] : ['its last run failed']),
      ...(missing ? ['no run has ended for too long'] : []),
    ];
    return new CompositeAlarm(this, 'failing', {
      rule: cloudwatch.AlarmRule.anyOf(...rules),
      means: `Export ${config.name} gets no complete snapshots: ${causes.join(', or ')}. Its numbers are old.`,
      section: 'failing',
      action: actions.action(),
    }).alarm;
  }

  private addSnapshotFailed(): cloudwatch.IAlarm {
    const { config, metrics } = this.#props;
    return this.addSnapshotAlarm('snapshot-failed', {
      metric: (options) => metrics.metricSnapshotCompleted(options),
      comparison: '<',
      threshold: 1,
      means: `The last run of export ${config.name} failed.`,
    });
  }

  /** Condition that no snapshot came for too long; `undefined` where CloudWatch cannot look back that far. */
  private addNoSnapshot(): cloudwatch.IAlarmRule | undefined {
    const { config, metrics, options } = this.#props;
    const window = freshnessWindow(config, options.alarmAfterMissedPeriods);
    if (!window) {
      this.warn(
        'no-freshness-alarm',
        `Export ${config.name} has no alarm no-snapshot: two snapshots can be more than 7 days apart, and CloudWatch ` +
          `looks back no further. Run it more often${mayOutlast(config) ? ', lower maxRunMinutes' : ''}, or add "no-snapshot" ` +
          'to disabledAlarms if you watch it otherwise.',
      );
      return undefined;
    }
    const hours = Number(((window.periodSeconds * window.evaluationPeriods) / 3600).toFixed(1));
    if (window.isCut) {
      this.warn(
        'freshness-alarm-cut',
        `The alarm no-snapshot of export ${config.name} goes off after ${hours} h without a complete snapshot, sooner ` +
          `than the ${options.alarmAfterMissedPeriods} missed periods of alarmAfterMissedPeriods: CloudWatch looks back no ` +
          'further. Lower alarmAfterMissedPeriods, or run the export more often.',
      );
    }
    const alarm = new RunbookAlarm(this, 'no-snapshot', {
      metric: (metricOptions) => metrics.metricSnapshotCompleted(metricOptions),
      statistic: cloudwatch.Stats.MAXIMUM,
      window,
      missingData: cloudwatch.TreatMissingData.BREACHING,
      comparison: '<',
      threshold: 1,
      means: `Export ${config.name} completed no snapshot for ${hours} h.`,
      section: 'no-snapshot',
    }).alarm;
    this.alarms.push(alarm);
    const isOn = cloudwatch.AlarmRule.fromAlarm(alarm, cloudwatch.AlarmState.ALARM);
    return window.isHourly ? cloudwatch.AlarmRule.allOf(isOn, this.addRecentSnapshot()) : isOn;
  }

  /**
   * Condition that no snapshot came recently. CloudWatch evaluates an alarm with periods of an hour once an hour: it would
   * still be on, and notify, after the first snapshot has come, and `failing` would return an hour late after an outage. This
   * alarm sees a snapshot within minutes.
   */
  private addRecentSnapshot(): cloudwatch.IAlarmRule {
    const { config, metrics } = this.#props;
    const { alarm } = new RunbookAlarm(this, 'recent-snapshot', {
      metric: (options) => metrics.metricSnapshotCompleted(options),
      statistic: cloudwatch.Stats.MAXIMUM,
      window: RECENT_WINDOW,
      missingData: cloudwatch.TreatMissingData.MISSING,
      comparison: '<',
      threshold: 1,
      means:
        `Export ${config.name} completed a snapshot within 2 h while this is OK. It notifies nobody: "failing" returns by ` +
        'it, for CloudWatch judges no-snapshot of this export once an hour.',
      section: 'no-snapshot',
    });
    this.alarms.push(alarm);
    return cloudwatch.AlarmRule.not(cloudwatch.AlarmRule.fromAlarm(alarm, cloudwatch.AlarmState.OK));
  }

  private addSnapshotAlarm(
    section: (typeof ALARMS_ON_CUSTOM_METRICS)[number],
    props: Omit<RunbookAlarmProps, 'window' | 'missingData' | 'section' | 'statistic'>,
  ): cloudwatch.IAlarm {
    const window = snapshotWindow(this.#props.config);
    const defaults = { window, missingData: KEEP_STATE, statistic: cloudwatch.Stats.MAXIMUM };
    const { alarm } = new RunbookAlarm(this, section, { ...defaults, ...props, section });
    this.alarms.push(alarm);
    return alarm;
  }

  private warn(id: string, text: string): void {
    Annotations.of(this).addWarningV2(`iot-jobs-exporter:${id}-${this.#props.config.name}`, text);
  }
}
