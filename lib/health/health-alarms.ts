import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { snapshotWindow } from '../../schedule/alarm-windows.ts';
import type { HealthAlarm } from '../config/health-alarms.ts';
import { KEEP_STATE, RunbookAlarm } from '../exporter/alarm.ts';
import { AlarmActions } from '../exporter/alarm-actions.ts';
import { HealthFailing } from './health-failing.ts';
import type { HealthMetric, HealthMetrics } from './health-metrics.ts';
import type { HistoryHealthProps } from './health-props.ts';

/** Properties for HealthAlarms. */
export interface HealthAlarmsProps
  extends Pick<HistoryHealthProps, 'alarmTopicArn' | 'alarmTopic' | 'alarmEmails' | 'disabledAlarms'> {
  /** Metrics of the function. */
  readonly metrics: HealthMetrics;
  /** The function that looks at the exports. */
  readonly function: lambda.IFunction;
  /** Minutes between two looks. */
  readonly everyMinutes: number;
  /** Whether exports of an organization are expected. */
  readonly hasOrganization: boolean;
}

/** Alarms that are on while the newest look at the exports has such findings. */
const FINDING_ALARMS: readonly {
  readonly name: Exclude<HealthAlarm, 'health-failing'>;
  readonly metric: HealthMetric;
  readonly means: string;
}[] = [
  {
    name: 'targets-silent',
    metric: 'silent',
    means:
      'Exports that are expected send no snapshots, or never did. The line "Exports are silent" in the log of the function ' +
      'names them, as does the view reporting (state LATE or NEVER).',
  },
  {
    name: 'stack-instances-failed',
    metric: 'failedStackInstances',
    means:
      'CloudFormation could not bring stacks of the StackSet to its template: accounts or Regions have no exporter, or one ' +
      'of before. The view reporting has the reason (stack_status_reason).',
  },
  {
    name: 'targets-missing-groups',
    metric: 'missingThingGroups',
    means:
      'Thing groups that exports list do not exist: their counts are unknown, not zero. The view reporting names them ' +
      '(missing_thing_groups).',
  },
  {
    name: 'targets-unlinked',
    metric: 'unlinked',
    means:
      'New snapshots could not read the rows of the ones before: they say nothing of changes. The view reporting says which ' +
      'exports (unlinked_snapshots).',
  },
  {
    name: 'targets-unseen',
    metric: 'unseen',
    means:
      'Accounts, Regions or exports write that no query sees: the function could not add them to the tables. Its log names ' +
      'them.',
  },
];

/** The alarms on the exports of a history. Each notifies, since there is one of each for all exports. */
export class HealthAlarms extends Construct {
  /** The topic that alarms notify; `undefined` where all alarms are disabled. */
  readonly topic: sns.ITopic | undefined;
  /** All alarms on metrics. */
  readonly alarms: readonly cloudwatch.IAlarm[];
  /** All composite alarms. */
  readonly composites: readonly cloudwatch.IAlarm[];

  constructor(scope: Construct, id: string, props: HealthAlarmsProps) {
    super(scope, id);
    const { metrics, everyMinutes, hasOrganization, alarmTopicArn, alarmTopic, alarmEmails = [] } = props;
    const isEnabled = (name: HealthAlarm) => !props.disabledAlarms?.includes(name);
    const options = { alarmEmails, ...(alarmTopicArn !== undefined && { alarmTopicArn }) };
    const actions = new AlarmActions(this, 'Topic', { options, ...(alarmTopic && { alarmTopic }) });
    // As with the snapshots of an export, an alarm keeps its state until the next look.
    const window = snapshotWindow({ schedule: `rate(${everyMinutes} minutes)` });
    const findingAlarms = FINDING_ALARMS.filter(({ name }) => isEnabled(name))
      .filter(({ name }) => hasOrganization || name !== 'stack-instances-failed')
      .map(
        ({ name, metric, means }) =>
          new RunbookAlarm(this, name, {
            metric: (metricOptions) => metrics.metric(metric, metricOptions),
            statistic: cloudwatch.Stats.MAXIMUM,
            window,
            missingData: KEEP_STATE,
            comparison: '>',
            threshold: 0,
            means,
            section: name,
            action: actions.action(),
          }).alarm,
      );
    const failing = isEnabled('health-failing')
      ? new HealthFailing(this, 'Failing', { ...props, action: actions.action(), window })
      : undefined;
    this.alarms = [...findingAlarms, ...(failing?.alarms ?? [])];
    this.composites = failing ? [failing.alarm] : [];
    this.topic = actions.topic;
  }
}
