import type { ExporterOptions } from './exporter-options.ts';
import type { HealthAlarm } from './health-alarms.ts';

/** Default minutes between two checks of the exports by the hub's function. */
export const DEFAULT_HEALTH_MINUTES = 60;

/**
 * An account whose exporters write to the hub's history. Any option of an exporter here overrides the configuration's.
 */
export interface Target extends Partial<ExporterOptions> {
  /** Account, 12 digits. */
  readonly account: string;
  /** Regions of the account, with an exporter in each. */
  readonly regions: readonly string[];
}

/** An account and Regions in which exporters are no longer deployed. */
export interface RetiredTarget {
  /** Account, 12 digits. */
  readonly account: string;
  /** Regions of the account whose history queries still see. */
  readonly regions: readonly string[];
}

/** The hub: the account and Region with the history of many accounts and Regions. */
export interface Hub {
  /** Account of the history, 12 digits. */
  readonly account: string;
  /** Region of the history. */
  readonly region: string;
  /**
   * Name of the bucket. CloudFormation cannot choose it, since the exporters of other accounts and Regions need it at
   * synthesis.
   *
   * @default - `iot-jobs-history-` with account and Region
   */
  readonly bucketName?: string;
  /**
   * Organization whose accounts may write, each below its own prefix: `o-` and 10 to 32 letters and digits. With it the
   * bucket's policy does not depend on the number of accounts; without it the policy names each account, 200 at most.
   * Required with `organization`.
   *
   * @default - the accounts of `targets`
   */
  readonly organizationId?: string;
  /**
   * Customer key to encrypt with instead of Amazon S3's own key. `true` makes a key with rotation. An ARN names an existing
   * key in the Region of the history, whose policy you write yourself.
   *
   * @default false
   */
  readonly customerKey?: boolean | string;
  /**
   * Accounts and Regions that were removed from `targets` but have a history. Queries do not see the history of a place that
   * is named in neither; its objects stay.
   *
   * @default - none
   */
  readonly retiredTargets?: readonly RetiredTarget[];
  /**
   * SNS topic that the hub's alarms notify, in the Region of the history.
   *
   * @default - a new topic in the hub's stack, to subscribe to
   */
  readonly alarmTopicArn?: string;
  /**
   * E-mail addresses to subscribe to the topic of the hub's stack. AWS sends each of them a request to confirm the
   * subscription, and no notification before that. It cannot be used with `alarmTopicArn`.
   *
   * @default - none
   */
  readonly alarmEmails?: readonly string[];
  /**
   * Alarms of the hub to leave out, by name.
   *
   * @default - none
   */
  readonly disabledAlarms?: readonly HealthAlarm[];
  /**
   * Minutes between two checks of all exports, a whole number from 5 to 1440.
   *
   * @default 60
   */
  readonly healthEveryMinutes?: number;
}
