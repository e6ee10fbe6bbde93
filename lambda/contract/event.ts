import type { CountedAlarm } from './count-alarm.ts';
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
  /** The schedule that the snapshot is one of, as it is configured. Absent: none, as of a run started by hand. */
  readonly schedule?: EventSchedule;
  /** Whether each thing group's counts become metrics. Absent: yes. The snapshot is the same. */
  readonly metricsPerThingGroup?: boolean;
  /** Whether the numbers of changes become metrics. Absent: no. The snapshot is the same. */
  readonly changeMetrics?: boolean;
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

/** What the function answers. */
export interface ExportAnswer {
  readonly snapshotId: string;
  readonly objectKey: string;
  readonly recordKey: string;
  readonly jobCount: number;
  readonly outcome: Outcome;
}
