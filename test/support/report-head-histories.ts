import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { JobStatus } from '../../lambda/contract/jobs.ts';
import type { JobSummary } from '../../lambda/ports.ts';
import { AT, HOUR_MS, jobOfAge, writeSnapshot } from './report-history.ts';

const HOURS = 30;
const JOBS_AN_HOUR = 5;
/** Hours after its creation at which a job starts, and completes. */
const [STARTS, COMPLETES] = [1, 3];

/** Hourly snapshots of jobs that all complete after the same time, the last at {@link AT}. */
export async function writeWellHistory(directory: string): Promise<void> {
  for (let hour = 0; hour < HOURS; hour++) {
    await writeSnapshot({ directory, scheduledAt: timeOf(hour), jobs: (_, status) => jobsAt(hour, status) });
  }
}

/** The same with two hours that have no snapshot, one that could not be compared, and the rows of the newest gone. */
export async function writeBrokenHistory(directory: string): Promise<void> {
  for (let hour = 0; hour < HOURS; hour++) {
    if (hour === 12 || hour === 13) continue;
    await writeSnapshot({ directory, scheduledAt: timeOf(hour), jobs: (_, status) => jobsAt(hour, status) });
    if (hour === 20 || hour === HOURS - 1) removeRows(directory, timeOf(hour));
  }
}

function timeOf(hour: number): number {
  return AT - (HOURS - 1 - hour) * HOUR_MS;
}

function jobsAt(hour: number, status: JobStatus): JobSummary[] {
  return Array.from({ length: hour * JOBS_AN_HOUR }, (_, i) => {
    const createdIn = Math.floor(i / JOBS_AN_HOUR) + 1;
    const age = hour - createdIn;
    const now = age >= COMPLETES ? 'COMPLETED' : age >= STARTS ? 'IN_PROGRESS' : 'SCHEDULED';
    const hoursBefore = HOURS - 1 - createdIn;
    const completedAt = AT - (hoursBefore - COMPLETES) * HOUR_MS;
    return now === status
      ? [jobOfAge(`job-${i}`, status, hoursBefore, now === 'COMPLETED' ? { completedAt } : {})]
      : [];
  }).flat();
}

function removeRows(directory: string, scheduledAt: number): void {
  const name = new Date(scheduledAt).toISOString().slice(0, 19).replaceAll(/[-:]/g, '');
  const rows = readdirSync(join(directory, 'jobs'), { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.includes(name),
  );
  if (rows.length === 0) throw new Error(`There are no rows of ${name} to remove`);
  for (const path of rows) rmSync(join(directory, 'jobs', path), { recursive: true });
}
