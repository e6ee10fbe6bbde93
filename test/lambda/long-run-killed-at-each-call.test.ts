import { createHash } from 'node:crypto';
import type { ContinuationEvent, ExportAnswer, ExportEvent } from '../../lambda/contract/event.ts';
import { changesKey, jobsKey, recordKey } from '../../lambda/contract/keys.ts';
import { exportInvocation } from '../../lambda/core/export-invocation.ts';
import { exportSnapshot } from '../../lambda/core/export-snapshot.ts';
import type { SnapshotRequest } from '../../lambda/core/request.ts';
import { RequestRefusedError, StoreUnavailableError } from '../../lambda/errors.ts';
import type { Clock, JobSummary, JobsPage, ListJobsQuery } from '../../lambda/ports.ts';
import { MINUTES, REQUEST } from '../support/export-run.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { MemoryContinuations } from '../support/memory-continuations.ts';
import { historyIn } from '../support/memory-records.ts';
import { MemoryStore } from '../support/memory-store.ts';
import { MemoryUploads } from '../support/memory-uploads.ts';
import { Random } from '../support/random.ts';
import { notFound, ScriptedSource } from '../support/scripted-source.ts';
import { runExecution } from '../support/state-machine.ts';

const INVOCATION_MS = 15 * MINUTES;
/** The clock advances by it with each call: by no more than the time that is reserved for the writes. */
const CALL_MS = 55_000;
const WANTED: SnapshotRequest = {
  ...REQUEST,
  thingGroups: ['eu', 'empty', 'gone'],
  statuses: ['SCHEDULED', 'IN_PROGRESS', 'COMPLETED'],
  maxRunMinutes: 600,
};
const EVENT: ExportEvent = { export: 'all', scheduledTime: '2026-11-23T18:00:00Z', maxRunMinutes: 600 };
const BEFORE: SnapshotRequest = { ...WANTED, scheduledAt: WANTED.scheduledAt - 60 * MINUTES };

/** Calls of other processes after which a late call has its effect, or a frozen process continues. Without a soak, one of them each. */
const WAITS = [4, 40, 10_000];
const isSoak = process.env.PROMISES_RUNS !== undefined;
const PAIRS = Math.min(3000, Number(process.env.PROMISES_RUNS ?? 40));

/** What happens to a process at one of its calls. */
type Fate =
  /** It is killed, and the call has no effect. */
  | 'killed before'
  /** It is killed after the effect of the call. */
  | 'killed after'
  /** It is killed, and the call has its effect after calls of others. */
  | 'late'
  /** It is frozen while others continue, and does not notice. */
  | 'frozen'
  /** The call fails, without effect or with it. */
  | 'fails'
  | 'answer lost'
  /** The time of day is set by an hour. */
  | 'clock back'
  | 'clock forward'
  /** AWS IoT refuses the token, where it is one of an earlier invocation. */
  | 'token refused';

const UUID = '61626364-6566-4768-a96a-6b6c6d6e6f70';

class Killed extends Error {
  override readonly name = 'Lambda.Unknown';
}

async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
}

/**
 * A fleet that does not change, in pages of one job. `old` is there only in the snapshot before, `new` only after, the id of `e` is
 * used again, and others lack a field, or all identity.
 */
function list({ status, thingGroupName, nextToken = '0' }: ListJobsQuery, isBefore: boolean): JobsPage {
  if (thingGroupName === 'gone') throw notFound();
  if (thingGroupName === 'empty') return { jobs: [] };
  const names = [isBefore ? 'old' : 'new', ...'abcdefg'].map((name) => `${status}-${name}`);
  // Of one listing to the other it moves.
  if (status === (isBefore ? 'SCHEDULED' : 'COMPLETED')) names.push(UUID);
  const from = Number(nextToken.split(' ')[1] ?? 0);
  const jobs = names.slice(from, from + 1).map((name): JobSummary => {
    const jobArn = `arn:aws:iot:eu-west-1:123456789012:job/${name}`;
    if (name.endsWith('-b')) return { jobArn, status, createdAt: 1 };
    if (name.endsWith('-c')) return { jobId: name, status };
    if (/-[df]$/.test(name)) return { status };
    return { jobId: name, jobArn, status, createdAt: name.endsWith('-e') && isBefore ? 2 : 1 };
  });
  return { jobs, ...(from + 1 < names.length && { nextToken: `${status} ${from + 1}` }) };
}

/** The function with all that it calls; at some of these calls, counted over all processes, a fate meets its process. */
class World {
  readonly clock = new FakeClock('2026-11-23T17:00:02Z');
  readonly store = new MemoryStore();
  readonly uploads = new MemoryUploads(this.store);
  readonly continuations = new MemoryContinuations();
  readonly errors: Error[] = [];
  calls = 0;
  invocations = 0;
  readonly #fates: ReadonlyMap<number, Fate>;
  /** Effects that take place after so many calls, or at the end. */
  readonly #later: { readonly at: number; readonly go: () => void }[] = [];
  readonly #frozen: Promise<unknown>[] = [];
  /** Calls of others that a late call, or a frozen process, waits for. */
  readonly #wait: number;

  constructor(fates: ReadonlyMap<number, Fate> = new Map(), wait = 0) {
    this.#fates = fates;
    this.#wait = wait;
    this.uploads.minPartBytes = 200;
  }

  /** Puts the snapshot of an hour before, which is the same in all worlds. */
  putPredecessor(objects: ReadonlyMap<string, Uint8Array>): void {
    for (const [key, body] of objects) this.store.objects.set(key, body);
    this.clock.advance(60 * MINUTES);
  }

  /** Delivers the event until it succeeds, as Lambda does, and runs the started executions. */
  async run(): Promise<ExportAnswer> {
    for (let delivery = 1; ; delivery++) {
      try {
        const first = await this.#invoke({});
        const executions = this.continuations.executions.all.filter(({ status }) => status === 'RUNNING');
        const answers = [];
        for (const execution of executions) {
          answers.push(await runExecution(execution, (event) => this.#invoke(event), { retries: 6 }));
          expect([execution.error, execution.status]).toEqual([undefined, 'SUCCEEDED']);
        }
        for (const { go } of this.#later.splice(0)) go();
        if (this.#frozen.length > 0) await Promise.race([Promise.all(this.#frozen.splice(0)), turns(1000)]);
        return answers[0] ?? first;
      } catch (error) {
        if (!(error instanceof Killed || error instanceof StoreUnavailableError) || delivery === 3) throw error;
      }
    }
  }

  async #invoke({ next }: Partial<ContinuationEvent>): Promise<ExportAnswer> {
    this.invocations += 1;
    const { ports, left } = this.#process();
    const { clock } = ports;
    const input = { event: EVENT, ...(next && { from: next }) };
    const answer = exportInvocation(WANTED, ports, clock.monotonic() + INVOCATION_MS, input);
    try {
      return await Promise.race([answer, left]);
    } catch (error) {
      // Of a killed process, this error comes from the test.
      if (error instanceof Killed) this.#frozen.push(answer.catch(() => {}));
      else this.errors.push(error as Error);
      throw error;
    }
  }

  /** The ports of one invocation, and a promise that rejects when its process is killed. */
  #process() {
    let isDead = false;
    let wasFrozen = false;
    /** Milliseconds for which it was frozen. */
    let lagMs = 0;
    let leave: (error: Error) => void = () => {};
    const left = new Promise<never>((_, reject) => {
      leave = reject;
    });
    left.catch(() => {});
    const clock: Clock = {
      now: () => this.clock.now(),
      monotonic: () => this.clock.monotonic() - lagMs,
      sleep: async (ms, signal) => {
        await this.clock.sleep(ms, signal);
        if (wasFrozen) await new Promise(() => {});
      },
    };
    const later = () =>
      new Promise<void>((go) => {
        this.#later.push({ at: this.calls + this.#wait, go });
      });
    const call = async <T>(effect: () => Promise<T>, mayFail: boolean): Promise<T> => {
      if (isDead) return await new Promise<T>(() => {});
      this.calls += 1;
      for (const due of this.#later.filter(({ at }) => at <= this.calls)) {
        this.#later.splice(this.#later.indexOf(due), 1);
        due.go();
        await turns(50);
      }
      const fate = this.#fates.get(this.calls);
      if (fate?.startsWith('clock')) this.clock.set(this.clock.now() + (fate === 'clock back' ? -60 : 60) * MINUTES);
      if (fate === undefined || fate.startsWith('clock') || fate === 'token refused') return await effect();
      if (fate === 'fails' || fate === 'answer lost') {
        if (!mayFail) return await effect();
        if (fate === 'answer lost') await effect();
        throw new StoreUnavailableError(`call ${this.calls} ${fate}`);
      }
      leave(new Killed(`${fate} at call ${this.calls}`));
      if (fate === 'frozen') {
        const from = this.clock.monotonic();
        wasFrozen = true;
        await later();
        lagMs = this.clock.monotonic() - from;
        return await effect();
      }
      isDead = true;
      if (fate === 'late') await later();
      if (fate !== 'killed before') await effect();
      return await new Promise<T>(() => {});
    };
    const through = <P extends object>(port: P): P =>
      new Proxy(port, {
        get: (target, name) => {
          const value = Reflect.get(target, name, target);
          if (typeof value !== 'function') return value;
          // Listings are streams.
          if (name === 'earlier' || name === 'readRows') return value.bind(target);
          // A failed lookup of a thing group fails no run: the record has it as unknown.
          const mayFail = name !== 'thingGroupExists';
          return (...args: unknown[]) => call(async () => await value.apply(target, args), mayFail);
        },
      });
    let hasListed = false;
    const source = new ScriptedSource((query) => {
      const isOld = !hasListed && query.nextToken !== undefined;
      hasListed = true;
      if (isOld && this.#fates.get(this.calls) === 'token refused') return new RequestRefusedError('expired');
      // The clock advances once, though several calls are under way.
      if (!wasFrozen && !isDead) this.clock.advance(CALL_MS);
      return list(query, false);
    });
    source.groupExists = (name) => name !== 'gone';
    const { store, records } = historyIn(this.store);
    const longRuns = { uploads: through(this.uploads), continuations: through(this.continuations) };
    const ports = {
      clock,
      source: through(source),
      store: through(store),
      records: through(records),
      longRuns,
    };
    return { ports, left };
  }
}

/** The snapshot without its times and what follows from its bytes. */
function seen(store: MemoryStore) {
  const record = store.record(recordKey(WANTED));
  const body = store.objects.get(jobsKey(WANTED)) as Uint8Array;
  const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
  expect([record.object_sha256, record.object_bytes]).toEqual([sha256(body), body.byteLength]);
  const changes = store.objects.get(changesKey(WANTED)) as Uint8Array;
  expect([record.changes_sha256, record.changes_bytes]).toEqual([sha256(changes), changes.byteLength]);
  const rows = store.rows(jobsKey(WANTED));
  const identities = rows.flatMap(({ job_id, job_arn }) => job_id ?? job_arn ?? []);
  expect(new Set(identities).size).toBe(identities.length);
  for (const { observed_at } of rows) {
    expect(observed_at >= record.started_at && observed_at <= record.finished_at).toBe(true);
  }
  const { listings, job_count, change_count, previous_snapshot_id } = record;
  return {
    record: { listings, job_count, change_count, previous_snapshot_id },
    rows: rows.map(({ job_id, job_arn, status, first_seen_at, status_since, observed_at }) => [
      job_id,
      job_arn,
      status,
      first_seen_at === observed_at,
      status_since === observed_at,
    ]),
    changes: store.changes(changesKey(WANTED)).map(({ change, job_id, reason }) => `${change} ${job_id} ${reason}`),
  };
}

/** The objects of the snapshot of an hour before. */
async function takePredecessor(): Promise<ReadonlyMap<string, Uint8Array>> {
  const { maxRunMinutes: _, ...request } = BEFORE;
  const { clock, store } = new World();
  const source = new ScriptedSource((query) => list(query, true));
  source.groupExists = (name) => name !== 'gone';
  await exportSnapshot(request, { clock, source, ...historyIn(store) }, Number.POSITIVE_INFINITY);
  return store.objects;
}

describe('a run over several invocations', () => {
  let calls: number;
  let undisturbed: ReturnType<typeof seen>;
  let predecessor: ReadonlyMap<string, Uint8Array>;

  function worldOf(fates: ReadonlyMap<number, Fate> = new Map(), wait = 0): World {
    const world = new World(fates, wait);
    world.putPredecessor(predecessor);
    return world;
  }

  beforeAll(async () => {
    predecessor = await takePredecessor();
    const world = worldOf();
    expect(await world.run()).toMatchObject({ outcome: 'written', jobCount: 25 });
    calls = world.calls;
    undisturbed = seen(world.store);
    expect(world.invocations).toBe(3);
    expect(world.uploads.open).toHaveLength(0);
    expect(undisturbed.changes.map((change) => change.split(' ')[0])).toEqual(
      expect.arrayContaining(['APPEARED', 'MOVED', 'VANISHED']),
    );
  });

  it('has the result of one invocation', async () => {
    const { clock, store } = worldOf();
    const source = new ScriptedSource((query) => list(query, false));
    source.groupExists = (name) => name !== 'gone';
    await exportSnapshot(WANTED, { clock, source, ...historyIn(store) }, Number.POSITIVE_INFINITY);
    expect(seen(store)).toEqual(undisturbed);
  });

  async function expectSame(fates: ReadonlyMap<number, Fate>, wait = 0): Promise<void> {
    const world = worldOf(fates, wait);
    const what = [...fates].map(([at, fate]) => `${fate} at ${at}`).join(', ');
    try {
      await world.run();
      expect(seen(world.store)).toEqual(undisturbed);
      // A process that was frozen may begin the newest attempt. The state machine then retries the other one.
      const expected = /^SupersededError|^StoreUnavailableError: call \d+ (fails|answer lost)$/;
      expect(world.errors.map(String).filter((error) => !expected.test(error))).toEqual([]);
      expect(world.store.keys('snapshots/')).toHaveLength(2);
      expect(world.continuations.executions.all.length).toBeLessThanOrEqual(2);
      const existing = new Map(world.store.objects);
      expect(await world.run()).toMatchObject({ outcome: 'already-written' });
      expect(world.store.objects).toEqual(existing);
    } catch (error) {
      throw new Error(`${what}, wait ${wait}: ${(error as Error).stack}`, { cause: error });
    }
  }

  it.each([
    'killed before',
    'killed after',
    'clock back',
    'clock forward',
    'token refused',
    'fails',
    'answer lost',
  ] as const)(
    '%s any of its calls, makes one whole snapshot',
    async (fate) => {
      expect(calls).toBeGreaterThan(80);
      for (let at = 1; at <= calls; at++) await expectSame(new Map([[at, fate]]));
    },
    120_000,
  );

  it.each(['late', 'frozen'] as const)(
    '%s at any of its calls, while others go on, makes one whole snapshot',
    async (fate) => {
      for (let at = 1; at <= calls; at++) {
        for (const wait of isSoak ? WAITS : [WAITS[at % WAITS.length] as number])
          await expectSame(new Map([[at, fate]]), wait);
      }
    },
    300_000,
  );

  it('whatever becomes of it at two of its calls, makes one whole snapshot', async () => {
    const fates = ['killed before', 'killed after', 'late', 'frozen', 'token refused', 'fails', 'answer lost'] as const;
    for (let n = 0; n < PAIRS; n++) {
      const random = new Random(n);
      const pair = [1, 2].map(() => [1 + random.below(2 * calls), random.pick(fates)] as const);
      await expectSame(new Map(pair), random.pick(WAITS));
    }
  }, 600_000);
});
