import { MAX_SCHEDULE_CHARACTERS } from '../../lambda/contract/event.ts';

/** Days that a rate may have at most. */
const MAX_RATE_DAYS = 366;
const UNITS_OF_A_DAY: Readonly<Record<string, number>> = { minute: 1440, hour: 24, day: 1 };

/** Says what of a schedule expression is too long, or nothing. */
export function scheduleLimitMistake(expression: string): string | undefined {
  if (expression.length > MAX_SCHEDULE_CHARACTERS) {
    return `must have ${MAX_SCHEDULE_CHARACTERS} characters at most, and has ${expression.length}: write ranges and steps for lists`;
  }
  return rateMistake(expression);
}

/**
 * AWS documents no maximum of a rate, so it is not known what its service takes: a year is the limit here, and a cron
 * says on which days a rarer snapshot is taken.
 * Source: EventBridge Scheduler API Reference, CreateSchedule, ScheduleExpression: a positive whole number.
 */
function rateMistake(expression: string): string | undefined {
  const [, value, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const most = MAX_RATE_DAYS * (UNITS_OF_A_DAY[unit ?? ''] ?? Number.NaN);
  if (!(Number(value) > most)) return undefined;
  return `must be a rate of ${MAX_RATE_DAYS} days at most, rate(${most} ${unit}s): take a cron for what is rarer`;
}
