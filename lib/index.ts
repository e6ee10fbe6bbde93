export * from './config/index.ts';
export type { ExportFunction, ExportFunctionProps } from './exporter/export-function.ts';
export type { ExportSchedules, ExportSchedulesProps } from './exporter/export-schedules.ts';
export { IotJobsExporter, type IotJobsExporterProps } from './exporter/iot-jobs-exporter.ts';
export { AnalystWorkgroup, type AnalystWorkgroupProps } from './history/analyst-workgroup.ts';
export type { HistoryTables, HistoryTablesProps } from './history/history-tables.ts';
export {
  DEFAULT_DATABASE_NAME,
  type IIotJobsHistory,
  IotJobsHistory,
  type IotJobsHistoryProps,
} from './history/iot-jobs-history.ts';
export { IotJobsAnalyst, type IotJobsAnalystProps } from './history/iot-jobs-analyst.ts';
export type { HistoryViews, HistoryViewsProps } from './history/history-views.ts';
export { IotJobsExporterStack, type IotJobsExporterStackProps } from './iot-jobs-exporter-stack.ts';
