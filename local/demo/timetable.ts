import type { ExportEvent } from '../../lambda/contract/event.ts';
import type { ExpectedExport } from '../../lambda/contract/health.ts';
import { DAY_MS, isOutage } from './story.ts';

const HOUR_MS = 3_600_000;

type Export = Omit<ExportEvent, 'scheduledTime'>;

/** Thresholds of the rollout alarms of the export `all`. */
export const FAILED_PERCENT = 20;
export const STALLED_HOURS = 48;

const UTC = 'UTC';
const ALL_EVERY_HOURS = 6;
/** All jobs, every six hours. */
const ALL: Export = {
  export: 'all',
  schedule: { expression: `cron(0 0/${ALL_EVERY_HOURS} * * ? *)`, timeZone: UTC },
};
/** The same with details of the jobs in progress. Only in the last week: a month of details would take seconds more. */
const ALL_WITH_DETAILS: Export = {
  ...ALL,
  details: { statuses: ['IN_PROGRESS'], maxJobs: 800 },
  rollouts: { failedPercent: FAILED_PERCENT, stalledHours: STALLED_HOURS },
};
const DETAILS_FROM_DAY = 21;
/** Active jobs in some thing groups, every hour. The thing group `fleet-moon` does not exist. */
const FLEETS: Export = {
  export: 'fleets',
  schedule: { expression: 'cron(0 * * * ? *)', timeZone: UTC },
  statuses: ['SCHEDULED', 'IN_PROGRESS'],
  thingGroups: ['fleet-eu', 'fleet-us', 'fleet-apac', 'fleet-moon'],
};
/** Exports that the health check of the demo expects. */
export const SCHEDULES: readonly ExpectedExport[] = [ALL, FLEETS].flatMap(({ export: name, schedule }) =>
  schedule ? [{ name, schedule: schedule.expression, timeZone: schedule.timeZone }] : [],
);
/** From the first to the newest snapshot of the export `all` in the first run. The story depends on it. */
const FIRST_MS = 27 * DAY_MS + 18 * HOUR_MS;
/** Days that each later run adds. */
const MORE_DAYS = 1;

export interface Due {
  readonly event: Export;
  readonly scheduledAt: number;
}

export interface Timetable {
  /** Beginning of the history. */
  readonly beganAt: number;
  readonly due: readonly Due[];
  /** Whether this is the first run, or the rest of it after an interrupt. */
  readonly isFirst: boolean;
}

/**
 * The snapshots that a run of the demo takes, ordered by time. The first run ends now, so that its report is current.
 * Each later run adds a day, even in the future. The export `fleets` covers only the last day of each run.
 *
 * @param times scheduled times of the existing snapshots
 */
export function timetable(times: readonly number[], now: number): Timetable {
  const beganAt = times.length > 0 ? Math.min(...times) : beginOf(now);
  const from = times.length > 0 ? Math.max(...times) + HOUR_MS : beganAt;
  const firstUntil = endOfFirst(beganAt, now);
  const isFirst = from < beganAt + FIRST_MS + HOUR_MS;
  const until = isFirst ? firstUntil : from + MORE_DAYS * DAY_MS;
  const due: Due[] = [];
  for (let scheduledAt = from; scheduledAt < until; scheduledAt += HOUR_MS) {
    if (isOutage(scheduledAt - beganAt)) continue;
    if ((scheduledAt % DAY_MS) % (ALL_EVERY_HOURS * HOUR_MS) === 0) {
      const hasDetails = scheduledAt >= beganAt + DETAILS_FROM_DAY * DAY_MS;
      due.push({ event: hasDetails ? ALL_WITH_DETAILS : ALL, scheduledAt });
    }
    if (scheduledAt >= until - DAY_MS) due.push({ event: FLEETS, scheduledAt });
  }
  return { beganAt, due, isFirst };
}

/** Chosen so that the newest snapshot of the export `all` is the newest that was due by `now`. */
function beginOf(now: number): number {
  return floor(now, ALL_EVERY_HOURS * HOUR_MS) - FIRST_MS;
}

/**
 * Until now, but before the next snapshot of the export `all`: an interrupted run is continued to the end that it would
 * have had.
 */
function endOfFirst(beganAt: number, now: number): number {
  const newest = beganAt + FIRST_MS;
  const last = Math.min(Math.max(floor(now, HOUR_MS), newest), newest + (ALL_EVERY_HOURS - 1) * HOUR_MS);
  return last + HOUR_MS;
}

function floor(instant: number, unit: number): number {
  return Math.floor(instant / unit) * unit;
}
