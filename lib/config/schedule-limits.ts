import { MAX_SCHEDULE_CHARACTERS } from '../../lambda/contract/event.ts';

/** Maximum days of a rate. */
const MAX_RATE_DAYS = 366;
const UNITS_OF_A_DAY: Readonly<Record<string, number>> = { minute: 1440, hour: 24, day: 1 };

/** Describes what is too long in a schedule expression; `undefined` means that nothing is. */
export function scheduleLimitMistake(expression: string): string | undefined {
  if (expression.length > MAX_SCHEDULE_CHARACTERS) {
    return `must have ${MAX_SCHEDULE_CHARACTERS} characters at most, and has ${expression.length}: write ranges and steps for lists`;
  }
  return rateMistake(expression);
}

/**
 * AWS documents no maximum of a rate. The limit here is a year; for fewer snapshots a cron can name the days.
 * Source: EventBridge Scheduler API Reference, CreateSchedule, ScheduleExpression: a positive whole number.
 */
function rateMistake(expression: string): string | undefined {
  const [, value, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const maxValue = MAX_RATE_DAYS * (UNITS_OF_A_DAY[unit ?? ''] ?? Number.NaN);
  if (!(Number(value) > maxValue)) return undefined;
  return `must be a rate of ${MAX_RATE_DAYS} days at most, rate(${maxValue} ${unit}s): take a cron for what is rarer`;
}
