/**
 * A run of millions of jobs over all its invocations, by a clock that goes on with each call: the core as it is, a source that
 * makes up its pages, and a store that keeps the saved state in a temporary folder, and no rows.
 *
 * Run by Node itself, with --expose-gc: jest's sandbox is slow with bytes. Arguments: jobs, seconds of an invocation, bytes of
 * a part at least. Prints a {@link Simulation} as JSON.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ContinuationEvent, ExportAnswer, ExportEvent } from '../../lambda/contract/event.ts';
import { recordKey } from '../../lambda/contract/keys.ts';
import { REPORT_RESERVE_MS } from '../../lambda/contract/run-time.ts';
import { exportInvocation } from '../../lambda/core/export-invocation.ts';
import type { SnapshotRequest } from '../../lambda/core/request.ts';
import type { JobSource, SnapshotStore, UploadedPart, UploadStore } from '../../lambda/ports.ts';
import { directoryRecords } from '../../local/directory-records.ts';
import { FakeClock } from './fake-clock.ts';
import { MemoryContinuations } from './memory-continuations.ts';
import { RowsCheck, uuidOf } from './rows-check.ts';
import { runExecution } from './state-machine.ts';

/** What a simulation came to. */
export interface Simulation {
  readonly answer: ExportAnswer | undefined;
  readonly record: { readonly job_count: number; readonly object_sha256: string; readonly object_bytes: number };
  /** By the rows as they were put, part after part. */
  readonly rows: { readonly sha256: string; readonly bytes: number; readonly parts: number };
  /** What they say: see {@link RowsCheck}. */
  readonly found: RowsCheck['found'];
  readonly calls: number;
  readonly samples: readonly MemorySample[];
  /** Bytes of the saved state of each invocation but the last. */
  readonly stateBytes: readonly number[];
  readonly invocations: number;
}

/** Memory after a collection of garbage. */
interface MemorySample {
  readonly invocation: number;
  /** That the run has seen. */
  readonly jobs: number;
  /** Bytes of all ArrayBuffers, and resident ones. */
  readonly arrayBuffers: number;
  readonly rss: number;
}

const [jobs = 0, invocationSeconds = 0, minPartBytes = 0] = process.argv.slice(2).map(Number);
const CALL_MS = 200;
/** New jobs of a page; the one after them came before, in any invocation. */
const NEW_JOBS = 249;
const SAMPLED_CALLS = Math.ceil(jobs / NEW_JOBS / 100);
const SCHEDULED = '2026-11-23T18:00:00Z';
const REQUEST: SnapshotRequest = {
  accountId: '123456789012',
  region: 'eu-west-1',
  exportName: 'all',
  scheduledAt: Date.parse(SCHEDULED),
  statuses: ['COMPLETED'],
  thingGroups: [],
  thingGroupIds: [],
  maxRunMinutes: 1440,
};
const EVENT: ExportEvent = { export: 'all', scheduledTime: SCHEDULED, statuses: ['COMPLETED'], maxRunMinutes: 1440 };

const folder = mkdtempSync(join(tmpdir(), 'long-run-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const clock = new FakeClock(SCHEDULED);
const continuations = new MemoryContinuations();
const check = new RowsCheck(jobs);
const samples: MemorySample[] = [];
const stateBytes: number[] = [];
let invocations = 0;
let calls = 0;

/** A source of jobs that are all there from the beginning. */
function newSource(): JobSource {
  const counts = { calls: 0, throttled: 0 };
  return {
    counts,
    thingGroupExists: async () => true,
    listJobs: async ({ nextToken = '0' }) => {
      counts.calls += 1;
      calls += 1;
      clock.advance(CALL_MS);
      const from = Number(nextToken) * NEW_JOBS;
      const to = Math.min(jobs, from + NEW_JOBS);
      if (counts.calls % SAMPLED_CALLS === 0) sample(from);
      const page = [jobOf((from * 0.618) | 0)];
      for (let n = from; n < to; n++) page.push(jobOf(n));
      return { jobs: page, ...(to < jobs && { nextToken: String(Number(nextToken) + 1) }) };
    },
  };
}

function jobOf(n: number) {
  const jobId = uuidOf(n);
  const createdAt = REQUEST.scheduledAt - n * 7123;
  return { jobId, jobArn: `arn:aws:iot:eu-west-1:123456789012:job/${jobId}`, status: 'COMPLETED', createdAt };
}

function sample(seen: number): void {
  globalThis.gc?.();
  const { arrayBuffers, rss } = process.memoryUsage();
  samples.push({ invocation: invocations, jobs: seen, arrayBuffers, rss });
}

const pathOf = (key: string) => join(folder, ...key.split('/'));
const read = (key: string) => (existsSync(pathOf(key)) ? readFileSync(pathOf(key)) : undefined);
const store: SnapshotStore = {
  readText: async (key) => read(key)?.toString(),
  readBytes: async (key) => read(key),
  sha256: async (key) => {
    const body = read(key);
    return body && createHash('sha256').update(body).digest('hex');
  },
  putIfAbsent: async ({ key, body }) => {
    if (existsSync(pathOf(key))) return false;
    mkdirSync(dirname(pathOf(key)), { recursive: true });
    writeFileSync(pathOf(key), body);
    if (/\.(blob|state)$/.test(key)) stateBytes[invocations - 1] = (stateBytes[invocations - 1] ?? 0) + body.byteLength;
    return true;
  },
};

const hash = createHash('sha256');
const put: UploadedPart[] = [];
let bytes = 0;
/** Parts that come in the order of the object, so that none of them has to be kept. */
const uploads: UploadStore = {
  minPartBytes,
  begin: async (key) => {
    if (put.length > 0) throw new Error('A second upload was begun');
    return { key, id: 'upload' };
  },
  putPart: async (_, { number, body, sha256 }) => {
    hash.update(body);
    bytes += body.byteLength;
    await check.take(body);
    const part = { number, etag: `"${number}"`, sha256 };
    put.push(part);
    return part;
  },
  complete: async (_, parts) => {
    if (JSON.stringify(parts) !== JSON.stringify(put)) throw new Error('Completed with other parts than were put');
    return 'completed';
  },
  abort: async () => {
    throw new Error('The upload was ended');
  },
};

async function invoke({ next, execution }: Partial<ContinuationEvent>): Promise<ExportAnswer> {
  if (execution?.RedriveTime) throw new Error('Nothing is redriven');
  invocations += 1;
  const ports = {
    clock,
    source: newSource(),
    store,
    records: directoryRecords(folder),
    longRuns: { uploads, continuations },
  };
  const ms = invocationSeconds * 1000;
  const deadlineAt = clock.monotonic() + ms - Math.min(REPORT_RESERVE_MS, ms / 4);
  return await exportInvocation(REQUEST, ports, deadlineAt, { event: EVENT, ...(next && { from: next }) });
}

let answer: ExportAnswer | undefined = await invoke({});
for (const execution of continuations.executions.all) answer = await runExecution(execution, invoke, { retries: 0 });
const record = JSON.parse(read(recordKey(REQUEST))?.toString() ?? '{}');
await check.end();
const simulation: Simulation = {
  answer,
  record,
  rows: { sha256: hash.digest('hex'), bytes, parts: put.length },
  found: check.found,
  calls,
  samples,
  stateBytes,
  invocations,
};
console.log(JSON.stringify(simulation));
