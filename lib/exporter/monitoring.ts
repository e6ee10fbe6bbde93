import { Annotations } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { UsageError } from '../config/errors.ts';
import { ExportMetrics } from './export-metrics.ts';
import { ExporterAlarms, type ExporterAlarmsProps } from './exporter-alarms.ts';
import { ExporterDashboard } from './exporter-dashboard.ts';
import { LogQueries } from './log-queries.ts';
import { COST_ID, costLine, type Monitored, monitored } from './metrics-cost.ts';

/** Properties for Monitoring. */
export interface MonitoringProps extends Omit<ExporterAlarmsProps, 'metrics'> {
  /** Queue for failed events. */
  readonly deadLetterQueue: sqs.IQueue;
  /** The function's log group. */
  readonly logGroup: logs.ILogGroup;
}

/** The monitoring of an exporter: alarms, dashboard, and saved queries of the logs. */
export class Monitoring extends Construct {
  /** The metrics of each export, by its name. */
  readonly metrics: ReadonlyMap<string, ExportMetrics>;
  /** The alarms and their topic. */
  readonly alarms: ExporterAlarms;
  /** The dashboard; `undefined` with `dashboard: false`. */
  readonly dashboard: cloudwatch.Dashboard | undefined;
  /** Numbers of what CloudWatch charges for. */
  readonly monitored: Monitored;

  constructor(scope: Construct, id: string, props: MonitoringProps) {
    super(scope, id);
    const { exports, alarmEmails, dashboard, metrics } = props.options;
    this.metrics = new Map(exports.map((config) => [config.name, new ExportMetrics(config)]));
    this.alarms = new ExporterAlarms(this, 'Alarms', { ...props, metrics: this.metrics });
    if (alarmEmails.length > 0 && !this.alarms.topic) {
      throw new UsageError(
        `alarmEmails would get nothing, since no alarm of ${scope.node.path} notifies the stack's topic; got ` +
          `${JSON.stringify(alarmEmails)}. Take an alarm out of disabledAlarms, or leave out alarmEmails`,
      );
    }
    // Composite alarms first, since they show which export fails.
    const alarms = [...this.alarms.composites, ...this.alarms.alarms];
    this.dashboard = dashboard
      ? new ExporterDashboard(this, 'Dashboard', { ...props, exports, metrics: this.metrics, alarms }).dashboard
      : undefined;
    new LogQueries(this, 'Queries', { logGroup: props.logGroup, mayOutlast: props.stateMachine !== undefined });
    this.monitored = monitored(this, metrics ? exports : []);
    Annotations.of(this).addInfoV2(COST_ID, costLine(this.monitored));
  }
}
