/**
 * Runs of schedules by a clock that is read hour by hour, without any code of the exporter's: what shows a time twice runs at
 * one of the two.
 */
export interface ModelSchedule {
  readonly expression: string;
  readonly timeZone: string;
  /** Of a rate, from one run to the next. When its first run is depends on its deployment. */
  readonly periodMs?: number;
  /** Whether no run comes after the last of the model. */
  readonly hasEnd: boolean;
  /** Each with the one or two instants at which it may take place, ascending. */
  readonly runs: readonly (readonly number[])[];
}

interface Local {
  readonly weekday: string;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly year: number;
}

const STEP_MS = 15 * 60_000;
/** No look is later, so that all runs that it waits for are known. */
export const LAST_LOOK = Date.parse('2027-04-30T00:00:00Z');
export const MODEL_FROM = Date.parse('2026-01-01T00:00:00Z');
const MODEL_UNTIL = Date.parse('2027-06-01T00:00:00Z');

function byClock(
  expression: string,
  timeZone: string,
  isRun: (local: Local) => boolean,
  hasEnd = false,
): ModelSchedule {
  const format = new Intl.DateTimeFormat('en-GB', {
    ...{ timeZone, weekday: 'short', year: 'numeric', month: '2-digit', day: '2-digit' },
    ...{ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  });
  const runs = new Map<string, number[]>();
  for (let time = MODEL_FROM; time < MODEL_UNTIL; time += STEP_MS) {
    const shown = format.format(time);
    const [, weekday = '', day, month, year, hour, minute] =
      /^(\w+), (\d+)\/(\d+)\/(\d+), (\d+):(\d+)$/.exec(shown) ?? [];
    const local = { weekday, ...{ day: Number(day), month: Number(month), year: Number(year) } };
    if (!isRun({ ...local, hour: Number(hour), minute: Number(minute) })) continue;
    runs.set(shown, [...(runs.get(shown) ?? []), time]);
  }
  return { expression, timeZone, hasEnd, runs: [...runs.values()] };
}

function byRate(expression: string, periodMs: number): ModelSchedule {
  const runs: number[][] = [];
  for (let time = MODEL_FROM + 7 * 60_000; time < MODEL_UNTIL; time += periodMs) runs.push([time]);
  return { expression, timeZone: 'UTC', hasEnd: false, periodMs, runs };
}

/** Schedules of all kinds. */
export const modelSchedules = (): readonly ModelSchedule[] => [
  byClock('cron(0 * * * ? *)', 'UTC', ({ minute }) => minute === 0),
  byClock('cron(30 2 * * ? *)', 'Europe/Berlin', ({ hour, minute }) => hour === 2 && minute === 30),
  byClock('cron(30 1 * * ? *)', 'America/New_York', ({ hour, minute }) => hour === 1 && minute === 30),
  byClock('cron(0 * * * ? *)', 'Australia/Lord_Howe', ({ minute }) => minute === 0),
  byClock(
    'cron(0/15 9-17 ? * MON-FRI *)',
    'Europe/London',
    ({ weekday, hour }) => hour >= 9 && hour <= 17 && weekday !== 'Sat' && weekday !== 'Sun',
  ),
  byClock('cron(0 6 ? * SUN *)', 'UTC', ({ weekday, hour, minute }) => weekday === 'Sun' && hour === 6 && minute === 0),
  byClock(
    'cron(0 12 1 3 ? *)',
    'Asia/Tokyo',
    ({ day, month, hour, minute }) => day === 1 && month === 3 && hour === 12 && minute === 0,
  ),
  byClock(
    'cron(0 12 1 5 ? 2026)',
    'UTC',
    ({ year, day, month, hour, minute }) => year === 2026 && day === 1 && month === 5 && hour === 12 && minute === 0,
    true,
  ),
  byRate('rate(30 minutes)', 30 * 60_000),
  byRate('rate(7 hours)', 7 * 3_600_000),
  byRate('rate(3 days)', 3 * 86_400_000),
];
