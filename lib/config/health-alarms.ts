/**
 * Alarms on the exports of a hub as a whole, there unless turned off: `stack-instances-failed` with an organization, the
 * others anywhere.
 */
export const HEALTH_ALARMS = [
  'targets-silent',
  'stack-instances-failed',
  'targets-missing-groups',
  'targets-unlinked',
  'targets-unseen',
  'health-failing',
] as const;
/** One of {@link HEALTH_ALARMS}. */
export type HealthAlarm = (typeof HEALTH_ALARMS)[number];
