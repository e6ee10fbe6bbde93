import type { CountAlarm } from './alarm-config.ts';

const DIRECTIONS = { '>': 'above', '>=': 'above', '<': 'below', '<=': 'below' } as const;

/**
 * Name of an alarm, unique in its export. By default it is made of what is counted, such as `in-progress-fleet-eu-above`.
 * The threshold is not part of it, so that a new threshold updates the alarm instead of replacing it.
 */
export function alarmName({ name, status, movedTo, thingGroup, comparison, anomaly }: CountAlarm): string {
  const watched = status ?? `MOVED_TO_${movedTo}`;
  const kind = anomaly ? 'anomaly' : undefined;
  const parts = [watched.toLowerCase().replaceAll('_', '-'), thingGroup, kind, DIRECTIONS[comparison]];
  return name ?? parts.filter((part) => part !== undefined).join('-');
}
