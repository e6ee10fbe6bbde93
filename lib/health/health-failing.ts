import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { type AlarmWindow, freshnessWindow, RECENT_WINDOW } from '../../schedule/alarm-windows.ts';
import { KEEP_STATE, RunbookAlarm, type RunbookAlarmProps } from '../exporter/alarm.ts';
import { CompositeAlarm } from '../exporter/composite-alarm.ts';
import type { HealthMetrics } from './health-metrics.ts';

/** Number of missed looks that raise the alarm. A single one is not enough, since the next look replaces it. */
const MISSED_LOOKS = 2;
/** Minutes beyond the time between two looks, for the three attempts of a look and the delay of the metric. */
const MARGIN_MINUTES = 30;
const DAY_MINUTES = 1440;

/** Properties for HealthFailing. */
export interface HealthFailingProps {
  /** Metrics of the function. */
  readonly metrics: HealthMetrics;
  /** The function that looks at the exports. */
  readonly function: lambda.IFunction;
  /** Minutes between two looks. */
  readonly everyMinutes: number;
  /** Periods of an alarm on the newest look. */
  readonly window: AlarmWindow;
  /** Action of the composite alarm. */
  readonly action: cloudwatch.IAlarmAction;
}

/**
 * An alarm that is on while looks at the exports fail, so that the other alarms are out of date: after a look that was given
 * up, and when none has succeeded for two of its periods. The latter counts only after a first look has ended. Its children
 * do not notify.
 */
export class HealthFailing extends Construct {
  /** The composite alarm, which notifies. */
  readonly alarm: cloudwatch.IAlarm;
  /** Its children. */
  readonly alarms: cloudwatch.IAlarm[] = [];
  readonly #props: HealthFailingProps;

  constructor(scope: Construct, id: string, props: HealthFailingProps) {
    super(scope, id);
    this.#props = props;
    const addLookGivenUp = this.addLookGivenUp();
    const hasLooked = cloudwatch.AlarmRule.not(
      cloudwatch.AlarmRule.fromAlarm(this.addLastLook(), cloudwatch.AlarmState.INSUFFICIENT_DATA),
    );
    this.alarm = new CompositeAlarm(this, 'health-failing', {
      rule: cloudwatch.AlarmRule.anyOf(addLookGivenUp, cloudwatch.AlarmRule.allOf(hasLooked, this.noLook())),
      means:
        'Nobody looks which exports report: the function failed on a look and on its retries, or no look has ended well ' +
        'for two of its periods. The other alarms of the hub say what was, and queries may not see new accounts.',
      section: 'health-failing',
      action: props.action,
    }).alarm;
  }

  /** Alarm on looks that failed with all retries. A failed attempt alone does not notify, since a retry follows in minutes. */
  private addLookGivenUp(): cloudwatch.IAlarm {
    const minutes = this.#props.everyMinutes + MARGIN_MINUTES;
    // It stays on until the next look can have been given up. With periods of less than an hour a window is limited to a day.
    // Source: CloudWatch API Reference, PutMetricAlarm, EvaluationPeriods.
    const periodSeconds = minutes <= DAY_MINUTES ? 60 : 3600;
    return this.add('look-given-up', {
      metric: (options) => this.#props.function.metric('AsyncEventsDropped', options),
      statistic: cloudwatch.Stats.SUM,
      window: { periodSeconds, evaluationPeriods: Math.ceil((minutes * 60) / periodSeconds), datapointsToAlarm: 1 },
      missingData: cloudwatch.TreatMissingData.NOT_BREACHING,
      comparison: '>=',
      threshold: 1,
      means: 'Lambda gave a look at the exports up, after its retries. It notifies nobody: health-failing does.',
    });
  }

  /** Alarm on the newest look. It has no data until a first look has ended. */
  private addLastLook(): cloudwatch.IAlarm {
    return this.add('last-look', {
      metric: (options) => this.#props.metrics.metric('looked', options),
      statistic: cloudwatch.Stats.MAXIMUM,
      window: this.#props.window,
      missingData: KEEP_STATE,
      comparison: '<',
      threshold: 1,
      means: 'The last look at the exports failed. It notifies nobody: health-failing does, when it is given up.',
    });
  }

  private noLook(): cloudwatch.IAlarmRule {
    const { everyMinutes } = this.#props;
    const window = freshnessWindow({ schedule: `rate(${everyMinutes} minutes)` }, MISSED_LOOKS);
    if (!window) throw new Error(`No alarm can watch looks that are ${everyMinutes} minutes apart`);
    const noLook = this.addLookAlarm('no-look', window, cloudwatch.TreatMissingData.BREACHING);
    const isOn = cloudwatch.AlarmRule.fromAlarm(noLook, cloudwatch.AlarmState.ALARM);
    if (!window.isHourly) return isOn;
    // CloudWatch evaluates no-look once an hour then, so it is still on after the first look. This alarm sees a look within
    // minutes.
    const recent = this.addLookAlarm('recent-look', RECENT_WINDOW, cloudwatch.TreatMissingData.MISSING);
    const hasNoRecentLook = cloudwatch.AlarmRule.not(cloudwatch.AlarmRule.fromAlarm(recent, cloudwatch.AlarmState.OK));
    return cloudwatch.AlarmRule.allOf(isOn, hasNoRecentLook);
  }

  private addLookAlarm(id: string, window: AlarmWindow, missingData: cloudwatch.TreatMissingData): cloudwatch.IAlarm {
    const hours = Number(((window.periodSeconds * window.evaluationPeriods) / 3600).toFixed(1));
    return this.add(id, {
      metric: (options) => this.#props.metrics.metric('looked', options),
      statistic: cloudwatch.Stats.MAXIMUM,
      window,
      missingData,
      comparison: '<',
      threshold: 1,
      means: `No look at the exports ended well within ${hours} h. It notifies nobody: health-failing does.`,
    });
  }

  private add(id: string, props: Omit<RunbookAlarmProps, 'section' | 'action'>): cloudwatch.IAlarm {
    const { alarm } = new RunbookAlarm(this, id, { ...props, section: 'health-failing' });
    this.alarms.push(alarm);
    return alarm;
  }
}
