export * from './alarm-config.ts';
export { checkConfig } from './check.ts';
export * from './config.ts';
export { ConfigurationError, UsageError } from './errors.ts';
export { HEALTH_ALARMS, type HealthAlarm } from './health-alarms.ts';
export { loadConfig } from './load.ts';
export type { StackSetOptions } from './organization.ts';
export { CALL_AS } from './organization-config.ts';
