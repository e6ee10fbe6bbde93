/**
 * Contract of the hub's function, which checks each export of the history: its event, the rows that it writes and the metrics
 * that alarms watch.
 */
import { type Column, type RowOf, SCHEDULE_FIELDS } from './columns.ts';

/** An export that is expected from places (account and Region). */
export interface ExpectedExport {
  /** Its name. */
  readonly name: string;
  /** Schedule expression of EventBridge Scheduler. */
  readonly schedule: string;
  /** Time zone of a cron, IANA name. Absent: UTC. */
  readonly timeZone?: string;
  /** Minutes that a run may take. Absent: 15. */
  readonly maxRunMinutes?: number;
  /** Runs that may be missed before it is late: 1 or more. Absent: `missedPeriods` of the event. */
  readonly missedPeriods?: number;
}

/** The event of a check: the expected exports. What has arrived is in the history. */
export interface HealthEvent {
  /** Exports of the organization's places, and of targets without exports of their own. */
  readonly exports: readonly ExpectedExport[];
  /** Runs of an export's schedule that may be missed before it is late: 1 or more. */
  readonly missedPeriods: number;
  /** Absent: no organization. */
  readonly organization?: {
    /** Name of the StackSet, in the function's own account and Region, whose stack instances are the places. */
    readonly stackSetName: string;
    /** Whether the hub's account is the management account or a delegated administrator. */
    readonly callAs: 'SELF' | 'DELEGATED_ADMIN';
    /**
     * Accounts whose stack instances have no exporter, 12 digits. Where `targets` names the account and Region of a stack
     * instance, the exports are those of the target. Absent: none.
     */
    readonly excludeAccounts?: readonly string[];
    /** Absent: `exports`. */
    readonly exports?: readonly ExpectedExport[];
  };
  /** Places that are configured one by one. Absent: none. */
  readonly targets?: readonly {
    /** 12 digits. */
    readonly account: string;
    readonly regions: readonly string[];
    /** Absent: `exports`. */
    readonly exports?: readonly ExpectedExport[];
  }[];
}

/**
 * - `REPORTING`: its newest snapshot is as recent as its schedule requires.
 * - `LATE`: it is expected, has snapshots, and is late.
 * - `NEVER`: it is expected, has no snapshot, and is late.
 * - `AWAITED`: it is expected, has no snapshot since it is expected, and is not late yet: it is new, or had left.
 * - `FAILED`: it is expected and has no snapshot, and AWS CloudFormation could not deploy its stack.
 * - `LEFT`: it has snapshots, is late, and is no longer expected: its account or Region left, or its export was removed.
 * - `UNKNOWN`: it has snapshots, and neither a schedule nor other snapshots determine when the next one is due; or its newest
 *   record, its keys or the StackSet could not be read.
 */
export const EXPORT_STATES = ['REPORTING', 'LATE', 'NEVER', 'AWAITED', 'FAILED', 'LEFT', 'UNKNOWN'] as const;
export type ExportState = (typeof EXPORT_STATES)[number];

/** Table `export_health`: one row per account, Region and export, of the newest check. It has no partitions. */
export const EXPORT_HEALTH_COLUMNS = [
  { name: 'looked_at', type: 'timestamp', comment: 'When the look began' },
  { name: 'account_id', type: 'string', comment: 'AWS account' },
  { name: 'region', type: 'string', comment: 'AWS Region' },
  { name: 'export_name', type: 'string', comment: 'Export' },
  {
    name: 'state',
    type: 'string',
    comment: 'REPORTING, LATE, NEVER, AWAITED, FAILED, LEFT or UNKNOWN',
  },
  {
    name: 'expected',
    type: 'boolean',
    nullable: true,
    comment: 'Whether the configuration or the StackSet lets expect it; null = the StackSet could not be read',
  },
  {
    name: 'expected_since',
    type: 'timestamp',
    nullable: true,
    comment:
      'First of the looks, up to this one without a break, that expected it; of one that never came not before its stack is there; null = not expected',
  },
  {
    name: 'first_snapshot_at',
    type: 'timestamp',
    nullable: true,
    comment: 'Scheduled time of its first complete snapshot; null = none, or not found',
  },
  { name: 'newest_snapshot_id', type: 'string', nullable: true, comment: 'Its newest snapshot; null = none' },
  { name: 'newest_snapshot_at', type: 'timestamp', nullable: true, comment: 'Scheduled time of that snapshot' },
  {
    name: 'newest_finished_at',
    type: 'timestamp',
    nullable: true,
    comment: 'When its last listing had ended; null = none, or the record cannot be read',
  },
  {
    name: 'schedule',
    type: { struct: SCHEDULE_FIELDS },
    nullable: true,
    comment: 'Schedule that it is checked against: of its newest snapshot, else of the configuration; null = not known',
  },
  {
    name: 'due_at',
    type: 'timestamp',
    nullable: true,
    comment: 'When the snapshot after the newest one is or was due; null = not known, or none is to come',
  },
  { name: 'late_at', type: 'timestamp', nullable: true, comment: 'When it is late, or has been since; null as due_at' },
  {
    name: 'missing_thing_groups',
    type: { arrayOf: 'string' },
    nullable: true,
    comment: 'Thing groups of the newest snapshot that do not exist, 100 at most; null = not known, which is not none',
  },
  {
    name: 'new_snapshots',
    type: 'bigint',
    nullable: true,
    comment: 'Snapshots that came since the previous look; null = not known, as at the first look',
  },
  {
    name: 'unlinked_snapshots',
    type: 'bigint',
    nullable: true,
    comment:
      'Of these, those whose snapshot before could not be read (UNREADABLE), so that nothing is said of changes; null = not known',
  },
  {
    name: 'stack_status',
    type: 'string',
    nullable: true,
    comment: 'Status of its stack instance in the StackSet, as CloudFormation gives it; null = none, or not known',
  },
  { name: 'stack_status_reason', type: 'string', nullable: true, comment: 'Why it has that status, in its words' },
] as const satisfies readonly Column[];

export type ExportHealthRow = RowOf<typeof EXPORT_HEALTH_COLUMNS>;

/** Dimension of the metrics of a check: the history's bucket. */
export const HEALTH_DIMENSION = 'History';

/** Metrics of a check, all with the one dimension `History`. An unknown value has no data point. Maximum. */
export const HEALTH_METRICS = {
  /** Exports that are REPORTING. */
  reporting: 'ReportingExports',
  /** Exports that are LATE or NEVER. */
  silent: 'SilentExports',
  /** Stack instances that CloudFormation could not bring to the StackSet's template. No point without an organization. */
  failedStackInstances: 'FailedStackInstances',
  /** REPORTING exports with a thing group that does not exist. */
  missingThingGroups: 'ExportsMissingThingGroups',
  /** Sum of `unlinked_snapshots`. */
  unlinked: 'UnlinkedSnapshots',
  /** Accounts, Regions and exports that write snapshots but are not partition values of the tables. */
  unseen: 'UnseenPartitionValues',
  /** 1 for a check that succeeded, 0 for one that failed. */
  looked: 'HealthLooked',
} as const;
