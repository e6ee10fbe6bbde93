import { JOB_STATUSES } from '../../lambda/contract/jobs.ts';
import { STANDING_ALARMS } from './alarm-config.ts';
import type { ExportConfig } from './config.ts';

/** Source: Amazon CloudWatch User Guide, CloudWatch service quotas, Dashboards. */
export const MAX_WIDGETS = 500;
/** Alarms that a widget takes at most. Source: CloudWatch API Reference, Dashboard body structure. */
export const MAX_ALARMS_OF_A_WIDGET = 100;

/** A heading, the ages, the times, the calls and the completeness of an export. */
const WIDGETS_OF_AN_EXPORT = 5;
/** Errors and duration. */
const WIDGETS_OF_THE_FUNCTION = 2;

/** Widgets of the dashboard of these exports, with every alarm that they can have. */
export function widgetCount(exports: readonly ExportConfig[]): number {
  const onCounts = exports.reduce((sum, { alarms = [] }) => sum + alarms.length, 0);
  const alarms = onCounts + STANDING_ALARMS.length * (1 + exports.length);
  const ofExports = exports.reduce((sum, config) => sum + WIDGETS_OF_AN_EXPORT + countWidgets(config), 0);
  return Math.ceil(alarms / MAX_ALARMS_OF_A_WIDGET) + ofExports + WIDGETS_OF_THE_FUNCTION;
}

/** One for the account as a whole; by thing group one for each status. */
function countWidgets({
  statuses = JOB_STATUSES,
  thingGroups = [],
  thingGroupIds = [],
  metrics,
}: ExportConfig): number {
  if (thingGroups.length + thingGroupIds.length === 0) return 1;
  return metrics?.perThingGroup === false ? 0 : statuses.length;
}

/** CloudWatch refuses a dashboard of more widgets, and with it the deployment. */
export function dashboardMistakes(exports: readonly ExportConfig[], path: string): string[] {
  const count = widgetCount(exports);
  if (count <= MAX_WIDGETS) return [];
  return [
    `${path} must fit onto a dashboard of ${MAX_WIDGETS} widgets, of which an export takes ` +
      `${WIDGETS_OF_AN_EXPORT + 1}, or with thing groups ${WIDGETS_OF_AN_EXPORT} and one for each status; got ` +
      `${exports.length} exports with ${count} widgets: list several thing groups in one export, or leave out their ` +
      'counts by metrics.perThingGroup: false',
  ];
}
