import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { CHANGES, type Change, type SnapshotRecord } from './contract/columns.ts';
import { THING_STATUSES } from './contract/details.ts';
import { ANSWER_LOST_MS, DIMENSIONS, METRIC_NAMESPACE, METRICS } from './contract/metrics.ts';
import { scopeKey, thingGroupOf } from './contract/scope.ts';
import type { CallCounts, LookBack, RecordedSnapshot, RolloutFigures } from './ports.ts';

/** The input for the metrics of a run. */
export interface RunFigures extends RecordedSnapshot {
  readonly exportName: string;
  readonly counts: CallCounts;
  readonly perThingGroup: boolean;
}

const metrics = new Metrics({ namespace: METRIC_NAMESPACE });
// Powertools adds the dimension `service` by default; every alarm would have to name it.
metrics.clearDefaultDimensions();

/**
 * Writes the metrics of a recorded snapshot, as lines of CloudWatch's embedded metric format.
 *
 * Their timestamp is the time of writing, not the scheduled time: an alarm evaluates only its current window and would
 * miss a late run. A run that finds the record already written emits only SnapshotCompleted, and only for a recent record, so
 * that nothing is counted twice. The counts of a recovered snapshot may be out of date: see {@link publishLookBack}.
 */
export function publishMetrics(run: RunFigures): void {
  const { record, outcome } = run;
  if (outcome === 'already-written') {
    if (Date.now() - epochMs(record.finished_at) < ANSWER_LOST_MS) publishCompleted(run.exportName, 1);
    return;
  }
  if (outcome === 'written') publishCounts(run);
  publishHealth(run);
}

/** Writes the metric of a failed run. */
export function publishFailure(exportName: string): void {
  publishCompleted(exportName, 0);
}

/**
 * Writes the metrics that depend on other snapshots. The counts of a recovered snapshot are written only when no later snapshot
 * exists; otherwise they are out of date.
 */
export function publishLookBack(run: RunFigures, lookBack: LookBack): void {
  const { isNewest, inBreach, changes, rollouts } = lookBack;
  if (isNewest && run.outcome === 'recovered') publishCounts(run);
  if (changes && isCurrent(run, lookBack)) publishChanges(run.exportName, changes);
  if (rollouts && isCurrent(run, lookBack)) publishRollouts(run.exportName, rollouts);
  for (const [alarm, snapshots] of inBreach) {
    metrics.addDimension(DIMENSIONS.export, run.exportName);
    metrics.addDimension(DIMENSIONS.alarm, alarm);
    metrics.addMetric(METRICS.snapshotsInBreach, MetricUnit.Count, snapshots);
    metrics.publishStoredMetrics();
  }
}

/** Whether a snapshot shows the current state: this run wrote it, or it is the newest. */
export function isCurrent({ outcome }: Pick<RecordedSnapshot, 'outcome'>, { isNewest }: LookBack): boolean {
  return isNewest === true || outcome === 'written';
}

function publishCompleted(exportName: string, value: 0 | 1): void {
  metrics.addDimension(DIMENSIONS.export, exportName);
  metrics.addMetric(METRICS.snapshotCompleted, MetricUnit.Count, value);
  metrics.publishStoredMetrics();
}

function publishCounts(run: RunFigures): void {
  for (const listing of run.record.listings) {
    const thingGroup = thingGroupOf(listing);
    // The count of a thing group that is missing or unchecked is unknown: no data point instead of 0.
    if (listing.missing !== false || (thingGroup !== undefined && !run.perThingGroup)) continue;
    metrics.addDimension(DIMENSIONS.export, run.exportName);
    if (thingGroup !== undefined) metrics.addDimension(DIMENSIONS.thingGroup, thingGroup);
    metrics.addDimension(DIMENSIONS.status, listing.status);
    metrics.addMetric(METRICS.jobCount, MetricUnit.Count, listing.job_count);
    metrics.publishStoredMetrics();
  }
}

function publishChanges(exportName: string, changes: Readonly<Record<Change, number>>): void {
  for (const change of CHANGES) {
    metrics.addDimension(DIMENSIONS.export, exportName);
    metrics.addDimension(DIMENSIONS.change, change);
    metrics.addMetric(METRICS.jobChanges, MetricUnit.Count, changes[change]);
    metrics.publishStoredMetrics();
  }
}

/** An unknown value has no data point, so that it cannot be mistaken for 0. */
function publishRollouts(exportName: string, { things, worstFailedPercent, stalled }: RolloutFigures): void {
  if (things) {
    for (const status of THING_STATUSES) {
      metrics.addDimension(DIMENSIONS.export, exportName);
      metrics.addDimension(DIMENSIONS.thingStatus, status);
      metrics.addMetric(METRICS.thingsInStatus, MetricUnit.Count, things[status]);
      metrics.publishStoredMetrics();
    }
  }
  if (worstFailedPercent === undefined && stalled === undefined) return;
  metrics.addDimension(DIMENSIONS.export, exportName);
  if (worstFailedPercent !== undefined) {
    metrics.addMetric(METRICS.worstFailedPercent, MetricUnit.Percent, worstFailedPercent);
  }
  if (stalled !== undefined) metrics.addMetric(METRICS.stalledRollouts, MetricUnit.Count, stalled);
  metrics.publishStoredMetrics();
}

function publishHealth(run: RunFigures): void {
  const { exportName, record, outcome, counts, oldestInProgressAt } = run;
  const finishedAt = epochMs(record.finished_at);
  metrics.addDimension(DIMENSIONS.export, exportName);
  metrics.addMetric(METRICS.snapshotCompleted, MetricUnit.Count, 1);
  metrics.addMetric(METRICS.snapshotDuration, MetricUnit.Milliseconds, finishedAt - epochMs(record.started_at));
  metrics.addMetric(METRICS.snapshotDelay, MetricUnit.Seconds, (finishedAt - epochMs(record.snapshot_at)) / 1000);
  const { missing, unchecked } = thingGroupCounts(record);
  // Without a data point the alarm keeps its state until a snapshot knows the number.
  if (missing > 0 || unchecked === 0) metrics.addMetric(METRICS.missingThingGroups, MetricUnit.Count, missing);
  const isUnreadable = previousUnreadable(record);
  if (isUnreadable !== undefined) metrics.addMetric(METRICS.previousUnreadable, MetricUnit.Count, isUnreadable ? 1 : 0);
  // A record does not contain the calls and ages: for a recovered snapshot they are lost with the run that listed.
  if (outcome === 'written') {
    const { calls, throttled } = counts;
    metrics.addMetric(METRICS.listJobsCalls, MetricUnit.Count, calls);
    metrics.addMetric(METRICS.throttledCalls, MetricUnit.Count, throttled);
    metrics.addMetric(METRICS.throttledPercent, MetricUnit.Percent, calls === 0 ? 0 : (100 * throttled) / calls);
    const age = oldestAge(record, oldestInProgressAt);
    if (age !== undefined) metrics.addMetric(METRICS.oldestInProgressAge, MetricUnit.Seconds, age);
  }
  addDetails(run);
  metrics.publishStoredMetrics();
}

/** Adds the metrics of details. Only the run that described the jobs knows its calls and failures. */
function addDetails({ record, outcome, details }: RunFigures): void {
  // Records of older versions lack the column.
  if (record.details_left_out == null) return;
  metrics.addMetric(METRICS.detailsLeftOut, MetricUnit.Count, record.details_left_out);
  if (outcome !== 'written' || !details) return;
  metrics.addMetric(METRICS.describeJobCalls, MetricUnit.Count, details.counts.calls);
  metrics.addMetric(METRICS.detailsFailed, MetricUnit.Count, details.failed > 0 ? 1 : 0);
}

/** Whether the previous snapshot could not be read; `undefined` when the run did not look for one. */
function previousUnreadable({ previous_snapshot_id, unlinked_reason }: SnapshotRecord): boolean | undefined {
  if (unlinked_reason === 'UNREADABLE') return true;
  return previous_snapshot_id !== null || unlinked_reason === 'FIRST' ? false : undefined;
}

/** Seconds. 0 without a job in progress; `undefined` when these were not listed or none has a time of update. */
function oldestAge({ listings, finished_at }: SnapshotRecord, oldestInProgressAt: number | undefined) {
  const inProgress = listings.filter(({ status, missing }) => status === 'IN_PROGRESS' && missing === false);
  if (oldestInProgressAt !== undefined) return Math.max(0, epochMs(finished_at) - oldestInProgressAt) / 1000;
  return inProgress.length > 0 && inProgress.every(({ job_count }) => job_count === 0) ? 0 : undefined;
}

/**
 * Number of thing groups that do not exist, and of those that could not be checked. Counts groups, not listings, of which a
 * group has one per status. A group requested by id cannot be looked up, so it is in `missing` only if ListJobs said so.
 */
export function thingGroupCounts({ listings }: SnapshotRecord): {
  readonly missing: number;
  readonly unchecked: number;
} {
  const unchecked = listings.filter((listing) => listing.missing === null && listing.thing_group_name !== null);
  const count = (elements: SnapshotRecord['listings']) => new Set(elements.map(scopeKey)).size;
  return { missing: count(listings.filter(({ missing }) => missing === true)), unchecked: count(unchecked) };
}

/** @param timestamp `yyyy-MM-dd HH:mm:ss.SSS` in UTC */
function epochMs(timestamp: string): number {
  return Date.parse(`${timestamp.replace(' ', 'T')}Z`);
}
