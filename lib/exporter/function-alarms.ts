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

/** Hours of the 6 that Lambda keeps an event, after which something is wrong. */
const OLD_HOURS = 3;
const MAXIMUM = cloudwatch.Stats.MAXIMUM;
/** Of what must not happen once. */
const ONCE = { statistic: cloudwatch.Stats.SUM, comparison: '>=', threshold: 1 } as const;
/**
 * How long `function-failing` waits for an export's own alarm. That comes within two minutes of a run that failed: it
 * rests on what the function itself writes.
 */
const WAIT_SECONDS = 5 * 60;
/** Its parts stay on for the 30 minutes of {@link EVENT_WINDOW}, and for some periods that CloudWatch looks at beyond. */
const EXTENSION_SECONDS = 45 * 60;

interface FunctionAlarm extends Pick<RunbookAlarmProps, 'metric' | 'statistic' | 'comparison' | 'threshold' | 'means'> {
  /** Where it is not that of the section. */
  readonly id?: string;
  /** Whether a composite notifies in its place. */
  readonly isGrouped?: boolean;
}

/** Properties for FunctionAlarms. */
export interface FunctionAlarmsProps {
  /** The function that takes a snapshot. */
  readonly function: lambda.IFunction;
  /** The group of the schedules. */
  readonly scheduleGroup: scheduler.IScheduleGroup;
  /**
   * What goes on with runs that outlast an invocation.
   *
   * @default - none may
   */
  readonly stateMachine?: sfn.IStateMachine;
  /** Which alarms there are. */
  readonly options: CheckedExporterOptions;
  /** What they notify. */
  readonly actions: AlarmActions;
  /** Is on while an export gets no complete snapshots, which its own alarm says. */
  readonly failing: cloudwatch.IAlarm | undefined;
}

/** The alarms for which `function-failing` notifies. */
export function childrenOfFunctionFailing(stateMachine: sfn.IStateMachine | undefined): DefaultAlarm[] {
  return ['function-failed', 'dead-letters', ...(stateMachine ? (['run-failed'] as const) : [])];
}

/** The alarms on the delivery of events and on the function as a whole. */
export class FunctionAlarms extends Construct {
  /** All but the composite. */
  readonly alarms: cloudwatch.IAlarm[] = [];
  /** Is on after a run or an event was lost; `undefined` where all of its parts are disabled. */
  readonly failing: cloudwatch.IAlarm | undefined;
  readonly #props: FunctionAlarmsProps;

  constructor(scope: Construct, id: string, props: FunctionAlarmsProps) {
    super(scope, id);
    this.#props = props;
    this.delivery();
    this.failing = this.composite();
  }

  private delivery(): void {
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
   * A failed run, and the event that is given up after its retries, or the execution that is, follow from one failure. Where
   * an export's own alarm says it, this one is held back; it notifies of what that cannot see, such as a run that Lambda
   * killed.
   */
  private composite(): cloudwatch.IAlarm | undefined {
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
        // Not the queue's own count: while letters wait to be replayed it would hide the next, and of a queue that was
        // not used for hours it may be 15 minutes late.
        metric: (options) => exportFunction.metric('AsyncEventsDropped', options),
        means: 'Lambda gave an event up, and put it into the dead-letter queue: a snapshot is missing.',
      }),
      stateMachine &&
        this.add('run-failed', {
          ...ONCE,
          isGrouped: true,
          // Not the queue's: letters that wait would hide the next. Metrics of Step Functions come by best effort, as events
          // of it do: what can be relied on is `failing` of the export.
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
