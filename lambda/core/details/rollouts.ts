import type { JobDetailsRow, SnapshotRecord } from '../../contract/columns.ts';
import {
  DEFAULT_MIN_THINGS,
  DEFAULT_STALLED_HOURS,
  type Details,
  ENDED_STATUSES,
  type Rollouts,
  THING_STATUSES,
  type ThingStatus,
  thingsColumn,
} from '../../contract/details.ts';
import type { RolloutFigures, RolloutInTrouble } from '../../ports.ts';
import { epochMs } from '../timestamp.ts';

const HOUR_MS = 3_600_000;

/**
 * Statuses of failure. A thing in one of them or in SUCCEEDED executed the job. Removed and canceled things did not, so the
 * many things that are canceled when a job is aborted do not lower its percentage of failures.
 * Source: AWS IoT Developer Guide, "Jobs and job execution states", Job execution states.
 */
const FAILED: readonly ThingStatus[] = ['FAILED', 'REJECTED', 'TIMED_OUT'];

/** Options of {@link rolloutFigures}. */
export interface RolloutOptions {
  readonly details: Details;
  readonly rollouts?: Rollouts;
}

/** A job whose counts are all known. */
interface Rollout extends RolloutInTrouble {
  readonly isInProgress: boolean;
  /** Things that are queued or in progress. */
  readonly thingsToCome: number;
  /** Hours without progress; `undefined` if unknown. */
  readonly idleHours: number | undefined;
}

/** Computes the figures of a snapshot's rollouts from its details. */
export function rolloutFigures(
  rows: readonly JobDetailsRow[],
  { details_left_out: leftOut, listings }: Pick<SnapshotRecord, 'details_left_out' | 'listings'>,
  { details, rollouts = {} }: RolloutOptions,
): RolloutFigures {
  const { failedPercent, minThings = DEFAULT_MIN_THINGS, stalledHours = DEFAULT_STALLED_HOURS } = rollouts;
  const judgedRows = rows.filter(({ status }) => isJudged(status, details));
  const judged = judgedRows.flatMap((row) => rolloutOf(row) ?? []);
  const inProgress = judged.filter(({ isInProgress }) => isInProgress);
  const rowsInProgress = judgedRows.filter(({ status }) => status === 'IN_PROGRESS');
  // Jobs of a thing group that is or may be missing may be in progress, but were not listed.
  const allListed = details.statuses.includes('IN_PROGRESS') && listings.every(({ missing }) => missing === false);
  // A job without a status may be in progress, too.
  const allDescribed = leftOut === 0 && allListed && rows.every(({ status }) => status !== null);
  const allCounted = allDescribed && judged.length === judgedRows.length;
  const allInProgressCounted = allDescribed && inProgress.length === rowsInProgress.length;

  const enoughThings = judged.filter(({ thingsExecuted }) => thingsExecuted >= minThings).sort(byFailure);
  const stalling = inProgress
    .filter((one) => one.thingsToCome > 0 && (one.idleHours ?? 0) >= stalledHours)
    .sort(byIdleness);
  const allIdleHoursKnown =
    allInProgressCounted &&
    inProgress.every(({ thingsToCome, idleHours }) => thingsToCome === 0 || idleHours !== undefined);
  return {
    ...(allInProgressCounted && { things: thingsOf(rowsInProgress) }),
    ...((allCounted || enoughThings.length > 0) && { worstFailedPercent: enoughThings[0]?.failedPercent ?? 0 }),
    ...((allIdleHoursKnown || stalling.length > 0) && { stalled: stalling.length }),
    failing:
      failedPercent === undefined ? [] : enoughThings.filter((one) => one.failedPercent > failedPercent).map(inTrouble),
    stalling: stalling.map(inTrouble),
  };
}

/** Whether a job counts: it is in progress, or is described because it has just ended. Others were reported before. */
function isJudged(status: string | null, { statuses }: Details): boolean {
  const isOneOf = (list: readonly string[]) => status !== null && list.includes(status);
  return status === 'IN_PROGRESS' || (isOneOf(ENDED_STATUSES) && !isOneOf(statuses));
}

/** `undefined` if a count is unknown. */
function rolloutOf(row: JobDetailsRow): Rollout | undefined {
  const sum = (statuses: readonly ThingStatus[]) =>
    statuses.reduce((total, status) => total + (row[thingsColumn(status)] ?? Number.NaN), 0);
  if (Number.isNaN(sum(THING_STATUSES))) return undefined;
  const thingsExecuted = sum(['SUCCEEDED', ...FAILED]);
  const { progress_since: progressSince } = row;
  return {
    jobId: row.job_id,
    isInProgress: row.status === 'IN_PROGRESS',
    thingsExecuted,
    thingsToCome: sum(['QUEUED', 'IN_PROGRESS']),
    failedPercent: thingsExecuted === 0 ? 0 : (100 * sum(FAILED)) / thingsExecuted,
    progressSince,
    idleHours: progressSince === null ? undefined : (epochMs(row.described_at) - epochMs(progressSince)) / HOUR_MS,
  };
}

function thingsOf(rows: readonly JobDetailsRow[]): Record<ThingStatus, number> {
  return Object.fromEntries(
    THING_STATUSES.map((status) => [status, rows.reduce((sum, row) => sum + (row[thingsColumn(status)] ?? 0), 0)]),
  ) as Record<ThingStatus, number>;
}

function byFailure(a: Rollout, b: Rollout): number {
  return b.failedPercent - a.failedPercent;
}

function byIdleness(a: Rollout, b: Rollout): number {
  return (b.idleHours ?? 0) - (a.idleHours ?? 0);
}

function inTrouble({ jobId, thingsExecuted, failedPercent, progressSince }: Rollout): RolloutInTrouble {
  return { jobId, thingsExecuted, failedPercent, progressSince };
}
