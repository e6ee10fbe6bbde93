import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { jobsKey, recordKey, type SnapshotIdentity } from '../../../lambda/contract/keys.ts';
import { exportSnapshot } from '../../../lambda/core/export-snapshot.ts';
import type { SnapshotRequest } from '../../../lambda/core/request.ts';
import {
  ExporterError,
  ServiceUnavailableError,
  StoreUnavailableError,
  ThingGroupNotFoundError,
} from '../../../lambda/errors.ts';
import type { JobSource, JobSummary, ListJobsQuery, RunObserver, SnapshotStore } from '../../../lambda/ports.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { MemoryRecords } from '../../support/memory-records.ts';
import { MemoryStore } from '../../support/memory-store.ts';
import { Random } from '../../support/random.ts';
import { HOUR_MS, TrueFleet } from './fleet.ts';
import { type Deletion, type PlannedRun, someDeletions, type Timetable, timetables } from './planned-runs.ts';

/** The service's answers to a run, with their times. */
type Answer =
  | { readonly kind: 'page'; readonly at: number; readonly query: ListJobsQuery; readonly jobs: readonly JobSummary[] }
  | { readonly kind: 'no such group'; readonly at: number; readonly query: ListJobsQuery }
  | { readonly kind: 'group'; readonly at: number; readonly name: string; readonly exists: boolean | 'no answer' };

/** A run from its look at existing snapshots on; a run that begins again has two. */
export interface Attempt {
  readonly request: SnapshotRequest;
  readonly startedAt: number;
  readonly isOlder: boolean;
  /** The snapshots of its export that existed as it began, and whether their rows were there. */
  readonly existing: ReadonlyMap<string, { readonly hasRows: boolean }>;
  readonly answers: Answer[];
}

/** A complete snapshot: the attempt that listed it. */
interface Logged {
  readonly attempt: Attempt;
  /** Whether its rows are there at the end. */
  hasRows: boolean;
}

/** A place, and what its exports were answered. */
export interface Place {
  readonly accountId: string;
  readonly region: string;
  readonly fleet: TrueFleet;
  readonly timetables: readonly Timetable[];
  /** By key of the record, in the order in which they were recorded. */
  readonly complete: Map<string, Logged>;
}

/** A random history that follows from its seed. */
export class RandomHistory {
  readonly seed: number;
  readonly store = new MemoryStore();
  readonly places: Place[] = [];
  /** UTC date of the day on which it is looked at. */
  readonly today: string;
  readonly #end: number;
  readonly #random: Random;
  /** By key of the rows. */
  readonly #listed = new Map<string, Attempt>();

  private constructor(seed: number) {
    this.seed = seed;
    this.#random = new Random(seed);
    const { today, end } = DAYS[seed % DAYS.length] as (typeof DAYS)[number];
    this.today = today;
    this.#end = Date.parse(end) + this.#random.below(HOUR_MS);
  }

  /** @param number of the history among others, which makes its accounts */
  static async make(seed: number, number: number): Promise<RandomHistory> {
    const history = new RandomHistory(seed);
    const random = history.#random;
    const accountId = String(100_000_000_000 + 2 * number);
    const other = random.pick([
      { accountId, region: 'us-east-1' },
      { accountId: String(100_000_000_001 + 2 * number), region: 'eu-west-1' },
    ]);
    for (const where of [{ accountId, region: 'eu-west-1' }, ...(random.chance(0.4) ? [other] : [])])
      await history.#live(where);
    return history;
  }

  async #live(where: Pick<Place, 'accountId' | 'region'>): Promise<void> {
    const random = this.#random;
    const tables = timetables(random, this.#end);
    const paces = tables.map(({ periodMs }) => periodMs);
    const fleet = new TrueFleet(random, this.#end, paces);
    const place: Place = { ...where, fleet, timetables: tables, complete: new Map() };
    this.places.push(place);
    const planned = [...place.timetables.flatMap((table) => table.planned), ...someDeletions(random, this.#end)];
    const busyUntil = new Map<string, number>();
    for (const one of planned.sort((a, b) => a.at - b.at)) {
      if (one.kind === 'deletion') this.#delete(place, one);
      else busyUntil.set(one.exportName, await this.#run(place, one, busyUntil.get(one.exportName) ?? 0));
    }
  }

  /**
   * Runs of an export take place one after the other, but for those that are planned to pass each other.
   *
   * @param from when it begins at the earliest
   * @returns when it ended
   */
  async #run(place: Place, planned: PlannedRun, from: number): Promise<number> {
    const { exportName, scheduledAt, filters, schedule, killedAt, meanwhile } = planned;
    const { accountId, region } = place;
    const request: SnapshotRequest = {
      ...{ accountId, region, exportName, scheduledAt },
      ...filters,
      ...(schedule && { schedule }),
    };
    const clock = new FakeClock(Math.max(planned.at, from));
    const passing = async () => {
      if (meanwhile) clock.set(await this.#run(place, meanwhile.run, clock.now()));
    };
    let attempt: Attempt | undefined;
    let puts = 0;
    const { store: memory } = this;
    const store: SnapshotStore = {
      readText: (key) => memory.readText(key),
      readBytes: (key) => memory.readBytes(key),
      sha256: (key) => memory.sha256(key),
      putIfAbsent: async (object) => {
        const put = puts++;
        if (killedAt?.put === put && !killedAt.hasEffect) throw new StoreUnavailableError('killed before a put');
        if (object.key === recordKey(request) && meanwhile?.call === 'record') await passing();
        const isNew = await memory.putIfAbsent(object);
        if (isNew) this.#noted(place, request, object.key, attempt);
        if (killedAt?.put === put) throw new StoreUnavailableError('killed after a put');
        return isNew;
      },
    };
    const observer: RunObserver = {
      previousFound: () => {
        const [startedAt, existing] = [clock.now(), this.#existing(place, request)];
        attempt = { request, startedAt, isOlder: planned.isOlder, existing, answers: [] };
      },
    };
    const source = this.#source(place.fleet, clock, planned, passing, () => attempt);
    try {
      const ports = { clock, source, store, records: new MemoryRecords(memory), observer };
      await exportSnapshot(request, ports, Number.POSITIVE_INFINITY);
    } catch (error) {
      if (!(error instanceof ExporterError)) throw error;
    }
    return clock.now();
  }

  #source(
    fleet: TrueFleet,
    clock: FakeClock,
    { pageMs, failsAt, meanwhile }: PlannedRun,
    passing: () => Promise<void>,
    attempt: () => Attempt | undefined,
  ): JobSource {
    let calls = 0;
    const answered = (answer: Answer) => attempt()?.answers.push(answer);
    return {
      counts: { calls: 0, throttled: 0 },
      listJobs: async (query) => {
        const call = calls++;
        clock.set(clock.now() + pageMs);
        if (call === failsAt) throw new ServiceUnavailableError('no answer');
        if (call === meanwhile?.call) await passing();
        const at = clock.now();
        try {
          const page = fleet.list(query, at);
          answered({ kind: 'page', at, query, jobs: page.jobs });
          return page;
        } catch (error) {
          if (error instanceof ThingGroupNotFoundError) answered({ kind: 'no such group', at, query });
          throw error;
        }
      },
      thingGroupExists: async (name) => {
        clock.set(clock.now() + pageMs);
        const at = clock.now();
        try {
          const exists = fleet.describesGroup(name, at);
          answered({ kind: 'group', at, name, exists });
          return exists;
        } catch (error) {
          answered({ kind: 'group', at, name, exists: 'no answer' });
          throw error;
        }
      },
    };
  }

  #existing({ complete }: Place, { exportName }: SnapshotIdentity) {
    const ofExport = [...complete].filter(([, { attempt }]) => attempt.request.exportName === exportName);
    return new Map(ofExport.map(([key, { hasRows }]) => [key, { hasRows }]));
  }

  #noted(place: Place, request: SnapshotRequest, key: string, attempt: Attempt | undefined): void {
    if (key === jobsKey(request) && attempt) this.#listed.set(key, attempt);
    if (key !== recordKey(request)) return;
    const listed = this.#listed.get(jobsKey(request));
    if (listed === undefined) throw new Error(`${key} stands, and nobody has put its rows`);
    place.complete.set(key, { attempt: listed, hasRows: true });
    if (listed.isOlder) this.#makeOlder(request);
  }

  /** Removes the fields that an exporter without changes does not write. */
  #makeOlder(request: SnapshotRequest): void {
    const { objects } = this.store;
    const rows = this.store.rows(jobsKey(request)).map(({ first_seen_at: _, status_since: __, ...row }) => row);
    const body = gzipSync(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    const record = Object.entries(this.store.record(recordKey(request))).slice(0, 10);
    const object = { object_bytes: body.length, object_sha256: createHash('sha256').update(body).digest('hex') };
    objects.set(jobsKey(request), body);
    objects.set(recordKey(request), Buffer.from(`${JSON.stringify({ ...Object.fromEntries(record), ...object })}\n`));
    objects.delete(jobsKey(request).replace(/^jobs/, 'changes'));
  }

  #delete({ accountId, region, complete }: Place, { what }: Deletion): void {
    const keys = this.store.keys(`jobs/account_id=${accountId}/region=${region}/`);
    const newest = [...complete.values()].at(-1)?.attempt.request;
    const isMeant = (key: string) =>
      what === 'newest' ? newest && key === jobsKey(newest) : (/dt=([^/]+)/.exec(key)?.[1] as string) < what.before;
    for (const key of keys.filter(isMeant)) this.store.objects.delete(key);
    for (const one of complete.values()) {
      if (!this.store.objects.has(jobsKey(one.attempt.request))) one.hasRows = false;
    }
  }

  /** The rows of all objects below a prefix, each with its partition columns. */
  rowsBelow(prefix: string): Record<string, unknown>[] {
    return this.store.keys(`${prefix}/`).flatMap((key) => {
      const body = this.store.objects.get(key) as Uint8Array;
      const text = (key.endsWith('.gz') ? gunzipSync(body) : Buffer.from(body)).toString();
      const partitions = Object.fromEntries(
        [...key.matchAll(/(\w+)=([^/]+)\//g)].map(([, name, value]) => [name, value]),
      );
      return text
        .split('\n')
        .slice(0, -1)
        .map((line) => ({ ...JSON.parse(line), ...partitions }));
    });
  }
}

/**
 * When histories end, over the change of the clock in Europe, the end of a month and that of a year, and the day on which
 * they are looked at: the same day mostly, or the one after. A history's seed, taken by the number of these, says which.
 */
export const DAYS = [
  { end: '2026-10-25T22:40:00Z', today: '2026-10-25' },
  { end: '2026-10-26T05:10:00Z', today: '2026-10-26' },
  { end: '2026-10-28T13:00:00Z', today: '2026-10-28' },
  { end: '2026-11-02T22:30:00Z', today: '2026-11-03' },
  { end: '2027-01-01T07:00:00Z', today: '2027-01-01' },
];
