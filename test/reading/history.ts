import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { type Column, JOBS_COLUMNS, SNAPSHOTS_COLUMNS } from '../../lambda/contract/columns.ts';
import { JOB_STATUSES } from '../../lambda/contract/jobs.ts';
import { changesKey, detailsKey, jobsKey, recordKey } from '../../lambda/contract/keys.ts';
import { exportSnapshot } from '../../lambda/core/export-snapshot.ts';
import type { SnapshotRequest } from '../../lambda/core/request.ts';
import { timestampOrNull } from '../../lambda/core/timestamp.ts';
import type { JobSummary } from '../../lambda/ports.ts';
import { openDirectoryHistory } from '../../local/directory-history.ts';
import { detailsObject, detailsRow } from '../support/described-history.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { ScriptedSource } from '../support/scripted-source.ts';

const HOUR = 3_600_000;

/** Ids that inference takes for numbers: digits that begin with 0. */
export const ACCOUNT = '012345678901';
export const REGION = 'eu-west-1';
export const HOURLY = '0012';
export const BY_GROUP = '0034';
export const LARGE = '0056';
export const EXPORTS = [HOURLY, BY_GROUP];

/** The days that the recipes ask for are those of December; there is one before. */
const FROM = Date.parse('2026-11-30T00:00:00Z');
const HOURS = 5 * 24;
/** How long an older version wrote; after it a later one wrote. */
const OLD_HOURS = 36;
const NEW_FROM = 114;
const ADDED: ReadonlySet<string> = new Set(
  [...JOBS_COLUMNS, ...SNAPSHOTS_COLUMNS].flatMap((column: Column) => (column.mayBeAbsent ? [column.name] : [])),
);
/** Runs that died: one before its changes, which then has rows alone, and one before its record. */
const DEAD = { withRows: 40, withChanges: 110 };
/** The snapshot that is taken last, as a replay of a failed run. */
const LATE = 60;
/** Jobs of a large snapshot: its rows are more than pyarrow reads at a time, 1 MiB. */
const LARGE_JOBS = 4_000;

/**
 * Writes a history by the core itself, with every trap for readers without types: ids of digits that
 * begin with 0, columns whose first values are null, hundreds of files of a few lines, objects without a record, objects
 * without a line, rows and records of an older version and of a later one, values that are unknown, and files of more
 * than a mebibyte.
 */
export async function writeHistory(directory: string): Promise<void> {
  const history = await openDirectoryHistory(directory);
  const take = async (request: SnapshotRequest, jobs: readonly JobSummary[]) => {
    const clock = new FakeClock(request.scheduledAt + 1500);
    const source = new ScriptedSource(({ status, thingGroupId }) => {
      clock.advance(123);
      // Whether a thing group that is known by its id exists is unknown while it has no job.
      return { jobs: thingGroupId ? [] : jobs.filter((job) => job.status === status) };
    });
    await exportSnapshot(request, { clock, source, ...history }, Number.POSITIVE_INFINITY);
  };
  const hours = [...Array(HOURS).keys()].filter((hour) => hour !== LATE);
  for (const hour of [...hours, LATE]) {
    const hourly = requestOf(HOURLY, hour, {
      ...(hour !== 100 && { schedule: { expression: 'rate(1 hour)', timeZone: 'UTC' } }),
    });
    await take(hourly, jobsAt(hour));
    if (hour < OLD_HOURS) {
      rewrite(directory, hourly, older);
      rmSync(join(directory, changesKey(hourly)), { force: true });
    }
    if (hour >= OLD_HOURS && hour % 3 === 0) describe(directory, hourly, jobsAt(hour));
    if (hour >= NEW_FROM) rewrite(directory, hourly, newer);
    if (hour === DEAD.withRows || hour === DEAD.withChanges) rmSync(join(directory, recordKey(hourly)));
    if (hour === DEAD.withRows) rmSync(join(directory, changesKey(hourly)));
    if (hour >= 24 && hour % 12 === 0) {
      const large = requestOf(LARGE, hour, {});
      await take(large, manyJobs(hour));
      describe(directory, large, manyJobs(hour).slice(0, 10));
    }
    if (hour % 24 > 0) continue;
    const groups = { statuses: ['IN_PROGRESS'], thingGroups: ['eu'], thingGroupIds: ['0007'] } as const;
    const byGroup = requestOf(BY_GROUP, hour, groups);
    await take(byGroup, jobsAt(hour));
    describe(directory, byGroup, jobsAt(hour));
  }
}

function requestOf(exportName: string, hour: number, filters: Partial<SnapshotRequest>): SnapshotRequest {
  const all = { statuses: JOB_STATUSES, thingGroups: [], thingGroupIds: [] };
  const place = { accountId: ACCOUNT, region: REGION, exportName };
  return { ...place, scheduledAt: FROM + hour * HOUR, ...all, ...filters };
}

/** A job is created every hour of the morning; at night some snapshots have no change, and the first ones no job. */
function jobsAt(hour: number): JobSummary[] {
  const jobs: JobSummary[] = [];
  for (let n = Math.max(0, hour - 30); n <= hour - 2; n++) {
    if (n % 24 < 6 || n % 24 > 12) continue;
    const age = hour - n;
    const status = age < 8 ? 'SCHEDULED' : age < 14 ? 'IN_PROGRESS' : n % 5 === 0 ? 'CANCELED' : 'COMPLETED';
    const createdAt = FROM + n * HOUR + 7;
    const changedAt = FROM + (n + (age < 14 ? 8 : 14)) * HOUR - 60_000;
    jobs.push({
      ...named(n),
      ...(n === 60 && { jobId: undefined }),
      status,
      createdAt,
      lastUpdatedAt: age < 8 ? createdAt : changedAt,
      // AWS leaves fields out.
      ...(n % 3 > 0 && { targetSelection: n % 3 === 1 ? 'SNAPSHOT' : 'CONTINUOUS', isConcurrent: n % 2 === 0 }),
      ...(status === 'COMPLETED' && { completedAt: changedAt }),
    });
  }
  return jobs;
}

function manyJobs(hour: number): JobSummary[] {
  return Array.from({ length: LARGE_JOBS }, (_, n) => {
    return { ...named(n), status: n < hour ? 'IN_PROGRESS' : 'SCHEDULED', createdAt: FROM + n };
  });
}

function named(n: number) {
  const jobId = String(n).padStart(4, '0');
  return { jobId, jobArn: `arn:aws:iot:${REGION}:${ACCOUNT}:job/${jobId}` };
}

/** Gives a snapshot details of its jobs in progress, as its run would have put them. */
function describe(directory: string, request: SnapshotRequest, jobs: readonly JobSummary[]): void {
  const rows = jobs
    .filter(({ status, jobId }) => status === 'IN_PROGRESS' && jobId !== undefined)
    .map(({ jobId, ...job }, n) =>
      detailsRow(request, n, {
        job_id: jobId ?? '',
        created_at: timestampOrNull(job.createdAt),
        targets: n % 4 === 0 ? null : ['0001', '0002'],
        abort_criteria: n % 2 === 0 ? null : [CRITERION, { ...CRITERION, threshold_percentage: 10 }],
        maximum_per_minute: n % 3 === 0 ? null : n,
        scheduled_start_at: n % 5 === 0 ? '2026-12-01 03:15:00.000' : null,
      }),
    );
  const path = join(directory, recordKey(request));
  const record = JSON.parse(readFileSync(path, 'utf8'));
  const body = detailsObject(rows);
  const named = {
    details_key: detailsKey(request),
    details_bytes: body.length,
    details_sha256: createHash('sha256').update(body).digest('hex'),
  };
  const counts = { detail_count: rows.length, details_left_out: 1 };
  writeFileSync(path, `${JSON.stringify({ ...record, ...counts, ...(rows.length > 0 && named) })}\n`);
  if (rows.length === 0) return;
  mkdirSync(dirname(join(directory, named.details_key)), { recursive: true });
  writeFileSync(join(directory, named.details_key), body);
}

const CRITERION = {
  action: null,
  failure_type: 'ALL',
  threshold_percentage: 10.25,
  min_number_of_executed_things: 7,
};

type Row = Readonly<Record<string, unknown>>;

/** A row as an older version wrote it, without the columns that came later. */
function older(row: Row): Row {
  const kept = Object.entries(row).filter(([name]) => !ADDED.has(name));
  return Object.fromEntries(kept);
}

/** A row as a later version may write it, with a column more, in listings too. */
function newer(row: Row): Row {
  const listings = (row.listings as readonly Row[] | undefined)?.map((listing) => ({ ...listing, pages: 1 }));
  return { ...row, ...(listings && { listings }), oddities: [{ name: '0' }] };
}

/** Makes a snapshot's rows and record what another version would have written. */
function rewrite(directory: string, request: SnapshotRequest, change: (row: Row) => Row): void {
  const rewritten = (lines: string) => lines.replaceAll(/.+/g, (line) => JSON.stringify(change(JSON.parse(line))));
  const rows = join(directory, jobsKey(request));
  const body = gzipSync(rewritten(gunzipSync(readFileSync(rows)).toString()));
  writeFileSync(rows, body);
  const record = join(directory, recordKey(request));
  const checked = {
    ...JSON.parse(readFileSync(record, 'utf8')),
    object_bytes: body.length,
    object_sha256: createHash('sha256').update(body).digest('hex'),
  };
  writeFileSync(record, rewritten(`${JSON.stringify(checked)}\n`));
}
