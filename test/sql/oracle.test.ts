import fc from 'fast-check';
import { faultsIn } from './oracle/compare.ts';
import { snapshotsOf } from './oracle/expected-snapshots.ts';
import { DAYS, RandomHistory } from './oracle/random-history.ts';
import { viewsOf } from './oracle/views.ts';

/**
 * A failure names the seed of its history: `PROMISES_SEED=… npx jest test/sql/oracle` replays it alone. `npm run test:soak`
 * sets more runs, of which each tenth is a history here.
 */
const histories = Math.max(28, Number(process.env.PROMISES_RUNS ?? 0) / 10);
const isSoak = process.env.PROMISES_RUNS !== undefined;
const replayed = process.env.PROMISES_SEED ? Number(process.env.PROMISES_SEED) : undefined;
/** Histories that are queried together: DuckDB takes longer to plan a query than to run it. */
const AT_ONCE = 14;

test('views and saved queries answer as they have to, whatever happened, and nothing that cannot be', async () => {
  const met = new Map<string, number>();
  const batch = async (seeds: readonly number[]) => {
    const all = [];
    for (const [number, seed] of seeds.entries()) all.push(await RandomHistory.make(seed, number));
    expect(await faultsIn(all)).toEqual([]);
    for (const { places, today } of all) for (const place of places) note(met, viewsOf(snapshotsOf(place), today));
  };
  if (replayed !== undefined) return batch([replayed]);
  // Histories of one day, which follows from a seed of the batch.
  const seeds = (first: number) => Array.from({ length: AT_ONCE }, (_, i) => first + i * DAYS.length);
  const property = fc.asyncProperty(fc.noShrink(fc.nat(2 ** 31)), (first) => batch(seeds(first)));
  // The same histories each time; the soak takes others.
  const seed = isSoak ? undefined : 1;
  await fc.assert(property, { numRuns: Math.ceil(histories / AT_ONCE), ...(seed && { seed }) });
  // A test that met none of them would prove nothing.
  for (const what of isSoak ? [...WHAT_HAPPENS, 'GAP'] : WHAT_HAPPENS)
    expect([what, (met.get(what) ?? 0) > 0]).toEqual([what, true]);
}, 3_600_000);

const WHAT_HAPPENS = [
  ...['FIRST', 'LATE', 'UNREADABLE', 'OLDER_VERSION', 'FORK'],
  ...['NEW', 'NOT_ASKED_BEFORE', 'UNEXPLAINED', 'MOVED', 'MAY_HAVE_MOVED'],
  ...['GONE', 'GROUP_UNKNOWN', 'GROUP_MISSING', 'NOT_ASKED_NOW'],
  ...['rows gone', 'group missing', 'group unknown', 'scopes', 'no id', 'unknown status', 'no status', 'no creation'],
];

function note(met: Map<string, number>, views: ReturnType<typeof viewsOf>): void {
  const add = (what: string | null) => met.set(String(what), (met.get(String(what)) ?? 0) + 1);
  for (const { reason } of views.unlinked_snapshots) add(reason);
  for (const { change, reason, scopes } of views.job_changes) {
    add(reason ?? change);
    if (scopes.length > 1) add('scopes');
  }
  for (const { reason } of views.vanished_jobs) add(reason);
  for (const { rows_present } of views.snapshot_rows) if (!rows_present) add('rows gone');
  for (const { missing } of views.job_counts) if (missing !== false) add(missing ? 'group missing' : 'group unknown');
  for (const { job_id, status, created_at } of views.complete_jobs) {
    if (job_id === null) add('no id');
    if (status === 'PAUSED') add('unknown status');
    if (status === 'UNKNOWN') add('no status');
    if (created_at === null) add('no creation');
  }
}
