import type { CountedAlarm } from '../contract/count-alarm.ts';
import type { Details, Rollouts } from '../contract/details.ts';
import type { EventSchedule } from '../contract/event.ts';
import type { JobStatus, TargetSelection } from '../contract/jobs.ts';
import type { SnapshotIdentity } from '../contract/keys.ts';

/** A validated request for one snapshot. */
export interface SnapshotRequest extends SnapshotIdentity {
  readonly statuses: readonly JobStatus[];
  /** Thing groups by name. No group by name or id: account-wide. */
  readonly thingGroups: readonly string[];
  readonly thingGroupIds: readonly string[];
  readonly targetSelection?: TargetSelection;
  readonly namespaceId?: string;
  readonly schedule?: EventSchedule;
  /** Minutes that the run may take. Absent: the time of one invocation. */
  readonly maxRunMinutes?: number;
  /** Whether each thing group's counts become metrics. Absent: yes. */
  readonly metricsPerThingGroup?: boolean;
  /** Whether the numbers of changes become metrics. Absent: no. */
  readonly changeMetrics?: boolean;
  /** Which jobs are described. Absent: none. */
  readonly details?: Details;
  /** When a rollout counts as failing or stalled. */
  readonly rollouts?: Rollouts;
  /** Alarms for which consecutive snapshots in breach are counted. Absent: none. */
  readonly alarms?: readonly CountedAlarm[];
}
