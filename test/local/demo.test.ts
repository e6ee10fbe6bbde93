import { DAY_MS, withStory } from '../../local/demo/story.ts';
import { timetable } from '../../local/demo/timetable.ts';
import { seededFleet } from '../../local/simulator/fleet.ts';
import { type SimulatedJob, statusAt } from '../../local/simulator/job.ts';
import { thingsAt } from '../../local/simulator/rollout.ts';
import { dueSnapshots } from '../../local/verify/due.ts';

const HOUR_MS = 3_600_000;
const NOW = Date.parse('2026-11-24T16:30:00Z');
/** The newest snapshot of all jobs is of 12:00; the story is made for a history that ends at 18:00. */
const BEGAN = Date.parse('2026-10-27T18:00:00Z');
const NEWEST = Date.parse('2026-11-24T12:00:00Z');
const ALL = {
  export: 'all',
  schedule: { expression: 'cron(0 0/6 * * ? *)', timeZone: 'UTC' },
};

test('the first run is of four weeks until now: its newest snapshots are those that have just come', () => {
  const { beganAt, due } = timetable([], NOW);
  expect(beganAt).toBe(BEGAN);
  expect(due[0]).toEqual({ event: ALL, scheduledAt: BEGAN });
  const all = due.filter(({ event }) => event.export === 'all');
  expect([all.length, all.at(-1)?.scheduledAt]).toEqual([109, NEWEST]);
  const fleets = due.filter(({ event }) => event.export === 'fleets');
  expect([fleets.length, fleets.at(-1)?.scheduledAt]).toEqual([24, Date.parse('2026-11-24T16:00:00Z')]);
});

test.each([0, 0.5, 5.99, 6, 13, 23.99])(
  'whenever it is run, no snapshot is of later, %d hours after midnight',
  (hours) => {
    const now = Date.parse('2026-11-24T00:00:00Z') + hours * HOUR_MS;
    const { due } = timetable([], now);
    const last = due.at(-1)?.scheduledAt ?? 0;
    expect(now - last).toBeGreaterThanOrEqual(0);
    expect(now - last).toBeLessThan(HOUR_MS);
    expect(due.filter(({ event }) => event.export === 'all')).toHaveLength(109);
  },
);

test('what is due is what the schedules of the events say, but for the hours of an outage', () => {
  const { due } = timetable([], NOW);
  const snapshots = due.map(({ event: { export: name, schedule }, scheduledAt }) => ({
    name,
    scheduledAt,
    schedule: schedule && { expression: schedule.expression, time_zone: schedule.timeZone },
  }));
  const missingOf = (name: string) =>
    [...dueSnapshots(snapshots.filter((one) => one.name === name))].filter(({ hasCome }) => !hasCome);
  expect([missingOf('all').length, missingOf('fleets').length]).toEqual([3, 0]);
});

test('the export of all jobs asks for details from the last week of the first run on', () => {
  const { due } = timetable([], NOW);
  const all = due.filter(({ event }) => event.export === 'all');
  const asking = all.filter(({ event }) => event.details);
  expect(asking.map(({ scheduledAt }) => scheduledAt)).toEqual(
    all.map(({ scheduledAt }) => scheduledAt).filter((at) => at >= BEGAN + 21 * DAY_MS),
  );
  expect(asking[0]?.event).toEqual({
    ...ALL,
    details: { statuses: ['IN_PROGRESS'], maxJobs: 800 },
    rollouts: { failedPercent: 20, stalledHours: 48 },
  });
  const later = timetable([BEGAN, NEWEST], NOW).due.filter(({ event }) => event.export === 'all');
  expect(later.every(({ event }) => event.details)).toBe(true);
});

test('a later run goes on from the newest snapshot for a day, by the beginning of the first', () => {
  const times = [BEGAN, NEWEST];
  const { beganAt, due, isFirst } = timetable(times, NOW + 100 * DAY_MS);
  expect([beganAt, isFirst]).toEqual([BEGAN, false]);
  expect(due[0]?.scheduledAt).toBe(NEWEST + HOUR_MS);
  expect(due.at(-1)?.scheduledAt).toBe(NEWEST + DAY_MS);
  expect(due.map(({ event }) => event.export).filter((name) => name === 'all')).toHaveLength(4);
});

test('an interrupted run goes on where it ended, to the hour in which it would have ended at the latest', () => {
  const { due, isFirst } = timetable([BEGAN, BEGAN + 6 * HOUR_MS], NOW);
  expect(due[0]).toEqual({ event: ALL, scheduledAt: BEGAN + 12 * HOUR_MS });
  expect([due.at(-1)?.scheduledAt, isFirst]).toEqual([Date.parse('2026-11-24T16:00:00Z'), true]);
  const later = timetable([BEGAN, BEGAN + 6 * HOUR_MS], NOW + 5 * DAY_MS);
  expect([later.due.at(-1)?.scheduledAt, later.isFirst]).toEqual([NEWEST + 5 * HOUR_MS, true]);
});

test('the jobs of the story are among those of the fleet, in the order of creation, and the same whenever it is looked at', () => {
  const fleet = withStory(seededFleet({ seed: 1, jobsPerHour: 2 }), BEGAN);
  const jobs = fleet.jobsAround(BEGAN + 27 * DAY_MS);
  const places = jobs.map(({ sequence }) => sequence);
  expect(places).toEqual([...places].sort((a, b) => a - b));
  expect(new Set(places).size).toBe(places.length);
  const night = jobs.find(({ jobId }) => jobId === 'config-apac-night-01');
  if (!night) throw new Error('The job is not there');
  const statuses = [
    [24, 9],
    [24, 12],
    [25, 1],
    [25, 3],
    [26, 1],
    [30, 0],
  ].map(([days = 0, hours = 0]) => statusAt(night, BEGAN + days * DAY_MS + hours * HOUR_MS));
  expect(statuses).toEqual([undefined, 'SCHEDULED', 'IN_PROGRESS', 'SCHEDULED', 'IN_PROGRESS', 'COMPLETED']);
});

describe('the rollouts of the story', () => {
  const fleet = withStory(seededFleet({ seed: 1, jobsPerHour: 2 }), BEGAN);
  const at = (days: number, hours: number) => BEGAN + days * DAY_MS + hours * HOUR_MS;
  const find = (jobId: string): SimulatedJob => {
    const job = fleet.jobsAround(at(28, 0)).find((one) => one.jobId === jobId);
    if (!job) throw new Error(`There is no job ${jobId}`);
    return job;
  };
  const failedPercent = (job: SimulatedJob, instant: number) => {
    const { SUCCEEDED, FAILED, REJECTED, TIMED_OUT } = thingsAt(job, instant);
    const failed = FAILED + REJECTED + TIMED_OUT;
    return (100 * failed) / (SUCCEEDED + failed);
  };

  test.each([
    ['fw-3-2-0-apac-01', at(27, 12), at(27, 18)],
    ['fw-3-2-0-apac-02', at(27, 18), at(28, 0)],
  ])('%s fails, and is aborted in the minute in which it reaches its threshold', (jobId, failing, aborted) => {
    const job = find(jobId);
    const { endedAt } = job.lifecycle;
    expect([statusAt(job, failing), statusAt(job, aborted)]).toEqual(['IN_PROGRESS', 'CANCELED']);
    expect(failedPercent(job, failing)).toBeGreaterThan(20);
    expect(failedPercent(job, endedAt - 60_000)).toBeLessThan(30);
    expect(failedPercent(job, endedAt - 1)).toBeGreaterThan(29);
    expect(failedPercent(job, endedAt)).toBeGreaterThanOrEqual(30);
    expect(job.rollout.abortCriteria).toEqual([expect.objectContaining({ thresholdPercentage: 30 })]);
  });

  test('fw-3-0-0-eu-wave-2 goes on for hours, and then no more', () => {
    const job = find('fw-3-0-0-eu-wave-2-03');
    const [first, last] = [thingsAt(job, at(10, 12)), thingsAt(job, at(10, 18))];
    expect(first.SUCCEEDED).toBeLessThan(last.SUCCEEDED);
    expect(thingsAt(job, at(60, 0))).toEqual(last);
    expect(last.IN_PROGRESS).toBeGreaterThan(40);
  });

  test('no other rollout fails as they do', () => {
    const others = fleet.jobsAround(at(27, 18)).filter(({ sequence }) => sequence % 100_000 < 90_000);
    const worst = others.map((job) => failedPercent(job, at(27, 18))).filter(Number.isFinite);
    expect(worst.length).toBeGreaterThan(1000);
    expect(Math.max(...worst)).toBeLessThanOrEqual(20);
  });
});
