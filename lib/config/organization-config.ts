import type { ExporterOptions } from './exporter-options.ts';

/** Roles of the hub's account in AWS CloudFormation StackSets. */
export const CALL_AS = ['SELF', 'DELEGATED_ADMIN'] as const;

/**
 * Organizational units whose accounts export to the hub by a StackSet, including accounts that join later. Any option of an
 * exporter here overrides the configuration's. `metrics`, `disabledAlarms` and `dashboard` are never taken from the
 * configuration.
 */
export interface Organization extends Partial<ExporterOptions> {
  /**
   * Ids of organizational units, `ou-…`, or of the organization's root, `r-…`, which include all units below them; 1 to 50.
   * They never include the management account: name it in `targets`.
   */
  readonly organizationalUnits: readonly string[];
  /** Regions of each account, with an exporter in each. */
  readonly regions: readonly string[];
  /**
   * Accounts of the units that do not export, 12 digits each. They get a stack without an exporter. Accounts and Regions of
   * `targets` are excluded in any case.
   *
   * @default - none
   */
  readonly excludeAccounts?: readonly string[];
  /**
   * Role of the hub's account: `DELEGATED_ADMIN`, a delegated administrator of StackSets, or `SELF`, the management account.
   *
   * @default DELEGATED_ADMIN
   */
  readonly callAs?: (typeof CALL_AS)[number];
  /**
   * Percentage of the accounts of a Region in which a deployment works at the same time, 1 to 100. For accounts that join
   * later StackSets does not use it.
   *
   * @default 25
   */
  readonly maxConcurrentPercentage?: number;
  /**
   * Percentage of the accounts of a Region, 0 to 100, in which a deployment may fail. With more failures the deployment
   * fails, and the update of the hub's stack is rolled back. Fewer failures are reported by the alarm
   * `stack-instances-failed`.
   *
   * @default 50
   */
  readonly failureTolerancePercentage?: number;
  /**
   * Whether the function writes custom metrics, at $0.30 a month each, in each account and Region.
   *
   * @default false
   */
  readonly metrics?: boolean;
  /**
   * Alarms to leave out in each account and Region, by name. CloudWatch notifies topics in the alarm's Region only, so each
   * account and Region with an alarm has a topic, unless `alarmTopicArn` is a pattern.
   *
   * @default - all, since the hub's alarms report which account and Region is silent
   */
  readonly disabledAlarms?: ExporterOptions['disabledAlarms'];
  /**
   * Whether there is a dashboard in each account and Region.
   *
   * @default false
   */
  readonly dashboard?: boolean;
}
