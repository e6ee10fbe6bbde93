import fc from 'fast-check';
import { THING_STATUSES, type ThingStatus } from '../../../lambda/contract/details.ts';
import { MAX_LIFE_MS, seededFleet } from '../../../local/simulator/fleet.ts';
import { statusAt } from '../../../local/simulator/job.ts';
import { type ThingTally, thingsAt } from '../../../local/simulator/rollout.ts';

const HOUR_MS = 3_600_000;
const NOON = Date.parse('2026-11-16T12:00:00Z');
const jobs = seededFleet({ seed: 5 }).jobsAround(NOON);
type Job = (typeof jobs)[number];

const ENDS = ['SUCCEEDED', 'FAILED', 'REJECTED', 'TIMED_OUT', 'REMOVED', 'CANCELED'] as const;
const sum = (tally: ThingTally, statuses: readonly ThingStatus[]) =>
  statuses.reduce((total, status) => total + tally[status], 0);
const done = (tally: ThingTally) => sum(tally, ENDS);
const active = (tally: ThingTally) => tally.QUEUED + tally.IN_PROGRESS;

const anyJob = fc.nat(jobs.length - 1).map((index) => jobs[index] as Job);
/** An instant of a job's life, from before its creation until after its end. */
const jobAndInstant = anyJob.chain((job) => {
  const { createdAt, goneAt } = job.lifecycle;
  return fc.tuple(fc.constant(job), fc.integer({ min: createdAt - HOUR_MS, max: goneAt + HOUR_MS }));
});
const RUNS = { numRuns: 3000 };

test('the things of a job are all in some status at any instant, and no number is below zero', () => {
  fc.assert(
    fc.property(jobAndInstant, ([job, at]) => {
      const tally = thingsAt(job, at);
      expect(Object.keys(tally).sort()).toEqual([...THING_STATUSES].sort());
      expect(Object.values(tally).every((count) => Number.isInteger(count) && count >= 0)).toBe(true);
      expect(sum(tally, THING_STATUSES)).toBe(job.rollout.things);
    }),
    RUNS,
  );
});

test('nothing leaves an end, and nothing goes back to the queue', () => {
  fc.assert(
    fc.property(jobAndInstant, fc.integer({ min: 0, max: 3 * 24 * HOUR_MS }), ([job, at], laterMs) => {
      const [before, after] = [thingsAt(job, at), thingsAt(job, at + laterMs)];
      for (const status of ENDS) expect(after[status]).toBeGreaterThanOrEqual(before[status]);
      expect(after.QUEUED).toBeLessThanOrEqual(before.QUEUED);
    }),
    RUNS,
  );
});

test('what things do goes with the status of their job', () => {
  fc.assert(
    fc.property(jobAndInstant, ([job, at]) => {
      const { startedAt, endedAt, settledAt, endsAs } = job.lifecycle;
      const tally = thingsAt(job, at);
      if (at <= startedAt && at < endedAt) expect(tally.QUEUED).toBe(job.rollout.things);
      if (statusAt(job, at) === 'COMPLETED') expect([active(tally), tally.CANCELED]).toEqual([0, 0]);
      if (at < endedAt) expect(tally.CANCELED).toBe(0);
      if (endsAs === 'CANCELED' && at >= settledAt) expect(active(tally)).toBe(0);
      if (job.rollout.inProgressTimeoutMinutes === undefined) expect(tally.TIMED_OUT).toBe(0);
    }),
    RUNS,
  );
});

test('a job is completed when its last thing is done, and not long after', () => {
  const completed = jobs.filter(
    ({ lifecycle, targetSelection }) =>
      lifecycle.endsAs === 'COMPLETED' && targetSelection === 'SNAPSHOT' && !lifecycle.windows,
  );
  expect(completed.length).toBeGreaterThan(1000);
  for (const job of completed) expect(active(thingsAt(job, job.lifecycle.endedAt - 60_000))).toBeGreaterThan(0);
});

test('between two maintenance windows nothing moves, and in them it does', () => {
  const windowed = jobs.filter((job) => job.lifecycle.windows);
  let moved = 0;
  for (const job of windowed) {
    const { startedAt, endedAt, windows } = job.lifecycle;
    if (!windows) continue;
    for (let opensAt = startedAt; opensAt + windows.everyMs < endedAt; opensAt += windows.everyMs) {
      const closesAt = opensAt + windows.lengthMs;
      expect(thingsAt(job, opensAt + windows.everyMs)).toEqual(thingsAt(job, closesAt));
      if (done(thingsAt(job, closesAt)) > done(thingsAt(job, opensAt))) moved += 1;
    }
  }
  expect(moved).toBeGreaterThan(20);
});

test('a cancel takes the queue along; those that have begun it takes only by force', () => {
  const canceled = jobs.filter((job) => job.lifecycle.endsAs === 'CANCELED');
  const kinds = new Set<string>();
  for (const job of canceled) {
    const { endedAt, settledAt } = job.lifecycle;
    const [before, after] = [thingsAt(job, endedAt), thingsAt(job, settledAt)];
    if (settledAt === endedAt || active(before) === 0) continue;
    const isForced = job.rollout.isForceCanceled === true;
    kinds.add(`${isForced} ${before.IN_PROGRESS > 0}`);
    expect(after.CANCELED).toBe(before.QUEUED + (isForced ? before.IN_PROGRESS : 0));
  }
  expect(kinds).toContain('true true');
  expect(kinds).toContain('false true');
});

test('fleets have rollouts of all sizes, some of which fail, and every end occurs', () => {
  const tallies = jobs.map((job) => thingsAt(job, NOON));
  for (const status of THING_STATUSES) expect(tallies.some((tally) => tally[status] > 0)).toBe(true);
  const sizes = jobs.map(({ rollout }) => rollout.things);
  expect(Math.max(...sizes)).toBeGreaterThan(3000);
  expect(Math.min(...sizes)).toBe(1);
  const failing = tallies.filter((tally) => done(tally) >= 20 && tally.FAILED > done(tally) * 0.05).length;
  expect(failing / jobs.length).toBeGreaterThan(0.01);
  expect(failing / jobs.length).toBeLessThan(0.1);
});

test('no job goes on beyond the criterion by which it would have been aborted', () => {
  for (const job of jobs) {
    for (const { thresholdPercentage = 0, minNumberOfExecutedThings = 0 } of job.rollout.abortCriteria ?? []) {
      const tally = thingsAt(job, job.lifecycle.endedAt);
      const executed = done(tally) - tally.CANCELED;
      const failed = tally.FAILED + tally.REJECTED + tally.TIMED_OUT;
      if (executed >= minNumberOfExecutedThings) expect((100 * failed) / executed).toBeLessThan(thresholdPercentage);
    }
  }
});

test('the same seed gives the same things, whatever was looked at before', () => {
  const fresh = seededFleet({ seed: 5 });
  fresh.jobsAround(NOON - MAX_LIFE_MS);
  const tallies = (all: readonly Job[]) => all.slice(-500).map((job) => thingsAt(job, NOON));
  expect(tallies(fresh.jobsAround(NOON))).toEqual(tallies(jobs));
});
