import { type CountedAlarm, MIN_COUNTED_SNAPSHOTS } from '../../lambda/contract/count-alarm.ts';
import type { ExportEvent } from '../../lambda/contract/event.ts';
import { JOB_STATUSES, listingOrder } from '../../lambda/contract/jobs.ts';
import { mayOutlast, runMinutes } from '../../lambda/contract/run-time.ts';
import { alarmName } from './alarm-name.ts';
import type { ExportConfig } from './config.ts';
import { detailsOf } from './details.ts';

/**
 * Makes the event that requests one snapshot of an export. It omits what the configuration omits, except the time zone,
 * which the record has in any case.
 */
export function exportEvent(config: ExportConfig, scheduledTime: string): ExportEvent {
  const alarms = countedAlarms(config);
  const details = detailsOf(config);
  const { name, statuses, thingGroups, thingGroupIds, targetSelection, namespaceId, metrics, rollouts } = config;
  const { schedule: expression, timeZone = 'UTC' } = config;
  return {
    export: name,
    scheduledTime,
    ...(statuses && { statuses }),
    ...(thingGroups && { thingGroups }),
    ...(thingGroupIds && { thingGroupIds }),
    ...(targetSelection && { targetSelection }),
    ...(namespaceId && { namespaceId }),
    ...(mayOutlast(config) && { maxRunMinutes: runMinutes(config) }),
    schedule: { expression, timeZone },
    ...(metrics?.perThingGroup === false && { metricsPerThingGroup: false }),
    ...(metrics?.changes && { changeMetrics: true }),
    ...(details && { details }),
    ...(rollouts && { rollouts }),
    ...(alarms.length > 0 && { alarms }),
  };
}

/** The alarms for which the function counts snapshots: those over several snapshots, and all with `movedTo`. */
export function countedAlarms({ alarms = [] }: ExportConfig): CountedAlarm[] {
  return alarms.flatMap((alarm): CountedAlarm[] => {
    const { status, movedTo, thingGroup, comparison, threshold, forSnapshots = 1 } = alarm;
    if (threshold === undefined) return [];
    const scope = thingGroup !== undefined && { thingGroup };
    const condition = { ...scope, comparison, threshold, forSnapshots };
    if (movedTo !== undefined) return [{ name: alarmName(alarm), movedTo, ...condition }];
    return forSnapshots < MIN_COUNTED_SNAPSHOTS ? [] : [{ name: alarmName(alarm), status, ...condition }];
  });
}

/** Number of scopes of an export: its thing groups, or 1 for the account as a whole. */
export function scopeCount({ thingGroups = [], thingGroupIds = [] }: ExportConfig): number {
  return Math.max(1, thingGroups.length + thingGroupIds.length);
}

/** Number of statuses that an export lists in each scope. */
export function statusCount({ statuses = JOB_STATUSES }: ExportConfig): number {
  return statuses.length;
}

/** Number of listings in each scope, each with at least one call. Some statuses are listed twice. */
export function listingCount({ statuses = JOB_STATUSES }: ExportConfig): number {
  return listingOrder(statuses).length;
}
