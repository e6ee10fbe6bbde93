const MINUTE_MS = 60_000;
const DAY_MINUTES = 1440;
const FROM = Date.parse('2026-12-01T00:00:00Z') / MINUTE_MS;
const UNTIL = Date.parse('2028-02-01T00:00:00Z') / MINUTE_MS;
const NAMES = ['', 'SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

const clocks = new Map<string, Int32Array>();

/** What the clock of a zone shows in each minute of more than a year, as minutes since 1970 of a clock in UTC. */
function wallClock(zone: string): Int32Array {
  const known = clocks.get(zone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' });
  const clock = new Int32Array(UNTIL - FROM);
  let quarter = 0;
  for (let index = 0; index < clock.length; index += 1) {
    // Clocks change at quarters of an hour alone.
    if (index % 15 === 0) {
      quarter = Date.parse(`${format.format((FROM + index) * MINUTE_MS).replace(' ', 'T')}Z`) / MINUTE_MS;
    }
    clock[index] = quarter + (index % 15);
  }
  clocks.set(zone, clock);
  return clock;
}

/** A cron that the model knows: its minutes, hours, days of the week, and days of the month, by default all. */
export type WallClockCron = readonly [minutes: string, hours: string, weekdays: string, days?: string];

/** The span of time that the model knows, in seconds. */
export const SPAN = { from: FROM * 60, until: UNTIL * 60 } as const;

/** The times of a cron's runs in ms, where those in a repeated hour take place in its first or in its second pass. */
export function runsByTheClock(cron: WallClockCron, zone: string, pass: 'first' | 'second'): number[] {
  const [ofMinutes, ofHours, ofWeekdays] = [namedBy(cron[0], 59), namedBy(cron[1], 23), namedBy(cron[2], 7)];
  const ofDays = namedBy(cron[3] ?? '*', 31);
  const clock = wallClock(zone);
  const runs: number[] = [];
  let latest = pass === 'first' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  for (let step = 0; step < clock.length; step += 1) {
    const index = pass === 'first' ? step : clock.length - 1 - step;
    const local = clock[index] as number;
    const isRepeated = pass === 'first' ? local <= latest : local >= latest;
    if (isRepeated) continue;
    latest = local;
    // 1970-01-01 was a Thursday.
    const weekday = ((Math.floor(local / DAY_MINUTES) + 4) % 7) + 1;
    if (!ofMinutes[local % 60] || !ofHours[Math.floor((local % DAY_MINUTES) / 60)] || !ofWeekdays[weekday]) continue;
    if (!ofDays[new Date(local * MINUTE_MS).getUTCDate()]) continue;
    runs.push((FROM + index) * MINUTE_MS);
  }
  return pass === 'first' ? runs : runs.reverse();
}

/** The shortest and the longest time between two runs, whichever pass those in a repeated hour take place in. */
export function gapsByTheClock(cron: WallClockCron, zone: string): [number, number] {
  let [least, most] = [Number.POSITIVE_INFINITY, 0];
  for (const pass of ['first', 'second'] as const) {
    const runs = runsByTheClock(cron, zone, pass);
    for (let index = 1; index < runs.length; index++) {
      const gap = (runs[index] as number) - (runs[index - 1] as number);
      least = Math.min(least, gap);
      most = Math.max(most, gap);
    }
  }
  return [least, most];
}

/** The values that a field names, each at its place. */
function namedBy(field: string, max: number): boolean[] {
  const number = (text: string) => (NAMES.includes(text) ? NAMES.indexOf(text) : Number(text));
  const isNamed = (value: number) =>
    field.split(',').some((item) => {
      const [range, step = '1'] = item.split('/') as [string, string | undefined];
      if (range === '*') return true;
      const [from, to = item.includes('/') ? max : from] = range.split('-').map(number) as [number, number | undefined];
      return value >= from && value <= to && (value - from) % Number(step) === 0;
    });
  return Array.from({ length: max + 1 }, (_, value) => isNamed(value));
}
