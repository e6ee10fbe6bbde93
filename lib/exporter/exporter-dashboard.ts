import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { JOB_STATUSES } from '../../lambda/contract/jobs.ts';
import { DIMENSIONS, METRIC_NAMESPACE, METRICS } from '../../lambda/contract/metrics.ts';
import type { ExportConfig } from '../config/config.ts';
import { MAX_ALARMS_OF_A_WIDGET } from '../config/dashboard-limit.ts';
import type { ExportMetrics } from './export-metrics.ts';

/** Columns of a dashboard. */
const WIDTH = 24;

/** What the dashboard shows. */
export interface ExporterDashboardProps {
  /** The exports. */
  readonly exports: readonly ExportConfig[];
  /** The metrics of each export, by its name. */
  readonly metrics: ReadonlyMap<string, ExportMetrics>;
  /** The function that takes a snapshot. */
  readonly function: lambda.IFunction;
  /** Alarms whose states to show. */
  readonly alarms: readonly cloudwatch.IAlarm[];
}

/** Alarm states, counts over time, ages, and the health of the runs. Its size does not grow with the thing groups. */
export class ExporterDashboard extends Construct {
  /** The dashboard. */
  readonly dashboard: cloudwatch.Dashboard;

  constructor(scope: Construct, id: string, props: ExporterDashboardProps) {
    super(scope, id);
    this.dashboard = new cloudwatch.Dashboard(this, 'Resource', { defaultInterval: Duration.days(7) });
    for (let from = 0; from < props.alarms.length; from += MAX_ALARMS_OF_A_WIDGET) {
      const alarms = props.alarms.slice(from, from + MAX_ALARMS_OF_A_WIDGET);
      const height = Math.min(12, 1 + Math.ceil(alarms.length / 4));
      this.dashboard.addWidgets(new cloudwatch.AlarmStatusWidget({ title: 'Alarms', alarms, width: WIDTH, height }));
    }
    for (const config of props.exports) {
      const metrics = props.metrics.get(config.name);
      if (metrics) this.addExport(config, metrics);
    }
    const { function: exportFunction } = props;
    this.dashboard.addWidgets(
      graph('Function: errors', [exportFunction.metricErrors(), exportFunction.metricThrottles()], WIDTH / 2),
      graph('Function: duration', [exportFunction.metricDuration({ statistic: 'Maximum' })], WIDTH / 2),
    );
  }

  private addExport(config: ExportConfig, metrics: ExportMetrics): void {
    const heading = new cloudwatch.TextWidget({ markdown: `## Export ${config.name}`, width: WIDTH, height: 1 });
    this.dashboard.addWidgets(heading);
    this.dashboard.addWidgets(...counts(config, metrics));
    const ages = graph('In progress, longest not updated, seconds', [metrics.metricOldestInProgressAge()], WIDTH / 4);
    const times = [metrics.metricSnapshotDelay(), metrics.metricSnapshotDuration()];
    this.dashboard.addWidgets(
      ages,
      new cloudwatch.GraphWidget({
        title: 'Snapshots: delay in s (left), duration in ms (right)',
        left: times.slice(0, 1),
        right: times.slice(1),
        width: WIDTH / 4,
      }),
      graph('Calls of ListJobs', [metrics.metricListJobsCalls(), metrics.metricThrottledCalls()], WIDTH / 4),
      graph(
        'Complete snapshots, missing thing groups',
        [metrics.metricSnapshotCompleted(), metrics.metricMissingThingGroups()],
        WIDTH / 4,
      ),
    );
  }
}

/** Account-wide one graph with a line a status; by thing group one graph a status with a line a group. */
function counts(config: ExportConfig, metrics: ExportMetrics): cloudwatch.GraphWidget[] {
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

function graph(title: string, left: cloudwatch.IMetric[], width: number): cloudwatch.GraphWidget {
  return new cloudwatch.GraphWidget({ title, left, width, leftYAxis: { min: 0 } });
}
