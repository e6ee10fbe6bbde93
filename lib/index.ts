export { CHANGES, type Change } from '../lambda/contract/columns.ts';
export { THING_STATUSES, type ThingStatus } from '../lambda/contract/details.ts';
export { type ExpectedExport, HEALTH_METRICS, type HealthEvent } from '../lambda/contract/health.ts';
export { JOB_STATUSES, type JobStatus, TARGET_SELECTIONS, type TargetSelection } from '../lambda/contract/jobs.ts';
export * from './config/index.ts';
export type { ExportFunction, ExportFunctionProps } from './exporter/export-function.ts';
export type {
  ExportMetrics,
  JobChangesOptions,
  JobCountOptions,
  SnapshotsInBreachOptions,
  ThingsInStatusOptions,
} from './exporter/export-metrics.ts';
export type { ExportSchedules, ExportSchedulesProps } from './exporter/export-schedules.ts';
export type { ExporterAlarms, ExporterAlarmsProps } from './exporter/exporter-alarms.ts';
export type { IotJobsExporterProps } from './exporter/exporter-props.ts';
export type { ExportFunctionOptions } from './exporter/function-options.ts';
export { IotJobsExporter } from './exporter/iot-jobs-exporter.ts';
export type { NamedStateMachine } from './exporter/long-runs.ts';
export type { Monitored } from './exporter/metrics-cost.ts';
export type { Monitoring, MonitoringProps } from './exporter/monitoring.ts';
export type { HealthAlarms, HealthAlarmsProps } from './health/health-alarms.ts';
export type { HealthMetric, HealthMetrics } from './health/health-metrics.ts';
export type { ExpectedExports, HistoryHealthProps } from './health/health-props.ts';
export { HistoryHealth } from './health/history-health.ts';
export type { QueriedHistory } from './history/analyst.ts';
export { AnalystWorkgroup, type AnalystWorkgroupProps } from './history/analyst-workgroup.ts';
export type { IIotJobsHistory, RegisteredExporter } from './history/history.ts';
export type { HistoryBase } from './history/history-base.ts';
export type { IotJobsHistoryProps } from './history/history-props.ts';
export type { HistoryTables, HistoryTablesProps, Projected } from './history/history-tables.ts';
export type { HistoryViews, HistoryViewsProps } from './history/history-views.ts';
export type { IotJobsHistoryAttributes } from './history/imported-history.ts';
export { IotJobsHistory } from './history/iot-jobs-history.ts';
export type { Place } from './history/place.ts';
export type { Writers } from './history/writers.ts';
export type { WrittenHistory } from './history/written-history.ts';
export { IotJobsHistoryStack, type IotJobsHistoryStackProps } from './hub-stacks.ts';
export { IotJobsExporterStack, type IotJobsExporterStackProps } from './iot-jobs-exporter-stack.ts';
export type { OrganizationStackSet, OrganizationStackSetProps } from './organization/organization-stack-set.ts';
export type { TargetTemplateProps } from './organization/target-template.ts';
export { type PlaceStacksOptions, placeStacks, type StackPlacement } from './place-stacks.ts';
export { IotJobsTargetStack, type IotJobsTargetStackProps } from './target-stack.ts';
