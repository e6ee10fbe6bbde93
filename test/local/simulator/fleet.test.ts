import fc from 'fast-check';
import { MAX_LIFE_MS, seededFleet } from '../../../local/simulator/fleet.ts';
import { statusAt, summaryAt } from '../../../local/simulator/job.ts';
import { statusChanges } from '../../../local/simulator/lifecycle.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const NOON = Date.parse('2026-11-16T12:00:00Z');
const fleet = seededFleet({ seed: 1 });
const around = fleet.jobsAround(NOON);
const anyJob = fc.nat(around.length - 1).map((index) => around[index] as (typeof around)[number]);
const careers = around.map((job) => ({ job, changes: statusChanges(job.lifecycle) }));
const statusesOf = ({ changes }: (typeof careers)[number]) => changes.map(({ status }) => status);

test('the list of changes of a job agrees with its status at any instant', () => {
  const instant = fc.integer({ min: NOON - MAX_LIFE_MS, max: NOON + MAX_LIFE_MS });
  fc.assert(
    fc.property(anyJob, instant, (job, at) => {
      const last = statusChanges(job.lifecycle).findLast((change) => change.at <= at);
      expect(statusAt(job, at)).toBe(last?.status);
      if (last?.status) expect(summaryAt(job, at, 'arn').lastUpdatedAt).toBe(last.at);
    }),
    { numRuns: 2000 },
  );
});

test('jobs go between SCHEDULED and IN_PROGRESS, end once, and are deleted after that', () => {
  const allowed =
    /^(SCHEDULED )?((IN_PROGRESS SCHEDULED )*IN_PROGRESS )?(SCHEDULED )?(COMPLETED|CANCELED) DELETION_IN_PROGRESS $/;
  for (const career of careers) expect(statusesOf(career).join(' ')).toMatch(allowed);
});

test('most jobs are IN_PROGRESS from their creation; those with a schedule begin SCHEDULED', () => {
  const first = careers.map((career) => statusesOf(career)[0]);
  const begun = first.filter((status) => status === 'IN_PROGRESS').length;
  expect(begun / first.length).toBeGreaterThan(0.6);
  expect(begun / first.length).toBeLessThan(0.85);
  expect(new Set(first)).toEqual(new Set(['IN_PROGRESS', 'SCHEDULED']));
});

test('a job with maintenance windows goes back to SCHEDULED at the end of each, mostly on a full hour', () => {
  const windowed = careers.filter(({ job }) => job.lifecycle.windows);
  const back = windowed.flatMap(({ changes }) =>
    changes.filter(({ status }, i) => status === 'SCHEDULED' && changes[i - 1]?.status === 'IN_PROGRESS'),
  );
  expect(back.length).toBeGreaterThan(windowed.length);
  expect(back.filter(({ at }) => at % HOUR_MS === 0).length).toBeGreaterThan(back.length / 5);
  expect(Math.max(...windowed.map((career) => statusesOf(career).length))).toBeGreaterThan(8);
  for (const { job } of windowed) {
    expect(job.lifecycle.windows?.lengthMs).toBeGreaterThanOrEqual(MINUTE_MS);
    expect(job.lifecycle.windows?.lengthMs).toBeLessThanOrEqual(1430 * MINUTE_MS);
  }
});

test('a continuous job stays in progress until it is canceled, or completed where it has an end time', () => {
  const continuous = careers.filter(({ job }) => job.targetSelection === 'CONTINUOUS');
  expect(continuous.length).toBeGreaterThan(100);
  for (const career of continuous) expect(statusesOf(career)[0]).toBe('IN_PROGRESS');
  const ends = continuous.map(({ job }) => job.lifecycle.endsAs);
  expect(ends.filter((end) => end === 'COMPLETED').length).toBeGreaterThan(20);
  expect(ends.filter((end) => end === 'CANCELED').length).toBeGreaterThan(50);
});

test('no job outlives the span that is kept', () => {
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

test('a job is concurrent while executions are rolled out, and while they are canceled after a cancel', () => {
  const canceled = around.find(({ lifecycle }) => lifecycle.endsAs === 'CANCELED' && !lifecycle.windows);
  if (!canceled) throw new Error('No job was canceled');
  const { rolledOutAt, endedAt, settledAt } = canceled.lifecycle;
  const isConcurrent = (at: number) => summaryAt(canceled, at, 'arn').isConcurrent;
  expect([rolledOutAt - 1, rolledOutAt, endedAt, settledAt].map(isConcurrent)).toEqual([true, false, true, false]);
});

test('lastUpdatedAt is no sign of a rollout: it stays while executions are rolled out', () => {
  const { job } = careers.find(({ job: { lifecycle } }) => lifecycle.startedAt === lifecycle.createdAt) as {
    job: (typeof around)[number];
  };
  expect(summaryAt(job, job.lifecycle.rolledOutAt, 'arn').lastUpdatedAt).toBe(job.lifecycle.createdAt);
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
