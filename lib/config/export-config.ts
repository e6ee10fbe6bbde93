import type { JobStatus, TargetSelection } from '../../lambda/contract/jobs.ts';
import type { CountAlarm, MetricsOptions } from './alarm-config.ts';
import type { DetailsOptions, RolloutOptions } from './details-config.ts';

/** Units of a rate. AWS takes the singular with 1 and the plural with any other number. */
export type RateUnit = 'minute' | 'minutes' | 'hour' | 'hours' | 'day' | 'days';

/** A recurring schedule in the syntax of EventBridge Scheduler. */
export type ScheduleExpression = `cron(${string})` | `rate(${number} ${RateUnit})`;

/** One export: what to list, and when. Each run makes one snapshot. */
export interface ExportConfig {
  /**
   * Name of the export: 1 to 63 of `a-z`, `0-9` and `-`, unique. It is part of every object key, so a renamed export begins
   * a new history. Put the old name into `retiredExports`, so that queries still see its history.
   */
  readonly name: string;
  /**
   * When to take a snapshot, in the syntax of EventBridge Scheduler: `cron(0 * * * ? *)` or `rate(5 minutes)`.
   *
   * A cron has six fields (minutes, hours, day of month, month, day of week, year). One of the two days is `?`. Sunday is 1.
   * A rate counts from the moment of the deployment, so use a cron where the time of day matters.
   */
  readonly schedule: ScheduleExpression;
  /**
   * Time zone of a cron, by its IANA name in IANA's spelling, such as `Europe/Berlin`. The ids and dates of snapshots are in
   * UTC in any case.
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
   * Thing groups to list, by name. Each is a scope.
   *
   * @default - none: the account as a whole, unless `thingGroupIds` names some
   */
  readonly thingGroups?: readonly string[];
  /**
   * Thing groups to list, by id. Each is a scope.
   *
   * @default - none: the account as a whole, unless `thingGroups` names some
   */
  readonly thingGroupIds?: readonly string[];
  /**
   * Target selection of the jobs to list.
   *
   * @default - both target selections
   */
  readonly targetSelection?: TargetSelection;
  /**
   * Namespace of the jobs to list. Only AWS IoT Greengrass uses namespaces. Source: AWS IoT API Reference, ListJobs.
   *
   * @default - no filter
   */
  readonly namespaceId?: string;
  /**
   * Minutes that a run may take, a whole number from 15 to 1440, and no more than the shortest time between two runs of the
   * schedule. An invocation of the function has 15 minutes. Above 15, a state machine of AWS Step Functions continues the
   * run in further invocations, one after another.
   *
   * @default 15
   */
  readonly maxRunMinutes?: number;
  /**
   * Whether jobs are described, with one call of DescribeJob each: `true`, or options for which jobs. Jobs that have ended
   * since the previous snapshot are described as well, if the export lists the status that they ended in.
   *
   * @default - no jobs are described
   */
  readonly details?: true | DetailsOptions;
  /**
   * When a rollout counts as failing or stalled. It needs `details` with the status IN_PROGRESS.
   *
   * @default - no alarms on rollouts
   */
  readonly rollouts?: RolloutOptions;
  /**
   * Alarms on the export's counts of jobs.
   *
   * @default - none
   */
  readonly alarms?: readonly CountAlarm[];
  /**
   * Custom metrics of the export.
   *
   * @default - the counts of jobs, and the metrics of its runs
   */
  readonly metrics?: MetricsOptions;
}
