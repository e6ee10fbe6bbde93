import type { CountAlarm } from './alarm-config.ts';

const DIRECTIONS = { '>': 'above', '>=': 'above', '<': 'below', '<=': 'below' } as const;

/**
 * What tells an alarm from others of its export: by default what is watched, such as `in-progress-fleet-eu-above`. The
 * threshold is no part of it, so a new one updates the alarm.
 */
export function alarmName({ name, status, movedTo, thingGroup, comparison, anomaly }: CountAlarm): string {
  const watched = status ?? `MOVED_TO_${movedTo}`;
  const kind = anomaly ? 'anomaly' : undefined;
  const made = [watched.toLowerCase().replaceAll('_', '-'), thingGroup, kind, DIRECTIONS[comparison]];
  return name ?? made.filter((part) => part !== undefined).join('-');
}
