import type { JobDescription, JobSummary, ThingCounts } from '../../lambda/ports.ts';
import { AT, HOUR_MS, jobOfAge, writeSnapshot } from './report-history.ts';

/** Hourly snapshots, the last at {@link AT}. */
const HOURS = 30;
const LONG_ID = 'firmware-4-0-0-rc-2-for-the-loading-bays-of-north-and-east-0001';

interface Rollout {
  readonly jobId: string;
  readonly more?: Omit<JobDescription, 'things'>;
  /** Hour of {@link HOURS} in which it has ended. */
  readonly endsAt?: number;
  /** Things after some hours. */
  things(hour: number): ThingCounts;
}

const of = (things: ThingCounts): ThingCounts => ({
  QUEUED: 0,
  IN_PROGRESS: 0,
  SUCCEEDED: 0,
  FAILED: 0,
  REJECTED: 0,
  TIMED_OUT: 0,
  REMOVED: 0,
  CANCELED: 0,
  ...things,
});
const aborts = (thresholdPercentage: number, minNumberOfExecutedThings: number) => [
  { action: 'CANCEL', failureType: 'ALL', thresholdPercentage, minNumberOfExecutedThings },
];

/** Rollouts that fail, stall, end and go on, one of each kind of number that may not be known, and so many that a list turns pages. */
const ROLLOUTS: readonly Rollout[] = [
  {
    jobId: 'fails',
    more: { abortCriteria: aborts(20, 100), comment: 'a second try, with fewer things a minute' },
    things: (hour) =>
      of({
        QUEUED: 2000 - 50 * hour,
        IN_PROGRESS: 40,
        SUCCEEDED: 42 * hour,
        FAILED: 5 * hour,
        REJECTED: hour,
        TIMED_OUT: hour,
        CANCELED: hour,
      }),
  },
  { jobId: 'stalls', things: () => of({ QUEUED: 300, IN_PROGRESS: 20, SUCCEEDED: 180 }) },
  {
    jobId: LONG_ID,
    more: { abortCriteria: aborts(10, 5000) },
    things: (hour) => of({ QUEUED: 1200 - 30 * hour, IN_PROGRESS: 30, SUCCEEDED: 29 * hour, FAILED: hour }),
  },
  {
    jobId: 'goes-on-without-end',
    more: { targetSelection: 'CONTINUOUS' },
    things: (hour) => of({ QUEUED: 60, SUCCEEDED: 400 + hour, REMOVED: 12 }),
  },
  { jobId: 'of-no-thing', things: () => of({}) },
  { jobId: 'of-unknown-things', things: () => ({ QUEUED: 10, SUCCEEDED: 5 }) },
  {
    jobId: 'has-ended',
    endsAt: HOURS - 1,
    things: (hour) => of({ QUEUED: 4 * (HOURS - 1 - hour), SUCCEEDED: 4 * hour, FAILED: 2 }),
  },
  ...Array.from({ length: 24 }, (_, i) => ({
    jobId: `wave-${String(i).padStart(2, '0')}`,
    things: (hour: number) => of({ QUEUED: 600 - (10 + i) * hour, IN_PROGRESS: 4, SUCCEEDED: (10 + i) * hour }),
  })),
];

/**
 * Writes hourly snapshots that describe rollouts, by the core itself.
 *
 * @param maxJobs most jobs that a snapshot describes
 */
export async function writeRollouts(directory: string, maxJobs = 500): Promise<void> {
  for (let hour = 0; hour < HOURS; hour++) {
    const summaryOf = ({ jobId, more, endsAt = HOURS }: Rollout): JobSummary => {
      const status = hour >= endsAt ? 'COMPLETED' : 'IN_PROGRESS';
      return jobOfAge(jobId, status, 40, more?.targetSelection ? { targetSelection: more.targetSelection } : {});
    };
    const summaries = ROLLOUTS.map(summaryOf);
    await writeSnapshot({
      directory,
      scheduledAt: AT - (HOURS - 1 - hour) * HOUR_MS,
      jobs: (_, status) => summaries.filter((job) => job.status === status),
      maxJobs,
      describe: (jobId) => {
        const rollout = ROLLOUTS.find((one) => one.jobId === jobId);
        return rollout && { ...summaryOf(rollout), ...rollout.more, things: rollout.things(hour) };
      },
    });
  }
}
