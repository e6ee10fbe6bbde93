import { JOB_STATUSES } from '../../lambda/contract/jobs.ts';
import { RUN_METRIC_COUNT } from '../../lambda/contract/metrics.ts';
import type { ExportConfig } from '../config/config.ts';
import { scopeCount, statusCount } from '../config/export-event.ts';

/** Dollars a month for each of the first 10,000 custom metrics and for an alarm, in us-east-1. Source: CloudWatch pricing, November 2026. */
const METRIC_DOLLARS = 0.3;
const ALARM_DOLLARS = 0.1;

/** Id of the line at synthesis. */
export const COST_ID = 'iot-jobs-exporter:cost';

/** Custom metrics that an export makes at most: a missing thing group makes none. */
export function customMetricCount(config: ExportConfig): number {
  const { statuses = JOB_STATUSES, thingGroups = [], thingGroupIds = [], metrics } = config;
  const isByGroup = thingGroups.length + thingGroupIds.length > 0;
  const counts = isByGroup && metrics?.perThingGroup === false ? 0 : scopeCount(config) * statusCount(config);
  return counts + RUN_METRIC_COUNT + (statuses.includes('IN_PROGRESS') ? 1 : 0);
}

/** What the metrics and alarms come to, as a line at synthesis. */
export function costLine(exports: readonly ExportConfig[], alarmCount: number): string {
  const count = exports.reduce((sum, config) => sum + customMetricCount(config), 0);
  const dollars = (count * METRIC_DOLLARS + alarmCount * ALARM_DOLLARS).toFixed(2);
  return (
    `${count} custom metrics and ${alarmCount} alarms cost about $${dollars} a month at the prices of us-east-1 ` +
    '(metrics.perThingGroup: false leaves out the counts of thing groups)'
  );
}
