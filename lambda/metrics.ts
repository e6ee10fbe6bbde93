import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { CHANGES, type Change, type SnapshotRecord } from './contract/columns.ts';
import { THING_STATUSES } from './contract/details.ts';
import { ANSWER_LOST_MS, DIMENSIONS, METRIC_NAMESPACE, METRICS } from './contract/metrics.ts';
import { scopeKey, thingGroupOf } from './contract/scope.ts';
import type { CallCounts, LookBack, RecordedSnapshot, RolloutFigures } from './ports.ts';

/** What the metrics of a run are made from. */
export interface RunFigures extends RecordedSnapshot {
  readonly exportName: string;
  readonly counts: CallCounts;
  readonly perThingGroup: boolean;
}

const metrics = new Metrics({ namespace: METRIC_NAMESPACE });
// Powertools' own, `service`: every metric would bear it, and every alarm would have to.
metrics.clearDefaultDimensions();

/**
 * Writes the metrics of a snapshot whose record stands, as lines of CloudWatch's embedded metric format.
 *
 * They bear the time of writing, not the scheduled one: an alarm looks at its current window alone, and would never
 * see a run that is late. A run that found the record there says that the snapshot is complete, where that is news, and
 * nothing else, so nothing counts twice. Of a recovered snapshot the counts are of back then: see {@link publishLookBack}.
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

/** Writes that a run failed. */
export function publishFailure(exportName: string): void {
  publishCompleted(exportName, 0);
}

/**
 * Writes what only a look at other snapshots could tell. Where a later snapshot stands, or may, the counts of a recovered one
 * say nothing of now.
 */
export function publishLookBack(run: RunFigures, look: LookBack): void {
  const { isNewest, inBreach, changes, rollouts } = look;
  if (isNewest && run.outcome === 'recovered') publishCounts(run);
  if (changes && saysOfNow(run, look)) publishChanges(run.exportName, changes);
  if (rollouts && saysOfNow(run, look)) publishRollouts(run.exportName, rollouts);
  for (const [alarm, snapshots] of inBreach) {
    metrics.addDimension(DIMENSIONS.export, run.exportName);
    metrics.addDimension(DIMENSIONS.alarm, alarm);
    metrics.addMetric(METRICS.snapshotsInBreach, MetricUnit.Count, snapshots);
    metrics.publishStoredMetrics();
  }
}

/** Whether what is known of a snapshot alone is of the state of things: it was written by this run, or is the newest. */
export function saysOfNow({ outcome }: Pick<RecordedSnapshot, 'outcome'>, { isNewest }: LookBack): boolean {
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
    // Of a thing group that does not exist, or of which that is not known, the count is unknown: no point, not a zero.
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

/** What is not known has no point: nobody may take it for 0. */
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
  const { missing, unchecked } = thingGroups(record);
  // Unknown is not zero: without a point the alarm keeps its state until the next snapshot that knows.
  if (missing > 0 || unchecked === 0) metrics.addMetric(METRICS.missingThingGroups, MetricUnit.Count, missing);
  const isUnreadable = previousUnreadable(record);
  if (isUnreadable !== undefined) metrics.addMetric(METRICS.previousUnreadable, MetricUnit.Count, isUnreadable ? 1 : 0);
  // A recovered record is of a run that died with its calls; what it saw of ages went with it.
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

/** Of an export that asks for details. What describing met is known to the run alone that did it, as calls are. */
function addDetails({ record, outcome, details }: RunFigures): void {
  // A record of an older version is without the column.
  if (record.details_left_out == null) return;
  metrics.addMetric(METRICS.detailsLeftOut, MetricUnit.Count, record.details_left_out);
  if (outcome !== 'written' || !details) return;
  metrics.addMetric(METRICS.describeJobCalls, MetricUnit.Count, details.counts.calls);
  metrics.addMetric(METRICS.detailsFailed, MetricUnit.Count, details.failed > 0 ? 1 : 0);
}

/** Whether the snapshot before could not be read; `undefined` where the run did not look for one, so that nothing is known. */
function previousUnreadable({ previous_snapshot_id, unlinked_reason }: SnapshotRecord): boolean | undefined {
  if (unlinked_reason === 'UNREADABLE') return true;
  return previous_snapshot_id !== null || unlinked_reason === 'FIRST' ? false : undefined;
}

/** Seconds; 0 without a job in progress, `undefined` where they were not listed or none says when it was updated. */
function oldestAge({ listings, finished_at }: SnapshotRecord, oldestInProgressAt: number | undefined) {
  const inProgress = listings.filter(({ status, missing }) => status === 'IN_PROGRESS' && missing === false);
  if (oldestInProgressAt !== undefined) return Math.max(0, epochMs(finished_at) - oldestInProgressAt) / 1000;
  return inProgress.length > 0 && inProgress.every(({ job_count }) => job_count === 0) ? 0 : undefined;
}

/**
 * Thing groups of a snapshot that do not exist, and those of which AWS IoT did not say whether they do. Groups, not
 * listings: each has an element per status. A group that is known by its id cannot be asked for: it is in neither number.
 */
export function thingGroups({ listings }: SnapshotRecord): { readonly missing: number; readonly unchecked: number } {
  const unchecked = listings.filter((listing) => listing.missing === null && listing.thing_group_name !== null);
  const count = (elements: SnapshotRecord['listings']) => new Set(elements.map(scopeKey)).size;
  return { missing: count(listings.filter(({ missing }) => missing === true)), unchecked: count(unchecked) };
}

/** Of `yyyy-MM-dd HH:mm:ss.SSS` in UTC. */
function epochMs(timestamp: string): number {
  return Date.parse(`${timestamp.replace(' ', 'T')}Z`);
}
