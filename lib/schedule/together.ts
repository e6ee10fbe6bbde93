import type { Cron } from 'croner';
import { mayOutlast, runMinutes } from '../../lambda/contract/run-time.ts';
import { parseSchedule } from './schedule.ts';

/**
 * Runs of each cron at which the others are asked whether they run too. Of a weekly one that is two years, and a
 * denser one needs none of its own to be found at them.
 */
const RUNS_LOOKED_AT = 100;
/** Runs of an export that may outlast an invocation in which others are looked for that begin meanwhile. */
const LONG_RUNS_LOOKED_AT = 3;
const MINUTE_MS = 60_000;

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

interface Timed {
  readonly name: string;
  readonly cron: Cron;
  /** A run that has one invocation is often over within a minute, so only those that start with it are said to meet it. */
  readonly minutes: number;
}

/**
 * The largest set of exports that run in the same minute, by name: that start in it, or may still run of those that may
 * outlast an invocation.
 *
 * When a rate runs depends on the moment of its deployment, so it is taken to run together with anything.
 */
export function runTogether(exports: readonly Scheduled[], from: Date = new Date()): readonly string[] {
  const rates: string[] = [];
  const crons: Timed[] = [];
  for (const config of exports) {
    const schedule = parseSchedule(config.schedule, config.timeZone);
    const minutes = mayOutlast(config) ? runMinutes(config) : 1;
    if (schedule.kind === 'cron') crons.push({ name: config.name, cron: schedule.cron, minutes });
    else rates.push(config.name);
  }
  let most: readonly string[] = [];
  for (const minute of minutesLookedAt(crons, from)) {
    const running = crons.filter((timed) => runsIn(timed, minute)).map(({ name }) => name);
    if (running.length > most.length) most = running;
    if (most.length === crons.length) break;
  }
  return [...most, ...rates];
}

/** Starts of all: a set that runs together does so from the start of one of its own on. */
function minutesLookedAt(crons: readonly Timed[], from: Date): Set<number> {
  const starts = crons.flatMap(({ cron }) => cron.nextRuns(RUNS_LOOKED_AT, from).map((run) => run.getTime()));
  const meanwhile = crons
    .filter(({ minutes }) => minutes > 1)
    .flatMap(({ cron, minutes }) =>
      cron.nextRuns(LONG_RUNS_LOOKED_AT, from).flatMap((start) => startsWithin(crons, start, minutes)),
    );
  return new Set([...starts, ...meanwhile]);
}

function startsWithin(crons: readonly Timed[], start: Date, minutes: number): number[] {
  const end = start.getTime() + minutes * MINUTE_MS;
  return crons.flatMap(({ cron }) =>
    cron
      .nextRuns(RUNS_LOOKED_AT, start)
      .map((run) => run.getTime())
      .filter((time) => time < end),
  );
}

function runsIn({ cron, minutes }: Timed, minute: number): boolean {
  if (cron.match(new Date(minute))) return true;
  if (minutes === 1) return false;
  const [last] = cron.previousRuns(1, new Date(minute));
  return last !== undefined && minute - last.getTime() < minutes * MINUTE_MS;
}
