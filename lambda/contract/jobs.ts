/**
 * The filters of ListJobs, with AWS's constraints.
 * Source: AWS IoT API Reference, ListJobs and JobSummary.
 */

/**
 * The statuses of a job, in the order in which a job goes through them. From IN_PROGRESS a job can also go back to SCHEDULED.
 * Source: AWS IoT Developer Guide, "Jobs and job execution states".
 */
export const JOB_STATUSES = ['SCHEDULED', 'IN_PROGRESS', 'COMPLETED', 'CANCELED', 'DELETION_IN_PROGRESS'] as const;
/** A status of a job. */
export type JobStatus = (typeof JOB_STATUSES)[number];

/**
 * The statuses that a job may have after each status.
 * Source: AWS IoT Developer Guide, "Jobs and job execution states".
 */
export const STATUSES_AFTER: Readonly<Record<JobStatus, readonly JobStatus[]>> = {
  SCHEDULED: ['IN_PROGRESS', 'COMPLETED', 'CANCELED', 'DELETION_IN_PROGRESS'],
  IN_PROGRESS: ['SCHEDULED', 'COMPLETED', 'CANCELED', 'DELETION_IN_PROGRESS'],
  COMPLETED: ['DELETION_IN_PROGRESS'],
  CANCELED: ['DELETION_IN_PROGRESS'],
  DELETION_IN_PROGRESS: [],
};

/**
 * The statuses of a scope in the order in which they are listed: that of a job's life, whatever the requested order. So a job
 * whose status changes during the run is listed twice rather than missed.
 *
 * After a status from which jobs go back to earlier ones, these are listed again. At present that is SCHEDULED after
 * IN_PROGRESS: at the end of a maintenance window a job goes back to SCHEDULED until the next window.
 * Source: AWS IoT Developer Guide, "Jobs and job execution states", note under IN_PROGRESS.
 */
export function listingOrder(
  requested: readonly JobStatus[],
): { readonly status: JobStatus; readonly isRepeat: boolean }[] {
  const statuses = JOB_STATUSES.filter((status) => requested.includes(status));
  return statuses.flatMap((status, i) => {
    const again = statuses.slice(0, i).filter((earlier) => STATUSES_AFTER[status].includes(earlier));
    return [{ status, isRepeat: false }, ...again.map((earlier) => ({ status: earlier, isRepeat: true }))];
  });
}

/** Whether a job targets only the things in its targets at its creation, or also things that are added later. */
export const TARGET_SELECTIONS = ['SNAPSHOT', 'CONTINUOUS'] as const;
/** A target selection of a job. */
export type TargetSelection = (typeof TARGET_SELECTIONS)[number];

/** Maximum `maxResults` of ListJobs. Without `maxResults` the service may return fewer jobs. */
export const MAX_RESULTS = 250;

/** Default quota of ListJobs calls per second, per account and Region. Adjustable; shared by all callers. */
export const LIST_JOBS_QUOTA_PER_SECOND = 10;

/** Default rate of ListJobs calls per second of an exporter: half of the default quota. */
export const DEFAULT_CALLS_PER_SECOND = 5;

/** A constraint on text, and its description, which follows "must be" in messages. */
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
 * The export's name is part of keys, of the snapshot id and of metric dimensions.
 * It begins with a letter or digit, so that no key begins with `-` and Athena hides no object of the export.
 */
export const EXPORT_NAME: TextRule = {
  pattern: /^[a-z0-9][a-z0-9-]{0,62}$/,
  mustBe: 'an export name: 1 to 63 of a-z, 0-9 and "-", beginning with a letter or a digit',
};
