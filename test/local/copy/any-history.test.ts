import fc from 'fast-check';
import {
  changesKey,
  detailsKey,
  intentKey,
  jobsKey,
  recordKey,
  type SnapshotIdentity,
} from '../../../lambda/contract/keys.ts';
import { StoreUnavailableError } from '../../../lambda/errors.ts';
import type { CopyResult } from '../../../local/copy/snapshot-copy.ts';
import { SnapshotCheck } from '../../../local/verify/check-snapshot.ts';
import { parseKey } from '../../../local/verify/parse-key.ts';
import { RetryingReads } from '../../../local/verify/retrying-reads.ts';
import { type Damage, DAMAGES as OF_ROWS_AND_RECORDS } from '../../support/history-damage.ts';
import { MemoryStore } from '../../support/memory-store.ts';
import { Random } from '../../support/random.ts';
import {
  archiveOf,
  changesOf,
  copied,
  detailsOf,
  identityOf,
  recordOf,
  rowsOf,
  take,
  visible,
} from './copied-histories.ts';

/** COPY_RUNS sets more runs; a failure names its seed, which COPY_SEED replays. */
const numRuns = Number(process.env.COPY_RUNS ?? 100);
const seed = process.env.COPY_SEED ? Number(process.env.COPY_SEED) : undefined;

const DAMAGES: Readonly<Record<string, Damage>> = {
  ...OF_ROWS_AND_RECORDS,
  'changes: bytes': ({ identity, objects }) => otherBytes(objects, changesKey(identity)),
  'details: bytes': ({ identity, objects }) => otherBytes(objects, detailsKey(identity)),
};
function otherBytes(objects: Map<string, Uint8Array>, key: string) {
  const body = objects.get(key);
  if (body) objects.set(key, Buffer.concat([body.subarray(1), Buffer.from('x')]));
  return body ? [[key]] : [];
}

/** Damages that the sizes and the SHA-256 of a record reveal. */
const SOME_DAMAGES = Object.keys(DAMAGES).filter((name) =>
  /^(rows|changes|details): (bytes|gone|those)|^record: (gone|that)/.test(name),
);

/** Objects of a scheduled time in both places. */
const snapshot = fc.record({
  jobs: fc.nat(5),
  there: fc.constantFrom(
    'nothing',
    'nothing',
    'same',
    'rows of the same',
    'no record',
    'other',
    'unfinished',
    'orphan',
  ),
  damage: fc.option(fc.constantFrom(...SOME_DAMAGES), { freq: 4 }),
});
const history = fc.record({
  snapshots: fc.array(snapshot, { minLength: 1, maxLength: 6 }),
  /** Puts after which the copy dies, once with the put and once without it. */
  deaths: fc.array(fc.record({ puts: fc.nat(8), isPut: fc.boolean() }), { maxLength: 3 }),
  seed: fc.nat(),
});
type HistoryProps = typeof history extends fc.Arbitrary<infer T> ? T : never;

interface Places {
  readonly from: MemoryStore;
  readonly to: MemoryStore;
  /** What was taken, before it was damaged. */
  readonly taken: ReadonlyMap<string, Uint8Array>;
}

async function write({ snapshots, seed: ofDamage }: HistoryProps): Promise<Places> {
  const [from, to] = [new MemoryStore(), new MemoryStore()];
  for (const [hour, { jobs, there }] of snapshots.entries()) {
    await take(from, hour, jobs);
    const identity = identityOf(hour);
    const kept = { same: 4, 'no record': 3, 'rows of the same': 1 }[there as string];
    if (kept !== undefined) {
      const keys = [jobsKey(identity), changesKey(identity), detailsKey(identity), recordKey(identity)];
      for (const key of keys.slice(0, kept)) {
        const body = from.objects.get(key);
        if (body) to.objects.set(key, body);
      }
    } else if (there !== 'nothing') {
      await take(to, hour, jobs + 1);
      const { object_sha256 } = to.record(recordKey(identity));
      if (there !== 'other') to.objects.delete(recordKey(identity));
      if (there === 'orphan') to.objects.delete(intentKey(identity, object_sha256));
    }
  }
  const taken = new Map(from.objects);
  const random = new Random(ofDamage);
  for (const [hour, { damage }] of snapshots.entries()) {
    if (damage) DAMAGES[damage]?.({ identity: identityOf(hour), objects: from.objects, random });
  }
  return { from, to, taken };
}

/** A copy that is killed after some puts, and run again until it ends. */
async function copyDespite({ deaths }: HistoryProps, { from, to }: Places): Promise<CopyResult[]> {
  for (const { puts, isPut } of deaths) {
    let left = puts;
    const die = () => {
      if (left-- === 0) throw new StoreUnavailableError('the line broke');
    };
    if (isPut) to.afterPut = die;
    else to.beforePut = die;
    await copied(from, to).catch((error: unknown) => {
      if (!(error instanceof StoreUnavailableError)) throw error;
    });
    to.afterPut = () => {};
    to.beforePut = () => {};
  }
  return await copied(from, to);
}

const allIn = (objects: ReadonlyMap<string, Uint8Array>, hour: number) =>
  [rowsOf(hour), changesOf(hour), detailsOf(hour), recordOf(hour)].map((key) => objects.get(key));

it('leaves the target with each snapshot once and whole, from one place, and changes nothing that it had', async () => {
  await fc.assert(
    fc.asyncProperty(history, async (props) => {
      const places = await write(props);
      const { from, to, taken } = places;
      const before = new Map(to.objects);
      const source = new Map(from.objects);
      await copyDespite(props, places);

      for (const [key, body] of before) expect(to.objects.get(key)).toBe(body);
      expect(from.objects).toEqual(source);
      for (const [hour, { there }] of props.snapshots.entries()) {
        const all = allIn(to.objects, hour);
        const [rows, , , record] = all;
        const isUndamaged = allIn(from.objects, hour).every((body, i) => body === allIn(taken, hour)[i]);
        if (isUndamaged && !['other', 'unfinished', 'orphan'].includes(there)) {
          expect(all).toEqual(allIn(taken, hour));
        }
        if (there === 'other' || (there === 'unfinished' && isUndamaged)) {
          expect(rows).toBe(before.get(rowsOf(hour)));
          expect(to.record(recordOf(hour)).job_count).toBe((props.snapshots[hour]?.jobs ?? 0) + 1);
        }
        if (record && there === 'nothing') expect(all).toEqual(allIn(taken, hour));
      }
      // A snapshot that a query sees has its own rows, changes and details; what has no record is seen by none. The one before may be
      // another than it was compared with, or be left out as damaged, so each is looked at by itself.
      const check = new SnapshotCheck({
        ...{ archive: archiveOf(to), reads: new RetryingReads(), rows: new Map(), isQuick: false, now: Date.now },
      });
      const seen = [...visible(to).keys()].filter((key) => key.startsWith('snapshots/'));
      for (const key of seen) {
        const { problems, jobCount } = await check.record(parseKey(key) as SnapshotIdentity);
        expect([key, problems, jobCount]).toEqual([key, [], expect.any(Number)]);
      }
    }),
    { numRuns, ...(seed !== undefined && { seed }) },
  );
}, 120_000);

it('puts nothing the next time', async () => {
  await fc.assert(
    fc.asyncProperty(history, async (props) => {
      const places = await write(props);
      const first = await copyDespite(props, places);
      places.to.puts.length = 0;
      const second = await copied(places.from, places.to);
      expect(places.to.puts).toEqual([]);
      const notCopied = (found: readonly CopyResult[]) =>
        found.filter(({ outcome }) => outcome === 'not-copied').length;
      expect(notCopied(second)).toBe(notCopied(first));
    }),
    { numRuns: Math.ceil(numRuns / 3), ...(seed !== undefined && { seed }) },
  );
}, 120_000);
