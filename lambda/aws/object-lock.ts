import { CHANGES_PREFIX, DETAILS_PREFIX, JOBS_PREFIX, SNAPSHOTS_PREFIX } from '../contract/keys.ts';
import type { Clock } from '../ports.ts';

const DAY_MS = 86_400_000;

/**
 * Prefixes of the objects that queries read, which are never deleted. Other objects, such as intents, expire after days. A
 * default retention of the bucket would lock these too, so each put sets its own retention.
 */
const LOCKED_PREFIXES = [JOBS_PREFIX, CHANGES_PREFIX, DETAILS_PREFIX, SNAPSHOTS_PREFIX];

/** Longest retention. Source: Amazon S3 User Guide, "Object Lock considerations", Setting limits on retention periods. */
export const MAX_LOCK_DAYS = 36_500;

export const LOCK_MODES = ['GOVERNANCE', 'COMPLIANCE'] as const;

/** How long S3 refuses to delete an object version. */
export interface ObjectLock {
  readonly mode: (typeof LOCK_MODES)[number];
  /** Days from the put, 1 to {@link MAX_LOCK_DAYS}. */
  readonly days: number;
}

/** Permissions for a put that sets a retention. Source: Amazon S3 API Reference, PutObjectRetention. */
export const LOCKED_PUT = 's3:PutObject with s3:PutObjectRetention';

/** Whether the object with this key gets a retention. */
export function isLocked(key: string): boolean {
  return LOCKED_PREFIXES.some((prefix) => key.startsWith(`${prefix}/`));
}

/**
 * Parameters of PutObject that lock the new object.
 *
 * S3 then requires Content-MD5 or x-amz-sdk-checksum-algorithm; the SDK sends the latter for `ChecksumAlgorithm`.
 * Source: Amazon S3 User Guide, "Object Lock considerations", Uploading objects to an Object Lock enabled bucket.
 */
export function retention(lock: ObjectLock, clock: Pick<Clock, 'now'>) {
  return { ChecksumAlgorithm: 'SHA256', ...retentionFrom(clock.now(), lock) } as const;
}

/**
 * Parameters that lock an object. CreateMultipartUpload needs no checksum with them.
 *
 * @param instant when the retention begins, epoch milliseconds
 */
export function retentionFrom(instant: number, { mode, days }: ObjectLock) {
  return { ObjectLockMode: mode, ObjectLockRetainUntilDate: new Date(instant + days * DAY_MS) } as const;
}
