import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import type { JobRow, SnapshotRecord } from '../../lambda/contract/columns.ts';
import type { ExportAnswer } from '../../lambda/contract/event.ts';
import { type BundleOptions, type Invocation, runBundle, startBundle } from '../support/bundle.ts';
import { LoopbackIot } from '../support/loopback-iot.ts';
import { LoopbackS3 } from '../support/loopback-s3.ts';
import { LoopbackSfn } from '../support/loopback-sfn.ts';
import { parseLines } from '../support/memory-store.ts';
import { runExecution } from '../support/state-machine.ts';

const EVENT = { export: 'all', scheduledTime: '2026-11-23T18:00:00Z', statuses: ['COMPLETED'], maxRunMinutes: 60 };
const PAGE = 250;

let iot: LoopbackIot;
let s3: LoopbackS3;
let sfn: LoopbackSfn;
let options: BundleOptions;
let invocations: Invocation[];

/** The shipped bundle in a process for each invocation, with services on loopback. */
beforeEach(async () => {
  [iot, s3, sfn] = [new LoopbackIot(), new LoopbackS3(), new LoopbackSfn()];
  invocations = [];
  options = {
    iot: await iot.start(),
    s3: await s3.start(),
    sfn: { endpoint: await sfn.start(), stateMachineArn: sfn.stateMachineArn },
    remainingMs: 6000,
    variables: { LIST_JOBS_PER_SECOND: '30' },
  };
});
afterEach(async () => {
  await Promise.all([iot.stop(), s3.stop(), sfn.stop()]);
});

/** All that is left is done in one invocation. */
const AT_ONCE = () => ({ ...options, remainingMs: 60_000, variables: { LIST_JOBS_PER_SECOND: '1000' } });

/** Jobs with ids that do not compress, so that few of them make a part. */
function serve(jobs: number): void {
  iot.answer = ({ nextToken = '0' }) => {
    const from = Number(nextToken);
    const page = Array.from({ length: Math.min(PAGE, jobs - from) }, (_, i) => {
      const jobId = createHash('sha256')
        .update(String(from + i))
        .digest('base64url');
      return {
        jobId,
        jobArn: `arn:aws:iot:eu-west-1:123456789012:job/${jobId}`,
        status: 'COMPLETED',
        createdAt: from + i,
      };
    });
    return { body: { jobs: page, ...(from + PAGE < jobs && { nextToken: String(from + PAGE) }) } };
  };
}

async function invoke(event: unknown, also: Partial<BundleOptions> = {}): Promise<ExportAnswer> {
  const invocation = await runBundle(event, { ...options, ...also });
  invocations.push(invocation);
  const { answer, continued, error } = invocation;
  if (error) throw Object.assign(new Error(error.message), { name: error.name });
  if (!answer && !continued)
    throw Object.assign(new Error(`killed by ${invocation.signal}`), { name: 'Lambda.Unknown' });
  return (answer ?? continued) as ExportAnswer;
}

const runAll = () =>
  Promise.all(sfn.executions.all.map((execution) => runExecution(execution, (event) => invoke(event))));
const key = (prefix: string) => [...s3.objects.keys()].find((one) => one.startsWith(`history/${prefix}/`)) as string;
const body = (prefix: string) => s3.objects.get(key(prefix))?.body as Buffer;
const record = (): SnapshotRecord => JSON.parse(body('snapshots').toString());
const rows = () => parseLines<JobRow>(gunzipSync(body('jobs')).toString());
const parts = () => s3.requests.filter(({ method, query }) => method === 'PUT' && query.has('partNumber')).length;
const message = (text: string) => invocations.flatMap(({ lines }) => lines).filter((line) => line.message === text);

function expectWhole(jobs: number): void {
  expect(new Set(rows().map(({ job_id }) => job_id)).size).toBe(jobs);
  expect(rows()).toHaveLength(jobs);
  expect(record()).toMatchObject({
    job_count: jobs,
    object_bytes: body('jobs').byteLength,
    object_sha256: createHash('sha256').update(body('jobs')).digest('hex'),
  });
  expect(s3.uploads.open).toEqual([]);
}

it('lists on over several invocations: one object of one member, in parts, and one record', async () => {
  serve(150_000);
  options = { ...options, variables: { LIST_JOBS_PER_SECOND: '70' } };
  const first = await invoke(EVENT);
  expect(first).toMatchObject({ snapshotId: '20261123T180000Z-all', outcome: 'continued' });
  expect(JSON.stringify(first).length).toBeLessThan(1000);
  const [answer] = await runAll();
  expect(answer).toMatchObject({ outcome: 'written', jobCount: 150_000 });
  expectWhole(150_000);
  expect(parts()).toBeGreaterThan(1);
  expect(invocations.length).toBeGreaterThan(2);
  const suspended = message('Snapshot handed on');
  expect(suspended).toHaveLength(invocations.length - 1);
  expect(suspended[0]).toMatchObject({
    invocation: 1,
    jobs: expect.any(Number),
    listJobsCalls: expect.any(Number),
    remainingMinutes: expect.any(Number),
  });
  // Calls and duration are of the whole run.
  const [completed] = message('Snapshot completed');
  const [health] = invocations.flatMap(({ metrics }) => metrics).filter((line) => 'SnapshotDuration' in line);
  expect(health).toMatchObject({ ListJobsCalls: completed?.listJobsCalls, SnapshotCompleted: 1 });
  // A call that was under way when its invocation ended is made again; one that still waited for its turn may count, too.
  const uncalled = Number(completed?.listJobsCalls) - iot.queries.length;
  expect(uncalled).toBeGreaterThanOrEqual(0);
  expect(uncalled).toBeLessThan(invocations.length);
  expect(Number(health?.SnapshotDuration)).toBeGreaterThan(6000);
  // Everything that goes on is below the account's own prefix.
  const work = [...s3.objects.keys()].filter((one) => one.startsWith('history/work/'));
  for (const one of work)
    expect(one).toMatch(/^history\/work\/account_id=123456789012\/region=eu-west-1\/export_name=all\//);
}, 60_000);

it('delivered twice at the same time, goes on once', async () => {
  serve(40_000);
  const answers = await Promise.all([invoke(EVENT), invoke(EVENT)]);
  expect(sfn.executions.all).toHaveLength(1);
  expect(answers[0]).toEqual(answers[1]);
  options = AT_ONCE();
  await runAll();
  expectWhole(40_000);
  // And again when all is done.
  expect(await invoke(EVENT)).toMatchObject({ outcome: 'already-written' });
}, 60_000);

describe('from what one invocation handed on', () => {
  const JOBS = 40_000;
  let suspended: ReadonlyMap<string, { readonly body: Buffer }>;
  let first: ExportAnswer;

  /** The first invocation is the same for all: it waits for most of its time. */
  beforeEach(async () => {
    serve(JOBS);
    if (suspended === undefined) {
      first = await invoke(EVENT);
      suspended = new Map(s3.objects);
    } else if (first.outcome === 'continued') {
      for (const [one, object] of suspended) s3.objects.set(one, object as never);
      sfn.executions.start(first.snapshotId, JSON.stringify({ next: first.next }));
    }
    invocations.length = 0;
    options = AT_ONCE();
  }, 60_000);

  it('delivered while it goes on, answers what goes on, and lists nothing', async () => {
    const calls = iot.queries.length;
    expect(await invoke(EVENT)).toEqual(first);
    expect(iot.queries).toHaveLength(calls);
    expect(message('Another run of the snapshot goes on')).toHaveLength(1);
  });

  it('killed while it lists, is taken up again', async () => {
    let killed = 0;
    const [execution] = sfn.executions.all;
    if (!execution) throw new Error('No execution was started');
    await runExecution(execution, async (event) => {
      if (killed++ > 0) return await invoke(event);
      const running = startBundle(event, { ...options, variables: { LIST_JOBS_PER_SECOND: '1' } });
      const calls = iot.queries.length;
      while (iot.queries.length < calls + 2) await new Promise((resolve) => setTimeout(resolve, 20));
      running.process.kill('SIGKILL');
      await running.ended;
      throw Object.assign(new Error('killed'), { name: 'Lambda.Unknown' });
    });
    expect(message('Run goes on')).toEqual([expect.objectContaining({ invocation: 2, attempt: 3 })]);
    expectWhole(JOBS);
  }, 60_000);

  it('two attempts at the same time make one snapshot', async () => {
    const [execution] = sfn.executions.all;
    if (!execution) throw new Error('No execution was started');
    await runExecution(execution, async (event) => {
      const [one, other] = await Promise.allSettled([invoke(event), invoke(event)]);
      if (one.status === 'fulfilled') return one.value;
      if (other.status === 'fulfilled') return other.value;
      throw one.reason;
    });
    expectWhole(JOBS);
  }, 60_000);

  it('begins again where the saved state is damaged, and logs it', async () => {
    for (const one of s3.objects.keys()) {
      if (one.endsWith('.state')) s3.objects.set(one, { body: Buffer.from('{'), checksum: undefined });
    }
    await runAll();
    expect(message('Run begins anew')).toEqual([
      expect.objectContaining({ reason: expect.stringMatching(/^State of the run cannot be read: /) }),
    ]);
    // It is another run than the one that was taken up.
    expect(message('Snapshot completed')).toEqual([expect.not.objectContaining({ run: expect.anything() })]);
    expectWhole(JOBS);
  }, 60_000);

  it('says that the run failed only where it is not tried again', async () => {
    const completed = () => invocations.flatMap(({ metrics }) => metrics).filter((line) => 'SnapshotCompleted' in line);
    if (first.outcome !== 'continued') throw new Error('It did not outlast the invocation');
    const { next } = first;
    s3.before = ({ path }) => (path.endsWith('.blob') ? { status: 503, code: 'SlowDown' } : undefined);
    await expect(invoke({ next })).rejects.toThrow(/did not answer/);
    expect(completed()).toEqual([]);
    s3.before = ({ path }) => (path.endsWith('.blob') ? { status: 403, code: 'AccessDenied' } : undefined);
    await expect(invoke({ next })).rejects.toThrow(/refused/);
    expect(completed()).toEqual([expect.objectContaining({ SnapshotCompleted: 0 })]);
  }, 60_000);

  it('begins a listing again whose token AWS IoT no longer takes', async () => {
    const { answer } = iot;
    let isRefused = true;
    iot.answer = (query, call) => {
      if (!isRefused || query.nextToken === undefined) return answer(query, call);
      isRefused = false;
      return { status: 400, errorType: 'InvalidRequestException', body: { message: 'Invalid token' } };
    };
    await runAll();
    expect(message('AWS IoT refused the token of an earlier invocation: the listing begins again')).toHaveLength(1);
    expectWhole(JOBS);
  }, 60_000);
});

it('refuses what it cannot do at the door, and an old history before it lists', async () => {
  serve(10);
  const { sfn: _, ...none } = options;
  expect((await runBundle(EVENT, none)).error).toMatchObject({
    name: 'BadEventError',
    message: expect.stringMatching(/maxRunMinutes 60 needs a state machine.*deploy an export with maxRunMinutes/),
  });
  const bad = { next: { event: EVENT, run: 'x', invocation: 1, attempt: 1, startedAt: 'now' } };
  expect((await runBundle(bad, options)).error).toMatchObject({
    name: 'BadEventError',
    message: expect.stringMatching(/next\.run must be 16 hex.*next\.invocation must be.*next\.startedAt must be/),
  });
  s3.before = ({ path }) => (path.startsWith('history/work/') ? { status: 403, code: 'AccessDenied' } : undefined);
  const refused = await runBundle(EVENT, options);
  expect(refused.error).toMatchObject({
    name: 'StoreRefusedError',
    message: expect.stringMatching(/deploy the history first/),
  });
  expect(iot.queries).toEqual([]);
}, 60_000);

it('passes a large event by its key, and its letter can be replayed', async () => {
  serve(0);
  const thingGroups = Array.from({ length: 600 }, (_, i) => `group-${i}-${'x'.repeat(60)}`);
  const event = { ...EVENT, thingGroups };
  const answer = await invoke(event);
  if (answer.outcome !== 'continued') throw new Error('It did not outlast the invocation');
  expect(JSON.stringify(answer).length).toBeLessThan(1000);
  expect(answer.next.event).toMatchObject({ eventKey: expect.stringMatching(/\.event\.json$/) });
  const [execution] = sfn.executions.all;
  if (execution) execution.status = 'FAILED';
  s3.before = ({ path }) => (path.endsWith('.event.json') ? 'hang' : undefined);
  await expect(invoke(answer.next.event, { remainingMs: 2000 })).rejects.toMatchObject({
    name: 'StoreUnavailableError',
    message: expect.stringMatching(/^The event of the run was not read in time/),
  });
  s3.before = () => undefined;
  const replayed = await invoke(answer.next.event, {
    remainingMs: 60_000,
    variables: { LIST_JOBS_PER_SECOND: '1000' },
  });
  expect(replayed).toMatchObject({ outcome: 'written' });
  expect(record().listings).toHaveLength(600);
}, 60_000);
