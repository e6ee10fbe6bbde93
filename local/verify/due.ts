import type { ScheduleOfRecord } from '../../lambda/contract/columns.ts';
import { runsOf } from '../../schedule/calendar.ts';
import { readSchedule, type Schedule } from '../../schedule/schedule.ts';

const MINUTE_MS = 60_000;

/** A snapshot and the schedule in its record. */
export interface ScheduledSnapshot {
  /** Epoch milliseconds. */
  readonly scheduledAt: number;
  /** Absent if the record has none: it is of an older version, or the run was started manually. */
  readonly schedule?: ScheduleOfRecord | undefined;
}

/** A snapshot that was due by a schedule. */
export interface DueSnapshot {
  /** Due time, epoch milliseconds. */
  readonly at: number;
  readonly hasCome: boolean;
  readonly schedule: ScheduleOfRecord;
}

/** A schedule and the period in which it was in force. */
interface InForce {
  readonly schedule: ScheduleOfRecord;
  readonly parsed: Schedule;
  /** Scheduled time of the first snapshot that has it. */
  readonly from: number;
  /** Scheduled time of the first snapshot with another schedule, or just after the last snapshot. */
  until: number;
  /** Scheduled times of the snapshots that have it, ascending. */
  readonly times: number[];
}

/**
 * The snapshots of an export that were due by its schedules, ordered by time, from the first snapshot with a schedule
 * to the last snapshot. A schedule is in force until the first snapshot with another one. A snapshot without a
 * schedule, such as a manual one, counts only if it has the time of one that was due.
 *
 * @param snapshots ordered by scheduled time
 */
export function* dueSnapshots(snapshots: readonly ScheduledSnapshot[]): Iterable<DueSnapshot> {
  const existing = new Set(snapshots.map(({ scheduledAt }) => minuteOf(scheduledAt)));
  for (const inForce of schedulesOf(snapshots)) yield* dueOf(inForce, existing);
}

/** Whether a schedule can be parsed. */
export function isReadable({ expression, time_zone }: ScheduleOfRecord): boolean {
  return parse(expression, time_zone) !== undefined;
}

function schedulesOf(snapshots: readonly ScheduledSnapshot[]): InForce[] {
  const schedules: InForce[] = [];
  let last: InForce | undefined;
  for (const { scheduledAt, schedule } of snapshots) {
    const parsed = schedule && parse(schedule.expression, schedule.time_zone);
    if (last) last.until = scheduledAt + 1;
    if (!schedule || !parsed) continue;
    if (last && isSame(last.schedule, schedule)) {
      last.times.push(scheduledAt);
      continue;
    }
    if (last) last.until = scheduledAt;
    last = { schedule, parsed, from: scheduledAt, until: scheduledAt + 1, times: [scheduledAt] };
    schedules.push(last);
  }
  return schedules;
}

function* dueOf(
  { schedule, parsed, from, until, times }: InForce,
  existing: ReadonlySet<number>,
): Iterable<DueSnapshot> {
  if (parsed.kind === 'cron') {
    for (const run of runsOf(parsed, from, until)) {
      yield { at: run[0], hasCome: run.some((time) => existing.has(minuteOf(time))), schedule };
    }
    return;
  }
  // A rate counts from its deployment, which is not known, so it is counted from each snapshot.
  const { periodMs } = parsed;
  for (const [i, time] of times.entries()) {
    yield { at: time, hasCome: true, schedule };
    const next = times[i + 1];
    for (let n = 1; n <= missingRuns(periodMs, time, next, until); n++) {
      const at = time + n * periodMs;
      yield { at, hasCome: existing.has(minuteOf(at)), schedule };
    }
  }
}

/**
 * Number of runs of a rate between two snapshots, or until its end. If the distance is not a whole number of periods, the
 * schedule was deployed anew in between, and the last period may be incomplete.
 */
function missingRuns(periodMs: number, time: number, next: number | undefined, until: number): number {
  if (next === undefined) return Math.ceil((until - time) / periodMs) - 1;
  const periods = (next - time) / periodMs;
  const isWhole = Math.abs(periods - Math.round(periods)) * periodMs < MINUTE_MS;
  return (isWhole ? Math.round(periods) : Math.floor(periods)) - 1;
}

const parsedSchedules = new Map<string, Schedule | undefined>();

function parse(expression: string, timeZone: string): Schedule | undefined {
  const key = `${expression} ${timeZone}`;
  if (!parsedSchedules.has(key)) parsedSchedules.set(key, readSchedule(expression, timeZone));
  return parsedSchedules.get(key);
}

function isSame(a: ScheduleOfRecord, b: ScheduleOfRecord): boolean {
  return a.expression === b.expression && a.time_zone === b.time_zone;
}

/** Cron expressions have a resolution of minutes. */
function minuteOf(time: number): number {
  return Math.floor(time / MINUTE_MS);
}
