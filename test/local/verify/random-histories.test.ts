import fc from 'fast-check';
import {
  changesKey,
  detailsKey,
  jobsKey,
  recordKey,
  type SnapshotIdentity,
  snapshotId,
} from '../../../lambda/contract/keys.ts';
import { type Finding, verify } from '../../../local/verify/verify.ts';
import { DAMAGES, recordOf } from '../../support/history-damage.ts';
import { FIRST, HOUR, linkedHistory, writeLinkedHistory } from '../../support/linked-history.ts';
import { type MemoryObject, memoryArchive } from '../../support/memory-archive.ts';
import { Random } from '../../support/random.ts';

/** VERIFY_RUNS sets more runs; a failure names its seed, which VERIFY_SEED replays. */
const numRuns = Number(process.env.VERIFY_RUNS ?? 40);
const seed = process.env.VERIFY_SEED ? Number(process.env.VERIFY_SEED) : undefined;

const problemsOf = (findings: readonly Finding[]) => findings.flatMap(({ problems }) => problems);
const keysOf = (identity: SnapshotIdentity) => [
  jobsKey(identity),
  changesKey(identity),
  detailsKey(identity),
  recordKey(identity),
];

it('never complains of an undamaged history, also while it is being written', async () => {
  const met = { fork: 0, gap: 0, compared: 0, notCompared: 0, changes: 0, details: 0, ownDetails: 0 };
  await fc.assert(
    fc.asyncProperty(linkedHistory, fc.nat(), fc.constantFrom(0, 0.1, 0.5, 1), async (props, n, haste) => {
      const random = new Random(n);
      const { requests, puts: written, now } = await writeLinkedHistory(props);
      const puts = [...written];
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
      const found = await Array.fromAsync(verify(memoryArchive({ objects }), {}, { now: () => now + 48 * HOUR }));
      expect(problemsOf(found)).toEqual([]);
      expect(found.map(({ key }) => key).sort()).toEqual(requests.map(recordKey).sort());
      for (const { key, breaks = [], notCompared, detailsNotCompared, changeCount, detailCount } of found) {
        for (const { kind } of breaks) met[kind] += 1;
        if (notCompared !== undefined || detailsNotCompared !== undefined) met.notCompared += 1;
        else if (changeCount !== undefined) met.compared += 1;
        met.changes += changeCount ?? 0;
        met.details += detailCount ?? 0;
        const request = requests.find((one) => recordKey(one) === key);
        if (request?.details) met.ownDetails += detailCount ?? 0;
      }
    }),
    { numRuns, seed, endOnFailure: false },
  );
  // Of an undamaged history every snapshot that names one before it is compared with it.
  expect(met.notCompared).toBe(0);
  if (seed === undefined) {
    for (const what of ['fork', 'gap', 'compared', 'changes', 'details', 'ownDetails'] as const) {
      expect([what, met[what] > 3]).toEqual([what, true]);
    }
  }
}, 600_000);

it('names each damage, never crashes, and says nothing of what is undamaged', async () => {
  const damages = fc.array(fc.constantFrom(...Object.keys(DAMAGES)), { minLength: 1, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(linkedHistory, damages, fc.nat(), async (props, names, n) => {
      const random = new Random(n);
      const { requests, puts } = await writeLinkedHistory(props);
      const objects = new Map(puts);
      const kin = new Kin(requests, objects);
      const undamaged = new Set(objects.keys());
      // Damages of one snapshot could undo each other, and nothing is checked against a damaged snapshot.
      let victims = [...requests];
      const suspects = new Set<string>();
      const expected: { readonly name: string; readonly keys: readonly string[] }[] = [];
      for (const name of names) {
        const withChanges = victims.filter((one) => objects.has(changesKey(one)));
        const withDetails = victims.filter((one) => objects.has(detailsKey(one)));
        const apt = name.startsWith('details') ? withDetails : withChanges;
        const victim = random.pick(apt.length > 0 && random.chance(0.8) ? apt : victims);
        if (!victim) break;
        victims = victims.filter((one) => !kin.isClose(one, victim));
        for (const one of kin.whoRestsOn(victim)) for (const key of keysOf(one)) suspects.add(key);
        const damage = DAMAGES[name] as (typeof DAMAGES)[string];
        for (const keys of damage({ identity: victim, objects, random })) expected.push({ name, keys });
      }
      for (const key of objects.keys()) if (!undamaged.has(key)) suspects.add(key);

      const stored = new Map([...objects].map(([key, body]) => [key, { body, modifiedAt: FIRST }]));
      const archive = memoryArchive({ objects: stored, chunkBytes: 1 + random.below(999) });
      const problems = problemsOf(await Array.fromAsync(verify(archive, {}, { now: () => FIRST + 96 * HOUR })));
      const named = new Set(problems.map(({ key }) => key));
      for (const { name, keys } of expected) {
        expect({ name, keys, isNamed: keys.some((key) => named.has(key)) }).toEqual({ name, keys, isNamed: true });
      }
      expect(problems.filter(({ key }) => !suspects.has(key) && !isNeighbour(key, suspects))).toEqual([]);
    }),
    { numRuns: 2 * numRuns, seed, endOnFailure: false },
  );
}, 600_000);

/** Relations between snapshots of a history. */
class Kin {
  readonly #records: ReadonlyMap<SnapshotIdentity, ReturnType<typeof recordOf>>;

  constructor(requests: readonly SnapshotIdentity[], objects: ReadonlyMap<string, Uint8Array>) {
    this.#records = new Map(requests.map((one) => [one, recordOf(objects.get(recordKey(one)))]));
  }

  isClose(a: SnapshotIdentity, b: SnapshotIdentity): boolean {
    return a === b || this.#names(a, b) || this.#names(b, a);
  }

  /** A snapshot, those that name it, and those that say that there is another one. */
  whoRestsOn(victim: SnapshotIdentity): SnapshotIdentity[] {
    return [...this.#records].flatMap(([one, record]) => {
      const isRequested = record.unlinked_reason === 'LATE' || record.unlinked_reason === 'UNREADABLE';
      return one === victim || this.#names(one, victim) || (isRequested && isOfOneExport(one, victim)) ? [one] : [];
    });
  }

  #names(one: SnapshotIdentity, other: SnapshotIdentity): boolean {
    const name = this.#records.get(one)?.previous_snapshot_id;
    return isOfOneExport(one, other) && name === snapshotId(other);
  }
}

function isOfOneExport(a: SnapshotIdentity, b: SnapshotIdentity): boolean {
  return a.exportName === b.exportName;
}

/** A key beside a renamed one: the rows that a renamed record has not, or the other way round. */
function isNeighbour(key: string, suspects: ReadonlySet<string>): boolean {
  const record = key.replace(/^(jobs|changes|details)\//, 'snapshots/').replace(/\.gz$/, '');
  return suspects.has(record);
}
