/**
 * What ListJobs can be asked for, with AWS's own constraints.
 * Source: AWS IoT API Reference, ListJobs and JobSummary.
 */

/**
 * The statuses of a job in the order in which a job goes through them. Between the first two jobs also go back.
 * Source: AWS IoT Developer Guide, "Jobs and job execution states".
 */
export const JOB_STATUSES = ['SCHEDULED', 'IN_PROGRESS', 'COMPLETED', 'CANCELED', 'DELETION_IN_PROGRESS'] as const;
/** A status of a job. */
export type JobStatus = (typeof JOB_STATUSES)[number];

/**
 * The statuses that a job may have after each.
 * Source: AWS IoT Developer Guide, "Jobs and job execution states".
 */
export const STATUSES_AFTER: Readonly<Record<JobStatus, readonly JobStatus[]>> = {
  SCHEDULED: ['IN_PROGRESS', 'COMPLETED', 'CANCELED', 'DELETION_IN_PROGRESS'],
  IN_PROGRESS: ['SCHEDULED', 'COMPLETED', 'CANCELED', 'DELETION_IN_PROGRESS'],
  COMPLETED: ['DELETION_IN_PROGRESS'],
  CANCELED: ['DELETION_IN_PROGRESS'],
  DELETION_IN_PROGRESS: [],
};

/** Whether a job is of the things that were there when it was created, or also of those that come. */
export const TARGET_SELECTIONS = ['SNAPSHOT', 'CONTINUOUS'] as const;
/** A target selection of a job. */
export type TargetSelection = (typeof TARGET_SELECTIONS)[number];

/** Jobs that a call of ListJobs returns at most. Without `maxResults` the service may return fewer. */
export const MAX_RESULTS = 250;

/** Calls of ListJobs per second that an account has in a Region by default; adjustable, shared by all callers. */
export const LIST_JOBS_QUOTA_PER_SECOND = 10;

/** Calls of ListJobs per second that an export allows itself unless told otherwise: half of the default quota. */
export const DEFAULT_CALLS_PER_SECOND = 5;

/** A constraint on text, and what it asks for in words that fit after "must be". */
export interface TextRule {
  readonly pattern: RegExp;
  readonly mustBe: string;
}

export const THING_GROUP_NAME: TextRule = {
  pattern: /^[a-zA-Z0-9:_-]{1,128}$/,
  mustBe: 'a thing group name: 1 to 128 of a-z, A-Z, 0-9, ":", "_" and "-"',
};

export const THING_GROUP_ID: TextRule = {
  pattern: /^[a-zA-Z0-9-]{1,128}$/,
  mustBe: 'a thing group id: 1 to 128 of a-z, A-Z, 0-9 and "-"',
};

export const NAMESPACE_ID: TextRule = {
  pattern: /^[a-zA-Z0-9_-]+$/,
  mustBe: 'a namespace id: one or more of a-z, A-Z, 0-9, "_" and "-"',
};

/**
 * The export's name becomes part of keys, of the snapshot id and of metric dimensions.
 * It begins with a letter or digit so that no key begins with `-`, and Athena hides no object of it.
 */
export const EXPORT_NAME: TextRule = {
  pattern: /^[a-z0-9][a-z0-9-]{0,62}$/,
  mustBe: 'an export name: 1 to 63 of a-z, 0-9 and "-", beginning with a letter or a digit',
};
