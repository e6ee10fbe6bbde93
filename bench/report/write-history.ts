import { JOB_STATUSES } from '../../lambda/contract/jobs.ts';
import { exportSnapshot } from '../../lambda/core/export-snapshot.ts';
import type { ListJobsQuery } from '../../lambda/ports.ts';
import { openDirectoryHistory } from '../../local/directory-history.ts';
import { seededFleet } from '../../local/simulator/fleet.ts';
import { listJobs } from '../../local/simulator/list-jobs.ts';
import { FakeClock } from '../../test/support/fake-clock.ts';

const HOUR_MS = 3_600_000;
const WHERE = { accountId: '123456789012', region: 'eu-west-1', exportName: 'all' } as const;
/** Delay from the scheduled time to the start of the run, and duration of a listing. */
const [START_MS, LISTING_MS] = [2000, 1500];

export interface HistoryProps {
  readonly directory: string;
  /** Scheduled time of the last snapshot, on a whole hour. */
  readonly until: number;
  readonly hours: number;
  readonly jobsPerHour: number;
  readonly onSnapshot?: (written: number) => void;
}

/**
 * Writes hourly snapshots of a simulated account with the exporter's core. A listing is always one page: pages of 250 jobs would
 * take longer than the measured work.
 *
 * @returns the number of rows
 */
export async function writeHistory(props: HistoryProps): Promise<number> {
  const { directory, until, hours, jobsPerHour, onSnapshot } = props;
  const fleet = seededFleet({ seed: 1, jobsPerHour });
  const history = await openDirectoryHistory(directory);
  let rowCount = 0;
  for (let i = 0; i < hours; i++) {
    const scheduledAt = until - (hours - 1 - i) * HOUR_MS;
    const request = { ...WHERE, scheduledAt, statuses: JOB_STATUSES, thingGroups: [], thingGroupIds: [] };
    const clock = new FakeClock(scheduledAt + START_MS);
    const source = {
      counts: { calls: 0, throttled: 0 },
      async listJobs({ status }: ListJobsQuery) {
        clock.set(clock.now() + LISTING_MS);
        const query = { filters: { status }, maxResults: Number.MAX_SAFE_INTEGER, after: -1 };
        return listJobs(fleet, query, clock.now(), WHERE);
      },
      // The whole account is listed, so no thing group is looked up.
      thingGroupExists: async () => true,
    };
    const { jobCount } = await exportSnapshot(request, { clock, source, ...history }, Number.POSITIVE_INFINITY);
    rowCount += jobCount;
    onSnapshot?.(i + 1);
  }
  return rowCount;
}
