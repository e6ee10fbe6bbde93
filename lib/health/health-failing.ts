import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { type AlarmWindow, freshnessWindow, RECENT_WINDOW } from '../../schedule/alarm-windows.ts';
import { KEEP_STATE, RunbookAlarm, type RunbookAlarmProps } from '../exporter/alarm.ts';
import { CompositeAlarm } from '../exporter/composite-alarm.ts';
import type { HealthMetrics } from './health-metrics.ts';

/** Looks that may fail to end well before it is said: a single one that fails is made up for by the next. */
const MISSED_LOOKS = 2;
/** Beyond the time from one look to the next: how long the three tries of a look take, and the metric's way. */
const MARGIN_MINUTES = 30;
const DAY_MINUTES = 1440;

/** Properties for HealthFailing. */
export interface HealthFailingProps {
  /** The metrics of the looks. */
  readonly metrics: HealthMetrics;
  /** The function that looks. */
  readonly function: lambda.IFunction;
  /** Minutes from one look to the next. */
  readonly everyMinutes: number;
  /** Periods of an alarm on the newest look. */
  readonly window: AlarmWindow;
  /** What is notified. */
  readonly action: cloudwatch.IAlarmAction;
}

/**
 * An alarm that is on while nobody looks, so that the others say what was: after a look that was given up, and when none has
 * ended well for two of its periods. Until a first look has ended it says nothing of the second; its parts notify nobody.
 */
export class HealthFailing extends Construct {
  /** The composite, which notifies. */
  readonly alarm: cloudwatch.IAlarm;
  /** Its parts. */
  readonly alarms: cloudwatch.IAlarm[] = [];
  readonly #props: HealthFailingProps;

  constructor(scope: Construct, id: string, props: HealthFailingProps) {
    super(scope, id);
    this.#props = props;
    const lookGivenUp = this.lookGivenUp();
    const hasLooked = cloudwatch.AlarmRule.not(
      cloudwatch.AlarmRule.fromAlarm(this.lastLook(), cloudwatch.AlarmState.INSUFFICIENT_DATA),
    );
    this.alarm = new CompositeAlarm(this, 'health-failing', {
      rule: cloudwatch.AlarmRule.anyOf(lookGivenUp, cloudwatch.AlarmRule.allOf(hasLooked, this.noLook())),
      means:
        'Nobody looks which exports report: the function failed on a look and on its retries, or no look has ended well ' +
        'for two of its periods. The other alarms of the hub say what was, and queries may not see new accounts.',
      section: 'health-failing',
      action: props.action,
    }).alarm;
  }

  /** A try that fails and is made up for by a retry, minutes later, wakes nobody. */
  private lookGivenUp(): cloudwatch.IAlarm {
    const minutes = this.#props.everyMinutes + MARGIN_MINUTES;
    // Until the next look was given up, too. Source of the limit, a day in periods of less than an hour: CloudWatch API
    // Reference, PutMetricAlarm, EvaluationPeriods.
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

  /** Whether a look has ended at all. */
  private lastLook(): cloudwatch.IAlarm {
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
    const noLook = this.ofLooks('no-look', window, cloudwatch.TreatMissingData.BREACHING);
    const isOn = cloudwatch.AlarmRule.fromAlarm(noLook, cloudwatch.AlarmState.ALARM);
    if (!window.isHourly) return isOn;
    // Judged once an hour, it is still on when the first look has ended. This one sees a look within minutes.
    const recent = this.ofLooks('recent-look', RECENT_WINDOW, cloudwatch.TreatMissingData.MISSING);
    const hasNone = cloudwatch.AlarmRule.not(cloudwatch.AlarmRule.fromAlarm(recent, cloudwatch.AlarmState.OK));
    return cloudwatch.AlarmRule.allOf(isOn, hasNone);
  }

  private ofLooks(id: string, window: AlarmWindow, missingData: cloudwatch.TreatMissingData): cloudwatch.IAlarm {
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
