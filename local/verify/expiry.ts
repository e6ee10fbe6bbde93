import { utcDate } from '../../lambda/contract/keys.ts';
import { epochMs } from './epoch.ts';

const DAY_MS = 86_400_000;

/**
 * When S3 may remove an object by a lifecycle rule, epoch milliseconds: its creation and the days of the rule, rounded up
 * to the next midnight UTC. Source: Amazon S3 User Guide, "Lifecycle configuration elements", Lifecycle rules: Based on an
 * object's age. S3 removes it some time after, in no order: "Expiring objects".
 *
 * @param createdAt epoch milliseconds. A record has `finished_at`, and its rows are put right after it; where midnight is
 * between the two, the true time is a day later
 * @param days whole days, 1 or more
 */
export function expiresAt(createdAt: number, days: number): number {
  return (Math.floor(createdAt / DAY_MS) + days + 1) * DAY_MS;
}

/** What it means that the object of rows of a record is not there: `undefined` where it has expired, else the problem. */
export function absenceProblem(finishedAt: string, now: number, expireAfterDays?: number): string | undefined {
  const text = 'is not there, and its record is';
  if (expireAfterDays === undefined) {
    return `${text}: lost, or expired: if the deployment has expireRowsAfterDays, say so by --rows-expire-after-days`;
  }
  const expiry = expiresAt(epochMs(finishedAt), expireAfterDays);
  return expiry <= now ? undefined : `${text}: lost, for it would not expire before ${utcDate(expiry)}`;
}
