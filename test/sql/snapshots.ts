import { JOB_STATUSES, type JobStatus, type TargetSelection } from '../../lambda/contract/jobs.ts';
import { exportSnapshot } from '../../lambda/core/export-snapshot.ts';
import type { JobSummary, ListJobsQuery } from '../../lambda/ports.ts';
import { openDirectoryHistory } from '../../local/directory-history.ts';
import { readQueries } from '../../sql/catalog.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { ScriptedSource } from '../support/scripted-source.ts';

/** From the scheduled time until a run begins. */
export const DELAY_MS = 1500;
export const WHERE = { accountId: '123456789012', region: 'eu-west-1' };

export interface SnapshotProps {
  readonly directory: string;
  /** The scheduled time, epoch milliseconds or ISO text. */
  readonly at: number | string;
  /** All jobs, of which a listing gets those of its status and target selection; or what a listing gets. */
  readonly jobs: readonly JobSummary[] | ((query: ListJobsQuery) => readonly JobSummary[]);
  /** When the run begins. @default DELAY_MS after the scheduled time */
  readonly startedAt?: number | string;
  /** From one page to the next. @default 0 */
  readonly pageMs?: number;
  /** @default all */
  readonly exportName?: string;
  readonly accountId?: string;
  /** @default all */
  readonly statuses?: readonly JobStatus[];
  /** @default none: account-wide */
  readonly thingGroups?: readonly string[];
  readonly thingGroupIds?: readonly string[];
  readonly targetSelection?: TargetSelection;
  readonly namespaceId?: string;
}

/** Takes a snapshot by the core itself. */
export async function takeSnapshot(props: SnapshotProps): Promise<void> {
  const {
    directory,
    at,
    jobs,
    startedAt,
    pageMs = 0,
    exportName = 'all',
    statuses = JOB_STATUSES,
    ...requested
  } = props;
  const scheduledAt = instant(at);
  const clock = new FakeClock(startedAt === undefined ? scheduledAt + DELAY_MS : instant(startedAt));
  const source = new ScriptedSource((query) => {
    clock.set(clock.now() + pageMs);
    return { jobs: typeof jobs === 'function' ? jobs(query) : jobs.filter((job) => isListed(job, query)) };
  });
  await exportSnapshot(
    { ...WHERE, exportName, scheduledAt, statuses, thingGroups: [], thingGroupIds: [], ...requested },
    { clock, source, ...(await openDirectoryHistory(directory)) },
    Number.POSITIVE_INFINITY,
  );
}

function isListed(job: JobSummary, { status, targetSelection }: ListJobsQuery): boolean {
  return job.status === status && (targetSelection ?? job.targetSelection) === job.targetSelection;
}

function instant(at: number | string): number {
  return typeof at === 'number' ? at : Date.parse(at);
}

/** A saved query's statement; with a day, that day in place of `current_date`. */
export function saved(name: string, day?: string): string {
  const query = readQueries().find((one) => one.name === name);
  if (!query) throw new Error(`There is no saved query ${name}`);
  return day === undefined ? query.sql : query.sql.replaceAll('current_date', `DATE '${day}'`);
}
