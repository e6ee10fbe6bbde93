import { Annotations, Duration } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as scheduler from 'aws-cdk-lib/aws-scheduler';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { CountAlarm, StandingAlarm } from '../config/alarm-config.ts';
import { alarmName } from '../config/alarm-rules.ts';
import type { CheckedExporterOptions, ExportConfig } from '../config/config.ts';
import { MAX_RUN_SECONDS } from '../config/rules.ts';
import { type AlarmWindow, countWindow, freshnessWindow } from '../schedule/alarm-windows.ts';
import { countInWords, countStatistic, RunbookAlarm, type RunbookAlarmProps } from './alarm.ts';
import { AlarmActions } from './alarm-actions.ts';
import type { ExportMetrics } from './export-metrics.ts';

/** Share of throttled calls from which a run is slowed down, and of the run's limit from which it is in danger. */
const THROTTLED_PERCENT = 5;
const SLOW_SHARE = 0.8;
const FIVE_MINUTES: AlarmWindow = { periodSeconds: 300, evaluationPeriods: 1 };

/** What the alarms watch. */
export interface ExporterAlarmsProps {
  /** The exports, alarms, topic. */
  readonly options: CheckedExporterOptions;
  /** The metrics of each export, by its name. */
  readonly metrics: ReadonlyMap<string, ExportMetrics>;
  /** The function that takes a snapshot. */
  readonly function: lambda.IFunction;
  /** Where failed events are kept. */
  readonly deadLetterQueue: sqs.IQueue;
  /** Group of the schedules. */
  readonly scheduleGroup?: scheduler.IScheduleGroup;
  /**
   * Topic of the app that alarms notify, in the stack's Region.
   *
   * @default - that of `options.alarmTopicArn`, or a topic of the stack
   */
  readonly alarmTopic?: sns.ITopic;
}

type Told = Omit<RunbookAlarmProps, 'action' | 'section'>;

/** The alarms of an exporter: those on counts of jobs, and those that are there unless turned off. */
export class ExporterAlarms extends Construct {
  /** All alarms. */
  readonly alarms: cloudwatch.Alarm[] = [];
  readonly #actions: AlarmActions;
  readonly #disabled: readonly StandingAlarm[];

  constructor(scope: Construct, id: string, props: ExporterAlarmsProps) {
    super(scope, id);
    const { options, metrics, alarmTopic } = props;
    this.#disabled = options.disabledAlarms;
    this.#actions = new AlarmActions(this, 'Topic', { options, ...(alarmTopic && { alarmTopic }) });
    this.ofFunction(props);
    for (const config of options.exports) {
      const own = metrics.get(config.name);
      if (own) this.ofExport(config, own, options.alarmAfterMissedPeriods);
    }
  }

  /** The topic that alarms notify unless they name one; `undefined` where none does. */
  get topic(): sns.ITopic | undefined {
    return this.#actions.topic;
  }

  private ofFunction({ function: exportFunction, deadLetterQueue }: ExporterAlarmsProps): void {
    const fiveMinutes = { window: FIVE_MINUTES, comparison: '>=', missingData: 'notBreaching' } as const;
    this.standing('function-failed', '', {
      ...fiveMinutes,
      metric: exportFunction.metricErrors({ statistic: 'Sum' }),
      threshold: 1,
      means: 'The function failed: a snapshot is late, or missing if the two retries fail too.',
    });
    this.standing('slow', '', {
      ...fiveMinutes,
      metric: exportFunction.metricDuration({ statistic: 'Maximum' }),
      comparison: '>',
      threshold: SLOW_SHARE * MAX_RUN_SECONDS * 1000,
      means: `A run took more than ${SLOW_SHARE * MAX_RUN_SECONDS} s of the ${MAX_RUN_SECONDS} s that it has: soon none will end.`,
    });
    this.standing('dead-letters', '', {
      ...fiveMinutes,
      metric: deadLetterQueue.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum' }),
      threshold: 1,
      means: 'The dead-letter queue holds events of snapshots that were not taken. They can be replayed for 14 days.',
    });
  }

  private ofExport(config: ExportConfig, metrics: ExportMetrics, missedPeriods: number): void {
    for (const alarm of config.alarms ?? []) this.onCount(config, alarm, metrics);
    this.freshness(config, metrics, missedPeriods);
    const window = countWindow(config, 1) ?? { periodSeconds: 86_400, evaluationPeriods: 1 };
    const perSnapshot = { window, missingData: 'notBreaching' } as const;
    this.standing('throttled', config.name, {
      ...perSnapshot,
      metric: metrics.metricThrottledPercent(),
      comparison: '>',
      threshold: THROTTLED_PERCENT,
      means: `More than ${THROTTLED_PERCENT} % of the calls of ListJobs of export ${config.name} were throttled: others list jobs, too.`,
    });
    if ([...(config.thingGroups ?? []), ...(config.thingGroupIds ?? [])].length === 0) return;
    this.standing('missing-thing-group', config.name, {
      window,
      // A snapshot that does not know whether a group exists has no point: the alarm keeps its state.
      missingData: 'ignore',
      metric: metrics.metricMissingThingGroups(),
      comparison: '>=',
      threshold: 1,
      means: `A thing group that export ${config.name} lists does not exist: its counts are unknown, not zero.`,
    });
  }

  private freshness(config: ExportConfig, metrics: ExportMetrics, missedPeriods: number): void {
    const window = freshnessWindow(config, missedPeriods) ?? freshnessWindow(config, 1);
    if (!window) {
      if (this.#disabled.includes('no-snapshot')) return;
      const warning =
        `Export ${config.name} has no alarm no-snapshot: more than 7 days can pass between two snapshots, and ` +
        'CloudWatch looks back no further. Run it more often, or add "no-snapshot" to disabledAlarms if you watch it otherwise.';
      Annotations.of(this).addWarningV2(`iot-jobs-exporter:no-freshness-alarm-${config.name}`, warning);
      return;
    }
    const hours = Number(((window.periodSeconds * window.evaluationPeriods) / 3600).toFixed(1));
    this.standing('no-snapshot', config.name, {
      metric: metrics.metricSnapshotCompleted(),
      window,
      comparison: '<',
      threshold: 1,
      missingData: 'breaching',
      means: `Export ${config.name} completed no snapshot for ${hours} h: every number of it is old.`,
    });
  }

  private onCount(config: ExportConfig, alarm: CountAlarm, metrics: ExportMetrics): void {
    const { status, thingGroup, comparison, threshold = 0, forSnapshots = 1, topicArn } = alarm;
    const window = countWindow(config, forSnapshots);
    if (!window) return; // The configuration's check has refused it.
    const statistic = countStatistic(comparison);
    this.add(`${config.name}-${alarmName(alarm)}`, {
      metric: metrics.metricJobCount({ status, ...(thingGroup !== undefined && { thingGroup }), statistic }),
      window,
      comparison,
      threshold,
      missingData: 'notBreaching',
      means: `In export ${config.name}, ${countInWords(alarm)}.`,
      section: 'count',
      action: this.#actions.action(topicArn),
    });
  }

  private standing(name: StandingAlarm, exportName: string, told: Told): void {
    if (this.#disabled.includes(name)) return;
    this.add([exportName, name].filter(Boolean).join('/'), { ...told, section: name, action: this.#actions.action() });
  }

  private add(id: string, props: RunbookAlarmProps): void {
    const { periodSeconds } = props.window;
    const metric = (props.metric as cloudwatch.Metric).with({ period: Duration.seconds(periodSeconds) });
    this.alarms.push(new RunbookAlarm(this, id.replaceAll('/', ' '), { ...props, metric }).alarm);
  }
}
