import { randomInt, randomUUID } from 'node:crypto';
import { JOB_STATUSES } from '../../lambda/contract/jobs.ts';
import { exportSnapshot } from '../../lambda/core/export-snapshot.ts';
import type { JobSummary, ListJobsQuery } from '../../lambda/ports.ts';
import { openDirectoryHistory } from '../../local/directory-history.ts';
import { FakeClock } from '../support/fake-clock.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const PAGE = 250;
/** Jobs that are created, that end, and that AWS purges, each hour. */
const MOVES = 105;
const MOVE_MS = 30_000;
/** Hours that a job is in progress. */
const IN_PROGRESS_HOURS = 24;
/** One of so many jobs that end is canceled. */
const CANCELED_IN = 20;

export interface LargeHistory {
  readonly directory: string;
  readonly accountId: string;
  readonly region: string;
  readonly exportName: string;
  /** Scheduled time of the first snapshot. */
  readonly from: number;
  readonly hours: number;
  readonly jobs: number;
}

/**
 * Writes hourly snapshots of a large fleet, by the core: nearly all of its jobs have ended, as where AWS keeps them for two
 * years, and 315 rows differ from one snapshot to the next.
 */
export async function writeLargeHistory({ directory, from, hours, jobs, ...where }: LargeHistory): Promise<void> {
  const history = await openDirectoryHistory(directory);
  const inProgress: JobSummary[] = [];
  const ended: JobSummary[] = [];
  const created = (createdAt: number): JobSummary => {
    const jobId = randomUUID();
    const jobArn = `arn:aws:iot:${where.region}:${where.accountId}:job/${jobId}`;
    const common = { jobId, jobArn, createdAt, lastUpdatedAt: createdAt, isConcurrent: false };
    return { ...common, status: 'IN_PROGRESS', targetSelection: 'SNAPSHOT' };
  };
  let endings = 0;
  const end = (job: JobSummary, at: number) => {
    endings += 1;
    const status = endings % CANCELED_IN === 0 ? 'CANCELED' : 'COMPLETED';
    ended.push({ ...job, status, lastUpdatedAt: at, ...(status === 'COMPLETED' && { completedAt: at }) });
  };
  const first = Math.ceil(jobs / MOVES);
  for (let hour = -first; hour < hours; hour++) {
    const scheduledAt = from + hour * HOUR_MS;
    for (let i = 0; i < MOVES; i++) inProgress.push(created(scheduledAt - HOUR_MS + i * MOVE_MS + randomInt(MOVE_MS)));
    while (inProgress.length > MOVES * IN_PROGRESS_HOURS) {
      const job = inProgress.shift() as JobSummary;
      end(job, (job.createdAt ?? 0) + (IN_PROGRESS_HOURS - 1) * HOUR_MS + randomInt(HOUR_MS));
    }
    while (inProgress.length + ended.length > jobs) ended.shift();
    if (hour < 0) continue;
    const clock = new FakeClock(scheduledAt + 2000);
    let listed: readonly JobSummary[] = [];
    const source = {
      counts: { calls: 0, throttled: 0 },
      async listJobs({ status, nextToken }: ListJobsQuery) {
        clock.advance(200);
        if (nextToken === undefined) {
          listed = status === 'IN_PROGRESS' ? inProgress : ended.filter((job) => job.status === status);
        }
        const at = Number(nextToken ?? 0);
        const isLast = at + PAGE >= listed.length;
        return { jobs: listed.slice(at, at + PAGE), ...(!isLast && { nextToken: String(at + PAGE) }) };
      },
      thingGroupExists: async () => true,
    };
    const request = { ...where, scheduledAt, statuses: JOB_STATUSES, thingGroups: [], thingGroupIds: [] };
    await exportSnapshot(request, { clock, source, ...history }, Number.POSITIVE_INFINITY);
    if (scheduledAt % DAY_MS === 0) console.error(new Date(scheduledAt).toISOString().slice(0, 10));
  }
}
