import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { JOBS_COLUMNS, SNAPSHOTS_COLUMNS } from '../../lambda/contract/columns.ts';
import { JOB_STATUSES } from '../../lambda/contract/jobs.ts';
import { changesKey, detailsKey, jobsKey, recordKey } from '../../lambda/contract/keys.ts';
import { exportSnapshot } from '../../lambda/core/export-snapshot.ts';
import type { SnapshotRequest } from '../../lambda/core/request.ts';
import { ServiceUnavailableError, StoreUnavailableError } from '../../lambda/errors.ts';
import { FakeClock } from './fake-clock.ts';
import { writeManualDetails } from './manual-details.ts';
import { historyIn } from './memory-records.ts';
import { MemoryStore, parseLines } from './memory-store.ts';
import { Random } from './random.ts';
import { ScriptedDescriber } from './scripted-describer.ts';
import { ScriptedSource } from './scripted-source.ts';
import { SmallFleet } from './small-fleet.ts';

export const FIRST = Date.parse('2026-11-23T18:00:00Z');
export const HOUR = 3_600_000;
/** Of replays. */
const HOURS = 6;
/** From the first snapshot until the runs take place. */
const BEFORE_NOW = 14 * HOUR;
const FOREVER = Number.POSITIVE_INFINITY;

/** Filters of an export; they change from run to run. */
const filters = fc.record({
  statuses: fc.oneof(
    { weight: 3, arbitrary: fc.constant([...JOB_STATUSES]) },
    fc.shuffledSubarray([...JOB_STATUSES], { minLength: 1 }),
  ),
  thingGroups: fc.constantFrom<string[]>([], [], ['eu'], ['eu', 'us'], ['eu', 'nowhere']),
  thingGroupIds: fc.constantFrom<string[]>([], [], ['us'], ['us', 'no-id']),
  targetSelection: fc.constantFrom(undefined, undefined, undefined, 'SNAPSHOT' as const),
  namespaceId: fc.constantFrom(undefined, undefined, undefined, 'ns'),
  /** Number of statuses whose jobs the exporter describes. */
  details: fc.option(fc.record({ statuses: fc.integer({ min: 1, max: 5 }), maxJobs: fc.integer({ min: 1, max: 6 }) }), {
    nil: undefined,
    freq: 2,
  }),
  schedule: fc.constantFrom(undefined, { expression: 'cron(0 * * * ? *)', timeZone: 'Europe/Berlin' }),
});

const step = fc.record({
  export: fc.constantFrom(0, 0, 1),
  /** Hour of the scheduled time, which makes an earlier one a replay; without it, the one after the newest. */
  hour: fc.option(fc.nat(HOURS - 1), { freq: 1 }),
  filters: fc.nat(2),
  /** Things that happen before. */
  lived: fc.nat(6),
  /** The put before which the run is killed; it is done again in the end. */
  kill: fc.option(fc.nat(5)),
  /** By how much later the run is that takes place between this one's last look and its first put: the two pass each other. */
  passedBy: fc.option(fc.integer({ min: 1, max: 2 }), { freq: 2 }),
  /** Whether the rows of the snapshots before cannot be read meanwhile. */
  isBlind: fc.constantFrom(false, false, false, false, true),
  /** Whether a version without predecessors and changes writes it. */
  isOlder: fc.constantFrom(false, false, false, true),
  /** Whether the test writes details where the exporter does not, and whether it can read the earlier details then. */
  details: fc.constantFrom('none', 'some', 'some', 'some', 'blind'),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Histories of two exports, with forks, replays, runs that died and older versions. */
export const linkedHistory = fc.record({
  steps: fc.array(step, { minLength: 1, maxLength: 7, size: 'max' }),
  filters: fc.array(filters, { minLength: 1, maxLength: 3 }),
  oddities: fc.constantFrom(0, 0, 0.2),
  seed: fc.nat(),
});
type HistoryProps = typeof linkedHistory extends fc.Arbitrary<infer T> ? T : never;

export interface WrittenHistory {
  /** Of the snapshots that are complete. */
  readonly requests: readonly SnapshotRequest[];
  /** Objects that were put below the prefixes of tables, in order. */
  readonly puts: readonly (readonly [key: string, body: Uint8Array])[];
  readonly now: number;
}

/** Writes a history by the core itself. */
export async function writeLinkedHistory(props: HistoryProps): Promise<WrittenHistory> {
  const writer = new Writer(props);
  for (const one of props.steps) await writer.take(one);
  await writer.finish();
  const { store, clock } = writer;
  const puts = store.puts.filter((key) => !key.startsWith('intents/'));
  return {
    requests: [...writer.requests.values()].filter((request) => store.objects.has(recordKey(request))),
    puts: puts.map((key) => [key, store.objects.get(key) as Uint8Array] as const),
    now: clock.now(),
  };
}

class Writer {
  readonly store = new MemoryStore();
  readonly clock = new FakeClock(FIRST + BEFORE_NOW);
  readonly requests = new Map<string, SnapshotRequest>();
  readonly #filters: HistoryProps['filters'];
  readonly #world: SmallFleet;
  readonly #random: Random;
  readonly #described = new Set<string>();

  constructor({ filters: variants, oddities, seed }: HistoryProps) {
    this.#filters = variants;
    this.#random = new Random(seed + 1);
    this.#world = new SmallFleet(new Random(seed), () => this.clock.now(), oddities);
  }

  async take(one: Step): Promise<void> {
    for (let i = 0; i < one.lived; i++) this.#world.live();
    const hour = one.hour ?? this.#nextHour(one.export);
    const request = this.#request(one.export, hour, one.filters);
    const isThere = this.store.objects.has(jobsKey(request));
    let puts = 0;
    this.store.beforePut = async () => {
      if (puts === 0 && one.passedBy !== null) {
        const hook = this.store.beforePut;
        this.store.beforePut = () => {};
        await this.#run(this.#request(one.export, hour + one.passedBy, one.filters), one.details);
        this.store.beforePut = hook;
      }
      if (puts++ === one.kill) throw new StoreUnavailableError('killed before a put');
    };
    await this.#run(request, one.details, one.isBlind);
    this.store.beforePut = () => {};
    // A version that knows of no lines comes first, or is gone back to.
    const isComplete = this.store.objects.has(recordKey(request));
    if (one.isOlder && !isThere && isComplete && this.#isUnnamed(request)) this.#makeOlder(request);
  }

  /** Nothing is left half done. */
  async finish(): Promise<void> {
    for (const request of this.requests.values()) await this.#run(request);
  }

  async #run(request: SnapshotRequest, details: Step['details'] = 'none', isBlind = false): Promise<void> {
    this.requests.set(recordKey(request), request);
    const source = new ScriptedSource((query) => {
      this.clock.advance(100);
      return this.#world.list(query);
    });
    source.groupExists = (name) => this.#world.groupExists(name);
    const history = historyIn(this.store);
    history.records.before = (key = '') => {
      const isUnread = (isBlind && key.startsWith('jobs/')) || (details === 'blind' && key.startsWith('details/'));
      if (isUnread) throw new StoreUnavailableError('not now');
    };
    const describer = new ScriptedDescriber((id) => {
      this.clock.advance(100);
      return this.#random.chance(0.1) ? new ServiceUnavailableError('not now') : this.#world.describe(id);
    });
    try {
      await exportSnapshot(request, { clock: this.clock, source, describer, ...history }, FOREVER);
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
    }
    this.#describe(request, details);
    this.clock.advance(1000);
  }

  /** Writes details of a recorded snapshot, once: a snapshot is never changed. */
  #describe(request: SnapshotRequest, details: Step['details']): void {
    const key = recordKey(request);
    if (!this.store.objects.has(key) || this.#described.has(key)) return;
    this.#described.add(key);
    if (details === 'none' || request.details) return;
    const [now, random, isBlind] = [this.clock.now(), this.#random, details === 'blind'];
    writeManualDetails(this.store, request, { now, random, isBlind });
  }

  #nextHour(exportIndex: number): number {
    const newest = Math.max(
      FIRST - HOUR,
      ...[...this.requests.values()].flatMap(({ exportName, scheduledAt }) =>
        exportName === `export-${exportIndex}` ? [scheduledAt] : [],
      ),
    );
    return (newest - FIRST) / HOUR + 1;
  }

  #request(exportIndex: number, hour: number, variant: number): SnapshotRequest {
    const where = { accountId: '123456789012', region: 'eu-west-1', exportName: `export-${exportIndex}` };
    const scheduledAt = FIRST + hour * HOUR;
    const one = this.#filters[variant % this.#filters.length] as HistoryProps['filters'][number];
    const { statuses, details: described, ...rest } = one;
    const details = described && { statuses: statuses.slice(0, described.statuses), maxJobs: described.maxJobs };
    // As in the first request: a replay has the same event.
    const request = { ...where, scheduledAt, ...rest, statuses, ...(details && { details }) };
    return this.requests.get(recordKey(request)) ?? request;
  }

  #isUnnamed(request: SnapshotRequest): boolean {
    const own = this.store.record(recordKey(request)).snapshot_id;
    return !this.store.keys('snapshots/').some((key) => this.store.record(key).previous_snapshot_id === own);
  }

  #makeOlder(request: SnapshotRequest): void {
    const { objects } = this.store;
    const rows = parseLines<object>(gunzipSync(objects.get(jobsKey(request)) as Uint8Array).toString());
    const body = gzipSync(rows.map((row) => `${JSON.stringify(without(row, JOBS_COLUMNS))}\n`).join(''));
    objects.set(jobsKey(request), body);
    const object_sha256 = createHash('sha256').update(body).digest('hex');
    const record = { ...this.store.record(recordKey(request)), object_bytes: body.length, object_sha256 };
    objects.set(recordKey(request), Buffer.from(`${JSON.stringify(without(record, SNAPSHOTS_COLUMNS))}\n`));
    for (const key of [changesKey(request), detailsKey(request)]) {
      if (objects.delete(key)) this.store.puts.splice(this.store.puts.indexOf(key), 1);
    }
  }
}

/** A row or record without the columns that older versions do not write. */
function without(row: object, columns: readonly { readonly name: string }[]): object {
  const added = new Set(columns.filter((column) => 'mayBeAbsent' in column).map(({ name }) => name));
  return Object.fromEntries(Object.entries(row).filter(([name]) => !added.has(name)));
}
