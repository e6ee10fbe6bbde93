const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** Two changes are further apart: the closest ones, where clocks are put back for Ramadan, are a month. */
const STEP_MS = 7 * DAY_MS;
/** Not from now on: a template must not change with the day on which it is synthesized. */
const FROM_MS = Date.parse('2024-01-01T00:00:00Z');
/** After 28 years the days of the week fall on the same dates. */
const UNTIL_MS = Date.parse('2052-01-01T00:00:00Z');

/** A change of a time zone's clock. */
export interface ClockChange {
  /** What the clock shows when it changes, before the change, as milliseconds since 1970 of a clock in UTC. */
  readonly localMs: number;
  /** By how much it is put forward; negative where it is put back. */
  readonly forwardMs: number;
}

const known = new Map<string, readonly ClockChange[]>();

/**
 * The changes of a time zone's clock from 2024 to 2051.
 *
 * @param timeZone IANA name
 */
export function clockChanges(timeZone: string): readonly ClockChange[] {
  const found = known.get(timeZone) ?? find(timeZone);
  known.set(timeZone, found);
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

/** How far the clock of a time zone is ahead of UTC at a time, in milliseconds. */
export function offsets(timeZone: string): (timeMs: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    ...{ timeZone, hourCycle: 'h23' },
    ...{ year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' },
  });
  return (timeMs) => {
    const parts = new Map(format.formatToParts(timeMs).map(({ type, value }) => [type, Number(value)]));
    const of = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? Number.NaN;
    return Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute')) - timeMs;
  };
}
