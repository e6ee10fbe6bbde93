import { CfnResource } from 'aws-cdk-lib';
import type { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { IConstruct } from 'constructs';
import { CHANGES } from '../../lambda/contract/columns.ts';
import { THING_STATUSES } from '../../lambda/contract/details.ts';
import { JOB_STATUSES } from '../../lambda/contract/jobs.ts';
import { RUN_METRIC_COUNT } from '../../lambda/contract/metrics.ts';
import type { ExportConfig } from '../config/config.ts';
import { detailsOf } from '../config/details.ts';
import { countedAlarms, scopeCount, statusCount } from '../config/export-event.ts';

/**
 * Dollars a month in us-east-1, for each of the first 10,000 custom metrics, each metric of an alarm, each composite alarm and
 * each dashboard. Source: Amazon CloudWatch pricing, November 2026.
 */
const DOLLARS = { metric: 0.3, alarmMetric: 0.1, composite: 0.5, dashboard: 3 } as const;
/** An anomaly alarm counts as three metrics: its own and both edges of the band. Source: as above, example on anomaly detection. */
const METRICS_OF_AN_ANOMALY_ALARM = 3;
/** Free dashboards of an account, of up to 50 metrics each. Source: as above, free tier. */
const FREE_DASHBOARDS = 'three';

/** Metrics of every export with details: calls, left out, failed, worst failed percent, stalled. */
const DETAILS_METRIC_COUNT = 5;

/** Id of the annotation with the costs, which CDK prints at synthesis. */
export const COST_ID = 'iot-jobs-exporter:cost';

/** Numbers of what CloudWatch charges for. */
export interface Monitored {
  /** Maximum number of custom metrics. */
  readonly metrics: number;
  /** Alarms on a metric, without anomaly alarms. */
  readonly alarms: number;
  /** Anomaly alarms. */
  readonly anomalyAlarms: number;
  /** Composite alarms. */
  readonly composites: number;
  /** Dashboards. */
  readonly dashboards: number;
}

/** Maximum number of custom metrics of an export: a missing thing group has none. */
export function customMetricCount(config: ExportConfig): number {
  const { statuses = JOB_STATUSES, thingGroups = [], thingGroupIds = [], metrics } = config;
  const hasThingGroups = thingGroups.length + thingGroupIds.length > 0;
  const counts = hasThingGroups && metrics?.perThingGroup === false ? 0 : scopeCount(config) * statusCount(config);
  const changes = metrics?.changes ? CHANGES.length : 0;
  // For these the function writes the number of snapshots in breach.
  const breachMetrics = countedAlarms(config).length;
  const runMetrics = RUN_METRIC_COUNT + (statuses.includes('IN_PROGRESS') ? 1 : 0);
  return counts + runMetrics + changes + breachMetrics + detailsMetricCount(config);
}

function detailsMetricCount(config: ExportConfig): number {
  const details = detailsOf(config);
  if (!details) return 0;
  return DETAILS_METRIC_COUNT + (details.statuses.includes('IN_PROGRESS') ? THING_STATUSES.length : 0);
}

/** Counts the alarms and dashboards below a construct, and the metrics of its exports. */
export function monitored(scope: IConstruct, exports: readonly ExportConfig[]): Monitored {
  const resources = scope.node.findAll().filter((node) => CfnResource.isCfnResource(node));
  const ofType = (type: string) => resources.filter(({ cfnResourceType }) => cfnResourceType === type);
  const alarms = ofType('AWS::CloudWatch::Alarm') as CfnAlarm[];
  const anomalyAlarms = alarms.filter(({ thresholdMetricId }) => thresholdMetricId !== undefined).length;
  return {
    metrics: exports.reduce((sum, config) => sum + customMetricCount(config), 0),
    alarms: alarms.length - anomalyAlarms,
    anomalyAlarms,
    composites: ofType('AWS::CloudWatch::CompositeAlarm').length,
    dashboards: ofType('AWS::CloudWatch::Dashboard').length,
  };
}

/** Adds the numbers of several exporters. */
export function sumOf(all: readonly Monitored[]): Monitored {
  const sum = (key: keyof Monitored) => all.reduce((before, each) => before + each[key], 0);
  return {
    metrics: sum('metrics'),
    alarms: sum('alarms'),
    anomalyAlarms: sum('anomalyAlarms'),
    composites: sum('composites'),
    dashboards: sum('dashboards'),
  };
}

/** Cost of a month, without the dashboards. */
export interface MonthlyCost {
  /** Amount, such as `$5.90`. */
  readonly dollars: string;
  /** What the amount is for, such as `13 custom metrics and 5 alarms`. */
  readonly items: string;
}

/** Dollars of a month, without the dashboards. */
export function dollarsOf({ metrics, alarms, anomalyAlarms, composites }: Monitored): number {
  const alarmMetrics = alarms + METRICS_OF_AN_ANOMALY_ALARM * anomalyAlarms;
  return metrics * DOLLARS.metric + alarmMetrics * DOLLARS.alarmMetric + composites * DOLLARS.composite;
}

/** Cost of metrics and alarms in a month. */
export function monthlyCost(counted: Monitored): MonthlyCost {
  const { metrics, alarms, anomalyAlarms, composites } = counted;
  const items = [
    countOf(metrics, 'custom metric'),
    countOf(alarms, 'alarm'),
    ...(anomalyAlarms > 0 ? [countOf(anomalyAlarms, 'alarm on anomalies', 'alarms on anomalies')] : []),
    ...(composites > 0 ? [countOf(composites, 'composite alarm')] : []),
  ];
  return {
    dollars: `$${dollarsOf(counted).toFixed(2)}`,
    items: `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`,
  };
}

/** Text of the annotation with the cost of metrics, alarms and dashboards. */
export function costLine(counted: Monitored): string {
  const { dollars, items } = monthlyCost(counted);
  const { dashboards } = counted;
  const subject = dashboards === 1 ? 'the dashboard costs' : `each of the ${dashboards} dashboards costs`;
  const more =
    dashboards === 0 ? '' : `; ${subject} $${DOLLARS.dashboard} more after its account's first ${FREE_DASHBOARDS}`;
  return (
    `${items} cost about ${dollars} a month at the prices of us-east-1${more} ` +
    '(metrics.perThingGroup: false leaves out the counts of thing groups, dashboard: false the dashboard)'
  );
}

function countOf(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
