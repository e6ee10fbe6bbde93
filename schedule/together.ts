import { mayOutlast, runMinutes } from '../lambda/contract/run-time.ts';
import { offsets } from './clock-changes.ts';
import { parseSchedule, type Schedule } from './schedule.ts';

/**
 * Runs of each cron at which the other crons are checked. For a weekly cron that is two years; a more frequent one is also
 * checked at the runs of the others.
 */
const RUNS_CHECKED = 100;
/** Runs of a cron that may outlast an invocation, during which starts of the others are checked. */
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
 * Names of the largest set of exports that run in the same minute. An export runs in the minute of its start; one that may
 * outlast an invocation also in all minutes that its run may take. Other runs often end within a minute.
 *
 * When a rate runs depends on the time of its deployment, so it is assumed to run together with every other export.
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

/** The starts of all runs that are checked: a set that runs together does so from the start of one of its members. */
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
 * A cron whose runs take some minutes. {@link runsAt} and {@link startsIn} compute with local days and times of day, for speed.
 * Around a change of the clock they may be wrong by the change.
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

  /** Starts within some minutes from a time on, at most {@link RUNS_CHECKED}. */
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
    const hasRuns = this.#days.get(day) ?? this.#schedule.noons.match(new Date(day + DAY_MS / 2));
    this.#days.set(day, hasRuns);
    return hasRuns;
  }
}

function startOfDay(timeMs: number): number {
  return Math.floor(timeMs / DAY_MS) * DAY_MS;
}

/** The last of ascending values that does not exceed a limit. */
function lastUpTo(values: readonly number[], limit: number): number | undefined {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((values[middle] ?? Number.NaN) <= limit) low = middle + 1;
    else high = middle;
  }
  return values[low - 1];
}

function cached(compute: (value: number) => number): (value: number) => number {
  const cache = new Map<number, number>();
  return (value) => {
    const found = cache.get(value) ?? compute(value);
    cache.set(value, found);
    return found;
  };
}
