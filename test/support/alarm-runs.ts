import type { ScheduleExpression } from '../../lib/config/index.ts';
import type { Point } from './cloudwatch-model.ts';
import type { Random } from './random.ts';
import { runsByTheClock, type WallClockCron } from './wall-clock.ts';

/** A schedule, as the configuration has it and as the model of the wall clock knows it. */
export interface Kind {
  readonly name: string;
  readonly schedule: ScheduleExpression;
  readonly timeZone?: string;
  /** Minutes that a run may take; by default 15. */
  readonly maxRunMinutes?: number;
  readonly runs: WallClockCron | number;
}

const MINUTE = 60;
const ZONES = ['UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe'];
const RATES: readonly (readonly [ScheduleExpression, number])[] = [
  ['rate(1 minute)', MINUTE],
  ['rate(5 minutes)', 5 * MINUTE],
  ['rate(1 hour)', 3600],
  ['rate(1 day)', 86_400],
  ['rate(3 days)', 3 * 86_400],
  ['rate(7 days)', 7 * 86_400],
];
const CRONS: readonly (readonly [ScheduleExpression, WallClockCron])[] = [
  ['cron(0/5 * * * ? *)', ['0/5', '*', '*']],
  ['cron(0 * * * ? *)', ['0', '*', '*']],
  ['cron(0 9-17 ? * MON-FRI *)', ['0', '9-17', 'MON-FRI']],
  ['cron(30 2 * * ? *)', ['30', '2', '*']],
  ['cron(10 1,2,3,13 * * ? *)', ['10', '1,2,3,13', '*']],
  ['cron(15 2 ? * SUN *)', ['15', '2', 'SUN']],
  ['cron(0 6 1 * ? *)', ['0', '6', '*', '1']],
];

/** Runs that may outlast an invocation, up to as long as the time between two of them. */
const LONG: readonly (readonly [ScheduleExpression, WallClockCron | number, number])[] = [
  ['rate(3 hours)', 3 * 3600, 180],
  ['rate(1 day)', 86_400, 1440],
  ['cron(0 1/6 * * ? *)', ['0', '1/6', '*'], 240],
  ['cron(15 2 ? * SUN *)', ['15', '2', 'SUN'], 1440],
];

/** Every kind of schedule, the crons by clocks that change differently. */
export const KINDS: readonly Kind[] = [
  ...RATES.map(([schedule, seconds], index) => ({ name: `rate-${index}`, schedule, runs: seconds })),
  ...CRONS.flatMap(([schedule, runs], cron) =>
    ZONES.map((timeZone, zone) => ({ name: `cron-${cron}-${zone}`, schedule, timeZone, runs })),
  ),
  ...LONG.map(([schedule, runs, maxRunMinutes], index) => ({
    ...{ name: `long-${index}`, schedule, runs, maxRunMinutes },
    ...(typeof runs !== 'number' && { timeZone: 'Europe/Berlin' }),
  })),
];

const scheduled = new Map<string, readonly number[]>();

/** Times of the runs between two times, in seconds. */
export function scheduledTimes({ name, runs, timeZone = 'UTC' }: Kind, from: number, until: number): number[] {
  if (typeof runs === 'number') {
    const first = from + 37;
    return Array.from({ length: Math.ceil((until - first) / runs) }, (_, index) => first + index * runs);
  }
  const all = scheduled.get(name) ?? runsByTheClock(runs, timeZone, 'first').map((ms) => ms / 1000);
  scheduled.set(name, all);
  return all.filter((time) => time >= from && time < until);
}

/** Failures: the chances are per run. */
export interface Troubles {
  readonly latestSeconds: number;
  readonly fails: number;
  /** That a pause of up to ten runs begins. */
  readonly pauses: number;
  /** That the thing group is missing, so that its count is not known. */
  readonly missing: number;
}

/** How a run ended, and when. */
export interface Run {
  readonly scheduledAt: number;
  readonly endedAt: number;
  readonly outcome: 'complete' | 'failed';
  /** `undefined` where it is not known. */
  readonly count: number | undefined;
}

/** The runs of a schedule, in the order in which they ended, each in a minute of its own: CloudWatch keeps data by the minute. */
export function runsOf(times: readonly number[], troubles: Troubles, random: Random): Run[] {
  let paused = 0;
  let count = random.below(11);
  const runs = times.flatMap((scheduledAt): Run[] => {
    if (paused > 0 || random.chance(troubles.pauses)) {
      paused = paused > 0 ? paused - 1 : random.below(10);
      return [];
    }
    if (random.chance(0.4)) count = random.below(11);
    const endedAt = scheduledAt + 5 + random.below(Math.max(1, troubles.latestSeconds - 5));
    const outcome = random.chance(troubles.fails) ? 'failed' : 'complete';
    return [{ scheduledAt, endedAt, outcome, count: random.chance(troubles.missing) ? undefined : count }];
  });
  runs.sort((a, b) => a.endedAt - b.endedAt);
  let free = 0;
  return runs.map((run) => {
    const endedAt = Math.max(run.endedAt, free);
    free = (Math.floor(endedAt / MINUTE) + 1) * MINUTE;
    return { ...run, endedAt };
  });
}

/** The points of JobCount, or of SnapshotsInBreach where an alarm is for several snapshots. */
export function countPoints(runs: readonly Run[], breaches: (count: number) => boolean, forSnapshots: number): Point[] {
  // Only the last few matter: late runs overtake no more of the others.
  const complete: Run[] = [];
  return runs.flatMap((run): Point[] => {
    if (run.outcome === 'failed') return [];
    complete.push(run);
    if (complete.length > 60) complete.shift();
    if (run.count === undefined) return [];
    if (forSnapshots === 1) return [{ at: run.endedAt, value: run.count }];
    const newest = complete.reduce((one, other) => (one.scheduledAt > other.scheduledAt ? one : other));
    if (newest.count === undefined) return [];
    const known = complete.filter(({ count }) => count !== undefined);
    known.sort((a, b) => b.scheduledAt - a.scheduledAt);
    const good = known.findIndex(({ count }) => !breaches(count as number));
    return [{ at: run.endedAt, value: Math.min(forSnapshots, good < 0 ? known.length : good) }];
  });
}
