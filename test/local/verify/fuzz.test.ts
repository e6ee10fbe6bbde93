import fc from 'fast-check';
import { JOB_STATUSES } from '../../../lambda/contract/jobs.ts';
import { jobsKey, recordKey } from '../../../lambda/contract/keys.ts';
import { exportSnapshot } from '../../../lambda/core/export-snapshot.ts';
import type { SnapshotRequest } from '../../../lambda/core/request.ts';
import { type Finding, verify } from '../../../local/verify/verify.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { DAMAGES } from '../../support/history-damage.ts';
import { type MemoryObject, memoryArchive } from '../../support/memory-archive.ts';
import { historyIn } from '../../support/memory-records.ts';
import { MemoryStore } from '../../support/memory-store.ts';
import { type FleetHabits, ModelFleet } from '../../support/model-fleet.ts';
import { Random } from '../../support/random.ts';
import { ScriptedSource } from '../../support/scripted-source.ts';

/** VERIFY_RUNS sets more runs; a failure names its seed, which VERIFY_SEED replays. */
const numRuns = Number(process.env.VERIFY_RUNS ?? 400);
const seed = process.env.VERIFY_SEED ? Number(process.env.VERIFY_SEED) : undefined;

const FIRST = Date.parse('2026-11-23T18:00:00Z');
const HOUR = 3_600_000;
const GROUPS = ['eu', 'us', 'asia'];

const habits: fc.Arbitrary<FleetHabits> = fc.record({
  jobs: fc.nat(30),
  groups: fc.subarray(GROUPS),
  missingGroup: fc.constantFrom('error', 'empty'),
  pageSize: fc.integer({ min: 1, max: 25 }),
  moves: fc.constantFrom(0, 0.01, 0.1),
  births: fc.constantFrom(0, 0.3),
  oddities: fc.constantFrom(0, 0, 0.2),
});

/** What an export asks for; two of them make a history. */
const asked = fc.record({
  statuses: fc.shuffledSubarray([...JOB_STATUSES], { minLength: 1 }),
  thingGroups: fc.subarray([...GROUPS, 'nowhere']),
  thingGroupIds: fc.subarray(['us', 'no-id']),
});
const history = fc.record({
  habits,
  exports: fc.tuple(asked, asked),
  hours: fc.integer({ min: 1, max: 3 }),
  seed: fc.nat(),
});
type HistoryProps = typeof history extends fc.Arbitrary<infer T> ? T : never;

/** Puts of each snapshot, in the order in which the core made them. */
interface WrittenSnapshot {
  readonly request: SnapshotRequest;
  readonly puts: readonly (readonly [key: string, body: Uint8Array])[];
}

async function write({ habits: ofFleet, exports, hours, seed: ofFleetSeed }: HistoryProps): Promise<WrittenSnapshot[]> {
  const fleet = new ModelFleet(ofFleet, new Random(ofFleetSeed));
  const written: WrittenSnapshot[] = [];
  for (let hour = 0; hour < hours; hour++) {
    for (const [i, exportAsked] of exports.entries()) {
      const scheduledAt = FIRST + hour * HOUR;
      const where = { accountId: '123456789012', region: 'eu-west-1', exportName: `export-${i}`, scheduledAt };
      const request = { ...where, ...exportAsked };
      const clock = new FakeClock(scheduledAt + 1500);
      const source = new ScriptedSource((query) => {
        clock.advance(100);
        return fleet.list(query);
      });
      source.groupExists = (name) => fleet.groups.includes(name);
      const store = new MemoryStore();
      await exportSnapshot(request, { clock, source, ...historyIn(store) }, Number.POSITIVE_INFINITY);
      written.push({ request, puts: store.puts.map((key) => [key, store.objects.get(key) as Uint8Array]) });
    }
  }
  return written;
}

const problemsOf = (findings: readonly Finding[]) => findings.flatMap(({ problems }) => problems);
const keysOf = ({ request }: WrittenSnapshot) => [jobsKey(request), recordKey(request)];

/** Puts of several runs at once: each keeps its own order. */
function interleaved(snapshots: readonly WrittenSnapshot[], random: Random) {
  const left = snapshots.map(({ puts }) => [...puts]);
  const order: (readonly [string, Uint8Array])[] = [];
  for (;;) {
    const running = left.filter((puts) => puts.length > 0);
    if (running.length === 0) return order;
    order.push(random.pick(running).shift() as [string, Uint8Array]);
  }
}

it('never complains of an undamaged history, also while it is being written', async () => {
  await fc.assert(
    fc.asyncProperty(history, fc.nat(), fc.constantFrom(0, 0.1, 0.5, 1), async (props, n, haste) => {
      const random = new Random(n);
      const written = await write(props);
      const puts = interleaved(written, random);
      const now = FIRST + 3 * HOUR;
      const objects = new Map<string, MemoryObject>();
      const put = () => {
        const [key, body] = puts.shift() ?? [];
        if (key !== undefined && body) objects.set(key, { body, modifiedAt: now });
      };
      for (let count = random.below(puts.length + 1); count > 0; count--) put();
      const before = () => {
        while (random.chance(haste) && puts.length > 0) put();
      };
      const archive = memoryArchive({
        objects,
        before,
        pageSize: 1 + random.below(3),
        chunkBytes: 1 + random.below(99),
      });
      expect(problemsOf(await Array.fromAsync(verify(archive, {}, { now: () => now })))).toEqual([]);

      while (puts.length > 0) put();
      const found = await Array.fromAsync(verify(memoryArchive({ objects }), {}, { now: () => now + 24 * HOUR }));
      expect(problemsOf(found)).toEqual([]);
      expect(found.map(({ key }) => key).sort()).toEqual(written.map(({ request }) => recordKey(request)).sort());
    }),
    { numRuns, seed, endOnFailure: false },
  );
}, 600_000);

it('names each damage, never crashes, and says nothing of what is undamaged', async () => {
  const damages = fc.array(fc.constantFrom(...Object.keys(DAMAGES)), { minLength: 1, maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(history, damages, fc.nat(), async (props, names, n) => {
      const random = new Random(n);
      const written = await write(props);
      const objects = new Map(written.flatMap(({ puts }) => puts));
      const undamaged = new Set(objects.keys());
      // Damages of one snapshot could undo each other.
      const victims = [...written];
      const suspects = new Set<string>();
      const expected: { readonly name: string; readonly keys: readonly string[] }[] = [];
      for (const name of names) {
        const [victim] = victims.splice(random.below(victims.length), 1);
        if (!victim) break;
        for (const key of keysOf(victim)) suspects.add(key);
        const damage = DAMAGES[name] as (typeof DAMAGES)[string];
        for (const keys of damage({ identity: victim.request, objects, random })) expected.push({ name, keys });
      }
      for (const key of objects.keys()) if (!undamaged.has(key)) suspects.add(key);

      const stored = new Map([...objects].map(([key, body]) => [key, { body, modifiedAt: FIRST }]));
      const archive = memoryArchive({ objects: stored, chunkBytes: 1 + random.below(999) });
      const problems = problemsOf(await Array.fromAsync(verify(archive, {}, { now: () => FIRST + 24 * HOUR })));
      const named = new Set(problems.map(({ key }) => key));
      for (const { name, keys } of expected) {
        expect({ name, keys, isNamed: keys.some((key) => named.has(key)) }).toEqual({ name, keys, isNamed: true });
      }
      expect(problems.filter(({ key }) => !suspects.has(key) && !isNeighbour(key, suspects))).toEqual([]);
    }),
    { numRuns, seed, endOnFailure: false },
  );
}, 600_000);

/** A key beside a renamed one: the rows that a renamed record has not, or the other way round. */
function isNeighbour(key: string, suspects: ReadonlySet<string>): boolean {
  const record = key.replace(/^jobs\//, 'snapshots/').replace(/\.gz$/, '');
  return suspects.has(record);
}
