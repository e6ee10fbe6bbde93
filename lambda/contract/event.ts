import type { CountedAlarm } from './count-alarm.ts';
import type { Details, Rollouts } from './details.ts';
import type { JobStatus, TargetSelection } from './jobs.ts';

/**
 * The event that requests one snapshot: the input of the schedule's target, or of `aws lambda invoke`.
 *
 * It is the whole request, so a replayed event requests the same snapshot.
 */
export interface ExportEvent {
  /** Name of the export. */
  readonly export: string;
  /** ISO 8601 with a zone, to the second: `2026-11-23T18:00:00Z`. With `export` it forms the snapshot's id. */
  readonly scheduledTime: string;
  /** Statuses to list. Absent: all. */
  readonly statuses?: readonly JobStatus[];
  /** Thing groups by name. No group by name or id: account-wide. */
  readonly thingGroups?: readonly string[];
  /** Thing groups by id. */
  readonly thingGroupIds?: readonly string[];
  /** Only jobs of this target selection. */
  readonly targetSelection?: TargetSelection;
  /** Only jobs of this namespace. */
  readonly namespaceId?: string;
  /**
   * Minutes that the run may take, 15 to 1,440. Absent: 15, one invocation. It does not change the snapshot.
   */
  readonly maxRunMinutes?: number;
  /** The configured schedule. Absent for a run that was started by hand. */
  readonly schedule?: EventSchedule;
  /** Whether each thing group's counts become metrics. Absent: yes. It does not change the snapshot. */
  readonly metricsPerThingGroup?: boolean;
  /** Whether the numbers of changes become metrics. Absent: no. It does not change the snapshot. */
  readonly changeMetrics?: boolean;
  /** Which jobs are described by DescribeJob. Absent: none. */
  readonly details?: Details;
  /** When a rollout counts as failing or stalled. Only with `details`. It does not change the snapshot. */
  readonly rollouts?: Rollouts;
  /** Alarms for which the function counts consecutive snapshots in breach. Absent: none. It does not change the snapshot. */
  readonly alarms?: readonly CountedAlarm[];
}

/** A schedule of EventBridge Scheduler. */
export interface EventSchedule {
  /** Rate or cron. */
  readonly expression: string;
  /** Time zone of a cron by its IANA name. */
  readonly timeZone: string;
}

/**
 * Maximum characters of a schedule's expression.
 * Source: EventBridge Scheduler API Reference, CreateSchedule, ScheduleExpression.
 */
export const MAX_SCHEDULE_CHARACTERS = 256;

/** Maximum bytes of a Scheduler target's input. Source: EventBridge Scheduler quotas, invocation payload. */
export const MAX_EVENT_BYTES = 256 * 1024;

/** Outcome of a run. Only `written` and `recovered` wrote a record. */
export type Outcome = 'written' | 'already-written' | 'recovered';

/** Result of the function: a complete snapshot, or a run that another invocation resumes. */
export type ExportAnswer = CompletedAnswer | ContinuedAnswer;

/** The snapshot is complete. */
export interface CompletedAnswer {
  readonly snapshotId: string;
  readonly objectKey: string;
  readonly recordKey: string;
  readonly jobCount: number;
  readonly outcome: Outcome;
}

/** The run was suspended: the state machine invokes the function with `next`. */
export interface ContinuedAnswer {
  readonly snapshotId: string;
  readonly outcome: 'continued';
  readonly next: Continuation;
}

/** Input of the invocation that resumes a run: it locates the saved state, and has the request in case that is lost. */
export interface Continuation {
  /** The event of the run or, if it is large, an event that names the object with it. */
  readonly event: ExportEvent | StoredEvent;
  /** Id of the run, 16 hexadecimal digits. A restarted run gets a new id. */
  readonly run: string;
  /** Number of the invocation within the run: 2 resumes what 1 suspended. */
  readonly invocation: number;
  /** Number of the attempt that suspended the run. Attempts are numbered over all invocations of the run. */
  readonly attempt: number;
  /** When the run began, ISO 8601 in UTC. Its time limit counts from here. */
  readonly startedAt: string;
  /** Id of the multipart upload of its rows; absent if none was begun. */
  readonly uploadId?: string;
}

/** Refers to an event that is too large to pass on. The event is kept below `work/` for 15 days. */
export interface StoredEvent extends Pick<ExportEvent, 'export' | 'scheduledTime'> {
  /** Key of the object that has the event. */
  readonly eventKey: string;
}

/** What the state machine invokes the function with. */
export interface ContinuationEvent {
  readonly next: Continuation;
  /** `$$.Execution` of Step Functions' context object. */
  readonly execution?: {
    /** When the execution was last redriven; absent if it never was. */
    readonly RedriveTime?: string;
  };
}

/** Maximum size of an event that is passed on directly, bytes. Input and state of an execution are limited to 256 KiB. */
export const MAX_PASSED_EVENT_BYTES = 32 * 1024;
