import { dueTimes } from '../../../hub/core/due.ts';

const iso = (time: number | null | undefined) => (time == null ? time : new Date(time).toISOString().slice(0, 16));

/** When the next run is due, and when it is late, after a time. */
function due(expression: string, time_zone: string, after: string, missedPeriods = 1, runMinutes = 15) {
  const found = dueTimes()({ expression, time_zone }, Date.parse(after), { missedPeriods, runMinutes });
  return found && [iso(found.dueAt), iso(found.lateAt)];
}

describe('a cron is due', () => {
  const DAILY = 'cron(30 2 * * ? *)';

  it('at the second of two times that its clock shows twice', () => {
    expect(due(DAILY, 'Europe/Berlin', '2026-10-24T00:30:00Z')).toEqual(['2026-10-25T01:30', '2026-10-25T01:50']);
  });

  it('the next day after it ran at the first of the two', () => {
    expect(due(DAILY, 'Europe/Berlin', '2026-10-25T00:30:00Z')).toEqual(['2026-10-26T01:30', '2026-10-26T01:50']);
  });

  it('not in the hour that its clock skips', () => {
    expect(due(DAILY, 'Europe/Berlin', '2026-03-28T01:30:00Z')).toEqual(['2026-03-30T00:30', '2026-03-30T00:50']);
  });

  it('once a week and once a year', () => {
    expect(due('cron(0 6 ? * SUN *)', 'UTC', '2026-11-22T06:00:00Z', 2)).toEqual([
      '2026-11-29T06:00',
      '2026-12-06T06:20',
    ]);
    expect(due('cron(0 0 29 2 ? *)', 'UTC', '2024-02-29T00:00:00Z')).toEqual(['2028-02-29T00:00', '2028-02-29T00:20']);
  });

  it('for the last time where fewer runs are to come than may fail', () => {
    expect(due('cron(0 6 1 1 ? 2027-2028)', 'UTC', '2026-11-22T06:00:00Z', 5)).toEqual([
      '2027-01-01T06:00',
      '2028-01-01T06:20',
    ]);
  });

  it('never where it has no run to come', () => {
    expect(due('cron(0 6 1 1 ? 2026)', 'UTC', '2026-01-01T06:00:00Z')).toEqual([null, null]);
  });
});

it('a rate is due a period later, whenever that is', () => {
  expect(due('rate(5 minutes)', 'UTC', '2026-11-22T06:03:00Z', 3)).toEqual(['2026-11-22T06:08', '2026-11-22T06:38']);
  expect(due('rate(1 day)', 'UTC', '2026-11-22T06:03:00Z', 1, 1440)).toEqual(['2026-11-23T06:03', '2026-11-24T06:08']);
});

it.each([
  ['rate(1 minutes)', 'UTC'],
  ['cron(0 0 * * ? *)', 'Mars/Olympus'],
  ['at(2026-11-22T06:03:00)', 'UTC'],
])('knows no due time of what AWS would not take: %s %s', (expression, timeZone) => {
  expect(due(expression, timeZone, '2026-11-22T06:03:00Z')).toBeUndefined();
});

it.each(['rate(999999999 days)', `rate(${'9'.repeat(400)} days)`, 'rate(9007199254740993 minutes)'])(
  'is not to come after the last year that there is: %s',
  (expression) => {
    expect(due(expression, 'UTC', '2026-11-22T06:00:00Z', 2)).toEqual([null, null]);
  },
);
