import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { type History, openHistory } from '../../local/history/open.ts';
import { JOB_DETAILS, SNAPSHOTS } from '../../local/history/tables.ts';
import { readQueries, readViews } from '../../sql/catalog.ts';
import type { DescribedObjects } from '../support/described-history.ts';
import { ask, differences, type Row } from './oracle/compare.ts';
import { loadRows } from './oracle/load.ts';
import { OF_DETAILS } from './oracle/queries.ts';
import { randomDetails, TODAY } from './oracle/random-details.ts';
import { ROLLOUT_COMPARED, rolloutAnswersOf } from './oracle/rollout-queries.ts';
import { rolloutViewsOf } from './oracle/rollouts.ts';

const isSoak = process.env.PROMISES_RUNS !== undefined;
const histories = Math.max(60, Number(process.env.PROMISES_RUNS ?? 0) / 10);
const replayed = process.env.PROMISES_SEED ? Number(process.env.PROMISES_SEED) : undefined;
/** Histories that are queried together: DuckDB takes longer to plan a query than to run it. */
const AT_ONCE = 30;
const VIEWS = ['complete_details', 'rollout_progress', 'latest_rollouts'] as const;

interface GeneratedHistory {
  readonly seed: number;
  readonly accountId: string;
  readonly snapshots: readonly DescribedObjects[];
}

/** A failure names the seed of its history: `PROMISES_SEED=… npx jest test/sql/rollouts-oracle` replays it alone. */
test('views and saved queries of details answer as they have to, whatever happened', async () => {
  const met = new Map<string, number>();
  const batch = async (seeds: readonly number[]) => {
    const all = seeds.map((seed, i): GeneratedHistory => {
      const accountId = String(100_000_000_000 + i);
      return { seed, accountId, snapshots: randomDetails(seed, accountId) };
    });
    expect(await faultsIn(all)).toEqual([]);
    for (const one of all) note(met, one);
  };
  if (replayed !== undefined) return batch([replayed]);
  const property = fc.asyncProperty(fc.noShrink(fc.nat(2 ** 31)), (first) =>
    batch(Array.from({ length: AT_ONCE }, (_, i) => first + i)),
  );
  // The same histories each time; the soak takes others.
  await fc.assert(property, { numRuns: Math.ceil(histories / AT_ONCE), ...(!isSoak && { seed: 1 }) });
  // A test that met none of them would prove nothing.
  for (const what of WHAT_HAPPENS) expect([what, (met.get(what) ?? 0) > 0]).toEqual([what, true]);
}, 3_600_000);

async function faultsIn(all: readonly GeneratedHistory[]): Promise<string[]> {
  const directory = mkdtempSync(join(tmpdir(), 'rollouts-'));
  let history: History | undefined;
  try {
    history = await openHistory(directory, TODAY);
    const snapshots = all.flatMap((one) => one.snapshots);
    const partitioned = ({ identity }: DescribedObjects) => ({
      account_id: identity.accountId,
      region: identity.region,
      export_name: identity.exportName,
      dt: new Date(identity.scheduledAt).toISOString().slice(0, 10),
    });
    const records = snapshots.flatMap((one) => (one.record ? [{ ...one.record, ...partitioned(one) }] : []));
    const details = snapshots.flatMap((one) => one.details.map((row) => ({ ...row, ...partitioned(one) })));
    await loadRows(history, directory, SNAPSHOTS.name, records);
    await loadRows(history, directory, JOB_DETAILS.name, details);
    const expected = new Map(all.map((one) => [one, answersOf(one)]));
    const faults: string[] = [];
    for (const [name, sql] of statements()) {
      const byAccount = Map.groupBy(await ask(history, sql), ({ account_id }) => account_id);
      for (const [{ seed, accountId }, answers] of expected) {
        const lines = differences(byAccount.get(accountId) ?? [], answers[name] ?? []);
        faults.push(...lines.map((line) => `seed ${seed}, ${name}: ${line}`));
      }
    }
    return faults;
  } finally {
    history?.close();
    rmSync(directory, { recursive: true });
  }
}

function answersOf({ snapshots }: GeneratedHistory): Readonly<Record<string, readonly Row[]>> {
  const views = rolloutViewsOf(snapshots, TODAY);
  return { ...views, ...rolloutAnswersOf(snapshots, views, TODAY) };
}

/** By the name of the view or the saved query. */
function statements(): [string, string][] {
  const queries = readQueries().filter(({ name }) => OF_DETAILS.includes(name));
  const views = VIEWS.map((name): [string, string] => {
    const columns = readViews().find((view) => view.name === name)?.columns ?? [];
    return [name, `SELECT ${columns.map((column) => column.name).join(', ')} FROM ${name}`];
  });
  // The rollout for which the query is run.
  const withJob = (sql: string) => sql.replace(/(?<=job_id = )'[^']+'/, `'${ROLLOUT_COMPARED}'`);
  return [...views, ...queries.map(({ name, sql }): [string, string] => [name, withJob(sql)])];
}

const WHAT_HAPPENS = [
  ...OF_DETAILS,
  ...['LATE', 'UNREADABLE', 'FORK', 'no record', 'not asked', 'described'],
  ...[
    'paced',
    'falls',
    'unknown',
    'ends',
    'clock set back',
    'aborts soon',
    'aborted',
    'no criterion counts',
    'used again',
  ],
];

function note(met: Map<string, number>, generated: GeneratedHistory): void {
  const { snapshots } = generated;
  const add = (what: string | null) => met.set(String(what), (met.get(String(what)) ?? 0) + 1);
  const previous = new Set<string>();
  for (const { record, details } of snapshots) {
    if (details.length > 0) add(record === undefined ? 'no record' : 'described');
    if (record === undefined) continue;
    add(record.unlinked_reason);
    if (record.detail_count === null) add('not asked');
    if (record.previous_snapshot_id !== null && previous.has(record.previous_snapshot_id)) add('FORK');
    previous.add(String(record.previous_snapshot_id));
  }
  for (const [name, rows] of Object.entries(answersOf(generated))) if (rows.length > 0) add(name);
  const { rollout_progress: rows } = rolloutViewsOf(snapshots, TODAY);
  const ids = new Map<string, Set<string | null>>();
  for (const row of rows) {
    if (row.things_per_hour !== null) add(row.things_per_hour < 0 ? 'falls' : 'paced');
    if (row.things_total === null) add('unknown');
    if (row.expected_end !== null) add('ends');
    if (row.percent_to_abort !== null) add(row.percent_to_abort > 0 ? 'aborts soon' : 'aborted');
    else if (row.abort_criteria_count > 0) add('no criterion counts');
    if (row.previous_described_at !== null && row.previous_described_at > row.described_at) add('clock set back');
    ids.set(row.job_id, (ids.get(row.job_id) ?? new Set()).add(row.created_at));
  }
  for (const of of ids.values()) if ([...of].filter((at) => at !== null).length > 1) add('used again');
}
