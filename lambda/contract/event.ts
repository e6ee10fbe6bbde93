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
  /** Whether each thing group's counts become metrics. Absent: yes. The snapshot is the same. */
  readonly metricsPerThingGroup?: boolean;
  /** Alarms whose snapshots on end the function counts. Absent: none. The snapshot is the same. */
  readonly alarms?: readonly CountedAlarm[];
}

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
