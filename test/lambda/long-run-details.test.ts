import { createHash } from 'node:crypto';
import type { ContinuationEvent, ExportAnswer, ExportEvent } from '../../lambda/contract/event.ts';
import { changesKey, detailsKey, jobsKey, recordKey } from '../../lambda/contract/keys.ts';
import { exportInvocation } from '../../lambda/core/export-invocation.ts';
import { exportSnapshot } from '../../lambda/core/export-snapshot.ts';
import type { SnapshotRequest } from '../../lambda/core/request.ts';
import { ServiceUnavailableError, StoreUnavailableError } from '../../lambda/errors.ts';
import type { DetailsResult, JobDescription, JobsPage, ListJobsQuery, RunObserver } from '../../lambda/ports.ts';
import { MINUTES, REQUEST } from '../support/export-run.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { MemoryContinuations } from '../support/memory-continuations.ts';
import { historyIn } from '../support/memory-records.ts';
import { MemoryStore } from '../support/memory-store.ts';
import { MemoryUploads } from '../support/memory-uploads.ts';
import { described, ScriptedDescriber } from '../support/scripted-describer.ts';
import { ScriptedSource } from '../support/scripted-source.ts';
import { runExecution } from '../support/state-machine.ts';

const FATES = ['killed before', 'killed after', 'fails', 'answer lost', 'clock back', 'clock forward'] as const;
const isSoak = process.env.PROMISES_RUNS !== undefined;

const INVOCATION_MS = 15 * MINUTES;
/** The clock advances by it with each call: by no more than the time that is reserved for the writes. */
const CALL_MS = 55_000;
const WANTED: SnapshotRequest = {
  ...REQUEST,
  statuses: ['IN_PROGRESS', 'COMPLETED'],
  details: { statuses: ['IN_PROGRESS'], maxJobs: 22 },
  maxRunMinutes: 600,
};
const BEFORE: SnapshotRequest = { ...WANTED, scheduledAt: WANTED.scheduledAt - 60 * MINUTES };
const RUNNING = Array.from({ length: 18 }, (_, i) => `running-${String(i).padStart(2, '0')}`);
const ENDING = ['ending-1', 'ending-2', 'ending-3'];

type Fate = 'killed before' | 'killed after' | 'fails' | 'answer lost' | 'clock back' | 'clock forward';

class Killed extends Error {
  override readonly name = 'Lambda.Unknown';
}

/** Pages of a job. Some end after the snapshot before, `old` vanishes, and one has no identity. */
function list({ status, nextToken = '0' }: ListJobsQuery, isBefore: boolean): JobsPage {
  const inProgress = [...RUNNING, ...(isBefore ? [...ENDING, 'old'] : [])];
  const names = status === 'IN_PROGRESS' ? [...inProgress, ''] : isBefore ? [] : ENDING;
  const from = Number(nextToken);
  const jobs = names.slice(from, from + 1).map((jobId) => (jobId ? { jobId, status, createdAt: 1000 } : { status }));
  return { jobs, ...(from + 1 < names.length && { nextToken: String(from + 1) }) };
}

/** The function with all that it calls; at some of these calls, counted over all processes, a fate meets its process. */
class World {
  readonly clock = new FakeClock('2026-11-23T17:00:02Z');
  readonly store = new MemoryStore();
  readonly uploads = new MemoryUploads(this.store);
  readonly continuations = new MemoryContinuations();
  readonly results: DetailsResult[] = [];
  readonly requested: string[] = [];
  readonly restarts: string[] = [];
  /** Runs before an invocation. */
  beforeInvocation: (n: number) => void = () => {};
  answer: (id: string, world: World) => JobDescription | undefined | Error = (id) => described(id, 1);
  wanted = WANTED;
  /** Whether each invocation that goes on comes twice, at once. */
  isTwice = false;
  /** Between an answer and the next. */
  describeMs = CALL_MS;
  calls = 0;
  invocations = 0;
  readonly #fates: ReadonlyMap<number, Fate>;

  constructor(fates: ReadonlyMap<number, Fate> = new Map()) {
    this.#fates = fates;
    this.uploads.minPartBytes = 200;
  }

  async takeBefore(): Promise<this> {
    const { maxRunMinutes: _, ...request } = BEFORE;
    const source = new ScriptedSource((query) => list(query, true));
    const ports = { clock: this.clock, source, describer: new ScriptedDescriber((id) => described(id, 1)) };
    await exportSnapshot(request, { ...ports, ...historyIn(this.store) }, Number.POSITIVE_INFINITY);
    this.clock.advance(60 * MINUTES);
    return this;
  }

  /** Delivers the event until it succeeds, as Lambda does, and runs the started executions. */
  async run(): Promise<ExportAnswer | undefined> {
    for (let delivery = 1; ; delivery++) {
      try {
        const first = await this.#invoke({});
        let answer: ExportAnswer | undefined = first;
        for (const execution of this.continuations.executions.all.filter(({ status }) => status === 'RUNNING'))
          answer = await runExecution(execution, (event) => this.#deliver(event), { retries: 6 });
        return answer;
      } catch (error) {
        if (!(error instanceof Killed || error instanceof StoreUnavailableError) || delivery === 3) throw error;
      }
    }
  }

  async #deliver(event: ContinuationEvent): Promise<ExportAnswer> {
    if (!this.isTwice) return await this.#invoke(event);
    const answers = await Promise.allSettled([this.#invoke(event), this.#invoke(event)]);
    for (const answer of answers) if (answer.status === 'fulfilled') return answer.value;
    throw (answers[0] as PromiseRejectedResult).reason;
  }

  async #invoke({ next }: Partial<ContinuationEvent>): Promise<ExportAnswer> {
    this.invocations += 1;
    this.beforeInvocation(this.invocations);
    const { ports, killed } = this.#process();
    const { maxRunMinutes = 15 } = this.wanted;
    const event: ExportEvent = { export: 'all', scheduledTime: '2026-11-23T18:00:00Z', maxRunMinutes };
    const input = { event, ...(next && { from: next }) };
    const answer = exportInvocation(this.wanted, ports, this.clock.monotonic() + INVOCATION_MS, input);
    answer.catch(() => {});
    return await Promise.race([answer, killed]);
  }

  #process() {
    const state = { isDead: false };
    let kill: (error: Error) => void = () => {};
    const killed = new Promise<never>((_, reject) => {
      kill = reject;
    });
    killed.catch(() => {});
    const call = async <T>(effect: () => Promise<T>, mayFail: boolean): Promise<T> => {
      if (state.isDead) return await new Promise<T>(() => {});
      this.calls += 1;
      const fate = this.#fates.get(this.calls);
      if (fate?.startsWith('clock')) this.clock.set(this.clock.now() + (fate === 'clock back' ? -60 : 60) * MINUTES);
      if (fate === 'fails' || fate === 'answer lost') {
        if (!mayFail) return await effect();
        if (fate === 'answer lost') await effect();
        throw new StoreUnavailableError(`call ${this.calls} ${fate}`);
      }
      if (!fate?.startsWith('killed')) return await effect();
      state.isDead = true;
      kill(new Killed(fate));
      if (fate === 'killed after') await effect();
      return await new Promise<T>(() => {});
    };
    const through = <P extends object>(port: P, isSpared = false): P =>
      new Proxy(port, {
        get: (target, name) => {
          const value = Reflect.get(target, name, target);
          if (typeof value !== 'function') return value;
          // Listings are streams.
          if (name === 'earlier' || name === 'readRows') return value.bind(target);
          // Thing groups and details that cannot be queried fail no run: the record has them as unknown.
          const mayFail = !isSpared && name !== 'readDetails';
          return (...args: unknown[]) => call(async () => await value.apply(target, args), mayFail);
        },
      });
    const source = new ScriptedSource((query) => {
      if (!state.isDead) this.clock.advance(CALL_MS);
      return list(query, false);
    });
    let turn: Promise<unknown> = Promise.resolve();
    const describer = new ScriptedDescriber((id, _, signal) => {
      // One after the other, or the clock leaps.
      const mine = turn.then(async () => {
        for (let n = 0; n < 5; n++) await new Promise((resolve) => setImmediate(resolve));
        signal.throwIfAborted();
        if (state.isDead) return await new Promise<never>(() => {});
        this.requested.push(id);
        this.clock.advance(this.describeMs);
        return this.answer(id, this);
      });
      turn = mine.catch(() => {});
      return mine;
    });
    const { store, records } = historyIn(this.store);
    const ports = {
      clock: this.clock,
      source: through(source),
      describer: through(describer, true),
      store: through(store),
      records: through(records),
      longRuns: { uploads: through(this.uploads), continuations: through(this.continuations) },
      observer: {
        detailsEnded: (result: DetailsResult) => void this.results.push(result),
        restarted: (reason: string) => void this.restarts.push(reason),
      } satisfies RunObserver,
    };
    return { ports, killed };
  }

  get record() {
    return this.store.record(recordKey(WANTED));
  }
}

/** The snapshot without its times and what follows from its bytes. */
function seen({ store, record }: World) {
  for (const [key, sha256] of [
    [jobsKey(WANTED), record.object_sha256],
    [changesKey(WANTED), record.changes_sha256],
    [detailsKey(WANTED), record.details_sha256],
  ] as const) {
    expect(
      createHash('sha256')
        .update(store.objects.get(key) as Uint8Array)
        .digest('hex'),
    ).toBe(sha256);
  }
  const { job_count, change_count, previous_snapshot_id, detail_count, details_left_out, details_owed, details_turn } =
    record;
  const rows = store.rows(jobsKey(WANTED));
  for (const { observed_at } of rows) expect(observed_at <= record.finished_at).toBe(true);
  const before = new Map(store.details(detailsKey(BEFORE)).map((row) => [row.job_id, row.described_at]));
  return {
    record: {
      job_count,
      change_count,
      previous_snapshot_id,
      detail_count,
      details_left_out,
      details_owed,
      details_turn,
    },
    rows: rows.map(({ job_id, status }) => `${job_id} ${status}`),
    changes: store.changes(changesKey(WANTED)).map(({ change, job_id }) => `${change} ${job_id}`),
    details: store
      .details(detailsKey(WANTED))
      .map(({ job_id, progress_since, previous_described_at }) =>
        [job_id, ...[progress_since, previous_described_at].map((at) => at === before.get(job_id))].join(' '),
      ),
  };
}

describe('a run over several invocations, which describes', () => {
  let calls: number;
  let undisturbed: ReturnType<typeof seen>;

  beforeAll(async () => {
    const world = await new World().takeBefore();
    expect(await world.run()).toMatchObject({ outcome: 'written', jobCount: 22 });
    calls = world.calls;
    undisturbed = seen(world);
    // Continued while it lists, and when all is listed.
    expect(world.invocations).toBeGreaterThanOrEqual(3);
    expect(world.uploads.open).toHaveLength(0);
    expect(world.results).toHaveLength(1);
    expect(world.results[0]).toMatchObject({ described: 21, leftOut: 1, gone: 0, failed: 0 });
    expect(undisturbed.changes).toEqual([...ENDING.map((id) => `MOVED ${id}`), 'VANISHED old']);
    expect(undisturbed.details).toEqual([...ENDING, ...RUNNING].map((id) => `${id} true true`));
    // The end of the listing, though describing went on long after.
    const last = world.store.details(detailsKey(WANTED)).map(({ described_at }) => described_at);
    expect(Math.max(...last.map((at) => Date.parse(at)))).toBeGreaterThan(
      Date.parse(world.record.finished_at) + 5 * MINUTES,
    );
  });

  it('has the result of one invocation', async () => {
    const { clock, store } = await new World().takeBefore();
    const source = new ScriptedSource((query) => list(query, false));
    const describer = new ScriptedDescriber((id) => described(id, 1));
    await exportSnapshot(WANTED, { clock, source, describer, ...historyIn(store) }, Number.POSITIVE_INFINITY);
    expect(seen({ store, record: store.record(recordKey(WANTED)) } as World)).toEqual(undisturbed);
  });

  it.each(FATES)(
    '%s any of its calls, makes the same snapshot with the same details',
    async (fate) => {
      expect(calls).toBeGreaterThan(80);
      // A third of them for each fate, another for the next: all of them in the soak.
      const [first, step] = isSoak ? [1, 1] : [1 + (FATES.indexOf(fate) % 3), 3];
      for (let at = first; at <= calls; at += step) {
        const world = await new World(new Map([[at, fate]])).takeBefore();
        try {
          await world.run();
          expect(seen(world)).toEqual(undisturbed);
          expect(world.store.keys('snapshots/')).toHaveLength(2);
          const existing = new Map(world.store.objects);
          expect(await world.run()).toMatchObject({ outcome: 'already-written' });
          expect(world.store.objects).toEqual(existing);
        } catch (error) {
          throw new Error(`${fate} at ${at}: ${(error as Error).stack}`, { cause: error });
        }
      }
    },
    120_000,
  );

  it('each of whose invocations is delivered twice at once makes the same snapshot with the same details', async () => {
    const world = await new World().takeBefore();
    world.isTwice = true;
    // The clock is shared by both.
    world.describeMs = CALL_MS / 2;
    expect(await world.run()).toMatchObject({ jobCount: 22 });
    expect(seen(world)).toEqual(undisturbed);
  });

  it('takes up what was described: no job is described again by an undisturbed run', async () => {
    const world = await new World().takeBefore();
    await world.run();
    expect(new Set(world.requested).size).toBe(world.requested.length);
  });

  it('says of a job that failed in an earlier invocation why', async () => {
    const world = await new World().takeBefore();
    world.answer = (id) => (id === 'running-00' ? new ServiceUnavailableError('no answer') : described(id, 1));
    await world.run();
    expect(world.results[0]).toMatchObject({ described: 20, failed: 1, error: { message: 'no answer' } });
    expect(`${world.results[0]?.error}`).toBe('ServiceUnavailableError: no answer');
  });

  it('whose time is over while it describes stores what it has', async () => {
    const world = await new World().takeBefore();
    // Of these 24 are kept: what the listing takes, and a fifth.
    world.wanted = { ...WANTED, maxRunMinutes: 60 };
    expect(await world.run()).toMatchObject({ outcome: 'written', jobCount: 22 });
    const { detail_count, details_left_out, details_owed } = world.record;
    expect([(detail_count ?? 0) + (details_left_out ?? 0), details_owed]).toEqual([22, []]);
    expect(detail_count).toBeGreaterThan(3);
    expect(detail_count).toBeLessThan(21);
    expect(world.results[0]?.error?.name).toBe('OutOfTimeError');
    expect(world.uploads.open).toHaveLength(0);
  });

  it('whose time was over before it could go on stores what it has, where all was listed', async () => {
    const world = await new World().takeBefore();
    world.beforeInvocation = (n) => {
      if (n === 3) world.clock.advance(700 * MINUTES);
    };
    expect(await world.run()).toMatchObject({ outcome: 'written', jobCount: 22 });
    expect(world.record.detail_count).toBeGreaterThan(0);
    expect(world.record.details_left_out).toBeGreaterThan(1);
    expect(seen(world).changes).toEqual(undisturbed.changes);
    expect(world.uploads.open).toHaveLength(0);
  });

  it.each([
    ['listed', 2],
    ['described', 3],
  ])('whose state cannot be read, when it had %s, begins again and has the same result', async (_, invocation) => {
    const world = await new World().takeBefore();
    world.beforeInvocation = (n) => {
      if (n !== invocation) return;
      for (const key of world.store.keys('work/').filter((one) => /\.(state|blob)$/.test(one)))
        world.store.objects.set(key, Buffer.from('not at all'));
    };
    await world.run();
    expect(world.restarts).toHaveLength(1);
    expect(seen(world)).toEqual(undisturbed);
  });
});
