import type { JobStatus } from '../../lambda/contract/jobs.ts';
import { JOB_STATUSES } from '../../lambda/contract/jobs.ts';
import { exportSnapshot } from '../../lambda/core/export-snapshot.ts';
import { openDirectoryHistory } from '../../local/directory-history.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { job, ScriptedSource } from '../support/scripted-source.ts';

const HOUR_MS = 3_600_000;
/** From the scheduled time until a run begins, and sees all. */
const DELAY_MS = 1500;

/** Letters of a life: a status each, a dot for an hour in which the job does not exist. */
const LETTERS: Readonly<Record<string, JobStatus>> = {
  S: 'SCHEDULED',
  P: 'IN_PROGRESS',
  C: 'COMPLETED',
  X: 'CANCELED',
  D: 'DELETION_IN_PROGRESS',
};

export interface LivesProps {
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

/** Writes a snapshot an hour by the core itself, of jobs whose statuses are spelled out. */
export async function writeLives({ directory, from, lives, ageHours, ...asked }: LivesProps): Promise<void> {
  const { exportName = 'all', statuses = JOB_STATUSES, thingGroupIds = [] } = asked;
  const history = await openDirectoryHistory(directory);
  const createdAt = from + DELAY_MS - ageHours * HOUR_MS;
  const hours = Math.max(...Object.values(lives).map((life) => life.length));
  for (let hour = 0; hour < hours; hour++) {
    const scheduledAt = from + hour * HOUR_MS;
    const source = new ScriptedSource(({ status }) => ({
      jobs: Object.entries(lives)
        .filter(([, life]) => LETTERS[life[hour] ?? '.'] === status)
        .map(([id]) => job(id, { status, createdAt, lastUpdatedAt: createdAt, targetSelection: 'SNAPSHOT' })),
    }));
    const where = { accountId: '123456789012', region: 'eu-west-1', exportName, scheduledAt };
    await exportSnapshot(
      { ...where, statuses, thingGroups: [], thingGroupIds },
      { clock: new FakeClock(scheduledAt + DELAY_MS), source, ...history },
      Number.POSITIVE_INFINITY,
    );
  }
}
