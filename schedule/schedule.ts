import { Cron } from 'croner';
import { cronMistake, timesOfDay } from './aws-cron.ts';

/** A parsed schedule. The first run of a rate depends on the deployment, so only its period is known. */
export type Schedule =
  | {
      /** Every N minutes, hours or days. */
      readonly kind: 'rate';
      /** From one run to the next. */
      readonly periodMs: number;
    }
  | {
      /** By the clock and the calendar. */
      readonly kind: 'cron';
      /** The runs, except at changes of the clock: see `gaps.ts`. */
      readonly cron: Cron;
      /** IANA name. */
      readonly timeZone: string;
      /** Noon of each local day that has a run, as a time in UTC. */
      readonly noons: Cron;
      /** Local times of the runs on such a day, in milliseconds since midnight, ascending. */
      readonly timesOfDayMs: readonly number[];
    };

const RATE = /^rate\((?<value>[1-9]\d*) (?<unit>minute|hour|day)(?<plural>s?)\)$/;
const CRON = /^cron\((?<fields>.*)\)$/;
const UNIT_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** Returns what is wrong with a schedule expression, in words that follow its key, or `undefined`. */
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
 * Parses a valid schedule expression; see {@link scheduleMistake}.
 *
 * @param timeZone IANA name, for a cron
 */
export function parseSchedule(expression: string, timeZone = 'UTC'): Schedule {
  const rate = RATE.exec(expression)?.groups;
  if (rate) return { kind: 'rate', periodMs: Number(rate.value) * (UNIT_MS[rate.unit ?? ''] ?? Number.NaN) };
  const [minutes, hours, dayOfMonth, month, dayOfWeek, year] = expression.slice('cron('.length, -1).trim().split(/\s+/);
  const weekday = dayOfWeek?.toUpperCase() === 'L' ? '7' : dayOfWeek;
  // alternativeWeekdays: Sunday is 1. sloppyRanges: `0/5` is allowed.
  const options = { mode: '7-part', alternativeWeekdays: true, sloppyRanges: true, paused: true } as const;
  const cronOf = (timezone: string, ...fields: readonly (string | undefined)[]) =>
    new Cron(['0', ...fields].join(' ').replaceAll('?', '*'), { ...options, timezone });
  return {
    kind: 'cron',
    cron: cronOf(timeZone, minutes, hours, dayOfMonth, month, weekday, year),
    timeZone,
    noons: cronOf('UTC', '0', '12', dayOfMonth, month, weekday, year),
    timesOfDayMs: timesOfDay(minutes ?? '', hours ?? ''),
  };
}

/** Parses a schedule from outside; `undefined` when AWS would not accept it. It may have no further run. */
export function readSchedule(expression: string, timeZone: string): Schedule | undefined {
  const fields = CRON.exec(expression)?.groups?.fields;
  const isRight = fields === undefined ? scheduleMistake(expression) === undefined : cronMistake(fields) === undefined;
  return isRight && isTimeZone(timeZone) ? parseSchedule(expression, timeZone) : undefined;
}

function neverRuns(expression: string): boolean {
  const schedule = parseSchedule(expression);
  return schedule.kind === 'cron' && schedule.cron.nextRun(new Date()) === null;
}
