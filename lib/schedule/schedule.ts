import { Cron } from 'croner';
import { cronMistake } from './aws-cron.ts';

/** A schedule that can be computed with. A rate's first run is the deployment's affair: only its period is known. */
export type Schedule =
  | {
      /** So many minutes, hours or days. */
      readonly kind: 'rate';
      /** From one run to the next. */
      readonly periodMs: number;
    }
  | {
      /** By the clock and the calendar. */
      readonly kind: 'cron';
      /** The runs. */
      readonly cron: Cron;
      /** Noon of each day that has a run; every day has a noon, whatever its clocks do. */
      readonly noons: Cron;
      /** The times of the runs, on every day. */
      readonly anyDay: Cron;
    };

/**
 * Periods are looked for from here on, not from now: alarms follow them, and a template must not change with the day on
 * which it is synthesized. The year has a 29 February.
 */
const REFERENCE = new Date('2024-01-01T00:00:00Z');
const DAY_MS = 86_400_000;
const MINUTES_OF_A_DAY = 1440;
/** Runs of a cron that are looked at to find its shortest period: a day's minutes, and its turn into the next. */
const RUNS_LOOKED_AT = 1500;
/** More than a year of days, for the sake of months and of clocks that are put forward and back. */
const DAYS_LOOKED_AT = 400;
/** AWS's last year is 2199. Source: EventBridge Scheduler User Guide, Schedule types. */
const END_MS = Date.parse('2200-01-01T00:00:00Z');

const RATE = /^rate\((?<value>[1-9]\d*) (?<unit>minute|hour|day)(?<plural>s?)\)$/;
const CRON = /^cron\((?<fields>.*)\)$/;
const UNIT_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: DAY_MS };

/** Says what is wrong with a schedule expression, in words that follow its key, or nothing. */
export function scheduleMistake(expression: string): string | undefined {
  const fields = CRON.exec(expression)?.groups?.fields;
  if (fields !== undefined) {
    return cronMistake(fields) ?? (neverRuns(expression) ? 'must have a run to come, and has none' : undefined);
  }
  const rate = RATE.exec(expression)?.groups;
  if (!rate) return 'must be cron(…) or rate(…), such as cron(0 * * * ? *) or rate(5 minutes)';
  const { value, unit, plural } = rate;
  if ((value === '1') === (plural === '')) return undefined;
  return `must be rate(${value} ${unit}${value === '1' ? '' : 's'}): AWS takes the singular with 1, else the plural`;
}

/** Whether AWS knows the time zone: an IANA name, not an offset. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return /^[A-Za-z]/.test(name);
  } catch {
    return false;
  }
}

/**
 * Reads a schedule expression that {@link scheduleMistake} finds nothing wrong with.
 *
 * @param timeZone IANA name, of a cron
 */
export function parseSchedule(expression: string, timeZone = 'UTC'): Schedule {
  const rate = RATE.exec(expression)?.groups;
  if (rate) return { kind: 'rate', periodMs: Number(rate.value) * (UNIT_MS[rate.unit ?? ''] ?? Number.NaN) };
  const [minutes, hours, dayOfMonth, month, dayOfWeek, year] = expression.slice('cron('.length, -1).trim().split(/\s+/);
  const weekday = dayOfWeek?.toUpperCase() === 'L' ? '7' : dayOfWeek;
  // alternativeWeekdays: Sunday is 1. sloppyRanges: `0/5` is taken.
  const options = { mode: '7-part', alternativeWeekdays: true, sloppyRanges: true, paused: true } as const;
  const cronOf = (timezone: string, ...fields: readonly (string | undefined)[]) =>
    new Cron(['0', ...fields].join(' ').replaceAll('?', '*'), { ...options, timezone });
  return {
    kind: 'cron',
    cron: cronOf(timeZone, minutes, hours, dayOfMonth, month, weekday, year),
    noons: cronOf(timeZone, '0', '12', dayOfMonth, month, weekday, year),
    anyDay: cronOf('UTC', minutes, hours, '*', '*', '*', '*'),
  };
}

/**
 * The longest time between two runs: within a day, or from the last run of a day to the first of the next that has one.
 * Infinite for a single run.
 */
export function longestPeriodMs(schedule: Schedule): number {
  if (schedule.kind === 'rate') return schedule.periodMs;
  const times = runsOf(schedule.anyDay, MINUTES_OF_A_DAY, REFERENCE.getTime() + DAY_MS);
  const firstToLastMs = (times.at(-1)?.getTime() ?? Number.NaN) - (times[0]?.getTime() ?? Number.NaN);
  const days = periodsOf(runsOf(schedule.noons, DAYS_LOOKED_AT)).map((period) => period - firstToLastMs);
  const periods = [...periodsOf(times), ...days];
  return periods.length > 0 ? Math.max(...periods) : Number.POSITIVE_INFINITY;
}

/** The shortest time between two runs, as far as {@link RUNS_LOOKED_AT} runs tell. Infinite for a single run. */
export function shortestPeriodMs(schedule: Schedule): number {
  if (schedule.kind === 'rate') return schedule.periodMs;
  return Math.min(Number.POSITIVE_INFINITY, ...periodsOf(runsOf(schedule.cron, RUNS_LOOKED_AT)));
}

/** Runs from {@link REFERENCE} on. A rare one would be looked for without end beyond the last year that AWS has. */
function runsOf(cron: Cron, count: number, before: number = END_MS): Date[] {
  const runs: Date[] = [];
  let run = cron.nextRun(new Date(REFERENCE.getTime() - 1000));
  while (run && runs.length < count && run.getTime() < before) {
    runs.push(run);
    run = cron.nextRun(run);
  }
  return runs;
}

function periodsOf(runs: readonly Date[]): number[] {
  return runs.slice(1).map((run, index) => run.getTime() - (runs[index]?.getTime() ?? Number.NaN));
}

function neverRuns(expression: string): boolean {
  const schedule = parseSchedule(expression);
  return schedule.kind === 'cron' && schedule.cron.nextRun(new Date()) === null;
}
