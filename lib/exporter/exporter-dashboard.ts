import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { CHANGES } from '../../lambda/contract/columns.ts';
import { THING_STATUSES } from '../../lambda/contract/details.ts';
import { JOB_STATUSES } from '../../lambda/contract/jobs.ts';
import { DIMENSIONS, METRIC_NAMESPACE, METRICS } from '../../lambda/contract/metrics.ts';
import type { ExportConfig } from '../config/config.ts';
import { detailsOf } from '../config/details.ts';
import { UsageError } from '../config/errors.ts';
import type { ExportMetrics } from './export-metrics.ts';

/** Columns of a dashboard. */
const WIDTH = 24;

/** Source: Amazon CloudWatch User Guide, "CloudWatch service quotas", Dashboards. */
export const MAX_WIDGETS = 500;
/** Source: Amazon CloudWatch API Reference, "Dashboard body structure and syntax", alarm widget. */
const MAX_ALARMS_OF_A_WIDGET = 100;

/** Properties for ExporterDashboard. */
export interface ExporterDashboardProps {
  /** The exports. */
  readonly exports: readonly ExportConfig[];
  /** The metrics of each export, by its name. */
  readonly metrics: ReadonlyMap<string, ExportMetrics>;
  /** The function that takes a snapshot. */
  readonly function: lambda.IFunction;
  /** Queue for failed events. */
  readonly deadLetterQueue: sqs.IQueue;
  /**
   * State machine that continues runs of more than one invocation.
   *
   * @default - a run ends with its invocation
   */
  readonly stateMachine?: sfn.IStateMachine;
  /** Alarms to show with their states. */
  readonly alarms: readonly cloudwatch.IAlarm[];
}

/**
 * The dashboard: states of alarms, counts over time, ages, and the health of the runs. Its size does not depend on the number
 * of thing groups.
 */
export class ExporterDashboard extends Construct {
  /** The dashboard. */
  readonly dashboard: cloudwatch.Dashboard;

  /** @throws UsageError where there are more widgets than CloudWatch takes */
  constructor(scope: Construct, id: string, props: ExporterDashboardProps) {
    super(scope, id);
    const rows = [
      ...alarmRows(props.alarms),
      ...props.exports.flatMap((config) => {
        const metrics = props.metrics.get(config.name);
        return metrics ? exportRows(config, metrics) : [];
      }),
      healthRow(props),
      ...(props.stateMachine ? [longRunsRow(props.stateMachine)] : []),
    ];
    refuseTooManyWidgets(scope, rows.flat().length);
    this.dashboard = new cloudwatch.Dashboard(this, 'Resource', {
      defaultInterval: Duration.days(7),
      widgets: rows,
    });
  }
}

/** With more widgets CloudWatch refuses the dashboard, and the deployment fails. */
function refuseTooManyWidgets(scope: Construct, count: number): void {
  if (count <= MAX_WIDGETS) return;
  throw new UsageError(
    `The dashboard of ${scope.node.path} must have ${MAX_WIDGETS} widgets at most, which is CloudWatch's limit; got ` +
      `${count}. An export takes 6, or with thing groups 5 and one for each status, one more with metrics.changes, ` +
      'and four more with details: list several thing groups in one export, leave out their counts by ' +
      'metrics.perThingGroup: false, or do without the dashboard by dashboard: false',
  );
}

function alarmRows(all: readonly cloudwatch.IAlarm[]): cloudwatch.IWidget[][] {
  const widgets: cloudwatch.IWidget[][] = [];
  for (let from = 0; from < all.length; from += MAX_ALARMS_OF_A_WIDGET) {
    const alarms = all.slice(from, from + MAX_ALARMS_OF_A_WIDGET);
    const height = Math.min(12, 1 + Math.ceil(alarms.length / 4));
    widgets.push([new cloudwatch.AlarmStatusWidget({ title: 'Alarms', alarms, width: WIDTH, height })]);
  }
  return widgets;
}

function exportRows(config: ExportConfig, metrics: ExportMetrics): cloudwatch.IWidget[][] {
  const ages = graph('In progress, longest not updated, seconds', [metrics.metricOldestInProgressAge()], WIDTH / 4);
  const times = new cloudwatch.GraphWidget({
    title: 'Snapshots: delay in s (left), duration in ms (right)',
    left: [metrics.metricSnapshotDelay()],
    right: [metrics.metricSnapshotDuration()],
    width: WIDTH / 4,
  });
  const calls = [metrics.metricListJobsCalls(), metrics.metricThrottledCalls()];
  const completeness = [
    metrics.metricSnapshotCompleted(),
    metrics.metricMissingThingGroups(),
    metrics.metricPreviousUnreadable(),
  ];
  return [
    [new cloudwatch.TextWidget({ markdown: `## Export ${config.name}`, width: WIDTH, height: 1 })],
    countGraphs(config, metrics),
    changeGraphs(config, metrics),
    rolloutGraphs(config, metrics),
    [
      ages,
      times,
      graph('Calls of ListJobs', calls, WIDTH / 4),
      graph('Complete snapshots, missing groups, unreadable predecessors', completeness, WIDTH / 4),
    ],
  ];
}

/** Widgets that concern all exports. */
function healthRow({ function: exportFunction, deadLetterQueue }: ExporterDashboardProps): cloudwatch.IWidget[] {
  const errors = [exportFunction.metricErrors(), exportFunction.metricThrottles()];
  const waiting = deadLetterQueue.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum' });
  return [
    graph('Function: errors', errors, WIDTH / 3),
    graph('Function: duration', [exportFunction.metricDuration({ statistic: 'Maximum' })], WIDTH / 3),
    graph('Dead-letter queue: events that wait', [waiting], WIDTH / 3),
  ];
}

/** Widgets of the state machine. Its time is that of executions, without the first invocation. */
function longRunsRow(stateMachine: sfn.IStateMachine): cloudwatch.IWidget[] {
  const ended = [stateMachine.metricStarted(), stateMachine.metricFailed(), stateMachine.metricAborted()];
  return [
    graph('Runs beyond one invocation: started, failed, stopped', ended, WIDTH / 2),
    graph('Runs beyond one invocation: duration, ms', [stateMachine.metricTime({ statistic: 'Maximum' })], WIDTH / 2),
  ];
}

/** Account-wide: one graph with a line for each status. By thing group: a graph for each status with a line for each group. */
function countGraphs(config: ExportConfig, metrics: ExportMetrics): cloudwatch.GraphWidget[] {
  const { statuses = JOB_STATUSES, thingGroups = [], thingGroupIds = [] } = config;
  if (thingGroups.length + thingGroupIds.length === 0) {
    const lines = statuses.map((status) => metrics.metricJobCount({ status, label: status }));
    return [graph('Jobs by status', lines, WIDTH)];
  }
  if (config.metrics?.perThingGroup === false) return [];
  return statuses.map((status) => {
    const { export: exportName, thingGroup } = DIMENSIONS;
    const schema = `{${METRIC_NAMESPACE},${exportName},${DIMENSIONS.status},${thingGroup}}`;
    const filter = `MetricName="${METRICS.jobCount}" ${exportName}="${config.name}" ${DIMENSIONS.status}="${status}"`;
    const { period } = metrics.metricJobCount({ status });
    const expression = `SEARCH('${schema} ${filter}', 'Maximum', ${period.toSeconds()})`;
    const search = new cloudwatch.MathExpression({ expression, label: '', usingMetrics: {}, period });
    return graph(`${status} by thing group`, [search], WIDTH / 2);
  });
}

/** Widgets of changes; none where they are no metrics. */
function changeGraphs(config: ExportConfig, metrics: ExportMetrics): cloudwatch.GraphWidget[] {
  if (!config.metrics?.changes) return [];
  const lines = CHANGES.map((change) => metrics.metricJobChanges({ change, label: change }));
  return [graph('Jobs that changed since the snapshot before', lines, WIDTH)];
}

/** Widgets of rollouts; none where no jobs are described. Those of things need details of jobs in progress. */
function rolloutGraphs(config: ExportConfig, metrics: ExportMetrics): cloudwatch.GraphWidget[] {
  const details = detailsOf(config);
  if (!details) return [];
  const things = THING_STATUSES.map((thingStatus) => metrics.metricThingsInStatus({ thingStatus, label: thingStatus }));
  const thingGraphs = details.statuses.includes('IN_PROGRESS')
    ? [graph('Things of jobs in progress by status', things, WIDTH / 2)]
    : [];
  const callMetrics = [metrics.metricDetailsLeftOut(), metrics.metricDescribeJobCalls()];
  return [
    ...thingGraphs,
    graph('Rollouts: worst percentage failed', [metrics.metricWorstFailedPercent()], WIDTH / 6),
    graph('Rollouts stalled', [metrics.metricStalledRollouts()], WIDTH / 6),
    graph('Details left out, calls of DescribeJob', callMetrics, WIDTH / 6),
  ];
}

function graph(title: string, left: cloudwatch.IMetric[], width: number): cloudwatch.GraphWidget {
  return new cloudwatch.GraphWidget({ title, left, width, leftYAxis: { min: 0 } });
}
