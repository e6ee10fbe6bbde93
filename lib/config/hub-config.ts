import type { ExporterOptions } from './exporter-options.ts';
import type { HealthAlarm } from './health-alarms.ts';

/** Minutes from one look of the hub's function to the next, where nothing else is said. */
export const DEFAULT_HEALTH_MINUTES = 60;

/**
 * Where an exporter runs that writes into the hub, and what it does otherwise than the configuration says: any option
 * of an exporter, in the place of the configuration's.
 */
export interface Target extends Partial<ExporterOptions> {
  /** Account, 12 digits. */
  readonly account: string;
  /** Regions of the account, an exporter in each. */
  readonly regions: readonly string[];
}

/** Where an exporter ran once. */
export interface RetiredTarget {
  /** Account, 12 digits. */
  readonly account: string;
  /** Regions of the account whose history stays in sight. */
  readonly regions: readonly string[];
}

/** The hub: where the history of many accounts and Regions is kept and queried. */
export interface Hub {
  /** Account of the history, 12 digits. */
  readonly account: string;
  /** Region of the history. */
  readonly region: string;
  /**
   * Name of the bucket. The exporters of other accounts and Regions have to know it before it is there, so it cannot be
   * left to CloudFormation.
   *
   * @default - `iot-jobs-history-` with account and Region
   */
  readonly bucketName?: string;
  /**
   * Organization whose accounts may write, each below its own prefix: `o-` and 10 to 32 letters and digits. With it the
   * bucket's policy is the same for one account and a thousand; without it, the policy names each account, 200 at most. It
   * must be there with `organization`.
   *
   * @default - the accounts of `targets`
   */
  readonly organizationId?: string;
  /**
   * Encrypt with a customer key instead of Amazon S3's own: `true` makes one, with rotation; an ARN takes one that is
   * there, in the Region of the history, whose policy is yours to write.
   *
   * @default false
   */
  readonly customerKey?: boolean | string;
  /**
   * What was taken out of `targets` but has a history. Without its line here a query no longer sees it; the objects
   * stay.
   *
   * @default - none
   */
  readonly retiredTargets?: readonly RetiredTarget[];
  /**
   * SNS topic that the hub's alarms notify, in the Region of the history.
   *
   * @default - a topic of the hub's stack, to which whoever is on call subscribes
   */
  readonly alarmTopicArn?: string;
  /**
   * Addresses that the topic of the hub's stack writes to. AWS sends each a message, in which the subscription must be
   * confirmed before anything is told. It does not go with `alarmTopicArn`.
   *
   * @default - none
   */
  readonly alarmEmails?: readonly string[];
  /**
   * Alarms of the hub to do without, by name.
   *
   * @default - none: all are there
   */
  readonly disabledAlarms?: readonly HealthAlarm[];
  /**
   * Minutes from one look at all exports to the next, a whole number from 5 to 1440.
   *
   * @default 60
   */
  readonly healthEveryMinutes?: number;
}
