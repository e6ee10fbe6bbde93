/** Days that a rate may have at most. */
export const MAX_RATE_DAYS = 366;
const UNITS_OF_A_DAY: Readonly<Record<string, number>> = { minute: 1440, hour: 24, day: 1 };

/**
 * Says what is wrong with the length of a rate, or nothing. AWS documents no maximum, so it is not known what its
 * service takes: a year is the limit here, and a cron says on which days a rarer snapshot is taken.
 * Source: EventBridge Scheduler API Reference, CreateSchedule, ScheduleExpression: "a value as a positive integer".
 */
export function rateMistake(expression: string): string | undefined {
  const [, value, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const most = MAX_RATE_DAYS * (UNITS_OF_A_DAY[unit ?? ''] ?? Number.NaN);
  if (!(Number(value) > most)) return undefined;
  return `must be a rate of ${MAX_RATE_DAYS} days at most, rate(${most} ${unit}s): take a cron for what is rarer`;
}
