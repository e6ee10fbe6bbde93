import fc from 'fast-check';
import type { CountedStatusAlarm } from '../../lambda/contract/count-alarm.ts';
import { COMPARISONS } from '../../lambda/contract/count-alarm.ts';
import { type Invocation, runBundle } from '../support/bundle.ts';
import { pointsOf } from '../support/emf.ts';
import { LoopbackIot } from '../support/loopback-iot.ts';
import { LoopbackS3 } from '../support/loopback-s3.ts';

const FIRST = Date.parse('2024-02-28T21:00:00Z');
const MINUTE = 60_000;

/** State of the service: a number of jobs of the group, a group that is missing or may be, or a failure. */
type World = number | 'missing' | 'unchecked' | 'not-asked' | 'fails';

interface Step {
  /** Index of the scheduled time. */
  readonly slot: number;
  readonly world: World;
  /** Whether the record of that time, if there is one, is taken away before. */
  readonly losesRecord: boolean;
}

let iot: LoopbackIot;
let s3: LoopbackS3;
let invoke: (event: unknown) => Promise<Invocation>;
let world: World;

beforeAll(async () => {
  iot = new LoopbackIot();
  s3 = new LoopbackS3();
  const endpoints = { iot: await iot.start(), s3: await s3.start() };
  iot.answer = ({ thingGroupName }) => {
    if (world === 'fails') return { status: 403, errorType: 'AccessDeniedException', body: { message: 'no' } };
    if (world === 'missing') return { status: 404, errorType: 'ResourceNotFoundException', body: { message: 'no' } };
    const count = typeof world === 'number' ? world : 0;
    return { body: { jobs: Array.from({ length: count }, (_, i) => ({ jobId: `${thingGroupName}-${i}` })) } };
  };
  iot.describeThingGroup = (thingGroupName) =>
    world === 'unchecked'
      ? { status: 403, errorType: 'AccessDeniedException', body: { message: 'no' } }
      : { body: { thingGroupName } };
  invoke = (event) => runBundle(event, { ...endpoints, variables: { LIST_JOBS_PER_SECOND: '1000000' } });
});
afterAll(async () => {
  await Promise.all([iot.stop(), s3.stop()]);
});

const alarm: fc.Arbitrary<Omit<CountedStatusAlarm, 'name'>> = fc.record({
  status: fc.constant('SCHEDULED' as const),
  thingGroup: fc.constant('eu'),
  comparison: fc.constantFrom(...COMPARISONS),
  threshold: fc.integer({ min: 0, max: 3 }),
  forSnapshots: fc.integer({ min: 2, max: 6 }),
});
const alarmsOfRun = fc
  .array(alarm, { minLength: 1, maxLength: 4 })
  .map((alarms) => alarms.map((fields, i): CountedStatusAlarm => ({ ...fields, name: `alarm ${i}` })));
/** Minutes from one scheduled time to the next: within a day, over a change of the day, over a pause. */
const gaps = fc.array(fc.constantFrom(1, 10, 60, 170, 1440, 4000), { minLength: 12, maxLength: 12 });
const step: fc.Arbitrary<Omit<Step, 'slot'>> = fc.record({
  world: fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: 0, max: 4 }) },
    { weight: 2, arbitrary: fc.constantFrom('missing' as const, 'unchecked' as const, 'not-asked' as const) },
    { weight: 1, arbitrary: fc.constant('fails' as const) },
  ),
  losesRecord: fc.boolean(),
});
/** Mostly in order, some late, some twice. */
const steps = fc
  .tuple(
    fc.array(step, { minLength: 4, maxLength: 12 }),
    fc.array(fc.tuple(fc.nat(11), fc.nat(11), step), { maxLength: 4 }),
  )
  .map(([inOrder, extra]) => {
    const all: Step[] = inOrder.map((fields, slot) => ({ ...fields, slot }));
    for (const [slot, at, fields] of extra) all.splice(at, 0, { ...fields, slot });
    return all;
  });

/** The signs of count minus threshold by which a comparison holds. */
const SIGNS = { '>': [1], '>=': [0, 1], '<': [-1], '<=': [-1, 0] };

/** The answer and the metrics that a run must have, from a plain list of complete snapshots. */
class Model {
  /** Counts by slot; `null` where the snapshot does not know its own. */
  readonly #complete = new Map<number, number | null>();
  /** Counts of the slots whose rows exist without a record. */
  readonly #halves = new Map<number, number | null>();

  loseRecord(slot: number): void {
    const count = this.#complete.get(slot);
    if (count === undefined) return;
    this.#complete.delete(slot);
    this.#halves.set(slot, count);
  }

  run({ slot, world }: Step, alarms: readonly CountedStatusAlarm[]) {
    const points: Record<string, number> = {};
    if (this.#complete.has(slot)) return { outcome: 'already-written', points };
    const half = this.#halves.get(slot);
    const outcome = half === undefined ? 'written' : 'recovered';
    if (half === undefined && world === 'fails') return { outcome: 'AccessDeniedError', points };
    const count = half !== undefined ? half : typeof world === 'number' ? world : null;
    this.#complete.set(slot, count);
    this.#halves.delete(slot);
    const isNewest = Math.max(...this.#complete.keys()) === slot;
    if (count === null) return { outcome, points };
    if (isNewest || outcome === 'written') points['JobCount all/SCHEDULED/eu'] = count;
    const newest = this.#complete.get(Math.max(...this.#complete.keys()));
    const known = [...this.#complete].sort(([a], [b]) => b - a).flatMap(([, value]) => value ?? []);
    for (const { name, comparison, threshold, forSnapshots } of newest !== null && world !== 'not-asked'
      ? alarms
      : []) {
      const fine = known.findIndex((value) => !SIGNS[comparison].includes(Math.sign(value - threshold)));
      points[`SnapshotsInBreach all/${name}`] = Math.min(forSnapshots, fine < 0 ? known.length : fine);
    }
    return { outcome, points };
  }
}

/** `npm run test:soak`. */
const isSoak = process.env.PROMISES_RUNS !== undefined;
const EVERYTHING = ['written', 'recovered', 'already-written', 'AccessDeniedError', '0 on end', '3 on end'];

it(
  'whatever comes, in whatever order, each run emits what a list of all complete snapshots says',
  async () => {
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(gaps, steps, alarmsOfRun, async (minutes, all, alarms) => {
        s3.objects.clear();
        s3.requests.length = 0;
        const model = new Model();
        const timeOf = (slot: number) => FIRST + minutes.slice(0, slot).reduce((sum, gap) => sum + gap, 0) * MINUTE;
        for (const current of all) {
          const scheduledTime = new Date(timeOf(current.slot)).toISOString();
          if (current.losesRecord) {
            model.loseRecord(current.slot);
            const id = scheduledTime.replaceAll(/[-:]|\.\d+/g, '');
            for (const key of s3.objects.keys())
              if (key.includes('/snapshots/') && key.includes(id)) s3.objects.delete(key);
          }
          world = current.world;
          const isRequested = world !== 'not-asked';
          const requested = isRequested ? { statuses: ['SCHEDULED'], alarms } : { statuses: ['COMPLETED'] };
          const { answer, error, metrics } = await invoke({
            export: 'all',
            scheduledTime,
            thingGroups: ['eu'],
            ...requested,
          });
          const outcome = answer?.outcome ?? error?.name ?? 'none';
          const expected = model.run(current, alarms);
          const points = pointsOf(metrics).filter(([name]) => /SnapshotsInBreach|JobCount all.SCHEDULED/.test(name));
          expect([current, outcome, Object.fromEntries(points)]).toEqual([current, expected.outcome, expected.points]);
          expect(points).toHaveLength(Object.keys(expected.points).length);
          seen.add(outcome);
          for (const [name, value] of points) if (name.startsWith('SnapshotsInBreach')) seen.add(`${value} on end`);
        }
      }),
      { numRuns: isSoak ? 200 : 25 },
    );
    for (const what of EVERYTHING) {
      expect(seen).toContain(what);
    }
  },
  isSoak ? 1_800_000 : 180_000,
);
