import { createHash } from 'node:crypto';
import { S3Bucket } from '../../lambda/aws/s3-bucket.ts';
import { createS3Uploads } from '../../lambda/aws/s3-uploads.ts';
import { createContinuations } from '../../lambda/aws/step-functions.ts';
import type { Continuation, ContinuationEvent, ExportAnswer } from '../../lambda/contract/event.ts';
import type { Continuations, UploadStore } from '../../lambda/ports.ts';
import type { Executions } from '../support/executions.ts';
import { LoopbackS3 } from '../support/loopback-s3.ts';
import { LoopbackSfn } from '../support/loopback-sfn.ts';
import { MemoryContinuations } from '../support/memory-continuations.ts';
import { MemoryStore } from '../support/memory-store.ts';
import { MemoryUploads } from '../support/memory-uploads.ts';
import { runExecution } from '../support/state-machine.ts';

const KEY = 'jobs/rows';
const OF = { accountId: '1', region: 'eu-west-1', exportName: 'all', scheduledAt: Date.parse('2026-11-23T18:00:00Z') };
const signal = new AbortController().signal;
const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

function part(number: number, text: string) {
  const body = Buffer.from(text);
  return { number, body, sha256: createHash('sha256').update(body).digest('hex') };
}

const nextOf = (invocation: number, run = '1'): Continuation => ({
  event: { export: 'all', scheduledTime: '2026-11-23T18:00:00Z' },
  run: run.repeat(16),
  invocation,
  attempt: 1,
  startedAt: '2026-11-23T18:00:02.000Z',
});

/** Uploads, with the text of the object at the key, and the number of open uploads. */
type UploadWorld = { uploads: UploadStore; storedText: () => string | undefined; open: () => number };

async function onLoopback(minPartBytes: number): Promise<UploadWorld> {
  const s3 = new LoopbackS3();
  s3.uploads.minPartBytes = minPartBytes;
  const endpoint = await s3.start();
  ends.push(() => s3.stop());
  const uploads = createS3Uploads(
    new S3Bucket({ bucket: 'b', client: { endpoint, region: 'eu-west-1', credentials } }),
  );
  return { uploads, storedText: () => s3.objects.get(`b/${KEY}`)?.body.toString(), open: () => s3.uploads.open.length };
}

async function inMemory(minPartBytes: number): Promise<UploadWorld> {
  const store = new MemoryStore();
  const uploads = new MemoryUploads(store);
  uploads.minPartBytes = minPartBytes;
  const storedText = () => (store.objects.has(KEY) ? Buffer.from(store.objects.get(KEY) ?? []).toString() : undefined);
  return { uploads, storedText, open: () => uploads.open.length };
}

describe.each([
  ['S3', onLoopback],
  ['memory', inMemory],
])('uploads to %s', (_name, world) => {
  it('make the object of the parts that are named, once', async () => {
    const { uploads, storedText, open } = await world(0);
    const upload = await uploads.begin(KEY, 'application/gzip', signal);
    const parts = [];
    for (const put of [part(5, 'c'), part(1, 'a'), part(3, 'never named')]) {
      parts.push(await uploads.putPart(upload, put, signal));
    }
    const [last, first] = parts;
    if (!first || !last) throw new Error('A part is gone');
    expect([storedText(), open()]).toEqual([undefined, 1]);
    expect(await uploads.complete(upload, [first, last], signal)).toBe('completed');
    expect([storedText(), open()]).toEqual(['ac', 0]);
    expect(await uploads.complete(upload, [first, last], signal)).toBe('gone');
    expect(await uploads.putPart(upload, part(2, 'b'), signal)).toBeUndefined();
    await uploads.abort(upload, signal);

    const another = await uploads.begin(KEY, 'application/gzip', signal);
    const other = await uploads.putPart(another, part(1, 'other'), signal);
    if (!other) throw new Error('A part is gone');
    expect(await uploads.complete(another, [other], signal)).toBe('exists');
    expect([storedText(), open()]).toEqual(['ac', 1]);
    await uploads.abort(another, signal);
    expect(open()).toBe(0);
  });

  it('refuse what is too small, not in order, not there, or put over', async () => {
    const { uploads, storedText } = await world(2);
    const upload = await uploads.begin(KEY, 'application/gzip', signal);
    const small = await uploads.putPart(upload, part(1, 'a'), signal);
    const second = await uploads.putPart(upload, part(2, 'bb'), signal);
    const third = await uploads.putPart(upload, part(3, 'cc'), signal);
    if (!small || !second || !third) throw new Error('A part is gone');
    await uploads.putPart(upload, part(3, 'dd'), signal);
    for (const named of [[small, second], [second, small], [second, third], [{ ...second, number: 9 }], []]) {
      await expect(uploads.complete(upload, named, signal)).rejects.toMatchObject({ name: 'StoreRefusedError' });
    }
    expect(storedText()).toBeUndefined();
    expect(await uploads.complete(upload, [second], signal)).toBe('completed');
  });
});

type Going = { continuations: Continuations; executions: Executions };

async function byStepFunctions(): Promise<Going> {
  const sfn = new LoopbackSfn();
  const endpoint = await sfn.start();
  ends.push(() => sfn.stop());
  return {
    continuations: createContinuations(sfn.stateMachineArn, { endpoint, credentials }),
    executions: sfn.executions,
  };
}

async function byMemory(): Promise<Going> {
  const continuations = new MemoryContinuations();
  return { continuations, executions: continuations.executions };
}

it.each([
  ['Step Functions', byStepFunctions],
  ['memory', byMemory],
])('one at a time goes on by %s, each under its own name', async (_name, world) => {
  const { continuations, executions } = await world();
  expect(await continuations.running(OF, signal)).toBeUndefined();
  expect(await continuations.start(OF, nextOf(2), signal)).toEqual(nextOf(2));
  expect(await continuations.start(OF, nextOf(2, '2'), signal)).toEqual(nextOf(2));
  expect(await continuations.running(OF, signal)).toEqual(nextOf(2));
  const [first] = executions.all;
  if (!first) throw new Error('Nothing was started');
  first.status = 'FAILED';
  expect(await continuations.running(OF, signal)).toBeUndefined();
  expect(await continuations.start(OF, nextOf(2, '3'), signal)).toEqual(nextOf(2, '3'));
  expect(executions.all.map(({ name }) => name)).toEqual(['20261123T180000Z-all', '20261123T180000Z-all_2']);
});

describe('the state machine', () => {
  const done: ExportAnswer = {
    snapshotId: 's',
    objectKey: 'o',
    recordKey: 'r',
    jobCount: 1,
    outcome: 'written',
  };
  const named = (name: string) => Object.assign(new Error(name), { name });

  async function started() {
    const continuations = new MemoryContinuations();
    await continuations.start(OF, nextOf(2));
    const [execution] = continuations.executions.all;
    if (!execution) throw new Error('Nothing was started');
    return execution;
  }

  it('invokes with what each invocation answers, and tries again what may pass', async () => {
    const execution = await started();
    const events: ContinuationEvent[] = [];
    const answer = await runExecution(execution, async (event) => {
      events.push(event);
      if (events.length === 2) throw named('Lambda.Unknown');
      if (event.next.invocation === 4) return done;
      return { snapshotId: 's', outcome: 'continued', next: nextOf(event.next.invocation + 1) };
    });
    expect(answer).toEqual(done);
    expect(events.map(({ next }) => next.invocation)).toEqual([2, 3, 3, 4]);
    expect(execution.status).toBe('SUCCEEDED');
  });

  it.each([
    ['OutOfTimeError', 1],
    ['ServiceUnavailableError', 4],
  ])(
    'fails by %s after %d tries; a redrive begins at the invocation that failed, and says when',
    async (name, tries) => {
      const execution = await started();
      const events: ContinuationEvent[] = [];
      const invoke = async (event: ContinuationEvent): Promise<ExportAnswer> => {
        events.push(event);
        if (event.execution?.RedriveTime !== undefined) return done;
        if (event.next.invocation === 3) throw named(name);
        return { snapshotId: 's', outcome: 'continued', next: nextOf(3) };
      };
      expect(await runExecution(execution, invoke)).toBeUndefined();
      expect([execution.status, execution.error, events.length]).toEqual(['FAILED', name, 1 + tries]);
      const redriveTime = '2026-11-24T08:00:00.000Z';
      expect(await runExecution(execution, invoke, { redriveTime })).toEqual(done);
      expect(events.at(-1)).toEqual({ next: nextOf(3), execution: { RedriveTime: redriveTime } });
    },
  );

  it('fails where an answer is too large to pass on', async () => {
    const execution = await started();
    await runExecution(execution, async () => ({ ...done, snapshotId: 'x'.repeat(262_144) }));
    expect(execution).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
  });
});
