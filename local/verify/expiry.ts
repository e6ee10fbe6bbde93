import { utcDate } from '../../lambda/contract/keys.ts';
import { epochMs } from './epoch.ts';

const DAY_MS = 86_400_000;

/**
 * When S3 may remove an object by a lifecycle rule, epoch milliseconds: its creation plus the days of the rule, rounded
 * up to the next midnight UTC. Source: Amazon S3 User Guide, "Lifecycle configuration elements", Lifecycle rules: Based
 * on an object's age. S3 removes it some time after, in no order: "Expiring objects".
 *
 * @param createdAt epoch milliseconds. For rows, `finished_at` of the record: they are put right after it. If midnight
 * is in between, the true time is a day later
 * @param days whole days, 1 or more
 */
export function expiresAt(createdAt: number, days: number): number {
  return (Math.floor(createdAt / DAY_MS) + days + 1) * DAY_MS;
}

/** The problem that the rows of a record do not exist; `undefined` if they have expired. */
export function missingRowsProblem(finishedAt: string, now: number, expireAfterDays?: number): string | undefined {
  const text = 'is not there, and its record is';
  if (expireAfterDays === undefined) {
    return `${text}: lost, or expired: if the deployment has expireRowsAfterDays, say so by --rows-expire-after-days`;
  }
  const expiry = expiresAt(epochMs(finishedAt), expireAfterDays);
  return expiry <= now ? undefined : `${text}: lost, for it would not expire before ${utcDate(expiry)}`;
}
