import type { ScheduleOfRecord } from '../../lambda/contract/columns.ts';
import { runsOf } from '../../schedule/calendar.ts';
import { readSchedule, type Schedule } from '../../schedule/schedule.ts';

const MINUTE_MS = 60_000;

/** A snapshot, and the schedule that its record has. */
export interface ScheduledSnapshot {
  /** Epoch milliseconds. */
  readonly scheduledAt: number;
  /** Absent where the record has none: of an older version, or of a run started by hand. */
  readonly schedule?: ScheduleOfRecord | undefined;
}

/** A snapshot that a schedule was to bring. */
export interface Due {
  /** When, epoch milliseconds. */
  readonly at: number;
  readonly hasCome: boolean;
  readonly schedule: ScheduleOfRecord;
}

/** A schedule, and how long it was in force by the snapshots. */
interface InForce {
  readonly schedule: ScheduleOfRecord;
  readonly parsed: Schedule;
  /** Scheduled time of the first snapshot that has it. */
  readonly from: number;
  /** That of the first that has another one, or just after the last snapshot of all. */
  until: number;
  /** Scheduled times of the snapshots that have it, ascending. */
  readonly times: number[];
}

/**
 * What the schedules of an export were to bring, from the first snapshot with a schedule to the last of all, by the time. A
 * schedule holds until the first snapshot that has another one. Snapshots without a schedule, as those taken by hand, change
 * nothing, but for one that came in the place of one that was due.
 *
 * @param snapshots in the order of their times
 */
export function* dueSnapshots(snapshots: readonly ScheduledSnapshot[]): Iterable<Due> {
  const there = new Set(snapshots.map(({ scheduledAt }) => minuteOf(scheduledAt)));
  for (const inForce of schedulesOf(snapshots)) yield* dueBy(inForce, there);
}

/** Whether a schedule is one that can be reckoned with. */
export function isReadable({ expression, time_zone }: ScheduleOfRecord): boolean {
  return parse(expression, time_zone) !== undefined;
}

function schedulesOf(snapshots: readonly ScheduledSnapshot[]): InForce[] {
  const found: InForce[] = [];
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
    found.push(last);
  }
  return found;
}

function* dueBy({ schedule, parsed, from, until, times }: InForce, there: ReadonlySet<number>): Iterable<Due> {
  if (parsed.kind === 'cron') {
    for (const run of runsOf(parsed, from, until)) {
      yield { at: run[0], hasCome: run.some((time) => there.has(minuteOf(time))), schedule };
    }
    return;
  }
  // A rate counts from its deployment, which the snapshots tell: the next is so long after each.
  const { periodMs } = parsed;
  for (const [i, time] of times.entries()) {
    yield { at: time, hasCome: true, schedule };
    const next = times[i + 1];
    for (let n = 1; n <= missingBy(periodMs, time, next, until); n++) {
      const at = time + n * periodMs;
      yield { at, hasCome: there.has(minuteOf(at)), schedule };
    }
  }
}

/**
 * How many runs of a rate lie between two snapshots, or before its end. Where they are not so many whole periods apart it
 * was deployed anew in between, and one period may have begun that did not end.
 */
function missingBy(periodMs: number, time: number, next: number | undefined, until: number): number {
  if (next === undefined) return Math.ceil((until - time) / periodMs) - 1;
  const periods = (next - time) / periodMs;
  const isWhole = Math.abs(periods - Math.round(periods)) * periodMs < MINUTE_MS;
  return (isWhole ? Math.round(periods) : Math.floor(periods)) - 1;
}

const known = new Map<string, Schedule | undefined>();

function parse(expression: string, timeZone: string): Schedule | undefined {
  const key = `${expression} ${timeZone}`;
  if (!known.has(key)) known.set(key, readSchedule(expression, timeZone));
  return known.get(key);
}

function isSame(a: ScheduleOfRecord, b: ScheduleOfRecord): boolean {
  return a.expression === b.expression && a.time_zone === b.time_zone;
}

/** Crons are to the minute. */
function minuteOf(time: number): number {
  return Math.floor(time / MINUTE_MS);
}
