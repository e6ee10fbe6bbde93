/**
 * Alarms of a hub, which exist unless `disabledAlarms` names them. `stack-instances-failed` exists with an organization, the
 * others always.
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
