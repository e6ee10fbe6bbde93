/** Default name of the Glue database. */
export const DEFAULT_DATABASE_NAME = 'iot_jobs';

/** Modes of S3 Object Lock. Source: Amazon S3 User Guide, Object Lock, Retention modes. */
export const OBJECT_LOCK_MODES = ['GOVERNANCE', 'COMPLIANCE'] as const;

/** Options for the S3 Object Lock of rows, changes, details and records. */
export interface ObjectLock {
  /**
   * Mode of the lock. With GOVERNANCE, users who have `s3:BypassGovernanceRetention` may still delete. With COMPLIANCE nobody
   * may, not even the root user of the account.
   */
  readonly mode: (typeof OBJECT_LOCK_MODES)[number];
  /** Days of the lock, from when an object is written, 1 to 36,500. */
  readonly days: number;
}

/** Options for a history. */
export interface HistoryOptions {
  /**
   * UTC date of the oldest data, such as `2026-01-01`. Queries do not see older data, and give no error. A query without a
   * condition on `dt` looks for data of every day since then, so do not set it years too early.
   *
   * @default 2026-01-01
   */
  readonly historyStart?: string;
  /**
   * Names of exports that were removed from `exports` but have a history. Queries do not see the history of an export that
   * is named in neither; its objects stay.
   *
   * @default - none
   */
  readonly retiredExports?: readonly string[];
  /**
   * Bytes that a query of an analyst may scan before Athena stops it, 10 MB or more. Athena charges $5 a TB.
   *
   * @default 10000000000 (10 GB)
   */
  readonly bytesScannedLimit?: number;
  /**
   * Name of the Glue database, which analysts type: 1 to 255 of `a-z`, `0-9` and `_`. It must be unique in the account and
   * Region, so a second history there needs another name.
   *
   * @default iot_jobs
   */
  readonly databaseName?: string;
  /**
   * Days after which rows expire; changes, details and records stay. Queries do not mistake expired rows for snapshots
   * without jobs. It must be more than the longest time between two snapshots, since a snapshot is compared with the rows of
   * the previous one.
   *
   * @default - never
   */
  readonly expireRowsAfterDays?: number;
  /**
   * Lock of rows, changes, details and records against deletion, with S3 Object Lock. Intents are not locked.
   *
   * @default - no lock
   */
  readonly objectLock?: ObjectLock;
  /**
   * ARNs of keys of AWS KMS that encrypted the history before, until the key was changed or removed. Exporters and analysts
   * may decrypt with them. Without a key's ARN here, they cannot read the objects that it encrypted.
   *
   * @default - none
   */
  readonly retiredKeys?: readonly string[];
  /**
   * Other accounts whose roles and users may query, 12 digits each. They assume a role that the history's stack makes for
   * them.
   *
   * @default - none
   */
  readonly analystAccounts?: readonly string[];
}
