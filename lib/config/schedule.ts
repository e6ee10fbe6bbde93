import { Cron } from 'croner';
import { cronMistake } from './aws-cron.ts';

/** A schedule that can be computed with. A rate's first run is the deployment's affair: only its period is known. */
export type Schedule =
  | { readonly kind: 'rate'; readonly periodMs: number }
  | { readonly kind: 'cron'; readonly cron: Cron };

/**
 * Runs of a cron that are looked at to find its shortest period: more than the 1,440 minutes of a day, so that a day's
 * pattern and its turn into the next are among them.
 */
const RUNS_LOOKED_AT = 1500;

const RATE = /^rate\((?<value>[1-9]\d*) (?<unit>minute|hour|day)(?<plural>s?)\)$/;
const CRON = /^cron\((?<fields>.*)\)$/;
const UNIT_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

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
  const pattern = ['0', minutes, hours, dayOfMonth, month, weekday, year].join(' ').replaceAll('?', '*');
  // alternativeWeekdays: Sunday is 1. sloppyRanges: `0/5` is taken.
  const options = { mode: '7-part', alternativeWeekdays: true, sloppyRanges: true, paused: true } as const;
  return { kind: 'cron', cron: new Cron(pattern, { ...options, timezone: timeZone }) };
}

/** The longest time between two runs, as far as {@link RUNS_LOOKED_AT} runs tell. Infinite for a single run. */
export function longestPeriodMs(schedule: Schedule, from: Date = new Date()): number {
  if (schedule.kind === 'rate') return schedule.periodMs;
  const runs = schedule.cron.nextRuns(RUNS_LOOKED_AT, from);
  if (runs.length < 2) return Number.POSITIVE_INFINITY;
  return Math.max(...runs.slice(1).map((run, index) => run.getTime() - (runs[index]?.getTime() ?? Number.NaN)));
}

/** The shortest time between two runs, as far as {@link RUNS_LOOKED_AT} runs tell. Infinite for a single run. */
export function shortestPeriodMs(schedule: Schedule, from: Date = new Date()): number {
  if (schedule.kind === 'rate') return schedule.periodMs;
  const runs = schedule.cron.nextRuns(RUNS_LOOKED_AT, from);
  const periods = runs.slice(1).map((run, index) => run.getTime() - (runs[index]?.getTime() ?? Number.NaN));
  return Math.min(Number.POSITIVE_INFINITY, ...periods);
}

function neverRuns(expression: string): boolean {
  const schedule = parseSchedule(expression);
  return schedule.kind === 'cron' && schedule.cron.nextRun(new Date()) === null;
}
