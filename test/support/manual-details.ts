import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { JobDetailsRow, JobRow } from '../../lambda/contract/columns.ts';
import { THING_STATUSES, thingsColumn } from '../../lambda/contract/details.ts';
import { detailsKey, jobsKey, recordKey, type SnapshotIdentity } from '../../lambda/contract/keys.ts';
import { type MemoryStore, parseLines } from './memory-store.ts';
import type { Random } from './random.ts';

const COUNTS = THING_STATUSES.map(thingsColumn);
type Counts = Pick<JobDetailsRow, (typeof COUNTS)[number]>;

/**
 * Writes details of some jobs of a recorded snapshot by the data contract, without the exporter's
 * code.
 *
 * @param isBlind whether the details before could not be read
 */
export function writeManualDetails(
  store: MemoryStore,
  identity: SnapshotIdentity,
  { now, random, isBlind }: { readonly now: number; readonly random: Random; readonly isBlind: boolean },
): void {
  const record = store.record(recordKey(identity));
  const { unlinked_reason, previous_snapshot_id } = record;
  const previous = store
    .keys('details/')
    .find((key) => previous_snapshot_id !== null && key.endsWith(`/${previous_snapshot_id}.ndjson.gz`));
  const before = previous === undefined ? [] : detailsIn(store.objects.get(previous) as Uint8Array);
  const isUnknown = unlinked_reason === 'LATE' || (isBlind && before.length > 0);
  const jobs = new Map(
    store.rows(jobsKey(identity)).flatMap((row) => {
      const id = row.job_id ?? row.job_arn?.split('/').at(-1);
      return id ? [[id, row] as const] : [];
    }),
  );
  const described = [...jobs].filter(([, { status }]) => random.chance(hasEnded(status) ? 0.5 : 0.8));
  const rows = described.map(([id, row], i): JobDetailsRow => {
    const last = before.find(({ job_id }) => job_id === id);
    const described_at = textOf(now + i);
    const counts = last && random.chance(0.6) ? countsOf(last) : newCounts(random);
    const same = last && isSameJob(last, row) ? last : undefined;
    const isStill = same && COUNTS.every((column) => same[column] === counts[column]);
    const since = isStill ? (same.progress_since ?? same.described_at) : described_at;
    const isKnown = !isUnknown && COUNTS.every((column) => counts[column] !== null);
    return {
      ...{ ...rowOf(row, id), ...counts, described_at, progress_since: isKnown ? since : null },
      previous_described_at: same && !isUnknown ? same.described_at : null,
      previous_things_done: same && !isUnknown ? doneOf(same) : null,
    };
  });
  const key = detailsKey(identity);
  const body = gzipSync(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  const hasDetails = rows.length > 0;
  const left = [...jobs].filter(([id]) => !rows.some(({ job_id }) => job_id === id));
  const [lastRecord] = store.keys('snapshots/').filter((one) => one.endsWith(`/${previous_snapshot_id}.ndjson`));
  const turnBefore = lastRecord === undefined ? null : (store.record(lastRecord).details_turn ?? null);
  const recordFields = {
    detail_count: rows.length,
    details_left_out: jobs.size - rows.length,
    details_key: hasDetails ? key : null,
    details_bytes: hasDetails ? body.length : null,
    details_sha256: hasDetails ? createHash('sha256').update(body).digest('hex') : null,
    details_owed: left.filter(([, { status }]) => hasEnded(status)).map(([id]) => id),
    details_turn: jobs.size > 0 && random.chance(0.8) ? random.pick([...jobs.keys()]) : turnBefore,
  };
  store.objects.set(recordKey(identity), Buffer.from(`${JSON.stringify({ ...record, ...recordFields })}\n`));
  if (!hasDetails) return;
  store.objects.set(key, body);
  store.puts.splice(store.puts.indexOf(recordKey(identity)), 0, key);
}

function hasEnded(status: string | null): boolean {
  return status === 'COMPLETED' || status === 'CANCELED';
}

function countsOf(row: Counts): Counts {
  return Object.fromEntries(COUNTS.map((column) => [column, row[column]])) as Counts;
}

function doneOf(row: Counts): number | null {
  const all = COUNTS.slice(2).map((column) => row[column]);
  return all.includes(null) ? null : all.reduce<number>((sum, count) => sum + Number(count), 0);
}

function newCounts(random: Random): Counts {
  const lacksSome = random.chance(0.2);
  return Object.fromEntries(
    COUNTS.map((column) => [column, lacksSome && random.chance(0.3) ? null : random.below(2)]),
  ) as Counts;
}

function isSameJob(a: Pick<JobRow, 'created_at'>, b: Pick<JobRow, 'created_at'>): boolean {
  return a.created_at === null || b.created_at === null || a.created_at === b.created_at;
}

function rowOf({ snapshot_id, snapshot_at, job_arn, status, target_selection, created_at }: JobRow, job_id: string) {
  return {
    ...{ snapshot_id, snapshot_at, job_arn, job_id, status, target_selection },
    targets: ['arn:aws:iot:eu-west-1:123456789012:thinggroup/eu'],
    ...{ description: 'Größe', comment: null, reason_code: null, force_canceled: null, job_template_arn: null },
    ...{ destination_package_versions: [], created_at, last_updated_at: null, completed_at: null, is_concurrent: true },
    ...{ maximum_per_minute: 5, abort_criteria: null, in_progress_timeout_minutes: null },
    ...{ scheduled_start_at: '2026-12-01 03:15:00.000', scheduled_end_at: null, end_behavior: null },
  };
}

function detailsIn(body: Uint8Array): JobDetailsRow[] {
  return parseLines(gunzipSync(body).toString());
}

function textOf(time: number): string {
  return new Date(time).toISOString().slice(0, 23).replace('T', ' ');
}
