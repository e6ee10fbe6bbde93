import fc from 'fast-check';
import { runsOf } from '../../schedule/calendar.ts';
import { clockChanges } from '../../schedule/clock-changes.ts';
import { gapsOf, shortestPeriodMs } from '../../schedule/gaps.ts';
import { parseSchedule, readSchedule, scheduleMistake } from '../../schedule/schedule.ts';
import { runTogether } from '../../schedule/together.ts';
import { gapsByTheClock, runsByTheClock, SPAN } from '../support/wall-clock.ts';

/** `npm run test:soak`. */
const isSoak = process.env.PROMISES_RUNS !== undefined;
const FROM = new Date('2026-01-01T00:00:00Z');

function firstRuns(expression: string, timeZone?: string): string[] {
  const schedule = parseSchedule(expression, timeZone);
  return schedule.kind === 'cron' ? schedule.cron.nextRuns(2, FROM).map((run) => run.toISOString().slice(0, 16)) : [];
}

test.each([
  ['rate(1 minute)'],
  ['rate(5 minutes)'],
  ['rate(1 hour)'],
  ['rate(12 hours)'],
  ['rate(1 day)'],
  ['rate(7 days)'],
  ['cron(* * * * ? *)'],
  ['cron(*/5 * * * ? *)'],
  ['cron(0/5 8-17 ? * MON-FRI *)'],
  ['cron(0,15,30,45 0-20/7 ? * 2,4 *)'],
  ['cron(15 10 ? * 6L 2026-2030)'],
  ['cron(0 18 ? * fri#3 *)'],
  ['cron(0 0 15W * ? *)'],
  ['cron(0 0 LW JAN,JUL ? *)'],
  ['cron(0 0 1/10 2/3 ? 2026/2)'],
])('takes %s', (expression) => {
  expect(scheduleMistake(expression)).toBeUndefined();
});

test.each([
  ['0 * * * ? *', /must be cron\(…\) or rate\(…\)/],
  ['at(2026-11-23T18:00:00)', /must be cron\(…\) or rate\(…\)/],
  ['', /must be cron\(…\) or rate\(…\)/],
  ['rate(0 minutes)', /must be cron\(…\) or rate\(…\)/],
  ['rate(1.5 hours)', /must be cron\(…\) or rate\(…\)/],
  ['rate(30 seconds)', /must be cron\(…\) or rate\(…\)/],
  ['rate(1 minutes)', /must be rate\(1 minute\): AWS takes the singular with 1/],
  ['rate(5 minute)', /must be rate\(5 minutes\): AWS takes the singular with 1, else the plural/],
  ['cron(0 * * * *)', /must have six fields .* and has 5/],
  ['cron(0 0 * * * ? *)', /must have six fields .* and has 7/],
  ['cron(60 * * * ? *)', /has "60" for minutes, which takes 0-59/],
  ['cron(0 24 * * ? *)', /has "24" for hours, which takes 0-23/],
  ['cron(0 0 0 * ? *)', /has "0" for day of month, which takes 1-31/],
  ['cron(0 0 ? 13 MON *)', /has "13" for month/],
  ['cron(0 0 ? * 0 *)', /has "0" for day of week, which takes 1-7 \(Sunday is 1\)/],
  ['cron(0 0 ? * 8 *)', /has "8" for day of week/],
  ['cron(0 0 ? * MON/2 *)', /has "MON\/2" for day of week/],
  ['cron(0 0 ? * MON#6 *)', /has "MON#6" for day of week/],
  ['cron(0 0 ? * 2#1,4#2 *)', /has "2#1,4#2" for day of week/],
  ['cron(0 0 ? * FRI-MON *)', /has "FRI-MON" for day of week/],
  ['cron(0 22-2 * * ? *)', /has "22-2" for hours/],
  ['cron(0/0 * * * ? *)', /has "0\/0" for minutes/],
  ['cron(0 0 * * ? 1969)', /has "1969" for year, which takes 1970-2199/],
  ['cron(? * * * ? *)', /has "\?" for minutes/],
  ['cron(0 0 32W * ? *)', /has "32W" for day of month/],
  ['cron(0 0 1,L * ? *)', /has "1,L" for day of month/],
  ['cron(0 0 * * * *)', /must have \? for one of day of month and day of week/],
  ['cron(0 0 ? * ? *)', /must have \? for one of day of month and day of week/],
  ['cron(0 0 31 FEB ? *)', /must have a run to come, and has none/],
  ['cron(0 0 * * ? 2020)', /must have a run to come, and has none/],
])('refuses "%s"', (expression, message) => {
  expect(scheduleMistake(expression)).toMatch(message);
});

// 2026-01-01 is a Thursday.
test.each([
  ['cron(0 12 ? * 1 *)', 'Sunday is 1', ['2026-01-04T12:00', '2026-01-11T12:00']],
  ['cron(0 12 ? * L *)', 'L is Saturday', ['2026-01-03T12:00', '2026-01-10T12:00']],
  ['cron(0 12 ? * 6L *)', '6L is the last Friday', ['2026-01-30T12:00', '2026-02-27T12:00']],
  ['cron(0 12 ? * FRI#3 *)', 'FRI#3 is the third Friday', ['2026-01-16T12:00', '2026-02-20T12:00']],
  ['cron(0 12 3W * ? *)', '3W is the weekday nearest to the 3rd', ['2026-01-02T12:00', '2026-02-03T12:00']],
  ['cron(0 12 L * ? *)', 'L is the last day of the month', ['2026-01-31T12:00', '2026-02-28T12:00']],
  ['cron(5/30 12 * * ? *)', 'a step begins where it says', ['2026-01-01T12:05', '2026-01-01T12:35']],
])('%s: %s', (expression, _, runs) => {
  expect(firstRuns(expression)).toEqual(runs);
});

test('a cron runs by the clock of its time zone', () => {
  expect(firstRuns('cron(0 8 * * ? *)', 'Europe/Berlin')).toEqual(['2026-01-01T07:00', '2026-01-02T07:00']);
});

test.each([
  ['rate(5 minutes)', 300_000],
  ['cron(0 * * * ? *)', 3_600_000],
  ['cron(0,20 * * * ? *)', 1_200_000],
  ['cron(0,59 * * * ? *)', 60_000],
  ['cron(0 0,23 * * ? *)', 3_600_000],
  ['cron(0 0 1 * ? *)', 28 * 86_400_000],
  ['cron(0 0 1 1 ? 2030)', Number.POSITIVE_INFINITY],
])('the shortest time between two runs of %s', (expression, period) => {
  expect(shortestPeriodMs(parseSchedule(expression))).toBe(period);
});

const [MINUTES, HOURS, DAYS] = [60_000, 3_600_000, 86_400_000];

test.each([
  ['rate(5 minutes)', undefined, 5 * MINUTES, 5 * MINUTES],
  ['rate(2 days)', undefined, 2 * DAYS, 2 * DAYS],
  ['cron(0 * * * ? *)', undefined, HOURS, HOURS],
  ['cron(0,20 * * * ? *)', undefined, 40 * MINUTES, 40 * MINUTES],
  ['cron(* * ? * MON-FRI *)', undefined, 2 * DAYS + MINUTES, 2 * DAYS + MINUTES],
  ['cron(0/5 8-17 ? * MON-FRI *)', undefined, 3 * DAYS - (9 * 60 + 55) * MINUTES, 3 * DAYS - (9 * 60 + 55) * MINUTES],
  ['cron(* * 1 * ? *)', undefined, 30 * DAYS + MINUTES, 30 * DAYS + MINUTES],
  ['cron(0 0 1 * ? *)', undefined, 31 * DAYS, 31 * DAYS],
  ['cron(0 0 29 2 ? *)', undefined, (8 * 365 + 1) * DAYS, (8 * 365 + 1) * DAYS],
  ['cron(0 0 1 1 ? 2030)', undefined, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
  ['cron(0 3 * * ? *)', 'Europe/Berlin', DAYS, DAYS + HOURS],
  // The run of the night in which the clock goes from 02:00 to 03:00 does not take place.
  ['cron(30 2 * * ? *)', 'Europe/Berlin', DAYS, 47 * HOURS],
  ['cron(0 * * * ? *)', 'Europe/Berlin', HOURS, 2 * HOURS],
  ['cron(0/5 * * * ? *)', 'Europe/Berlin', 5 * MINUTES, 65 * MINUTES],
  ['cron(0/5 * * * ? *)', 'Australia/Lord_Howe', 5 * MINUTES, 35 * MINUTES],
  // It goes from 00:00 to 01:00: the hour that is skipped is the first of a day.
  ['cron(30 0 * * ? *)', 'Africa/Cairo', DAYS, 47 * HOURS],
])(
  'the longest time between two runs of %s %s, without and with changes of the clock',
  (schedule, zone, usual, longest) => {
    expect(gapsOf(parseSchedule(schedule, zone))).toMatchObject({ usualMs: usual, longestMs: longest });
  },
);

test('a clock that is put forward brings runs together', () => {
  expect(shortestPeriodMs(parseSchedule('cron(0 1,3 * * ? *)', 'Europe/Berlin'))).toBe(HOURS);
});

test('the changes of a clock are those of its time zone', () => {
  const [spring, autumn] = clockChanges('Europe/Berlin');
  expect(spring).toEqual({ localMs: Date.parse('2024-03-31T02:00:00Z'), forwardMs: HOURS });
  expect(autumn).toEqual({ localMs: Date.parse('2024-10-27T03:00:00Z'), forwardMs: -HOURS });
  expect(clockChanges('UTC')).toEqual([]);
  expect(clockChanges('Europe/Berlin')).toHaveLength(2 * 28);
});

const field = (max: number) =>
  fc.oneof(
    fc.constant('*'),
    fc.uniqueArray(fc.integer({ min: 0, max }), { minLength: 1, maxLength: 4 }).map((values) => values.join(',')),
    fc.tuple(fc.integer({ min: 0, max }), fc.integer({ min: 1, max })).map(([from, step]) => `${from}/${step}`),
  );
const days = fc.constantFrom('*', 'SUN', 'MON-FRI', 'SAT-SAT', '1,4');
const zones = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe');

test('the gaps are those of a model that looks at the wall clock minute by minute, for a year', () => {
  fc.assert(
    fc.property(field(59), field(23), days, zones, (minutes, hours, weekdays, zone) => {
      const expression = `cron(${minutes} ${hours} ? * ${weekdays} *)`;
      const { shortestMs, longestMs } = gapsOf(parseSchedule(expression, zone));
      expect([shortestMs, longestMs]).toEqual(gapsByTheClock([minutes, hours, weekdays], zone));
    }),
    { numRuns: isSoak ? 200 : 12, endOnFailure: true },
  );
}, 600_000);

test('the runs are those of the same model, in either pass of an hour that is repeated', () => {
  // Away from the ends of what the model knows.
  const [from, until] = [SPAN.from * 1000 + 2 * DAYS, SPAN.until * 1000 - 2 * DAYS];
  fc.assert(
    fc.property(field(59), field(23), days, zones, (minutes, hours, weekdays, zone) => {
      const schedule = parseSchedule(`cron(${minutes} ${hours} ? * ${weekdays} *)`, zone);
      if (schedule.kind !== 'cron') throw new Error('It is a cron');
      const runs = [...runsOf(schedule, from, until)];
      const [first, second] = (['first', 'second'] as const).map((pass) =>
        runsByTheClock([minutes, hours, weekdays], zone, pass).filter((time) => time >= from && time < until),
      );
      expect(runs.map(([time]) => time)).toEqual(first);
      expect(runs.map((run) => run.at(-1))).toEqual(second);
    }),
    { numRuns: isSoak ? 200 : 6, endOnFailure: true },
  );
}, 600_000);

test('the runs of part of a time are those of the whole that lie in it', () => {
  const schedule = parseSchedule('cron(0/30 1-3 * * ? *)', 'Europe/Berlin');
  if (schedule.kind !== 'cron') throw new Error('It is a cron');
  const [from, until] = [Date.parse('2026-10-23T00:00:00Z'), Date.parse('2026-10-28T00:00:00Z')];
  const all = [...runsOf(schedule, from, until)];
  for (let cut = from; cut < until; cut += 30 * MINUTES) {
    const within = all.filter((run) => run[0] >= cut);
    expect([...runsOf(schedule, cut, until)]).toEqual(within);
    expect([...runsOf(schedule, from, cut)]).toEqual(all.filter((run) => (run.at(-1) as number) < cut));
  }
});

test.each([
  ['cron(0 0 1 1 ? 2020)', 'UTC', 'cron'],
  ['rate(5 minutes)', 'UTC', 'rate'],
  ['rate(1 minutes)', 'UTC', undefined],
  ['cron(x)', 'UTC', undefined],
  ['at(2026-11-23T18:00:00)', 'UTC', undefined],
  ['cron(0 * * * ? *)', 'Mars/Olympus', undefined],
])('%s in %s, as a record has it, is read as %s', (expression, zone, kind) => {
  expect(readSchedule(expression, zone)?.kind).toBe(kind);
});

describe('exports that run together', () => {
  const together = (...schedules: string[]) =>
    runTogether(
      schedules.map((schedule, index) => ({ name: String.fromCharCode(97 + index), schedule })),
      FROM,
    );

  test('are those whose crons meet in a minute, be it a rare one', () => {
    expect(together('cron(0/5 * * * ? *)', 'cron(0 2 * * ? *)', 'cron(1 * * * ? *)')).toEqual(['a', 'b']);
    expect(together('cron(0 0 1 * ? *)', 'cron(0 0 ? * MON *)')).toEqual(['a', 'b']);
    expect(together('cron(0 * * * ? *)', 'cron(30 * * * ? *)')).toHaveLength(1);
  });

  test('include every rate, which can run at any time', () => {
    expect(together('cron(0 * * * ? *)', 'rate(1 day)', 'cron(30 * * * ? *)')).toEqual(['a', 'b']);
    expect(together('rate(1 hour)', 'rate(1 hour)')).toEqual(['a', 'b']);
  });

  test('include one that may still run when the others start, and not when its time is over', () => {
    const long = (schedule: string, maxRunMinutes: number) => ({ name: 'long', schedule, maxRunMinutes });
    const others = (...schedules: string[]) => schedules.map((schedule, index) => ({ name: `${index}`, schedule }));
    const nightly = (minutes: number) =>
      runTogether([long('cron(0 0 * * ? *)', minutes), ...others('cron(59 2 * * ? *)', 'cron(0 3 * * ? *)')], FROM);
    expect(nightly(179)).toHaveLength(1);
    expect(nightly(180)).toEqual(['long', '0']);
    expect(nightly(181)).toHaveLength(2);
    // In a run that is rare, what runs more often than every 100 runs of it.
    const rare = others('cron(7 * * * ? *)', 'cron(0/20 * ? * * *)');
    expect(runTogether([long('cron(5 0 1 1 ? *)', 30), ...rare], FROM)).toEqual(['long', '0']);
    expect(runTogether([long('cron(5 0 1 1 ? *)', 15), ...rare], FROM)).toHaveLength(1);
    expect(
      runTogether([long('cron(5 0 * * ? *)', 60), ...others('cron(0 1 * * ? *)', 'cron(0 * ? * SUN *)')], FROM),
    ).toEqual(['long', '0', '1']);
  });

  test('include two that may run for long, whichever begins first', () => {
    const long = (name: string, schedule: string) => ({ name, schedule, maxRunMinutes: 120 });
    const exports = [long('a', 'cron(0 5 * * ? *)'), long('b', 'cron(30 6 ? * MON *)')];
    expect(runTogether(exports, FROM)).toEqual(['a', 'b']);
    expect(runTogether([...exports].reverse(), FROM)).toEqual(['b', 'a']);
    expect(runTogether([long('a', 'cron(0 5 * * ? *)'), long('b', 'cron(0 7 * * ? *)')], FROM)).toHaveLength(1);
  });

  test('are those of a model that looks at a day minute by minute', () => {
    const daily = fc.record({ at: fc.nat(1439), minutes: fc.constantFrom(15, 30, 90, 600, 1440) });
    fc.assert(
      fc.property(fc.array(daily, { minLength: 1, maxLength: 6 }), (exports) => {
        const found = runTogether(
          exports.map(({ at, minutes }, index) => ({
            name: `${index}`,
            schedule: `cron(${at % 60} ${Math.floor(at / 60)} * * ? *)`,
            maxRunMinutes: minutes,
          })),
          FROM,
        );
        const counts = Array.from({ length: 1440 }, (_, minute) => {
          const since = (at: number) => (minute - at + 1440) % 1440;
          return exports.filter(({ at, minutes }) => since(at) < (minutes > 15 ? minutes : 1)).length;
        });
        expect(found).toHaveLength(Math.max(...counts));
      }),
      { numRuns: isSoak ? 500 : 20 },
    );
  });

  test('are found across time zones', () => {
    const exports = [
      { name: 'utc', schedule: 'cron(0 7 * * ? *)' },
      { name: 'berlin', schedule: 'cron(0 8 * * ? *)', timeZone: 'Europe/Berlin' },
    ];
    expect(runTogether(exports, FROM)).toEqual(['utc', 'berlin']);
  });
});
