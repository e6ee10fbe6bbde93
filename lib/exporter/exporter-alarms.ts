import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as scheduler from 'aws-cdk-lib/aws-scheduler';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { CheckedExporterOptions } from '../config/config.ts';
import { AlarmActions } from './alarm-actions.ts';
import { anyOf } from './composite-alarm.ts';
import { ExportAlarms } from './export-alarms.ts';
import type { ExportMetrics } from './export-metrics.ts';
import { childrenOfFunctionFailing, FunctionAlarms } from './function-alarms.ts';

/** Properties for ExporterAlarms. */
export interface ExporterAlarmsProps {
  /** Options of the exporter, with its exports, alarms and topic. */
  readonly options: CheckedExporterOptions;
  /** The metrics of each export, by its name. */
  readonly metrics: ReadonlyMap<string, ExportMetrics>;
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
  /**
   * Topic of the app that alarms notify, in the stack's Region.
   *
   * @default - the topic of `options.alarmTopicArn`, or a new topic in the stack
   */
  readonly alarmTopic?: sns.ITopic;
}

/** The alarms of an exporter: those on counts of jobs, and the default alarms. */
export class ExporterAlarms extends Construct {
  /** The topic that alarms notify by default; `undefined` where no alarm uses it. */
  readonly topic: sns.ITopic | undefined;
  /** All alarms on metrics. */
  readonly alarms: readonly cloudwatch.IAlarm[];
  /** All composite alarms. */
  readonly composites: readonly cloudwatch.IAlarm[];

  constructor(scope: Construct, id: string, props: ExporterAlarmsProps) {
    super(scope, id);
    const { options, alarmTopic, stateMachine } = props;
    const actions = new AlarmActions(this, 'Topic', { options, ...(alarmTopic && { alarmTopic }) });
    const exportAlarms = options.exports.flatMap((config) => {
      const metrics = props.metrics.get(config.name);
      // Names of exports begin with a small letter or a digit, unlike the ids of the other children.
      return metrics ? [new ExportAlarms(this, config.name, { config, metrics, options, actions })] : [];
    });
    const failing = exportAlarms.flatMap((alarms) => alarms.failing ?? []);
    const hasFunctionFailing = childrenOfFunctionFailing(stateMachine).some(
      (name) => !options.disabledAlarms.includes(name),
    );
    const anyFailing = anyOf(this, hasFunctionFailing ? failing : [], {
      means: 'An export gets no complete snapshots. This alarm notifies nobody: it holds back function-failing.',
      section: 'function-failing',
    });
    const functionAlarms = new FunctionAlarms(this, 'Function', { ...props, actions, failing: anyFailing.alarm });
    this.alarms = [...exportAlarms.flatMap(({ alarms }) => alarms), ...functionAlarms.alarms];
    this.composites = [
      ...failing,
      ...anyFailing.composites,
      ...(functionAlarms.failing ? [functionAlarms.failing] : []),
    ];
    this.topic = actions.topic;
  }
}
