/** Name of the Glue database unless the configuration names another. */
export const DEFAULT_DATABASE_NAME = 'iot_jobs';

/** Modes of S3 Object Lock. Source: Amazon S3 User Guide, Object Lock, Retention modes. */
export const OBJECT_LOCK_MODES = ['GOVERNANCE', 'COMPLIANCE'] as const;

/** How rows, changes, details and records are locked. */
export interface ObjectLock {
  /**
   * With GOVERNANCE whoever has `s3:BypassGovernanceRetention` may still delete, with COMPLIANCE nobody, the root user
   * of the account not either.
   */
  readonly mode: (typeof OBJECT_LOCK_MODES)[number];
  /** Days from the moment an object is put, 1 to 36,500. */
  readonly days: number;
}

/** What the history is told. */
export interface HistoryOptions {
  /**
   * UTC date, `2026-01-01`, of the oldest data. A query sees nothing from before it, without an error; a query without
   * a condition on `dt` looks at every day since, so do not set it years too early.
   *
   * @default 2026-01-01
   */
  readonly historyStart?: string;
  /**
   * Names of exports that were taken out of `exports` but have a history. Without its name here a query no longer sees
   * it; the objects stay.
   *
   * @default - none
   */
  readonly retiredExports?: readonly string[];
  /**
   * Bytes that a query of an analyst may scan before Athena stops it, 10 MB or more. Athena costs $5 a TB.
   *
   * @default 10000000000 (10 GB)
   */
  readonly bytesScannedLimit?: number;
  /**
   * Name of the Glue database, which analysts type: 1 to 255 of `a-z`, `0-9` and `_`. A Region of an account has each
   * name once, so a history beside another one needs one of its own.
   *
   * @default iot_jobs
   */
  readonly databaseName?: string;
  /**
   * Days after which rows expire; changes, details and records stay. No query takes expired rows for no jobs. More than the
   * schedules' longest gap, for a snapshot is compared with the rows of the one before.
   *
   * @default - never
   */
  readonly expireRowsAfterDays?: number;
  /**
   * Locks rows, changes, details and records against deletion with S3 Object Lock. Intents are not locked.
   *
   * @default - no lock
   */
  readonly objectLock?: ObjectLock;
  /**
   * ARNs of keys of AWS KMS that encrypted the history once, before the key was changed or given up. Exporters and
   * analysts may still decrypt with them; without its line here what a key encrypted can no longer be read.
   *
   * @default - none
   */
  readonly retiredKeys?: readonly string[];
  /**
   * Other accounts whose roles and users may query: those that may assume the role that the history's stack makes for
   * them. 12 digits each.
   *
   * @default - none
   */
  readonly analystAccounts?: readonly string[];
}
