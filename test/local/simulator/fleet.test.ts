import fc from 'fast-check';
import { JOB_STATUSES } from '../../../lambda/contract/jobs.ts';
import { MAX_LIFE_MS, seededFleet } from '../../../local/simulator/fleet.ts';
import { statusAt, summaryAt } from '../../../local/simulator/job.ts';

const HOUR_MS = 3_600_000;
const NOON = Date.parse('2026-11-16T12:00:00Z');
const fleet = seededFleet({ seed: 1 });
const around = fleet.jobsAround(NOON);

test('a job moves forward only, from its creation to its end', () => {
  const stage = (job: (typeof around)[number], instant: number) => {
    const status = statusAt(job, instant);
    if (status !== undefined) return JOB_STATUSES.indexOf(status) + 1;
    return instant < job.lifecycle.createdAt ? 0 : JOB_STATUSES.length + 1;
  };
  const anyJob = fc.nat(around.length - 1).map((index) => around[index] as (typeof around)[number]);
  const instant = fc.integer({ min: NOON - MAX_LIFE_MS, max: NOON + MAX_LIFE_MS });
  fc.assert(
    fc.property(anyJob, instant, instant, (job, a, b) => {
      const [earlier, later] = [stage(job, Math.min(a, b)), stage(job, Math.max(a, b))];
      expect(later).toBeGreaterThanOrEqual(earlier);
      // Finished one way, it is never finished the other.
      if (earlier === 3) expect(later).not.toBe(4);
    }),
    { numRuns: 1000 },
  );
});

test('only a job that is not continuous is completed, and no job outlives the window that is kept', () => {
  const continuous = around.filter(({ targetSelection }) => targetSelection === 'CONTINUOUS');
  expect(continuous.length).toBeGreaterThan(100);
  expect(continuous.filter(({ lifecycle }) => lifecycle.endsAs === 'COMPLETED')).toEqual([]);
  const longest = Math.max(...around.map(({ lifecycle }) => lifecycle.goneAt - lifecycle.createdAt));
  expect(longest).toBeLessThan(MAX_LIFE_MS);
});

test('times of a summary agree with its status', () => {
  for (const job of around.slice(-8000).filter((_, i) => i % 10 === 0)) {
    const status = statusAt(job, NOON);
    if (status === undefined) continue;
    const { createdAt = 0, lastUpdatedAt = 0, completedAt } = summaryAt(job, NOON, 'arn');
    expect(createdAt).toBeLessThanOrEqual(lastUpdatedAt);
    expect(lastUpdatedAt).toBeLessThanOrEqual(NOON);
    if (status === 'COMPLETED') expect(completedAt).toBe(lastUpdatedAt);
    if (status === 'SCHEDULED' || status === 'IN_PROGRESS' || status === 'CANCELED')
      expect(completedAt).toBeUndefined();
  }
});

test('the same seed gives the same jobs, whatever was looked at before; another seed gives others', () => {
  const fresh = seededFleet({ seed: 1 });
  fresh.jobsAround(NOON + 40 * 24 * HOUR_MS);
  expect(fresh.jobsAround(NOON).slice(-500)).toEqual(around.slice(-500));
  expect(seededFleet({ seed: 2 }).jobsAround(NOON)[0]?.jobId).not.toBe(around[0]?.jobId);
});

test('thousands of jobs live at any time, in every status, with ids that AWS would take', () => {
  for (const instant of [NOON, NOON + 1000 * 24 * HOUR_MS]) {
    const living = fleet.jobsAround(instant).filter((job) => statusAt(job, instant) !== undefined);
    expect(living.length).toBeGreaterThan(5000);
    expect(new Set(living.map(({ jobId }) => jobId)).size).toBe(living.length);
    expect(living.every(({ jobId }) => /^[a-zA-Z0-9_-]{1,64}$/.test(jobId))).toBe(true);
    const statuses = new Set(living.map((job) => statusAt(job, instant)));
    for (const status of ['SCHEDULED', 'IN_PROGRESS', 'COMPLETED', 'CANCELED'] as const) {
      expect(statuses).toContain(status);
    }
  }
});
