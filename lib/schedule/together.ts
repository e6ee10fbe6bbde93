import { parseSchedule } from './schedule.ts';

/**
 * Runs of each cron at which the others are asked whether they run too. Of a weekly one that is two years, and a
 * denser one needs none of its own to be found at them.
 */
const RUNS_LOOKED_AT = 100;

interface Scheduled {
  /** Name of the export. */
  readonly name: string;
  /** As EventBridge Scheduler writes it. */
  readonly schedule: string;
  /** Time zone of a cron; by default UTC. */
  readonly timeZone?: string | undefined;
}

/**
 * The largest set of exports that start in the same minute, by name.
 *
 * When a rate runs depends on the moment of its deployment, so it is taken to start together with anything.
 */
export function startTogether(exports: readonly Scheduled[], from: Date = new Date()): readonly string[] {
  const rates: string[] = [];
  const crons: { name: string; cron: ReturnType<typeof parseCron> }[] = [];
  for (const { name, schedule, timeZone } of exports) {
    const cron = parseCron(schedule, timeZone);
    if (cron) crons.push({ name, cron });
    else rates.push(name);
  }
  const minutes = new Set(
    crons.flatMap(({ cron }) => cron?.nextRuns(RUNS_LOOKED_AT, from).map((run) => run.getTime()) ?? []),
  );
  let most: readonly string[] = [];
  for (const minute of minutes) {
    const running = crons.filter(({ cron }) => cron?.match(new Date(minute))).map(({ name }) => name);
    if (running.length > most.length) most = running;
    if (most.length === crons.length) break;
  }
  return [...most, ...rates];
}

function parseCron(expression: string, timeZone: string | undefined) {
  const schedule = parseSchedule(expression, timeZone);
  return schedule.kind === 'cron' ? schedule.cron : undefined;
}
