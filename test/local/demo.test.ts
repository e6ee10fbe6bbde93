import { DAY_MS, withStory } from '../../local/demo/story.ts';
import { timetable } from '../../local/demo/timetable.ts';
import { seededFleet } from '../../local/simulator/fleet.ts';
import { statusAt } from '../../local/simulator/job.ts';
import { dueSnapshots } from '../../local/verify/due.ts';

const HOUR_MS = 3_600_000;
const NOW = Date.parse('2026-11-24T16:30:00Z');
const BEGAN = Date.parse('2026-10-25T00:00:00Z');
const ALL = { export: 'all', schedule: { expression: 'cron(0 0/6 * * ? *)', timeZone: 'UTC' } };

test('the first run begins at midnight thirty days ago, and leaves room for more runs before today', () => {
  const { beganAt, due } = timetable([], NOW);
  expect(beganAt).toBe(BEGAN);
  expect(due[0]).toEqual({ event: ALL, scheduledAt: BEGAN });
  expect(due.at(-1)?.scheduledAt).toBe(BEGAN + 27 * DAY_MS + 18 * HOUR_MS);
  expect(due.filter(({ event }) => event.export === 'fleets')).toHaveLength(24);
});

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

test('a later run goes on from the newest snapshot for a day, by the beginning of the first', () => {
  const times = [BEGAN, BEGAN + 27 * DAY_MS + 18 * HOUR_MS];
  const { beganAt, due } = timetable(times, NOW + 100 * DAY_MS);
  expect(beganAt).toBe(BEGAN);
  expect(due[0]?.scheduledAt).toBe(BEGAN + 27 * DAY_MS + 19 * HOUR_MS);
  expect(due.at(-1)?.scheduledAt).toBe(BEGAN + 28 * DAY_MS + 18 * HOUR_MS);
  expect(due.map(({ event }) => event.export).filter((name) => name === 'all')).toHaveLength(4);
});

test('an interrupted run goes on where it ended', () => {
  const { due, isFirst } = timetable([BEGAN, BEGAN + 6 * HOUR_MS], NOW);
  expect(due[0]).toEqual({ event: ALL, scheduledAt: BEGAN + 12 * HOUR_MS });
  expect([due.at(-1)?.scheduledAt, isFirst]).toEqual([BEGAN + 27 * DAY_MS + 18 * HOUR_MS, true]);
});

test('the story stands among the jobs of the fleet, in the order of creation, and the same whenever it is looked at', () => {
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
