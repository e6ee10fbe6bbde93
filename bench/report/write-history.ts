import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { JOB_STATUSES } from '../../lambda/contract/jobs.ts';
import { jobsKey, recordKey } from '../../lambda/contract/keys.ts';
import type { SnapshotRequest } from '../../lambda/core/request.ts';
import { jobLines, recordLine } from '../../lambda/core/rows.ts';
import { beginRun, takePage } from '../../lambda/core/run-state.ts';
import { seededFleet } from '../../local/simulator/fleet.ts';
import { listJobs } from '../../local/simulator/list-jobs.ts';

const HOUR_MS = 3_600_000;
const WHERE = { accountId: '123456789012', region: 'eu-west-1', exportName: 'all' } as const;
/** Makes some 10,000 jobs at any time. */
const JOBS_PER_HOUR = 40;
const RUN_MS = 9000;

export interface HistoryProps {
  readonly directory: string;
  /** Scheduled time of the last snapshot, on a whole hour. */
  readonly until: number;
  readonly hours: number;
  readonly onSnapshot?: (written: number) => void;
}

/**
 * Writes hourly snapshots of a simulated account with the contract's own writer of rows and records, but without
 * calls, pages and intents, which would take longer than what is to be measured. Gives the rows written.
 */
export async function writeHistory({ directory, until, hours, onSnapshot }: HistoryProps): Promise<number> {
  const fleet = seededFleet({ seed: 1, jobsPerHour: JOBS_PER_HOUR });
  let rowCount = 0;
  const underWay = new Set<Promise<void>>();
  for (let i = 0; i < hours; i++) {
    const scheduledAt = until - (hours - 1 - i) * HOUR_MS;
    const request = { ...WHERE, scheduledAt, statuses: JOB_STATUSES, thingGroups: [], thingGroupIds: [] };
    const state = beginRun(request, scheduledAt + 2000);
    let lines = '';
    for (const status of JOB_STATUSES) {
      const observedAt = scheduledAt + 2000 + RUN_MS / 2;
      const query = { filters: { status }, maxResults: Number.MAX_SAFE_INTEGER, after: -1 };
      const { jobs } = listJobs(fleet, query, observedAt, WHERE);
      const scope = state.listings[state.position]?.scope ?? { thingGroupName: null, thingGroupId: null };
      const fresh = takePage(state, { jobs }, observedAt);
      rowCount += fresh.length;
      lines += jobLines(fresh, { request, scope, observedAt });
    }
    const times = { startedAt: scheduledAt + 2000, finishedAt: scheduledAt + 2000 + RUN_MS };
    const storing = store(directory, request, lines, (rows) => recordLine(state, times, rows, 'bench'));
    underWay.add(storing);
    void storing.then(() => underWay.delete(storing));
    if (underWay.size >= 4) await Promise.race(underWay);
    onSnapshot?.(i + 1);
  }
  await Promise.all(underWay);
  return rowCount;
}

const compress = promisify(gzip);

async function store(
  directory: string,
  request: SnapshotRequest,
  lines: string,
  record: (rows: { body: Uint8Array; sha256: string }) => string,
): Promise<void> {
  const body = await compress(lines, { level: 5 });
  put(join(directory, jobsKey(request)), body);
  put(join(directory, recordKey(request)), record({ body, sha256: createHash('sha256').update(body).digest('hex') }));
}

function put(path: string, body: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, body);
}
