import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JOB_STATUSES, type JobStatus } from '../../lambda/contract/jobs.ts';
import { exportSnapshot } from '../../lambda/core/export-snapshot.ts';
import type { JobDescription, JobSummary } from '../../lambda/ports.ts';
import { openDirectoryHistory } from '../../local/directory-history.ts';
import { FakeClock } from './fake-clock.ts';
import { job, ScriptedSource } from './scripted-source.ts';

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
export const AT = Date.parse('2026-11-23T18:00:00Z');

export interface SnapshotProps {
  readonly directory: string;
  readonly scheduledAt: number;
  readonly accountId?: string;
  readonly region?: string;
  readonly exportName?: string;
  readonly thingGroups?: readonly string[];
  readonly jobs: (scope: string, status: JobStatus) => readonly JobSummary[];
  /** The answer of DescribeJob for a job; where it is given, the export has details of jobs in progress. */
  readonly describe?: (jobId: string) => JobDescription | undefined;
  /** Of which statuses. @default IN_PROGRESS */
  readonly described?: readonly JobStatus[];
  /** @default 500 */
  readonly maxJobs?: number;
}

/** Writes one snapshot by the core itself, of jobs that the test makes up. */
export async function writeSnapshot(props: SnapshotProps): Promise<void> {
  const { directory, scheduledAt, jobs, describe, described = ['IN_PROGRESS'], maxJobs = 500, ...requested } = props;
  const where = { accountId: '123456789012', region: 'eu-west-1', exportName: 'all', thingGroups: [], ...requested };
  const source = new ScriptedSource(({ thingGroupName, status }) => ({
    jobs: [...jobs(thingGroupName ?? 'account-wide', status as JobStatus)],
  }));
  const describer = { describeJob: async (jobId: string) => describe?.(jobId), counts: { calls: 0, throttled: 0 } };
  const ports = {
    clock: new FakeClock(scheduledAt + 1500),
    source,
    ...(describe && { describer }),
    ...(await openDirectoryHistory(directory)),
  };
  const request = {
    ...where,
    scheduledAt,
    statuses: JOB_STATUSES,
    thingGroupIds: [],
    ...(describe && { details: { statuses: described, maxJobs } }),
  };
  await exportSnapshot(request, ports, Number.POSITIVE_INFINITY);
}

/** A job that was created hours before {@link AT}. */
export function jobOfAge(jobId: string, status: JobStatus, hours: number, more: Partial<JobSummary> = {}): JobSummary {
  const createdAt = AT - hours * HOUR_MS;
  return job(jobId, { status, createdAt, lastUpdatedAt: createdAt, targetSelection: 'SNAPSHOT', ...more });
}

export function newDirectory(): string {
  return mkdtempSync(join(tmpdir(), 'report-'));
}
