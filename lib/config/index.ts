export * from './alarm-config.ts';
export { checkConfig } from './check.ts';
export * from './config.ts';
export { ConfigurationError, UsageError } from './errors.ts';
export { loadConfig } from './load.ts';
