import { type CountedAlarm, MIN_COUNTED_SNAPSHOTS } from '../../lambda/contract/count-alarm.ts';
import type { ExportEvent } from '../../lambda/contract/event.ts';
import { JOB_STATUSES } from '../../lambda/contract/jobs.ts';
import { alarmName } from './alarm-name.ts';
import type { ExportConfig } from './config.ts';

/**
 * The event that asks for one snapshot of an export. What the configuration leaves out is left out here too, but for the
 * time zone: the record says by which clock the snapshot came.
 */
export function exportEvent(config: ExportConfig, scheduledTime: string): ExportEvent {
  const alarms = countedAlarms(config);
  const { name, statuses, thingGroups, thingGroupIds, targetSelection, namespaceId, metrics } = config;
  const { schedule: expression, timeZone = 'UTC' } = config;
  return {
    export: name,
    scheduledTime,
    ...(statuses && { statuses }),
    ...(thingGroups && { thingGroups }),
    ...(thingGroupIds && { thingGroupIds }),
    ...(targetSelection && { targetSelection }),
    ...(namespaceId && { namespaceId }),
    schedule: { expression, timeZone },
    ...(metrics?.perThingGroup === false && { metricsPerThingGroup: false }),
    ...(alarms.length > 0 && { alarms }),
  };
}

/** The alarms whose snapshots the function counts: those of several snapshots on end. */
function countedAlarms({ alarms = [] }: ExportConfig): CountedAlarm[] {
  return alarms.flatMap((alarm) => {
    const { status, thingGroup, comparison, threshold, forSnapshots = 1 } = alarm;
    if (threshold === undefined || forSnapshots < MIN_COUNTED_SNAPSHOTS) return [];
    const scope = { status, ...(thingGroup !== undefined && { thingGroup }) };
    return [{ name: alarmName(alarm), ...scope, comparison, threshold, forSnapshots }];
  });
}

/** Scopes of an export: its thing groups, or the account as a whole. */
export function scopeCount({ thingGroups = [], thingGroupIds = [] }: ExportConfig): number {
  return Math.max(1, thingGroups.length + thingGroupIds.length);
}

/** Statuses that an export lists in each scope. */
export function statusCount({ statuses = JOB_STATUSES }: ExportConfig): number {
  return statuses.length;
}

/** Listings of an export in each scope, each a call at least: SCHEDULED is listed again after IN_PROGRESS. */
export function listingCount({ statuses = JOB_STATUSES }: ExportConfig): number {
  return statuses.length + (statuses.includes('SCHEDULED') && statuses.includes('IN_PROGRESS') ? 1 : 0);
}
