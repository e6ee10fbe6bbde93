import type { ExporterOptions } from './exporter-options.ts';
import type { HistoryOptions } from './history-options.ts';
import type { Hub, Target } from './hub-config.ts';
import type { Organization } from './organization-config.ts';

export * from './details-config.ts';
export * from './export-config.ts';
export * from './exporter-options.ts';
export * from './history-options.ts';
export type { Hub, RetiredTarget, Target } from './hub-config.ts';
export type { Organization } from './organization-config.ts';

/** The configuration of a deployment. */
export interface ExporterConfig extends ExporterOptions, HistoryOptions {
  /**
   * Account and Region of the history of many accounts and Regions. It needs `targets`, `organization` or both.
   *
   * @default - the exporter and its history are in one stack
   */
  readonly history?: Hub;
  /**
   * Accounts and Regions to export, with a stack for each. It needs `history`.
   *
   * @default - the account and Region of the stack, or those of `organization`
   */
  readonly targets?: readonly Target[];
  /**
   * Organizational units to export, with one StackSet for all of their accounts. It needs `history` with `organizationId`.
   *
   * @default - none
   */
  readonly organization?: Organization;
  /**
   * Prefix of the stacks' names, such as `fleet-`: letters, digits and `-`, beginning with a letter.
   *
   * @default - none: `IotJobsExporter`, `IotJobsHistory`
   */
  readonly stackPrefix?: string;
  /**
   * Whether CloudFormation refuses to delete the stacks.
   *
   * @default false
   */
  readonly terminationProtection?: boolean;
}

/** Options whose optional keys have been filled in with their defaults. */
export type WithDefaults<Options, Optional extends keyof Options> = Omit<Options, Optional> & {
  readonly [Key in Optional]-?: Exclude<Options[Key], undefined>;
};

/** {@link ExporterOptions}, checked, with the defaults filled in. */
export type CheckedExporterOptions = WithDefaults<
  ExporterOptions,
  | 'callsPerSecond'
  | 'describeCallsPerSecond'
  | 'logLevel'
  | 'logRetentionDays'
  | 'memorySize'
  | 'disabledAlarms'
  | 'alarmAfterMissedPeriods'
  | 'alarmEmails'
  | 'dashboard'
  | 'metrics'
>;
/** {@link HistoryOptions}, checked, with the defaults filled in. */
export type CheckedHistoryOptions = WithDefaults<
  HistoryOptions,
  'historyStart' | 'retiredExports' | 'bytesScannedLimit' | 'databaseName' | 'retiredKeys' | 'analystAccounts'
>;
/** {@link ExporterConfig}, checked, with the defaults filled in. */
export type CheckedConfig = CheckedExporterOptions &
  CheckedHistoryOptions &
  Pick<ExporterConfig, 'history' | 'targets' | 'organization' | 'stackPrefix'> &
  Required<Pick<ExporterConfig, 'terminationProtection'>>;

/**
 * Gives a configuration its type. The configuration is checked when the app is synthesized.
 *
 * @example
 * export default defineConfig({ exports: [{ name: 'all', schedule: 'cron(0 * * * ? *)' }] });
 */
export function defineConfig(config: ExporterConfig): ExporterConfig {
  return config;
}
