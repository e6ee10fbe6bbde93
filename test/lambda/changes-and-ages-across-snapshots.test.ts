import fc from 'fast-check';
import type { CompletedAnswer } from '../../lambda/contract/event.ts';
import { JOB_STATUSES } from '../../lambda/contract/jobs.ts';
import { changesKey, jobsKey, recordKey, type SnapshotIdentity, snapshotId } from '../../lambda/contract/keys.ts';
import { exportSnapshot } from '../../lambda/core/export-snapshot.ts';
import type { SnapshotRequest } from '../../lambda/core/request.ts';
import { ExporterError, StoreUnavailableError } from '../../lambda/errors.ts';
import { expectChangesAndAges, type SeenSnapshot } from '../support/changes-oracle.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { MemoryRecords } from '../support/memory-records.ts';
import { MemoryStore } from '../support/memory-store.ts';
import { asNewerVersion, asOldVersion } from '../support/other-version.ts';
import { Random } from '../support/random.ts';
import { ScriptedSource } from '../support/scripted-source.ts';
import { SmallFleet } from '../support/small-fleet.ts';

/** `npm run test:soak` sets more runs; a failure names its seed, which PROMISES_SEED replays. */
const numRuns = Number(process.env.PROMISES_RUNS ?? 300);
const seed = process.env.PROMISES_SEED ? Number(process.env.PROMISES_SEED) : undefined;

const START = Date.parse('2026-11-23T21:00:00Z');
const HOUR = 3_600_000;

/** Filters of an export; they change from run to run. */
const filters = fc.record({
  statuses: fc.oneof(
    { weight: 3, arbitrary: fc.constant([...JOB_STATUSES]) },
    fc.subarray([...JOB_STATUSES], { minLength: 1 }),
  ),
  thingGroups: fc.constantFrom<string[]>([], [], ['eu'], ['eu', 'us'], ['eu', 'nowhere']),
  thingGroupIds: fc.constantFrom<string[]>([], [], ['us']),
  targetSelection: fc.constantFrom(undefined, undefined, undefined, 'SNAPSHOT' as const),
  namespaceId: fc.constantFrom(undefined, undefined, undefined, 'ns'),
});

const step = fc.record({
  /** Hour of the scheduled time: an earlier one is a replay. */
  hour: fc.nat(7),
  filters: fc.nat(2),
  /** Things that happen before. */
  lived: fc.nat(6),
  /** Chance of an event between two calls. */
  moves: fc.constantFrom(0, 0.2),
  /** The put that is killed before it has its effect, or after it; none where there are fewer. */
  killBefore: fc.option(fc.nat(5)),
  killAfter: fc.option(fc.nat(5)),
  /** The run of another hour that takes place as a whole during the n-th call. */
  meanwhile: fc.option(fc.record({ hour: fc.nat(7), call: fc.nat(6) })),
  /** The run of another hour that takes place as a whole between the last look and the puts. */
  passing: fc.option(fc.nat(7), { freq: 4 }),
  /** Rows that are deleted, or damaged, before. */
  damage: fc.constantFrom('none', 'none', 'none', 'none', 'gone', 'cut', 'foreign'),
  /** A snapshot that is rewritten before as another version of the exporter would have written it. */
  version: fc.constantFrom(undefined, undefined, asOldVersion, asNewerVersion),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

class Line {
  readonly store = new MemoryStore();
  readonly clock = new FakeClock(START + 8 * HOUR);
  readonly random: Random;
  readonly world: SmallFleet;
  readonly filters: readonly Partial<SnapshotRequest>[];
  /** Snapshots as they were complete, in that order; what is damaged later was well then. */
  readonly seen = new Map<string, SeenSnapshot>();
  /** By snapshot, the records that existed when the run that wrote it looked last. */
  readonly looks = new Map<string, readonly string[]>();
  readonly damaged = new Set<string>();

  constructor(n: number, oddities: number, filters: readonly Partial<SnapshotRequest>[]) {
    this.random = new Random(n);
    this.world = new SmallFleet(this.random, () => this.clock.now(), oddities);
    this.filters = filters;
  }

  request(hour: number, variant: number): SnapshotRequest {
    const where = { accountId: '123456789012', region: 'eu-west-1', exportName: 'all' };
    const base = { statuses: JOB_STATUSES, thingGroups: [], thingGroupIds: [] };
    return { ...where, ...base, scheduledAt: START + hour * HOUR, ...this.filters[variant % this.filters.length] };
  }

  async take(hour: number, one: Partial<Step>): Promise<unknown> {
    const request = this.request(hour, one.filters ?? 0);
    const records = new MemoryRecords(this.store);
    records.before = (key) => {
      // This lists records and reads none.
      if (key !== undefined) return;
      this.looks.set(snapshotId(request), this.store.keys('snapshots/'));
      hasListedSinceLook = false;
    };
    const hadRows = this.store.objects.has(jobsKey(request));
    const looked = this.looks.get(snapshotId(request));
    let hasListedSinceLook = false;
    const source = new ScriptedSource(async (query, call) => {
      hasListedSinceLook = true;
      this.clock.advance(100);
      if (this.random.chance(one.moves ?? 0)) this.world.live();
      if (one.meanwhile?.call === call) await this.take(one.meanwhile.hour, {});
      return this.world.list(query);
    });
    source.groupExists = (name) => this.world.groupExists(name);
    let puts = 0;
    const store = {
      readText: (key: string) => this.store.readText(key),
      readBytes: (key: string) => this.store.readBytes(key),
      sha256: (key: string) => this.store.sha256(key),
      putIfAbsent: async (object: Parameters<MemoryStore['putIfAbsent']>[0]) => {
        const n = puts++;
        if (n === 0 && one.passing !== null && one.passing !== undefined) await this.take(one.passing, {});
        if (one.killBefore === n) throw new StoreUnavailableError('killed before a put');
        const isNew = await this.store.putIfAbsent(object);
        if (one.killAfter === n) throw new StoreUnavailableError('killed after a put');
        return isNew;
      },
    };
    let failure: unknown;
    let answer: CompletedAnswer | undefined;
    try {
      answer = await exportSnapshot(
        request,
        { clock: this.clock, source, store, records },
        this.clock.monotonic() + 15 * 60_000,
      );
    } catch (error) {
      failure = error;
    }
    // A run that stored rows looked again when it had listed all, except a late one, which has no predecessor.
    const record = this.#recordOf(request);
    if (answer?.outcome === 'written' && record?.unlinked_reason !== 'LATE') expect(hasListedSinceLook).toBe(false);
    // The rows of a run that lost, or of one that only completed another's, are not of its own look.
    if (hadRows && looked) this.looks.set(snapshotId(request), looked);
    this.#check(request, failure);
    return failure;
  }

  #check(request: SnapshotIdentity, failure: unknown): void {
    if (failure !== undefined) expect(failure).toBeInstanceOf(ExporterError);
    const id = snapshotId(request);
    const record = this.#recordOf(request);
    if (record === undefined) {
      expect(failure).toBeDefined();
      return;
    }
    if (this.seen.has(id)) return;
    const rows = this.store.rows(jobsKey(request));
    const changes = record.changes_key === null ? [] : this.store.changes(changesKey(request));
    const snapshot = { record, rows, changes };
    this.seen.set(id, snapshot);
    this.#expectRightPlace(request, snapshot);
    expectChangesAndAges(
      snapshot,
      record.previous_snapshot_id ? this.seen.get(record.previous_snapshot_id) : undefined,
    );
  }

  /** The predecessor is the newest record at the last look; there is none where a later record existed. */
  #expectRightPlace(request: SnapshotIdentity, { record }: SeenSnapshot): void {
    const own = recordKey(request);
    const stood = (this.looks.get(record.snapshot_id) ?? []).filter((key) => key !== own);
    const before = stood.filter((key) => key < own).at(-1);
    const previous = before?.slice(before.lastIndexOf('/') + 1, -'.ndjson'.length);
    if (record.unlinked_reason === 'LATE') expect(stood.some((key) => key > own)).toBe(true);
    else {
      expect(stood.filter((key) => key > own)).toEqual([]);
      if (record.unlinked_reason === 'UNREADABLE') expect(this.damaged.has(previous ?? '')).toBe(true);
      else if (record.unlinked_reason === 'FIRST') expect(previous).toBeUndefined();
      else expect(record.previous_snapshot_id).toBe(previous);
    }
  }

  #recordOf(request: SnapshotIdentity) {
    return this.store.objects.has(recordKey(request)) ? this.store.record(recordKey(request)) : undefined;
  }

  /** Makes a snapshot one of another version of the exporter. */
  rewrite(asOtherVersion: Step['version']): void {
    const id = this.random.pick([...this.seen.keys()]);
    if (asOtherVersion === undefined || id === undefined || this.damaged.has(id)) return;
    const { record } = this.seen.get(id) as SeenSnapshot;
    const snapshot = { ...this.request(0, 0), scheduledAt: Date.parse(`${record.snapshot_at}Z`) };
    asOtherVersion(this.store, snapshot);
    const rows = this.store.rows(jobsKey(snapshot));
    this.seen.set(id, { record: this.store.record(recordKey(snapshot)), rows, changes: [] });
  }

  /** Something else than the exporter deletes or overwrites the rows of a snapshot. */
  damage(how: Step['damage']): void {
    const complete = this.store.keys('snapshots/');
    if (how === 'none' || complete.length === 0) return;
    const record = this.store.record(this.random.pick(complete));
    const body = this.store.objects.get(record.object_key);
    if (body === undefined) return;
    this.damaged.add(record.snapshot_id);
    if (how === 'gone') this.store.objects.delete(record.object_key);
    else if (how === 'cut') this.store.objects.set(record.object_key, body.subarray(0, body.length - 5));
    else this.store.objects.set(record.object_key, Buffer.from('no gzip at all'));
  }
}

describe('whatever the fleet does, and whatever becomes of runs', () => {
  it('the rows of the snapshot before, with the changes, are the rows; ages go along the line', async () => {
    const met = { LATE: 0, FIRST: 0, UNREADABLE: 0, linked: 0, recovered: 0 };
    await fc.assert(
      fc.asyncProperty(
        fc.array(filters, { minLength: 1, maxLength: 3 }),
        fc.array(step, { minLength: 2, maxLength: 9 }),
        fc.constantFrom(0, 0.1, 0.3),
        fc.nat(),
        async (variants, steps, oddities, n) => {
          const line = new Line(n, oddities, variants);
          for (const one of steps) {
            for (let i = 0; i < one.lived; i++) line.world.live();
            line.damage(one.damage);
            line.rewrite(one.version);
            const failure = await line.take(one.hour, one);
            // The retry finds the objects of the first attempt, and perhaps not the rows of the snapshot before.
            if (failure) {
              line.damage(one.damage);
              await line.take(one.hour, { filters: one.filters });
              met.recovered += 1;
            }
          }
          for (const { record } of line.seen.values()) {
            // A record of an older version has neither.
            if (record.unlinked_reason !== undefined) met[(record.unlinked_reason as 'LATE' | null) ?? 'linked'] += 1;
          }
        },
      ),
      { numRuns, seed, endOnFailure: false },
    );
    // A test that met none of them would prove nothing.
    if (seed === undefined)
      for (const [what, times] of Object.entries(met)) expect([what, times > 20]).toEqual([what, true]);
  }, 600_000);
});
