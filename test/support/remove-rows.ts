import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Removes the objects of rows of some scheduled times, as a lifecycle rule does: records stay. */
export function removeRows(directory: string, scheduledTimes: readonly number[]): void {
  const names = scheduledTimes.map((time) => `${new Date(time).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z-`);
  const jobs = join(directory, 'jobs');
  for (const file of readdirSync(jobs, { recursive: true, encoding: 'utf8' })) {
    if (names.some((name) => file.includes(name))) rmSync(join(jobs, file));
  }
}
