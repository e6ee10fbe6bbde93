import { dueSnapshots } from '../../../local/verify/due.ts';
import { findGaps } from '../../../local/verify/gaps.ts';

const HOUR = 3_600_000;
const FIRST = Date.parse('2026-11-23T18:00:00Z');

const at = (time: string) => Date.parse(`${time}Z`);
const hours = (...ofDay: number[]) => ofDay.map((hour) => FIRST + hour * HOUR);
const scheduled = (expression: string, times: readonly number[], time_zone = 'UTC') =>
  times.map((scheduledAt) => ({ scheduledAt, schedule: { expression, time_zone } }));
const unscheduled = (...times: number[]) => times.map((scheduledAt) => ({ scheduledAt }));
const gapsOf = (...args: Parameters<typeof findGaps>) =>
  findGaps(...args).all.map(({ after, before, missing }) => [
    ...[after, before].map((time) => new Date(time).toISOString().slice(0, 16)),
    missing,
  ]);

describe('without a schedule', () => {
  it('are where more than one and a half periods are between two snapshots', () => {
    const [, , third, fourth] = hours(0, 1, 2, 5, 6);
    expect(findGaps(unscheduled(...hours(0, 1, 2, 5, 6)))).toEqual({
      all: [{ after: third, before: fourth, missing: 2 }],
      withoutSchedule: 5,
    });
    expect(findGaps(unscheduled(...hours(0, 1, 2, 3))).all).toEqual([]);
  });

  it('are not known from one distance alone', () => {
    expect(findGaps(unscheduled(...hours(0, 7))).all).toEqual([]);
  });

  it('are by the usual period until the first snapshot that has one, and in what cannot be read as one', () => {
    const history = [
      ...unscheduled(...hours(0, 1, 3)),
      ...scheduled('cron(0 0/6 * * ? *)', [at('2026-11-24T00:00:00')]),
    ];
    expect(findGaps(history)).toMatchObject({ all: [{ missing: 1 }, { missing: 2 }], withoutSchedule: 3 });
    const junk = scheduled('cron(every hour)', hours(0, 1, 2, 5));
    expect(findGaps(junk)).toMatchObject({ all: [{ missing: 2 }], withoutSchedule: 4 });
    expect(findGaps(scheduled('cron(0 * * * ? *)', hours(0, 1), 'Mars/Olympus')).withoutSchedule).toBe(2);
  });
});

describe('by a cron', () => {
  it('are the runs that did not come, and no pause of the schedule', () => {
    const office = 'cron(0 8-17 ? * MON-FRI *)';
    const friday = [8, 9, 10, 13, 14, 15, 16, 17].map((hour) =>
      at(`2026-11-20T${String(hour).padStart(2, '0')}:00:00`),
    );
    const monday = [at('2026-11-23T09:00:00')];
    expect(gapsOf(scheduled(office, [...friday, ...monday]))).toEqual([
      ['2026-11-20T10:00', '2026-11-20T13:00', 2],
      ['2026-11-20T17:00', '2026-11-23T09:00', 1],
    ]);
  });

  it('do not take a day for lost on which the clock moved a run over midnight UTC', () => {
    const daily = scheduled(
      'cron(0 0 * * ? *)',
      ['2026-10-23T23:00:00', '2026-10-24T23:00:00', '2026-10-26T00:00:00', '2026-10-27T00:00:00'].map(at),
      'Europe/London',
    );
    expect(gapsOf(daily)).toEqual([]);
    expect(gapsOf(daily.toSpliced(2, 1))).toEqual([['2026-10-24T23:00', '2026-10-27T00:00', 1]]);
  });

  it('take a run in an hour that the clock repeats for come in either pass, and one that it skips for none', () => {
    const nightly = (...times: string[]) => gapsOf(scheduled('cron(30 2 * * ? *)', times.map(at), 'Europe/Berlin'));
    for (const run of ['2026-10-25T00:30:00', '2026-10-25T01:30:00']) {
      expect(nightly('2026-10-24T00:30:00', run, '2026-10-26T01:30:00')).toEqual([]);
    }
    expect(nightly('2026-10-24T00:30:00', '2026-10-26T01:30:00')).toEqual([
      ['2026-10-24T00:30', '2026-10-26T01:30', 1],
    ]);
    expect(nightly('2026-03-28T01:30:00', '2026-03-30T00:30:00')).toEqual([]);
  });

  it('are weeks of a weekly one, and years of one that runs once', () => {
    const weekly = scheduled(
      'cron(0 6 ? * MON *)',
      ['2026-11-02', '2026-11-09', '2026-11-30'].map((day) => at(`${day}T06:00:00`)),
    );
    expect(gapsOf(weekly)).toEqual([['2026-11-09T06:00', '2026-11-30T06:00', 2]]);
    const past = scheduled('cron(0 6 1 1 ? 2020)', [at('2020-01-01T06:00:00'), at('2026-01-01T06:00:00')]);
    expect(gapsOf(past)).toEqual([]);
  });

  it('are not where a person took the snapshot, which otherwise is no run of the schedule', () => {
    const hourly = scheduled('cron(0 * * * ? *)', hours(0, 1, 4));
    const [second = 0, , , fourth = 0] = hours(2, 2, 2, 3);
    expect(gapsOf([...hourly, ...unscheduled(second, fourth - 60_000)])).toEqual([
      ['2026-11-23T20:59', '2026-11-23T22:00', 1],
    ]);
  });

  it('are by the schedule before until the first snapshot of the next one, and say that it may have ended sooner', () => {
    const hourly = scheduled('cron(0 * * * ? *)', hours(0, 1));
    const daily = scheduled('cron(0 0 * * ? *)', [at('2026-11-24T00:00:00'), at('2026-11-26T00:00:00')]);
    expect(findGaps([...hourly, ...daily]).all).toMatchObject([
      { missing: 4, hasNewSchedule: true, schedule: { expression: 'cron(0 * * * ? *)' } },
      { missing: 1, schedule: { expression: 'cron(0 0 * * ? *)' } },
    ]);
  });
});

describe('by a rate', () => {
  const rate = (...minutes: number[]) =>
    gapsOf(
      scheduled(
        'rate(5 minutes)',
        minutes.map((minute) => FIRST + minute * 60_000),
      ),
    );

  it('are by the times of its snapshots, whatever the moment of its deployment', () => {
    expect(rate(3, 8, 13)).toEqual([]);
    expect(rate(3, 8, 23)).toEqual([['2026-11-23T18:08', '2026-11-23T18:23', 2]]);
  });

  it('do not count the period in which it was deployed again', () => {
    expect(rate(3, 8, 15, 20)).toEqual([]);
    expect(rate(3, 8, 21)).toEqual([['2026-11-23T18:08', '2026-11-23T18:21', 1]]);
  });

  it('go on until the next schedule, or the last snapshot', () => {
    const [hourly, last] = [scheduled('rate(1 hour)', hours(0)), hours(3)];
    expect(gapsOf([...hourly, ...unscheduled(...last.map((time) => time + 90_000))])).toEqual([
      ['2026-11-23T18:00', '2026-11-23T21:01', 3],
    ]);
    expect(gapsOf([...hourly, ...scheduled('rate(1 day)', last)])).toEqual([
      ['2026-11-23T18:00', '2026-11-23T21:00', 2],
    ]);
  });
});

it('returns what was due, and whether it has come', () => {
  const due = [...dueSnapshots(scheduled('cron(0 * * * ? *)', hours(0, 1, 3)))];
  expect(due.map(({ at: time, hasCome }) => [(time - FIRST) / HOUR, hasCome])).toEqual([
    [0, true],
    [1, true],
    [2, false],
    [3, true],
  ]);
});
