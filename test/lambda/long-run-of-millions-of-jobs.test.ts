import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { MIN_PART_BYTES } from '../../lambda/aws/s3-uploads.ts';
import { MAX_RUN_MS, REPORT_RESERVE_MS } from '../../lambda/contract/run-time.ts';
import { listingDeadline } from '../../lambda/core/deadline.ts';
import type { Simulation } from '../support/long-run-simulation.ts';

/** 10 million jobs at 5 calls/s, in invocations of 15 minutes; or few jobs, in invocations of some seconds. */
const isSoak = process.env.PROMISES_RUNS !== undefined;
const [jobs, invocationMs, minPartBytes] = isSoak
  ? [10_000_000, MAX_RUN_MS, MIN_PART_BYTES]
  : [30_000, 10_000, 2 ** 16];
const NEW_JOBS = 249;
const CALL_MS = 200;
const deadlineMs = invocationMs - Math.min(REPORT_RESERVE_MS, invocationMs / 4);
/** Calls for which an invocation has time. */
const callsOfOne = Math.floor(listingDeadline(0, deadlineMs) / CALL_MS);

let simulation: Simulation;
beforeAll(() => {
  const script = join(import.meta.dirname, '../support/long-run-simulation.ts');
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--expose-gc', script, `${jobs}`, `${invocationMs / 1000}`, `${minPartBytes}`],
    { encoding: 'utf8', maxBuffer: 2 ** 26 },
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  simulation = JSON.parse(stdout);
}, 1_800_000);

it('counts all jobs once, whatever invocation listed them', () => {
  const { answer, record, found } = simulation;
  expect(answer).toMatchObject({ outcome: 'written', jobCount: jobs });
  expect(record.job_count).toBe(jobs);
  expect(found).toEqual({ lines: jobs, distinct: jobs, foreign: 0, isOneMember: true });
});

it('has the SHA-256 and the length of all parts in its record', () => {
  const { record, rows } = simulation;
  expect(record).toMatchObject({ object_sha256: rows.sha256, object_bytes: rows.bytes });
  expect(rows.parts).toBeGreaterThan(simulation.invocations);
});

it('takes as many invocations as its calls need, and makes no call twice', () => {
  const pages = Math.ceil(jobs / NEW_JOBS);
  expect(simulation.calls).toBe(pages);
  expect(simulation.invocations).toBe(Math.ceil(pages / callsOfOne));
  expect(simulation.invocations).toBeGreaterThan(4);
});

it('holds the ids of its jobs and nothing else that grows, and saves as much', () => {
  const MB = 2 ** 20;
  for (const { jobs: seen, arrayBuffers } of simulation.samples) {
    // A UUID has 16 bytes, and its table two to four slots of four bytes for each; while it doubles there is the old one, too.
    const ids = 16 * seen + 1.5 * 4 * 2 ** Math.ceil(Math.log2(2 * seen + 1));
    expect({ seen, isLittle: arrayBuffers < ids + 24 * MB }).toEqual({ seen, isLittle: true });
  }
  for (const [i, bytes] of simulation.stateBytes.entries()) {
    const seen = (i + 1) * callsOfOne * NEW_JOBS;
    // Besides the ids: a digest for the token of each page, and rows that do not fill a part.
    expect({ seen, isLittle: bytes < 17 * seen + minPartBytes + MB }).toEqual({ seen, isLittle: true });
  }
});
