import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as scheduler from 'aws-cdk-lib/aws-scheduler';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { DefaultAlarm } from '../config/alarm-config.ts';
import type { CheckedExporterOptions } from '../config/config.ts';
import { EVENT_WINDOW, RunbookAlarm, type RunbookAlarmProps } from './alarm.ts';
import type { AlarmActions } from './alarm-actions.ts';
import { CompositeAlarm } from './composite-alarm.ts';

/** Hours after which an event that waits raises an alarm. Lambda keeps it for 6. */
const OLD_HOURS = 3;
const MAXIMUM = cloudwatch.Stats.MAXIMUM;
/** Alarm properties for events that must not occur even once. */
const ONCE = { statistic: cloudwatch.Stats.SUM, comparison: '>=', threshold: 1 } as const;
/**
 * How long `function-failing` waits for an export's own alarm. That goes off within two minutes of a failed run, since it is
 * on a metric that the function writes.
 */
const WAIT_SECONDS = 5 * 60;
/** Its children stay on for the 30 minutes of {@link EVENT_WINDOW} and the further periods that CloudWatch evaluates. */
const EXTENSION_SECONDS = 45 * 60;

interface FunctionAlarm extends Pick<RunbookAlarmProps, 'metric' | 'statistic' | 'comparison' | 'threshold' | 'means'> {
  /** Construct id; by default the section. */
  readonly id?: string;
  /** Whether a composite alarm notifies for it. */
  readonly isGrouped?: boolean;
}

/** Properties for FunctionAlarms. */
export interface FunctionAlarmsProps {
  /** The function that takes a snapshot. */
  readonly function: lambda.IFunction;
  /** The group of the schedules. */
  readonly scheduleGroup: scheduler.IScheduleGroup;
  /**
   * State machine that continues runs of more than one invocation.
   *
   * @default - a run ends with its invocation
   */
  readonly stateMachine?: sfn.IStateMachine;
  /** Options of the exporter, with `disabledAlarms`. */
  readonly options: CheckedExporterOptions;
  /** What the alarms notify. */
  readonly actions: AlarmActions;
  /** Alarm that is on while an alarm `failing` of an export is on. */
  readonly failing: cloudwatch.IAlarm | undefined;
}

/** Names of the alarms for which the composite `function-failing` notifies. */
export function childrenOfFunctionFailing(stateMachine: sfn.IStateMachine | undefined): DefaultAlarm[] {
  return ['function-failed', 'dead-letters', ...(stateMachine ? (['run-failed'] as const) : [])];
}

/** The alarms on the delivery of events and on the function as a whole. */
export class FunctionAlarms extends Construct {
  /** All alarms on metrics. */
  readonly alarms: cloudwatch.IAlarm[] = [];
  /** Composite alarm that is on after a run or an event was lost; `undefined` where all of its children are disabled. */
  readonly failing: cloudwatch.IAlarm | undefined;
  readonly #props: FunctionAlarmsProps;

  constructor(scope: Construct, id: string, props: FunctionAlarmsProps) {
    super(scope, id);
    this.#props = props;
    this.addDeliveryAlarms();
    this.failing = this.addComposite();
  }

  private addDeliveryAlarms(): void {
    const { function: exportFunction, scheduleGroup } = this.#props;
    this.add('undelivered', {
      ...ONCE,
      metric: (options) => scheduleGroup.metricSentToDLQ(options),
      means:
        'EventBridge Scheduler could not invoke the function, and put the event into the dead-letter queue: a snapshot is ' +
        'missing.',
    });
    this.add('undelivered', {
      ...ONCE,
      id: 'undelivered-lost',
      metric: (options) => scheduleGroup.metricFailedToBeSentToDLQ(undefined, options),
      means:
        'EventBridge Scheduler could neither invoke the function nor put the event into the dead-letter queue: a snapshot ' +
        'is missing, and its event is lost.',
    });
    this.add('invocations-throttled', {
      ...ONCE,
      metric: (options) => exportFunction.metricThrottles(options),
      means:
        'Lambda throttled an invocation: the concurrency of the account or the function is used up, and snapshots are late.',
    });
    this.add('old-events', {
      metric: (options) => exportFunction.metric('AsyncEventAge', options),
      statistic: MAXIMUM,
      comparison: '>',
      threshold: OLD_HOURS * 3_600_000,
      means: `An event waited for more than ${OLD_HOURS} h of the 6 h for which Lambda keeps it: soon snapshots will be lost.`,
    });
  }

  /**
   * One alarm notifies for a failed run, and for an event or execution that is given up after its retries, since they have
   * one cause. It is suppressed while an export's own alarm is on. It notifies of failures that the export's alarm cannot
   * see, such as a run that Lambda stopped.
   */
  private addComposite(): cloudwatch.IAlarm | undefined {
    const { function: exportFunction, stateMachine, actions, failing } = this.#props;
    const children = [
      this.add('function-failed', {
        ...ONCE,
        isGrouped: true,
        metric: (options) => exportFunction.metricErrors(options),
        means: 'A run of the function failed, or Lambda ended it.',
      }),
      this.add('dead-letters', {
        ...ONCE,
        isGrouped: true,
        // Not the number of messages in the queue: while messages wait to be replayed it would hide the next one, and for a
        // queue that was not used for hours it may be 15 minutes late.
        metric: (options) => exportFunction.metric('AsyncEventsDropped', options),
        means: 'Lambda gave an event up, and put it into the dead-letter queue: a snapshot is missing.',
      }),
      stateMachine &&
        this.add('run-failed', {
          ...ONCE,
          isGrouped: true,
          // Not the number of messages in the queue: messages that wait would hide the next one. Metrics of Step Functions
          // are best effort, as are its events; the alarm `failing` of the export is reliable.
          metric: (options) => stateMachine.metricFailed(options),
          means: 'A run that outlasts an invocation of the function failed for good: a snapshot is missing.',
        }),
    ].filter((alarm) => alarm !== undefined);
    if (children.length === 0) return undefined;
    return new CompositeAlarm(this, 'function-failing', {
      rule: cloudwatch.AlarmRule.anyOf(...children),
      means:
        `A run of the function failed or Lambda ended it, or an event ${stateMachine ? 'or a run that outlasts an invocation ' : ''}` +
        'was given up after its retries, and no alarm "failing" of an export says so.',
      section: 'function-failing',
      action: actions.action(),
      suppressor: failing && { alarm: failing, waitSeconds: WAIT_SECONDS, extensionSeconds: EXTENSION_SECONDS },
    }).alarm;
  }

  private add(
    section: DefaultAlarm,
    { id = section, isGrouped = false, ...props }: FunctionAlarm,
  ): cloudwatch.IAlarm | undefined {
    const { options, actions } = this.#props;
    if (options.disabledAlarms.includes(section)) return undefined;
    const { alarm } = new RunbookAlarm(this, id, {
      ...props,
      window: EVENT_WINDOW,
      missingData: cloudwatch.TreatMissingData.NOT_BREACHING,
      section,
      ...(!isGrouped && { action: actions.action() }),
    });
    this.alarms.push(alarm);
    return alarm;
  }
}
