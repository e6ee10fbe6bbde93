import type { JobStatus } from '../../lambda/contract/jobs.ts';
import { job } from '../support/scripted-source.ts';
import { DELAY_MS, takeSnapshot } from './snapshots.ts';

const HOUR_MS = 3_600_000;

/** Letters of statuses; a dot is an hour in which the job does not exist. */
const LETTERS: Readonly<Record<string, JobStatus>> = {
  S: 'SCHEDULED',
  P: 'IN_PROGRESS',
  C: 'COMPLETED',
  X: 'CANCELED',
  D: 'DELETION_IN_PROGRESS',
};

export interface HourlyStatusesProps {
  readonly directory: string;
  /** Scheduled time of the first snapshot, epoch milliseconds. */
  readonly from: number;
  /** By job id a letter per hour: `PSP.` is in progress, scheduled, in progress again, and gone. */
  readonly lives: Readonly<Record<string, string>>;
  /** Hours from the creation of every job until the first snapshot sees it. */
  readonly ageHours: number;
  readonly exportName?: string;
  /** @default all */
  readonly statuses?: readonly JobStatus[];
  /** @default none: account-wide */
  readonly thingGroupIds?: readonly string[];
}

/** Writes hourly snapshots by the core itself, of jobs whose statuses are given as letters. */
export async function writeHourlyStatuses({
  directory,
  from,
  lives,
  ageHours,
  ...requested
}: HourlyStatusesProps): Promise<void> {
  const createdAt = from + DELAY_MS - ageHours * HOUR_MS;
  const hours = Math.max(...Object.values(lives).map((life) => life.length));
  for (let hour = 0; hour < hours; hour++) {
    const jobs = Object.entries(lives).flatMap(([id, life]) => {
      const status = LETTERS[life[hour] ?? '.'];
      return status ? [job(id, { status, createdAt, lastUpdatedAt: createdAt, targetSelection: 'SNAPSHOT' })] : [];
    });
    await takeSnapshot({ directory, at: from + hour * HOUR_MS, jobs, ...requested });
  }
}
