const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** Less than the time between two changes: the closest ones, around Ramadan, are a month apart. */
const STEP_MS = 7 * DAY_MS;
/** Fixed, not the current time: a template must not depend on the day of its synthesis. */
const FROM_MS = Date.parse('2024-01-01T00:00:00Z');
/** After 28 years the same dates are the same days of the week. */
const UNTIL_MS = Date.parse('2052-01-01T00:00:00Z');

/** A change of a time zone's clock. */
export interface ClockChange {
  /** Local time just before the change, as milliseconds since 1970 of a clock in UTC. */
  readonly localMs: number;
  /** By how much the clock is set forward; negative when it is set back. */
  readonly forwardMs: number;
}

const cache = new Map<string, readonly ClockChange[]>();

/**
 * The changes of a time zone's clock from 2024 to 2051.
 *
 * @param timeZone IANA name
 */
export function clockChanges(timeZone: string): readonly ClockChange[] {
  const found = cache.get(timeZone) ?? find(timeZone);
  cache.set(timeZone, found);
  return found;
}

function find(timeZone: string): ClockChange[] {
  const offsetAt = offsets(timeZone);
  const changes: ClockChange[] = [];
  for (let from = FROM_MS; from < UNTIL_MS; from += STEP_MS) {
    const before = offsetAt(from);
    let [low, high] = [from, from + STEP_MS];
    if (offsetAt(high) === before) continue;
    while (high - low > MINUTE_MS) {
      const middle = low + Math.floor((high - low) / 2 / MINUTE_MS) * MINUTE_MS;
      if (offsetAt(middle) === before) low = middle;
      else high = middle;
    }
    changes.push({ localMs: high + before, forwardMs: offsetAt(high) - before });
  }
  return changes;
}

/** Returns a function for the offset of a time zone from UTC at a time, in milliseconds. */
export function offsets(timeZone: string): (timeMs: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    ...{ timeZone, hourCycle: 'h23' },
    ...{ year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' },
  });
  return (timeMs) => {
    const parts = new Map(format.formatToParts(timeMs).map(({ type, value }) => [type, Number(value)]));
    const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? Number.NaN;
    return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute')) - timeMs;
  };
}
