import { mayOutlast, runMinutes } from '../lambda/contract/run-time.ts';
import { offsets } from './clock-changes.ts';
import { parseSchedule, type Schedule } from './schedule.ts';

/**
 * Runs of each cron at which the others are asked whether they run too. Of a weekly one that is two years, and a
 * denser one needs none of its own to be found at them.
 */
const RUNS_CHECKED = 100;
/** Runs of an export that may outlast an invocation in which others are looked for that begin meanwhile. */
const LONG_RUNS_CHECKED = 3;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

interface Scheduled {
  /** Name of the export. */
  readonly name: string;
  /** As EventBridge Scheduler writes it. */
  readonly schedule: string;
  /** Time zone of a cron; by default UTC. */
  readonly timeZone?: string | undefined;
  /** Minutes that a run may take; by default 15. */
  readonly maxRunMinutes?: number | undefined;
}

/**
 * The largest set of exports that run in the same minute, by name: that start in it, or may still run of those that may
 * outlast an invocation. Of the others those alone that start in it are said to meet, for they are often over within a minute.
 *
 * When a rate runs depends on the moment of its deployment, so it is taken to run together with anything.
 */
export function runTogether(exports: readonly Scheduled[], from: Date = new Date()): readonly string[] {
  const rates: string[] = [];
  const crons: CronRuns[] = [];
  for (const config of exports) {
    const schedule = parseSchedule(config.schedule, config.timeZone);
    const minutes = mayOutlast(config) ? runMinutes(config) : 1;
    if (schedule.kind === 'cron') crons.push(new CronRuns(config.name, schedule, minutes));
    else rates.push(config.name);
  }
  let most: readonly string[] = [];
  for (const minute of minutesToCheck(crons, from)) {
    const running = crons.filter((timed) => timed.runsAt(minute)).map(({ name }) => name);
    if (running.length > most.length) most = running;
    if (most.length === crons.length) break;
  }
  return [...most, ...rates];
}

/** Starts of all: a set that runs together does so from the start of one of its own on. */
function minutesToCheck(crons: readonly CronRuns[], from: Date): Set<number> {
  const starts = crons.flatMap((timed) => timed.next(RUNS_CHECKED, from));
  const meanwhile = crons
    .filter(({ minutes }) => minutes > 1)
    .flatMap((long) =>
      long
        .next(LONG_RUNS_CHECKED, from)
        .flatMap((start) => crons.flatMap((timed) => timed.startsIn(start, long.minutes))),
    );
  return new Set([...starts, ...meanwhile]);
}

/**
 * A cron whose runs take some minutes. What is asked often is told by its days and times of day, by the clock of its time
 * zone; in the hours around a change of the clock that may be wrong by as much.
 */
class CronRuns {
  readonly name: string;
  readonly minutes: number;
  readonly #schedule: Extract<Schedule, { kind: 'cron' }>;
  readonly #offsetAt: (timeMs: number) => number;
  readonly #days = new Map<number, boolean>();

  constructor(name: string, schedule: Extract<Schedule, { kind: 'cron' }>, minutes: number) {
    this.name = name;
    this.minutes = minutes;
    this.#schedule = schedule;
    this.#offsetAt = schedule.timeZone === 'UTC' ? () => 0 : cached(offsets(schedule.timeZone));
  }

  /** The first starts after a time. */
  next(count: number, from: Date | number): number[] {
    return this.#schedule.cron.nextRuns(count, new Date(from)).map((run) => run.getTime());
  }

  /** Whether a run starts in a minute, or may still last. */
  runsAt(minute: number): boolean {
    const local = minute + this.#offsetAt(minute);
    const day = startOfDay(local);
    return [day, day - DAY_MS].some((date) => {
      if (!this.#hasRuns(date)) return false;
      const last = lastUpTo(this.#schedule.timesOfDayMs, local - date);
      return last !== undefined && local - date - last < this.minutes * MINUTE_MS;
    });
  }

  /** Starts in some minutes from a time on, the first of them at most. */
  startsIn(from: number, minutes: number): number[] {
    const offset = this.#offsetAt(from);
    const [first, end] = [from + offset, from + offset + minutes * MINUTE_MS];
    const day = startOfDay(first);
    return [day, day + DAY_MS]
      .filter((date) => this.#hasRuns(date))
      .flatMap((date) => this.#schedule.timesOfDayMs.map((time) => date + time))
      .filter((local) => local >= first && local < end)
      .slice(0, RUNS_CHECKED)
      .map((local) => local - offset);
  }

  #hasRuns(day: number): boolean {
    const known = this.#days.get(day) ?? this.#schedule.noons.match(new Date(day + DAY_MS / 2));
    this.#days.set(day, known);
    return known;
  }
}

function startOfDay(timeMs: number): number {
  return Math.floor(timeMs / DAY_MS) * DAY_MS;
}

/** Of ascending values the last that is no more than a limit. */
function lastUpTo(values: readonly number[], limit: number): number | undefined {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((values[middle] ?? Number.NaN) <= limit) low = middle + 1;
    else high = middle;
  }
  return values[low - 1];
}

function cached(of: (value: number) => number): (value: number) => number {
  const known = new Map<number, number>();
  return (value) => {
    const found = known.get(value) ?? of(value);
    known.set(value, found);
    return found;
  };
}
