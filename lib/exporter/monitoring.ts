import { Annotations } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ExportMetrics } from './export-metrics.ts';
import { ExporterAlarms, type ExporterAlarmsProps } from './exporter-alarms.ts';
import { ExporterDashboard } from './exporter-dashboard.ts';
import { LogQueries } from './log-queries.ts';
import { COST_ID, costLine } from './metrics-cost.ts';

/** What is watched. */
export interface MonitoringProps extends Omit<ExporterAlarmsProps, 'metrics'> {
  /** Where failed events are kept. */
  readonly deadLetterQueue: sqs.IQueue;
  /** The function's log group. */
  readonly logGroup: logs.ILogGroup;
}

/** What watches an exporter: alarms, dashboard, saved queries of the logs. */
export class Monitoring extends Construct {
  /** The metrics of each export, by its name. */
  readonly metrics: ReadonlyMap<string, ExportMetrics>;
  /** The alarms and their topic. */
  readonly alarms: ExporterAlarms;
  /** The dashboard. */
  readonly dashboard: cloudwatch.Dashboard;

  constructor(scope: Construct, id: string, props: MonitoringProps) {
    super(scope, id);
    const { exports } = props.options;
    this.metrics = new Map(exports.map((config) => [config.name, new ExportMetrics(config)]));
    this.alarms = new ExporterAlarms(this, 'Alarms', { ...props, metrics: this.metrics });
    const { alarms } = this.alarms;
    this.dashboard = new ExporterDashboard(this, 'Dashboard', {
      exports,
      metrics: this.metrics,
      function: props.function,
      alarms,
    }).dashboard;
    new LogQueries(this, 'Queries', { logGroup: props.logGroup });
    Annotations.of(this).addInfoV2(COST_ID, costLine(exports, alarms.length));
  }
}
