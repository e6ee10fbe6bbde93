import { promisify } from 'node:util';
import fc from 'fast-check';
import { JOB_STATUSES } from '../../lambda/contract/jobs.ts';
import { jobsKey, recordKey } from '../../lambda/contract/keys.ts';
import { exportSnapshot } from '../../lambda/core/export-snapshot.ts';
import type { SnapshotRequest } from '../../lambda/core/request.ts';
import {
  AccessDeniedError,
  ExporterError,
  ServiceUnavailableError,
  StoreUnavailableError,
  ThrottledOutError,
} from '../../lambda/errors.ts';
import { expectWholeSnapshot } from '../support/expect-whole-snapshot.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { historyIn } from '../support/memory-records.ts';
import { MemoryStore } from '../support/memory-store.ts';
import { type FleetHabits, ModelFleet } from '../support/model-fleet.ts';
import { Random } from '../support/random.ts';
import { ScriptedSource } from '../support/scripted-source.ts';

/** `npm run test:soak` sets more runs; a failure names its seed, which PROMISES_SEED replays. */
const numRuns = Number(process.env.PROMISES_RUNS ?? 400);
const seed = process.env.PROMISES_SEED ? Number(process.env.PROMISES_SEED) : undefined;

const KNOWN_GROUPS = ['eu', 'us', 'asia'];
const MINUTES = 60_000;

const habits: fc.Arbitrary<FleetHabits> = fc.record({
  jobs: fc.nat(60),
  groups: fc.subarray(KNOWN_GROUPS),
  missingGroup: fc.constantFrom('error', 'empty'),
  pageSize: fc.integer({ min: 1, max: 25 }),
  moves: fc.constantFrom(0, 0.01, 0.1, 0.5),
  births: fc.constantFrom(0, 0.3),
  oddities: fc.constantFrom(0, 0.1, 0.4),
});

const request: fc.Arbitrary<SnapshotRequest> = fc.record({
  accountId: fc.constant('123456789012'),
  region: fc.constant('eu-west-1'),
  exportName: fc.constant('all'),
  scheduledAt: fc.constant(Date.parse('2026-11-23T18:00:00Z')),
  statuses: fc.shuffledSubarray([...JOB_STATUSES], { minLength: 1 }),
  thingGroups: fc.subarray([...KNOWN_GROUPS, 'nowhere']),
  thingGroupIds: fc.subarray(['us', 'no-id']),
});

/** What goes wrong during one delivery; the chances are per call and per put. */
const troubles = fc.record({
  source: fc.constantFrom(0, 0, 0.02, 0.2),
  sameToken: fc.constantFrom(0, 0, 0.05),
  storeBefore: fc.constantFrom(0, 0, 0.3),
  storeAfter: fc.constantFrom(0, 0, 0.3),
  hang: fc.constantFrom(0, 0, 0.01),
  check: fc.constantFrom(0, 0, 0.3),
  slow: fc.constantFrom(100, 5000, 60_000),
  storeSlow: fc.constantFrom(0, 0, 1000, 600_000),
});
type Troubles = typeof troubles extends fc.Arbitrary<infer T> ? T : never;

interface Delivery {
  /** Moments of the model at which the run began and ended. */
  readonly from: number;
  readonly to: number;
  readonly error?: unknown;
  /** Whether AWS IoT did not say if some thing group exists. */
  readonly checksFailed: boolean;
}

/** One delivery of the event, with its troubles; each has a process, and so a source, of its own. */
async function deliver(
  wanted: SnapshotRequest,
  fleet: ModelFleet,
  store: MemoryStore,
  clock: FakeClock,
  trouble: Troubles | undefined,
  random: Random,
): Promise<Delivery> {
  /** Of the listing at hand. */
  const tokens: string[] = [];
  const hit = (chance: number | undefined) => random.chance(chance ?? 0);
  const outOfTime = () => clock.advance(20 * MINUTES);
  const source = new ScriptedSource((query) => {
    clock.advance(trouble?.slow ?? 100);
    if (hit(trouble?.hang)) {
      setImmediate(outOfTime);
      return new Promise(() => {});
    }
    if (hit(trouble?.source)) {
      return random.pick([new ThrottledOutError('throttled'), new ServiceUnavailableError('down'), new Error('bug')]);
    }
    const page = fleet.list(query);
    if (query.nextToken === undefined) tokens.length = 0;
    if (page.nextToken !== undefined && tokens.length > 0 && hit(trouble?.sameToken)) {
      return { ...page, nextToken: random.pick(tokens) };
    }
    if (page.nextToken !== undefined) tokens.push(page.nextToken);
    return page;
  });
  let checksFailed = false;
  source.groupExists = (name) => {
    clock.advance(trouble?.slow ?? 100);
    if (!hit(trouble?.check)) return fleet.groups.includes(name);
    checksFailed = true;
    return random.pick([new AccessDeniedError('denied'), new ThrottledOutError('throttled')]);
  };
  store.beforePut = async () => {
    clock.advance(trouble?.storeSlow ?? 0);
    if (hit(trouble?.storeBefore)) throw new StoreUnavailableError('503');
  };
  store.afterPut = () => {
    if (hit(trouble?.storeAfter)) throw new StoreUnavailableError('the answer was lost');
  };
  const from = fleet.moment;
  try {
    await exportSnapshot(wanted, { clock, source, ...historyIn(store) }, clock.monotonic() + 15 * MINUTES);
    return { from, to: fleet.moment, checksFailed };
  } catch (error) {
    return { from, to: fleet.moment, checksFailed, error };
  }
}

const nextTurn = promisify(setImmediate);

/** Snapshots that a query sees: none without a record. */
function visible(store: MemoryStore, wanted: SnapshotRequest) {
  if (!store.objects.has(recordKey(wanted))) return undefined;
  const body = store.objects.get(jobsKey(wanted)) as Uint8Array;
  return { record: store.record(recordKey(wanted)), rows: store.rows(jobsKey(wanted)), body };
}

describe('whatever the service, the store and the fleet do', () => {
  it('a snapshot is whole and never changes, or there is none', async () => {
    await fc.assert(
      fc.asyncProperty(
        habits,
        request,
        fc.array(troubles, { maxLength: 3 }),
        fc.nat(),
        async (fleetHabits, wanted, bad, n) => {
          const random = new Random(n);
          const fleet = new ModelFleet(fleetHabits, random);
          const store = new MemoryStore();
          const clock = new FakeClock('2026-11-23T18:00:01Z');
          const deliveries: Delivery[] = [];
          let writer: Delivery | undefined;
          let existing: ReadonlyMap<string, Uint8Array> = new Map();

          for (const trouble of [...bad, undefined, undefined]) {
            const rowsStood = store.objects.has(jobsKey(wanted));
            const delivery = await deliver(wanted, fleet, store, clock, trouble, random);
            await nextTurn(); // a put that the run left at its deadline
            deliveries.push(delivery);
            if (!rowsStood && store.objects.has(jobsKey(wanted))) writer = delivery;

            for (const [key, body] of existing) expect(store.objects.get(key)).toBe(body);
            existing = new Map(store.objects);
            const seen = visible(store, wanted);
            if (delivery.error === undefined) expect(seen).toBeDefined();
            if (seen === undefined || writer === undefined) continue;
            expectWholeSnapshot({ wanted, fleet, ...seen, during: writer, checksFailed: writer.checksFailed });
          }
          expect(deliveries.at(-1)?.error).toBeUndefined();
          for (const { error } of deliveries) {
            if (error !== undefined && (error as Error).message !== 'bug') expect(error).toBeInstanceOf(ExporterError);
          }
        },
      ),
      { numRuns, seed, endOnFailure: false },
    );
  }, 600_000);
});
