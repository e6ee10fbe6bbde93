import fc from 'fast-check';
import type { ChangeRow } from '../../lambda/contract/columns.ts';
import type { ContinuationEvent, ExportAnswer, ExportEvent } from '../../lambda/contract/event.ts';
import { JOB_STATUSES } from '../../lambda/contract/jobs.ts';
import { changesKey, jobsKey, recordKey } from '../../lambda/contract/keys.ts';
import { exportInvocation } from '../../lambda/core/export-invocation.ts';
import { exportSnapshot } from '../../lambda/core/export-snapshot.ts';
import type { SnapshotRequest } from '../../lambda/core/request.ts';
import {
  AccessDeniedError,
  ExporterError,
  RequestRefusedError,
  ServiceUnavailableError,
  StateMachineUnavailableError,
  StoreUnavailableError,
  ThrottledOutError,
} from '../../lambda/errors.ts';
import type { JobsPage, ListJobsQuery, RunObserver, SnapshotStore } from '../../lambda/ports.ts';
import { expectChangesAndAges } from '../support/changes-oracle.ts';
import { expectWholeSnapshot } from '../support/expect-whole-snapshot.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { MemoryContinuations } from '../support/memory-continuations.ts';
import { historyIn } from '../support/memory-records.ts';
import { MemoryStore } from '../support/memory-store.ts';
import { MemoryUploads } from '../support/memory-uploads.ts';
import { type FleetHabits, ModelFleet } from '../support/model-fleet.ts';
import { Random } from '../support/random.ts';
import { ScriptedSource } from '../support/scripted-source.ts';
import { runExecution } from '../support/state-machine.ts';

const numRuns = Number(process.env.PROMISES_RUNS ?? 400);
const seed = process.env.PROMISES_SEED ? Number(process.env.PROMISES_SEED) : undefined;

const HOUR = 3_600_000;
const START = Date.parse('2026-11-23T17:00:00Z');
const GROUPS = ['eu', 'us'];

const habits: fc.Arbitrary<FleetHabits> = fc.record({
  jobs: fc.integer({ min: 10, max: 80 }),
  groups: fc.subarray(GROUPS),
  missingGroup: fc.constantFrom('error', 'empty'),
  pageSize: fc.integer({ min: 2, max: 8 }),
  moves: fc.constantFrom(0, 0.01, 0.1),
  // Fewer than a page has, or the fleet grows faster than it is listed.
  births: fc.constantFrom(0, 0.1),
  oddities: fc.constantFrom(0, 0.1, 0.4),
});

const request: fc.Arbitrary<SnapshotRequest> = fc.record({
  accountId: fc.constant('123456789012'),
  region: fc.constant('eu-west-1'),
  exportName: fc.constant('all'),
  scheduledAt: fc.constant(START + HOUR),
  statuses: fc.shuffledSubarray([...JOB_STATUSES], { minLength: 1 }),
  thingGroups: fc.subarray([...GROUPS, 'nowhere']),
  thingGroupIds: fc.subarray(['us']),
  maxRunMinutes: fc.constantFrom(60, 1440),
});

/** What goes wrong; the chances are per call. */
const troubles = fc.record({
  source: fc.constantFrom(0, 0, 0.02),
  check: fc.constantFrom(0, 0, 0.3),
  /** Of the first token of an invocation. */
  oldToken: fc.constantFrom(0, 0.5, 1),
  before: fc.constantFrom(0, 0, 0.05),
  after: fc.constantFrom(0, 0, 0.05),
  kill: fc.constantFrom(0, 0.02, 0.2),
  hang: fc.constantFrom(0, 0, 0.01),
  /** Chance of an invocation, and of the first delivery, to come a second time while it runs. */
  twice: fc.constantFrom(0, 0, 0.5),
  /** Damage to the state of an invocation. */
  damage: fc.constantFrom(0, 0.1),
  /** Of the upload, before an invocation. */
  uploadEnds: fc.constantFrom(0, 0, 0.2),
});
type Troubles = typeof troubles extends fc.Arbitrary<infer T> ? T : never;

const CALM: Troubles = {
  source: 0,
  check: 0,
  oldToken: 0,
  before: 0,
  after: 0,
  kill: 0,
  hang: 0,
  twice: 0,
  damage: 0,
  uploadEnds: 0,
};

/** A process was killed: none of its later calls has an effect. */
class Killed extends Error {
  override readonly name = 'Lambda.Unknown';
}

/** Uploads that refuse another body for the same part number: S3 accepts it, and the completion then names an absent part. */
class StrictUploads extends MemoryUploads {
  readonly #shas = new Map<string, string>();
  override readonly minPartBytes = 64;

  override async putPart(...[upload, part]: Parameters<MemoryUploads['putPart']>) {
    const place = `${upload.id} ${part.number}`;
    expect([place, this.#shas.get(place) ?? part.sha256]).toEqual([place, part.sha256]);
    this.#shas.set(place, part.sha256);
    return await super.putPart(upload, part);
  }
}

interface Setting {
  readonly habits: FleetHabits;
  readonly wanted: SnapshotRequest;
  /** Milliseconds of an invocation, and of a call. */
  readonly invocationMs: number;
  readonly callMs: number;
  readonly n: number;
}

/** A fleet, its history, and the function with its state machine. */
class World {
  readonly random: Random;
  readonly fleet: ModelFleet;
  readonly store = new MemoryStore();
  readonly uploads = new StrictUploads(this.store);
  readonly continuations = new MemoryContinuations();
  readonly clock = new FakeClock(START + 1000);
  readonly wanted: SnapshotRequest;
  readonly event: ExportEvent;
  readonly errors: unknown[] = [];
  /** Invocations that ended with "continued". */
  continuedCount = 0;
  invocations = 0;
  unreadable = 0;
  tokensRefused = 0;
  checksFailed = false;
  wasTwice = false;
  wasFaulty = false;
  trouble: Troubles = CALM;
  readonly #moments: { readonly at: number; readonly moment: number }[] = [];
  readonly #setting: Setting;

  constructor(setting: Setting) {
    this.#setting = setting;
    this.random = new Random(setting.n);
    this.fleet = new ModelFleet(setting.habits, this.random);
    this.wanted = setting.wanted;
    this.event = {
      export: 'all',
      scheduledTime: '2026-11-23T18:00:00Z',
      maxRunMinutes: setting.wanted.maxRunMinutes as number,
    };
  }

  /** The snapshot before, by a run of one invocation. */
  async takeBefore(): Promise<void> {
    const { maxRunMinutes: _, ...rest } = this.wanted;
    const before = { ...rest, scheduledAt: START };
    await exportSnapshot(before, { ...this.#process(), ...historyIn(this.store) }, Number.POSITIVE_INFINITY);
  }

  /** A delivery of the event, by the schedule or by a person. */
  async deliver(): Promise<void> {
    const once = () => this.#invoke({}).catch((error) => this.errors.push(error));
    await (this.#isTwice() ? Promise.all([once(), once()]) : once());
  }

  /** Runs the executions that have not ended. */
  async runExecutions(): Promise<void> {
    for (const execution of this.continuations.executions.all) {
      if (execution.status !== 'RUNNING') continue;
      await runExecution(execution, (event) => this.#deliverContinuation(event), { retries: 1 });
    }
  }

  /** Redrives the execution that failed, if one did. */
  async redrive(afterMs: number): Promise<boolean> {
    const execution = this.continuations.executions.all.find(({ status }) => status === 'FAILED');
    if (!execution) return false;
    this.clock.advance(afterMs);
    const redriveTime = new Date(this.clock.now()).toISOString();
    await runExecution(execution, (event) => this.#deliverContinuation(event), { redriveTime, retries: 1 });
    return true;
  }

  async #deliverContinuation(event: ContinuationEvent): Promise<ExportAnswer> {
    if (this.#hit('uploadEnds')) for (const { id } of this.uploads.open) this.uploads.end(id);
    if (!this.#isTwice()) return await this.#invoke(event);
    const answers = await Promise.allSettled([this.#invoke(event), this.#invoke(event)]);
    const answer = this.random.pick(answers);
    if (answer?.status === 'fulfilled') return answer.value;
    throw answer?.reason;
  }

  async #invoke({ next, execution }: Partial<ContinuationEvent>): Promise<ExportAnswer> {
    this.invocations += 1;
    const { clock, wanted } = this;
    const ports = this.#process();
    const input = {
      event: this.event,
      ...(next && { from: next }),
      ...(execution?.RedriveTime && { redrivenAt: Date.parse(execution.RedriveTime) }),
    };
    const deadlineAt = clock.monotonic() + this.#setting.invocationMs;
    try {
      const answer = await exportInvocation(wanted, ports, deadlineAt, input);
      if (answer.outcome === 'continued') this.continuedCount += 1;
      return answer;
    } catch (error) {
      if (!(error instanceof Killed)) expect(error).toBeInstanceOf(ExporterError);
      throw error;
    }
  }

  /** Ports of one invocation, which can be killed. */
  #process() {
    const { clock, fleet, random } = this;
    let isDead = false;
    const unlessKilled =
      <T>(effect: () => Promise<T>, failure: () => Error) =>
      async (): Promise<T> => {
        if (isDead) throw new Killed('killed');
        isDead = this.#hit('kill');
        if (isDead && random.chance(0.5)) throw new Killed('killed');
        if (!isDead && this.#hit('before')) throw failure();
        const result = await effect();
        if (isDead) throw new Killed('killed');
        if (this.#hit('after')) throw failure();
        return result;
      };
    const through = <P extends object>(port: P, failure: () => Error): P =>
      new Proxy(port, {
        get: (target, name) => {
          const value = Reflect.get(target, name, target);
          if (typeof value !== 'function') return value;
          const call = (...args: unknown[]) => {
            // As the real ones do.
            for (const signal of args) if (signal instanceof AbortSignal) signal.throwIfAborted();
            return value.apply(target, args);
          };
          // Listings are streams, and reads of the snapshot before have tests of their own.
          if (name === 'earlier' || name === 'readRows') return call;
          return (...args: unknown[]) => unlessKilled(async () => await call(...args), failure)();
        },
      });
    const down = () => new StoreUnavailableError('503');
    const { store, records } = historyIn(this.store);
    let isFirst = true;
    const source = new ScriptedSource((query) => {
      if (isDead) return new Killed('killed');
      this.#pass(this.#setting.callMs);
      const isOld = isFirst && query.nextToken !== undefined;
      isFirst = false;
      if (isOld && this.#hit('oldToken')) return new RequestRefusedError('the token has expired');
      if (this.#hit('hang')) {
        setImmediate(() => clock.advance(HOUR));
        return new Promise<JobsPage>(() => {});
      }
      if (this.#hit('source'))
        return random.pick([new ThrottledOutError('throttled'), new ServiceUnavailableError('down')]);
      return fleet.list(query);
    });
    source.groupExists = (name) => {
      if (!this.#hit('check')) return fleet.groups.includes(name);
      this.checksFailed = true;
      return new AccessDeniedError('denied');
    };
    return {
      clock,
      source: abortable(source),
      store: this.#damaging(through(store, down)),
      records: through(records, down),
      longRuns: {
        uploads: through<MemoryUploads>(this.uploads, down),
        continuations: through<MemoryContinuations>(this.continuations, () => new StateMachineUnavailableError('503')),
      },
      observer: {
        restarted: (reason: string) => {
          if (reason.startsWith('State of the run')) this.unreadable += 1;
        },
        tokenRefused: () => {
          this.tokensRefused += 1;
        },
      } satisfies RunObserver,
    };
  }

  /** A store in which saved state may be damaged. */
  #damaging(store: SnapshotStore): SnapshotStore {
    const damaged = <T extends string | Uint8Array>(key: string, body: T | undefined): T | undefined => {
      if (body === undefined || !/\.(state|blob)$/.test(key) || !this.#hit('damage')) return body;
      return body.slice(0, -1) as T;
    };
    return {
      ...store,
      readText: async (key, signal) => damaged(key, await store.readText(key, signal)),
      readBytes: async (key, signal) => damaged(key, await store.readBytes(key, signal)),
      sha256: (key, signal) => store.sha256(key, signal),
      putIfAbsent: (object, signal) => store.putIfAbsent(object, signal),
    };
  }

  #pass(ms: number): void {
    this.#moments.push({ at: this.clock.now(), moment: this.fleet.moment });
    this.clock.advance(ms);
  }

  #isTwice(): boolean {
    const isTwice = this.#hit('twice');
    this.wasTwice ||= isTwice;
    return isTwice;
  }

  #hit(what: keyof Troubles): boolean {
    const isHit = this.random.chance(this.trouble[what]);
    this.wasFaulty ||= isHit && (what === 'before' || what === 'after' || what === 'hang');
    return isHit;
  }

  /** Moments of the model between which a snapshot was listed. */
  #during({ startedAt, finishedAt }: { readonly startedAt: number; readonly finishedAt: number }) {
    const before = this.#moments.filter(({ at }) => at <= startedAt).at(-1);
    const after = this.#moments.find(({ at }) => at > finishedAt);
    return { from: before?.moment ?? 0, to: after?.moment ?? this.fleet.moment };
  }

  get hasRecord(): boolean {
    return this.store.objects.has(recordKey(this.wanted));
  }

  seen(wanted: SnapshotRequest) {
    const record = this.store.record(recordKey(wanted));
    const rows = this.store.rows(jobsKey(wanted));
    const changes: ChangeRow[] = record.changes_key === null ? [] : this.store.changes(changesKey(wanted));
    return { record, rows, changes, body: this.store.objects.get(jobsKey(wanted)) as Uint8Array };
  }

  expectPromises(): void {
    const snapshot = this.seen(this.wanted);
    const { started_at, finished_at } = snapshot.record;
    const during = this.#during({ startedAt: Date.parse(`${started_at}Z`), finishedAt: Date.parse(`${finished_at}Z`) });
    expectWholeSnapshot({
      wanted: this.wanted,
      fleet: this.fleet,
      ...snapshot,
      during,
      checksFailed: this.checksFailed,
    });
    // The clock leaps for two deliveries at once and for a call that hangs, so that the time to read the snapshot before may be
    // over; and a store that fails each of the tries does not give it.
    const isUnread = (this.wasTwice || this.wasFaulty) && snapshot.record.unlinked_reason === 'UNREADABLE';
    expectChangesAndAges(snapshot, isUnread ? undefined : this.seen({ ...this.wanted, scheduledAt: START }));
  }
}

/** As the real one, it stops waiting for a call when the signal aborts. */
function abortable(source: ScriptedSource) {
  return {
    counts: source.counts,
    thingGroupExists: (name: string) => source.thingGroupExists(name),
    listJobs: (query: ListJobsQuery, signal: AbortSignal) =>
      new Promise<JobsPage>((resolve, reject) => {
        const leave = () => reject(signal.reason);
        if (signal.aborted) return leave();
        signal.addEventListener('abort', leave, { once: true });
        source
          .listJobs(query)
          .then(resolve, reject)
          .finally(() => signal.removeEventListener('abort', leave));
      }),
  };
}

const setting = fc.record({
  habits,
  wanted: request,
  invocationMs: fc.constantFrom(60_000, 60_000, 60_000, 300_000),
  // The clock advances with each call: by no more than the time that is reserved for the writes.
  callMs: fc.constantFrom(3000, 9000, 9000),
  n: fc.nat(),
});

describe('whatever becomes of the invocations of a run', () => {
  it('its snapshot is whole, once, and never changes', async () => {
    const met = { continuedCount: 0, several: 0, unreadable: 0, tokensRefused: 0, failed: 0, redriven: 0 };
    await fc.assert(
      fc.asyncProperty(setting, fc.array(troubles, { maxLength: 3 }), async (some, bad) => {
        const world = new World(some);
        await world.takeBefore();
        let existing: ReadonlyMap<string, Uint8Array> = new Map();
        for (const trouble of [...bad, CALM, CALM]) {
          world.trouble = trouble;
          await world.deliver();
          await world.runExecutions();
          if (world.random.chance(0.5) && !world.hasRecord) {
            if (await world.redrive(world.random.pick([1000, 2 * HOUR, 48 * HOUR]))) met.redriven += 1;
          }
          for (const [key, body] of existing)
            if (!key.startsWith('work/')) expect(world.store.objects.get(key)).toBe(body);
          existing = new Map(world.store.objects);
          if (world.hasRecord) world.expectPromises();
        }
        expect(world.hasRecord).toBe(true);
        if (bad.length === 0) expect(world.uploads.open).toEqual([]);
        if (bad.length === 0) expect(world.continuations.executions.all.length).toBeLessThanOrEqual(1);
        met.continuedCount += world.continuedCount;
        if (world.continuedCount > 2) met.several += 1;
        met.unreadable += world.unreadable;
        met.tokensRefused += world.tokensRefused;
        met.failed += world.continuations.executions.all.filter(({ status }) => status === 'FAILED').length;
      }),
      { numRuns, seed, endOnFailure: false },
    );
    if (seed === undefined)
      for (const [what, times] of Object.entries(met)) expect([what, times > 1]).toEqual([what, true]);
  }, 600_000);

  it('record, rows and changes are those of one invocation, but for the times', async () => {
    await fc.assert(
      fc.asyncProperty(setting, async (some) => {
        const still = { ...some, habits: { ...some.habits, moves: 0, births: 0, oddities: 0 } };
        const whole = new World({ ...still, invocationMs: 10 * HOUR, wanted: { ...some.wanted, maxRunMinutes: 1440 } });
        const parts = new World({ ...still, wanted: { ...some.wanted, maxRunMinutes: 1440 } });
        for (const world of [whole, parts]) {
          await world.takeBefore();
          await world.deliver();
          await world.runExecutions();
        }
        expect(whole.continuedCount).toBe(0);
        const [one, several] = [whole.seen(whole.wanted), parts.seen(parts.wanted)];
        expect(withoutTimes(several.rows)).toEqual(withoutTimes(one.rows));
        expect(withoutTimes(several.changes)).toEqual(withoutTimes(one.changes));
        const own = ({ object_sha256: _, object_bytes, changes_sha256, changes_bytes, ...rest }: typeof one.record) =>
          rest;
        expect(withoutTimes([own(several.record)])).toEqual(withoutTimes([own(one.record)]));
        expect(parts.uploads.open).toEqual([]);
      }),
      { numRuns: Math.ceil(numRuns / 4), seed, endOnFailure: false },
    );
  }, 600_000);
});

const TIMES = /^(observed_at|started_at|finished_at|first_seen_at|status_since|from_seen_at|to_seen_at|from_since)$/;

function withoutTimes(rows: readonly object[]): unknown[] {
  return rows.map((row) => Object.fromEntries(Object.entries(row).filter(([column]) => !TIMES.test(column))));
}
