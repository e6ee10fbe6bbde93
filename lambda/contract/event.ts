import type { CountedAlarm } from './count-alarm.ts';
import type { Details, Rollouts } from './details.ts';
import type { JobStatus, TargetSelection } from './jobs.ts';

/**
 * The event that asks for one snapshot: the schedule's input, or what someone passes to `aws lambda invoke`.
 *
 * It is the whole request, so a replayed event gives the same snapshot.
 */
export interface ExportEvent {
  /** Name of the export. */
  readonly export: string;
  /** ISO 8601 with a zone, to the second: `2026-11-23T18:00:00Z`. With `export` it makes the snapshot's id. */
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
   * Minutes that the run may take, 15 to 1,440. Absent: 15, what one invocation has. The snapshot is the same.
   */
  readonly maxRunMinutes?: number;
  /** The schedule that the snapshot is one of, as it is configured. Absent: none, as of a run started by hand. */
  readonly schedule?: EventSchedule;
  /** Whether each thing group's counts become metrics. Absent: yes. The snapshot is the same. */
  readonly metricsPerThingGroup?: boolean;
  /** Whether the numbers of changes become metrics. Absent: no. The snapshot is the same. */
  readonly changeMetrics?: boolean;
  /** Which jobs are described by DescribeJob. Absent: none. */
  readonly details?: Details;
  /** When a rollout counts as failing or stalled; with `details` alone. The snapshot is the same. */
  readonly rollouts?: Rollouts;
  /** Alarms whose snapshots on end the function counts. Absent: none. The snapshot is the same. */
  readonly alarms?: readonly CountedAlarm[];
}

/** A schedule as EventBridge Scheduler has it. */
export interface EventSchedule {
  /** Rate or cron. */
  readonly expression: string;
  /** Time zone of a cron by its IANA name. */
  readonly timeZone: string;
}

/** Characters of a schedule's expression at most. Source: EventBridge Scheduler API Reference, CreateSchedule, ScheduleExpression. */
export const MAX_SCHEDULE_CHARACTERS = 256;

/** Bytes of a Scheduler target's input at most. Source: EventBridge Scheduler quotas, invocation payload. */
export const MAX_EVENT_BYTES = 256 * 1024;

/** What a run came to. Only `written` and `recovered` made a record. */
export type Outcome = 'written' | 'already-written' | 'recovered';

/** What the function answers: of a snapshot that stands, or of a run that goes on in another invocation. */
export type ExportAnswer = CompletedAnswer | ContinuedAnswer;

/** The snapshot stands. */
export interface CompletedAnswer {
  readonly snapshotId: string;
  readonly objectKey: string;
  readonly recordKey: string;
  readonly jobCount: number;
  readonly outcome: Outcome;
}

/** The run goes on: the state machine invokes the function with `next`. */
export interface ContinuedAnswer {
  readonly snapshotId: string;
  readonly outcome: 'continued';
  readonly next: Continuation;
}

/** The invocation that goes on with a run: where its state is, and what asks for the snapshot, should that be lost. */
export interface Continuation {
  /** The event of the run, or, where it is large, one that names the object that has it. */
  readonly event: ExportEvent | StoredEvent;
  /** The run, 16 hexadecimal digits. A run that begins anew is another. */
  readonly run: string;
  /** Which invocation of the run this is: 2 takes up what the first handed on. */
  readonly invocation: number;
  /** Which attempt of the run handed it on. They are numbered over all its invocations. */
  readonly attempt: number;
  /** When the run began, ISO 8601 in UTC. Its time counts from here. */
  readonly startedAt: string;
  /** The upload of its rows; absent where none was begun. */
  readonly uploadId?: string;
}

/** An event that is too large to be passed on, kept among the work of its run for 15 days. */
export interface StoredEvent extends Pick<ExportEvent, 'export' | 'scheduledTime'> {
  /** Key of the object that has the event. */
  readonly eventKey: string;
}

/** What the state machine invokes the function with. */
export interface ContinuationEvent {
  readonly next: Continuation;
  /** Of Step Functions' context object, `$$.Execution`. */
  readonly execution?: {
    /** When the execution was last redriven; absent where it never was. */
    readonly RedriveTime?: string;
  };
}

/** Bytes of an event that is passed on itself, at most. Input and state of an execution have 256 KiB. */
export const MAX_PASSED_EVENT_BYTES = 32 * 1024;
