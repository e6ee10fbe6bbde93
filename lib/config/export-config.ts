import type { JobStatus, TargetSelection } from '../../lambda/contract/jobs.ts';
import type { CountAlarm, MetricsOptions } from './alarm-config.ts';
import type { DetailsOptions, RolloutOptions } from './details-config.ts';

/** Units of a rate. AWS takes the singular with 1 and the plural with all else. */
export type RateUnit = 'minute' | 'minutes' | 'hour' | 'hours' | 'day' | 'days';

/** A recurring schedule as EventBridge Scheduler writes it. */
export type ScheduleExpression = `cron(${string})` | `rate(${number} ${RateUnit})`;

/** One export: what to list, and when. Each schedule makes one snapshot. */
export interface ExportConfig {
  /**
   * Name of the export: 1 to 63 of `a-z`, `0-9` and `-`, unique. It is part of every key, so a renamed export begins a
   * history of its own; keep the old name queryable with `retiredExports`.
   */
  readonly name: string;
  /**
   * When to take a snapshot, as EventBridge Scheduler writes it: `cron(0 * * * ? *)` or `rate(5 minutes)`.
   *
   * A cron has six fields (minutes, hours, day of month, month, day of week, year), one of the two days is `?`, and
   * Sunday is 1. A rate counts from the moment of the deployment, so prefer a cron where the time of day matters.
   */
  readonly schedule: ScheduleExpression;
  /**
   * Time zone of a cron, by its IANA name as IANA spells it, such as `Europe/Berlin`. Snapshots are named and dated in
   * UTC all the same.
   *
   * @default UTC
   */
  readonly timeZone?: string;
  /**
   * Statuses to list.
   *
   * @default - all five
   */
  readonly statuses?: readonly JobStatus[];
  /**
   * Thing groups to list by name, each a scope of its own.
   *
   * @default - none: the account as a whole, unless `thingGroupIds` names some
   */
  readonly thingGroups?: readonly string[];
  /**
   * Thing groups to list by id, each a scope of its own.
   *
   * @default - none: the account as a whole, unless `thingGroups` names some
   */
  readonly thingGroupIds?: readonly string[];
  /**
   * List only jobs of this target selection.
   *
   * @default - both
   */
  readonly targetSelection?: TargetSelection;
  /**
   * List only jobs of this namespace. AWS IoT Greengrass alone uses them. Source: AWS IoT API Reference, ListJobs.
   *
   * @default - no filter
   */
  readonly namespaceId?: string;
  /**
   * Minutes that a run may take, a whole number from 15 to 1440. An invocation of the function has 15. A run that may take
   * more goes on in further invocations, one after another, by a state machine of AWS Step Functions. It is no more than
   * the shortest time between two runs of the schedule.
   *
   * @default 15
   */
  readonly maxRunMinutes?: number;
  /**
   * Whether jobs are described, one call of DescribeJob each: `true`, or which of them. Jobs that have ended since the
   * snapshot before are described besides, where the export lists the status that they came to.
   *
   * @default - none is
   */
  readonly details?: true | DetailsOptions;
  /**
   * When a rollout counts as failing or stalled. It goes with `details`, where those are of IN_PROGRESS.
   *
   * @default - no alarms on rollouts
   */
  readonly rollouts?: RolloutOptions;
  /**
   * Alarms on its counts of jobs.
   *
   * @default - none
   */
  readonly alarms?: readonly CountAlarm[];
  /**
   * What of it becomes metrics.
   *
   * @default - the counts of jobs, and the health of its runs
   */
  readonly metrics?: MetricsOptions;
}
