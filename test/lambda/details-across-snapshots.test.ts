import fc from 'fast-check';
import type { CompletedAnswer } from '../../lambda/contract/event.ts';
import { JOB_STATUSES } from '../../lambda/contract/jobs.ts';
import {
  changesKey,
  detailsKey,
  jobsKey,
  recordKey,
  type SnapshotIdentity,
  snapshotId,
  snapshotOfRecord,
} from '../../lambda/contract/keys.ts';
import { exportSnapshot } from '../../lambda/core/export-snapshot.ts';
import type { SnapshotRequest } from '../../lambda/core/request.ts';
import {
  AccessDeniedError,
  ExporterError,
  ServiceUnavailableError,
  StoreUnavailableError,
  ThrottledOutError,
} from '../../lambda/errors.ts';
import type { JobDescriber, JobDescription, RunObserver } from '../../lambda/ports.ts';
import { expectChangesAndAges } from '../support/changes-oracle.ts';
import { type DetailedSnapshot, expectDetailsToFollow, type Tried } from '../support/details-oracle.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { MemoryRecords } from '../support/memory-records.ts';
import { MemoryStore } from '../support/memory-store.ts';
import { Random } from '../support/random.ts';
import { RolloutFleet } from '../support/rollout-fleet.ts';
import { ScriptedSource } from '../support/scripted-source.ts';

/** `npm run test:soak` sets more runs; a failure names its seed, which PROMISES_SEED replays. */
const numRuns = Number(process.env.PROMISES_RUNS ?? 80);
const seed = process.env.PROMISES_SEED ? Number(process.env.PROMISES_SEED) : undefined;

const START = Date.parse('2026-11-23T21:00:00Z');
const HOUR = 3_600_000;
const SECOND = 1000;

/** Filters of an export; they change from run to run. */
const requested = fc
  .record({
    statuses: fc.oneof(
      { weight: 3, arbitrary: fc.constant([...JOB_STATUSES]) },
      fc.subarray([...JOB_STATUSES], { minLength: 1 }),
    ),
    thingGroups: fc.constantFrom<string[]>([], [], ['eu'], ['eu', 'us'], ['eu', 'nowhere']),
    thingGroupIds: fc.constantFrom<string[]>([], [], ['us']),
    ofDetails: fc.nat(31),
    maxJobs: fc.integer({ min: 1, max: 5 }),
    areWanted: fc.constantFrom(true, true, true, true, true, false),
  })
  .map(({ ofDetails, maxJobs, areWanted, ...request }): Partial<SnapshotRequest> => {
    const some = request.statuses.filter((_, i) => (ofDetails >> i) % 2 === 1);
    const statuses = some.length > 0 ? some : request.statuses;
    return { ...request, ...(areWanted && { details: { statuses, maxJobs } }) };
  });

const step = fc.record({
  /** Hour of the scheduled time after the one before; an earlier one is a replay. */
  hours: fc.constantFrom(1, 1, 1, 1, 1, -1),
  requested: fc.nat(2),
  /** Things that happen before. */
  lived: fc.nat(8),
  /** Chance of an event between two calls. */
  moves: fc.constantFrom(0, 0, 0.2),
  /** Chance that a job cannot be described. */
  failures: fc.constantFrom(0, 0, 0, 0.3, 1),
  /** The call from which on DescribeJob is refused, or does not answer. */
  refused: fc.option(fc.nat(6), { freq: 5 }),
  hangs: fc.option(fc.nat(6), { freq: 5 }),
  /** How long a call takes. */
  callMs: fc.constantFrom(0, 0, 0, 1, 200 * SECOND),
  killBefore: fc.option(fc.nat(7), { freq: 3 }),
  killAfter: fc.option(fc.nat(7), { freq: 3 }),
  /** The run of the same hour, or of another one, that takes place as a whole during the n-th call of DescribeJob. */
  meanwhile: fc.option(fc.record({ hours: fc.constantFrom(0, -1, 1), call: fc.nat(4) }), { freq: 4 }),
  /** Details, and rows, of the snapshot before that are deleted or damaged first. */
  damage: fc.constantFrom('none', 'none', 'none', 'none', 'details gone', 'details cut', 'rows gone'),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const CALM: Step = {
  hours: 1,
  requested: 0,
  lived: 0,
  moves: 0,
  failures: 0,
  refused: null,
  hangs: null,
  callMs: 0,
  killBefore: null,
  killAfter: null,
  meanwhile: null,
  damage: 'none',
};

interface Call {
  readonly requested: string[];
  readonly ended: Tried['ended'][number][];
}

class Line {
  readonly store = new MemoryStore();
  readonly clock = new FakeClock(START + 20 * HOUR);
  readonly random: Random;
  readonly world: RolloutFleet;
  readonly requested: readonly Partial<SnapshotRequest>[];
  /** Snapshots as they were complete; what is damaged later was well then. */
  readonly seen = new Map<string, DetailedSnapshot>();
  /** By snapshot, the request of the run whose rows exist, and the outcomes of its calls. */
  readonly tried = new Map<string, { readonly request: SnapshotRequest; readonly tried: Call; areReadable: boolean }>();
  readonly damaged = new Set<string>();
  /** Calls so far of all kinds, and calls of DescribeJob that do not answer at once. */
  calls = 0;
  waiting = 0;
  within = 0;
  /** Runs that take place during another. */
  readonly #others: Promise<unknown>[] = [];
  readonly met = { endedEarly: 0, owed: 0, leftOut: 0, unreadable: 0, recovered: 0, progress: 0, late: 0 };

  constructor(n: number, oddities: number, requested: readonly Partial<SnapshotRequest>[]) {
    this.random = new Random(n);
    this.world = new RolloutFleet(this.random, () => this.clock.now(), oddities);
    this.requested = requested;
  }

  request(hour: number, variant: number): SnapshotRequest {
    const where = { accountId: '123456789012', region: 'eu-west-1', exportName: 'all' };
    const base = { statuses: JOB_STATUSES, thingGroups: [], thingGroupIds: [] };
    return { ...where, ...base, scheduledAt: START + hour * HOUR, ...this.requested[variant % this.requested.length] };
  }

  async take(hour: number, one: Step, isWithin = false): Promise<unknown> {
    const request = this.request(hour, one.requested);
    const records = new MemoryRecords(this.store);
    let calls: Call = { requested: [], ended: [] };
    let areReadable = true;
    const observer: RunObserver = {
      previousFound: () => {
        calls = { requested: [], ended: [] };
        areReadable = true;
      },
      previousDetailsUnreadable: () => {
        areReadable = false;
      },
    };
    const source = new ScriptedSource(async (query) => {
      this.calls += 1;
      this.clock.advance(100);
      if (this.random.chance(one.moves)) this.world.live();
      return this.world.list(query);
    });
    source.groupExists = (name) => this.world.groupExists(name);
    let met = false;
    const describer: JobDescriber = {
      counts: { calls: 0, throttled: 0 },
      describeJob: async (id, signal) => {
        const own = calls;
        const n = own.requested.push(id) - 1;
        if (one.meanwhile?.call === n && !met) {
          met = true;
          // What it finds wrong must not count as a fault of DescribeJob.
          this.#others.push(this.take(hour + one.meanwhile.hours, { ...CALM, requested: one.requested }, true));
          this.within += 1;
          await this.#others.at(-1)?.catch(() => {});
          this.within -= 1;
        }
        this.calls += 1;
        this.waiting += 1;
        const hangs = one.hangs !== null && n >= one.hangs;
        const waited = this.clock.sleep(hangs ? Number.POSITIVE_INFINITY : one.callMs, signal);
        await waited.finally(() => {
          this.waiting -= 1;
        });
        if (this.random.chance(one.moves)) this.world.live();
        if (signal.aborted) throw signal.reason;
        return this.#answer(id, n, one, own);
      },
    };
    let puts = 0;
    const store = {
      readText: (key: string) => this.store.readText(key),
      readBytes: (key: string) => this.store.readBytes(key),
      sha256: (key: string) => this.store.sha256(key),
      putIfAbsent: async (object: Parameters<MemoryStore['putIfAbsent']>[0]) => {
        this.calls += 1;
        const n = puts++;
        if (one.killBefore === n) throw new StoreUnavailableError('killed before a put');
        const isNew = await this.store.putIfAbsent(object);
        if (isNew && object.key === jobsKey(request))
          this.tried.set(snapshotId(request), { request, tried: calls, areReadable });
        if (one.killAfter === n) throw new StoreUnavailableError('killed after a put');
        return isNew;
      },
    };
    const ports = { clock: this.clock, source, store, records, describer, observer };
    const failure = await this.#patiently(exportSnapshot(request, ports, this.clock.monotonic() + 15 * 60 * SECOND));
    this.#check(request, failure);
    if (!isWithin) await Promise.all(this.#others.splice(0));
    return failure;
  }

  #answer(id: string, n: number, { refused, failures }: Step, { ended }: Call): JobDescription | undefined {
    if (refused !== null && n >= refused) {
      ended.push({ id, what: 'refused' });
      throw this.random.pick([new AccessDeniedError('no'), new ThrottledOutError('slow down')]);
    }
    if (this.random.chance(failures)) {
      ended.push({ id, what: 'failed' });
      throw new ServiceUnavailableError('no answer');
    }
    const job = this.world.describe(id);
    ended.push({ id, what: job ? 'answered' : 'gone', createdAt: job?.createdAt });
    return job;
  }

  /** Advances the clock while all that happens is waiting for DescribeJob. */
  async #patiently(running: Promise<CompletedAnswer>): Promise<unknown> {
    const run = { hasEnded: false };
    const ended = running
      .then(
        () => undefined,
        (error: unknown) => error,
      )
      .finally(() => {
        run.hasEnded = true;
      });
    while (!run.hasEnded) {
      const { calls } = this;
      for (let turn = 0; turn < 10 && !run.hasEnded; turn++) await new Promise((resolve) => setImmediate(resolve));
      if (run.hasEnded || this.waiting === 0 || this.within > 0) continue;
      // Compressors work beside.
      await new Promise((resolve) => setTimeout(resolve, 2));
      if (calls === this.calls) this.clock.advance(SECOND * 100);
    }
    return await ended;
  }

  #check(request: SnapshotIdentity, failure: unknown): void {
    if (failure !== undefined && !(failure instanceof ExporterError)) throw failure;
    const id = snapshotId(request);
    if (!this.store.objects.has(recordKey(request))) {
      expect(failure).toBeDefined();
      return;
    }
    if (this.seen.has(id)) return;
    const record = this.store.record(recordKey(request));
    const snapshot: DetailedSnapshot = {
      record,
      rows: this.store.rows(jobsKey(request)),
      changes: record.changes_key === null ? [] : this.store.changes(changesKey(request)),
      details: record.details_key === null ? [] : this.store.details(detailsKey(request)),
      body: this.store.objects.get(detailsKey(request)),
    };
    this.seen.set(id, snapshot);
    const before = record.previous_snapshot_id ? this.#seenBefore(request, record.previous_snapshot_id) : undefined;
    expectChangesAndAges(snapshot, before);
    const {
      request: requested,
      tried,
      areReadable,
    } = this.tried.get(id) as NonNullable<ReturnType<typeof this.tried.get>>;
    if (before && !areReadable) expect(this.damaged).toContain(before.record.snapshot_id);
    const endedEarly = expectDetailsToFollow(snapshot, requested.details, tried, before, areReadable);
    if (endedEarly) this.met.endedEarly += 1;
    if (record.details_owed?.length) this.met.owed += 1;
    if (record.details_left_out) this.met.leftOut += 1;
    if (!areReadable) this.met.unreadable += 1;
    if (record.unlinked_reason === 'LATE') this.met.late += 1;
    if (snapshot.details.some((row) => row.progress_since && row.progress_since < record.started_at))
      this.met.progress += 1;
  }

  /** Its run may not have come back yet. */
  #seenBefore(request: SnapshotIdentity, id: string): DetailedSnapshot | undefined {
    const key = this.store.keys('snapshots/').find((one) => one.endsWith(`/${id}.ndjson`)) as string;
    this.#check(snapshotOfRecord(key, request) as SnapshotIdentity, undefined);
    return this.seen.get(id);
  }

  damage(how: Step['damage']): void {
    const newest = this.store.keys('snapshots/').at(-1);
    if (how === 'none' || newest === undefined) return;
    const { object_key, details_key, snapshot_id } = this.store.record(newest);
    if (how === 'rows gone') this.store.objects.delete(object_key);
    else if (details_key !== null) {
      this.damaged.add(snapshot_id);
      const body = this.store.objects.get(details_key);
      if (how === 'details gone' || body === undefined) this.store.objects.delete(details_key);
      else this.store.objects.set(details_key, body.subarray(0, body.length - 5));
    }
  }
}

describe('whatever the rollouts do, and whatever becomes of DescribeJob and of runs', () => {
  it('details are those of the right jobs, what ended is owed until it is described, and all is in the record', async () => {
    const met: Line['met'] = { endedEarly: 0, owed: 0, leftOut: 0, unreadable: 0, recovered: 0, progress: 0, late: 0 };
    await fc.assert(
      fc.asyncProperty(
        fc.array(requested, { minLength: 1, maxLength: 3 }),
        fc.array(step, { minLength: 3, maxLength: 9 }),
        fc.constantFrom(0, 0, 0.1),
        fc.nat(),
        async (variants, steps, oddities, n) => {
          const line = new Line(n, oddities, variants);
          let hour = 1;
          for (const one of steps) {
            hour = Math.max(0, hour + one.hours);
            for (let i = 0; i < one.lived; i++) line.world.live();
            line.damage(one.damage);
            if ((await line.take(hour, one)) === undefined) continue;
            // The retry finds the objects of the first attempt.
            await line.take(hour, { ...CALM, requested: one.requested });
            line.met.recovered += 1;
          }
          for (const what of Object.keys(met) as (keyof Line['met'])[]) met[what] += line.met[what];
        },
      ),
      { numRuns, seed, endOnFailure: false },
    );
    // A test that met none of them would prove nothing.
    if (seed === undefined)
      for (const [what, times] of Object.entries(met)) expect([what, times > 1]).toEqual([what, true]);
  }, 600_000);
});
