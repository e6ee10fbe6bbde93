import type { ExporterOptions } from './exporter-options.ts';

/** Who the hub's account is to AWS CloudFormation StackSets. */
export const CALL_AS = ['SELF', 'DELEGATED_ADMIN'] as const;

/**
 * Organizational units whose accounts export into the hub, those that join later too, by a StackSet. Any option of an
 * exporter goes before the configuration's; `metrics`, `disabledAlarms` and `dashboard` are never taken from it.
 */
export interface Organization extends Partial<ExporterOptions> {
  /**
   * Ids of organizational units, `ou-…`, or that of the organization's root, `r-…`, with all units below them; 1 to 50. The
   * management account is reached by none: it needs a line in `targets`.
   */
  readonly organizationalUnits: readonly string[];
  /** Regions of each account, an exporter in each. */
  readonly regions: readonly string[];
  /**
   * Accounts of the units that do not export, 12 digits each. They get a stack without an exporter. What `targets` names is
   * left out by itself.
   *
   * @default - none
   */
  readonly excludeAccounts?: readonly string[];
  /**
   * Who the hub's account is: `DELEGATED_ADMIN`, a delegated administrator of StackSets, or `SELF`, the management account.
   *
   * @default DELEGATED_ADMIN
   */
  readonly callAs?: (typeof CALL_AS)[number];
  /**
   * Percentage of the accounts of a Region in which a deployment works at the same time, 1 to 100. Not for accounts that
   * join: StackSets has a pace of its own for them.
   *
   * @default 25
   */
  readonly maxConcurrentPercentage?: number;
  /**
   * Percentage of the accounts of a Region, 0 to 100, in which a deployment may fail. Beyond, it ends as failed, and what the
   * hub's stack changed is rolled back. Up to it, the alarm `stack-instances-failed` tells.
   *
   * @default 50
   */
  readonly failureTolerancePercentage?: number;
  /**
   * Whether the function writes custom metrics, $0.30 a month each, in each account and Region.
   *
   * @default false
   */
  readonly metrics?: boolean;
  /**
   * Alarms to do without in each account and Region, by name. CloudWatch notifies topics of the alarm's own Region alone, so
   * each account and Region with an alarm has a topic, unless `alarmTopicArn` is a pattern.
   *
   * @default - all: the hub's own alarms tell which account and Region is silent
   */
  readonly disabledAlarms?: ExporterOptions['disabledAlarms'];
  /**
   * Whether there is a dashboard in each account and Region.
   *
   * @default false
   */
  readonly dashboard?: boolean;
}
