import type { Change, ListingElement, SnapshotRecord, UnlinkedReason } from './contract/columns.ts';
import type { ThingStatus } from './contract/details.ts';
import type { Continuation, Outcome } from './contract/event.ts';
import type { JobStatus, TargetSelection } from './contract/jobs.ts';
import type { SnapshotIdentity } from './contract/keys.ts';
import type { Scope } from './contract/scope.ts';
import type { ExporterError } from './errors.ts';

/** Time source. Tests and the demo have their own. */
export interface Clock {
  /** Epoch milliseconds. The clock may be set forward or back at any moment. */
  now(): number;
  /** Milliseconds since some fixed instant. It never goes back, so deadlines and waits use it. */
  monotonic(): number;
  /** Resolves after `ms`; rejects with the signal's reason when it aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** One call of ListJobs. At most one of the two thing group filters is set. */
export interface ListJobsQuery {
  readonly status: JobStatus;
  readonly thingGroupName?: string;
  readonly thingGroupId?: string;
  readonly targetSelection?: TargetSelection;
  readonly namespaceId?: string;
  readonly nextToken?: string;
}

/** A job as ListJobs summarizes it. Every field may be absent; times are epoch milliseconds. */
export interface JobSummary {
  readonly jobArn?: string;
  readonly jobId?: string;
  readonly thingGroupId?: string;
  readonly targetSelection?: string;
  readonly status?: string;
  readonly createdAt?: number;
  readonly lastUpdatedAt?: number;
  readonly completedAt?: number;
  readonly isConcurrent?: boolean;
}

/** A field of a job that is omitted because it is not of the documented type. */
export interface OddField {
  /** The job's id or ARN, if the service returned one. */
  readonly job: string | undefined;
  /** Name of the field in the API; nested fields with a dot: `abortConfig.criteriaList`. */
  readonly field: string;
  /** The value that the service returned, as JSON, cut after 100 characters. */
  readonly value: string;
}

export interface JobsPage {
  readonly jobs: readonly JobSummary[];
  /** Omitted fields by job. Absent when every field is as documented. */
  readonly oddFields?: ReadonlyMap<JobSummary, readonly OddField[]>;
  /** Absent at the end of the listing. */
  readonly nextToken?: string;
}

/** Number of calls so far. Every attempt counts, retries included. */
export interface CallCounts {
  readonly calls: number;
  /** Of these, throttled calls. */
  readonly throttled: number;
}

export interface JobSource {
  /**
   * Fetches a page of at most 250 jobs. Temporary errors are retried.
   *
   * @throws ThingGroupNotFoundError when the thing group of the query does not exist
   * @throws an {@link ExporterError} that says what failed; the signal's reason when it aborts
   */
  listJobs(query: ListJobsQuery, signal: AbortSignal): Promise<JobsPage>;
  /**
   * Whether the thing group with a name exists.
   *
   * @throws an {@link ExporterError} when the call is refused or fails; the signal's reason when it aborts
   */
  thingGroupExists(thingGroupName: string, signal: AbortSignal): Promise<boolean>;
  readonly counts: CallCounts;
}

/** A rule by which AWS IoT aborts a job. Every field may be absent. */
export interface AbortCriterion {
  readonly action?: string;
  readonly failureType?: string;
  readonly thresholdPercentage?: number;
  readonly minNumberOfExecutedThings?: number;
}

/** Number of a job's things by status of execution. Every one may be absent. */
export type ThingCounts = Readonly<Partial<Record<ThingStatus, number>>>;

/** A job as DescribeJob returns it. Every field may be absent; times are epoch milliseconds. */
export interface JobDescription extends Omit<JobSummary, 'thingGroupId'> {
  readonly targets?: readonly string[];
  readonly description?: string;
  readonly comment?: string;
  readonly reasonCode?: string;
  readonly forceCanceled?: boolean;
  readonly jobTemplateArn?: string;
  readonly destinationPackageVersions?: readonly string[];
  readonly things?: ThingCounts;
  readonly maximumPerMinute?: number;
  readonly abortCriteria?: readonly AbortCriterion[];
  readonly inProgressTimeoutMinutes?: number;
  readonly scheduledStartAt?: number;
  readonly scheduledEndAt?: number;
  readonly endBehavior?: string;
  /** Fields that are omitted because they are not of the documented type. */
  readonly oddFields?: readonly OddField[];
}

/** Port to DescribeJob, which has a quota of its own. */
export interface JobDescriber {
  /**
   * Describes a job; `undefined` if it does not exist. Temporary errors are retried.
   *
   * @throws an {@link ExporterError} that says what failed; the signal's reason when it aborts
   */
  describeJob(jobId: string, signal: AbortSignal): Promise<JobDescription | undefined>;
  readonly counts: CallCounts;
}

/** Storage of snapshots: S3, or a directory. Keys are those of the data contract. */
export interface SnapshotStore {
  /** The object as text; `undefined` if it does not exist. */
  readText(key: string, signal: AbortSignal): Promise<string | undefined>;
  /** The object as stored; `undefined` if it does not exist. */
  readBytes(key: string, signal: AbortSignal): Promise<Uint8Array | undefined>;
  /** SHA-256 of the object as stored, hex; `undefined` if it does not exist. */
  sha256(key: string, signal: AbortSignal): Promise<string | undefined>;
  /**
   * Puts an object if its key does not exist. Readers see the whole object or nothing.
   *
   * @returns false if the key exists; the existing object is unchanged. It may be this object, if the answer to an earlier
   * attempt was lost.
   */
  putIfAbsent(object: StoredObject, signal: AbortSignal): Promise<boolean>;
}

export interface StoredObject {
  readonly key: string;
  readonly body: Uint8Array;
  /** SHA-256 of `body`, hex. */
  readonly sha256: string;
  readonly contentType: string;
}

/** A multipart upload that was begun. */
export interface Upload {
  /** Key of the object. */
  readonly key: string;
  readonly id: string;
}

/** A part that was uploaded. */
export interface UploadedPart {
  /** 1 to {@link MAX_PART_NUMBER}. */
  readonly number: number;
  readonly etag: string;
}

/** Highest part number. Source: Amazon S3 User Guide, "Amazon S3 multipart upload limits". */
export const MAX_PART_NUMBER = 10_000;

/**
 * Puts an object in parts if its key does not exist. Readers see the whole object or nothing.
 *
 * @throws an {@link ExporterError} from every method; the signal's reason when it aborts
 */
export interface UploadStore {
  /** Minimum size of a part, bytes. It does not apply to the last part of an object. */
  readonly minPartBytes: number;
  begin(key: string, contentType: string, signal: AbortSignal): Promise<Upload>;
  /**
   * Puts a part. A number must not be put twice with different bytes: the completion refers to parts by their ETag.
   *
   * @returns `undefined` if the upload no longer exists
   */
  putPart(
    upload: Upload,
    part: { readonly number: number; readonly body: Uint8Array; readonly sha256: string },
    signal: AbortSignal,
  ): Promise<UploadedPart | undefined>;
  /**
   * Makes the object of its parts, in the order of their numbers. The numbers may have gaps.
   *
   * @returns `exists` if the key exists; `gone` if the upload no longer exists: it was aborted, or completed, perhaps by this
   * very call if its answer was lost
   */
  complete(
    upload: Upload,
    parts: readonly UploadedPart[],
    signal: AbortSignal,
  ): Promise<'completed' | 'exists' | 'gone'>;
  /** Aborts an upload that is not needed any more. No error if it no longer exists. */
  abort(upload: Upload, signal: AbortSignal): Promise<void>;
}

/**
 * Port to the state machine, which resumes runs that are longer than one invocation.
 *
 * @throws an {@link ExporterError} from every method; the signal's reason when it aborts
 */
export interface Continuations {
  /** The continuation that is running for a snapshot; `undefined` if there is none. The answer may be some seconds old. */
  running(of: SnapshotIdentity, signal: AbortSignal): Promise<Continuation | undefined>;
  /** Starts `next`. If another continuation of the snapshot is running already, starts nothing and returns that one. */
  start(of: SnapshotIdentity, next: Continuation, signal: AbortSignal): Promise<Continuation>;
}

/** Ports of runs that may be longer than one invocation. */
export interface LongRuns {
  readonly uploads: UploadStore;
  readonly continuations: Continuations;
}

/**
 * The complete snapshots of an export in one account and Region: those whose record exists.
 *
 * @throws an {@link ExporterError} from every method; the signal's reason when it aborts
 */
export interface ExportRecords {
  /** Whether there is a snapshot with a later scheduled time. */
  hasLater(than: SnapshotIdentity, signal: AbortSignal): Promise<boolean>;
  /** Snapshots with an earlier scheduled time, newest first. Keys are listed lazily, little more than is consumed. */
  earlier(than: SnapshotIdentity, signal: AbortSignal): AsyncIterable<SnapshotIdentity>;
  /** The record of a snapshot as text. An error if it does not exist. */
  readText(of: SnapshotIdentity, signal: AbortSignal): Promise<string>;
  /** The object of rows of a snapshot as stored, in chunks. An error if it does not exist. */
  readRows(of: SnapshotIdentity, signal: AbortSignal): AsyncIterable<Uint8Array>;
  /** The object of changes of a snapshot as stored. An error if it does not exist. */
  readChanges(of: SnapshotIdentity, signal: AbortSignal): Promise<Uint8Array>;
  /** The object of details of a snapshot as stored. An error if it does not exist. */
  readDetails(of: SnapshotIdentity, signal: AbortSignal): Promise<Uint8Array>;
}

/** A scope and a status of a run: the element of the future record, and values that only the run needs. */
export interface Listing extends ListingElement {
  readonly status: JobStatus;
  /** Rows written for this listing so far. */
  job_count: number;
  missing: boolean | null;
  /** Pages received so far. */
  pages: number;
}

/** Position of a listing in its run. */
export interface ListingProgress {
  /** Index of the listing, from 0. */
  readonly position: number;
  /** Listings of the run, repeats included. */
  readonly total: number;
  /** Whether the status is listed for the second time. */
  readonly isRepeat: boolean;
}

/** Progress of a run that is longer than one invocation. */
export interface RunProgress {
  readonly run: string;
  readonly invocation: number;
  readonly attempt: number;
  /** Rows written so far. */
  readonly jobs: number;
  /** Rows of the predecessor snapshot, as an estimate. Absent if there is no predecessor. */
  readonly expectedJobs?: number;
  readonly listingsEnded: number;
  readonly listings: number;
  /** Calls of all invocations. */
  readonly counts: CallCounts;
  /** Milliseconds since the run began or was restarted. */
  readonly elapsedMs: number;
  /** Milliseconds until the time limit of the run. */
  readonly remainingMs: number;
}

/** Result of describing the jobs of a snapshot. */
export interface DetailsResult {
  /** Jobs that were described. */
  readonly described: number;
  /** Selected jobs that were not described. */
  readonly leftOut: number;
  /** Of these, jobs that no longer exist, or whose id has been reused by another job. */
  readonly gone: number;
  /** Of these, existing jobs that could not be described, and jobs for which no time was left. */
  readonly failed: number;
  /** Why describing ended early, or why a job could not be described; absent if neither happened. */
  readonly error?: Error;
  /** Calls of all invocations. */
  readonly counts: CallCounts;
}

/** A failing or stalled job. */
export interface RolloutInTrouble {
  readonly jobId: string;
  /** Things that succeeded, failed, rejected the job or timed out. */
  readonly thingsExecuted: number;
  /** Percentage of these that did not succeed; 0 if there are none. */
  readonly failedPercent: number;
  /** `yyyy-MM-dd HH:mm:ss.SSS` in UTC; `null` if unknown. */
  readonly progressSince: string | null;
}

/** Figures of the rollouts of a snapshot, from its details. */
export interface RolloutFigures {
  /** Things of all jobs in progress; absent if a job was not described or has no counts. */
  readonly things?: Readonly<Record<ThingStatus, number>>;
  /** Highest percentage of failures of a job; absent if unknown. */
  readonly worstFailedPercent?: number;
  /** Number of stalled jobs; absent if unknown. */
  readonly stalled?: number;
  /** Jobs with more failures than allowed, worst first. */
  readonly failing: readonly RolloutInTrouble[];
  /** Stalled jobs, longest first. */
  readonly stalling: readonly RolloutInTrouble[];
}

/** A snapshot whose record exists. */
export interface RecordedSnapshot {
  readonly record: SnapshotRecord;
  readonly outcome: Outcome;
  /** Oldest update time of a job in progress, epoch milliseconds. Only if this run listed the jobs. */
  readonly oldestInProgressAt?: number | undefined;
  /** Calls of all invocations. Only if this run listed the jobs. */
  readonly counts?: CallCounts;
  /** Only if this run described jobs. */
  readonly details?: DetailsResult;
}

/** The predecessor snapshot that a run found, or why it has none. */
export type PreviousSnapshot =
  | { readonly snapshotId: string; readonly unlinkedReason: null }
  | {
      readonly snapshotId: null;
      readonly unlinkedReason: UnlinkedReason;
      /** Why the predecessor could not be read; only for UNREADABLE. */
      readonly error?: Error;
    };

/** What a run finds out from stored snapshots, other ones and its own. */
export interface LookBack {
  /** Whether no later snapshot exists; `null` if unknown. */
  readonly isNewest: boolean | null;
  /** Number of consecutive snapshots that break an alarm's threshold, up to its `forSnapshots`, by the name of the alarm. */
  readonly inBreach: ReadonlyMap<string, number>;
  /** Why that is unknown, by the name of the alarm. If the newest snapshot does not have the count, the alarm is in neither map. */
  readonly uncounted: ReadonlyMap<string, string>;
  /** Why it is unknown whether a later snapshot exists. */
  readonly error?: Error;
  /** Jobs of the run's own snapshot per kind of change, if requested and if it has a predecessor. */
  readonly changes?: Readonly<Record<Change, number>>;
  /** Why the changes are unknown. */
  readonly changesError?: Error;
  /** Figures of the rollouts of the run's own snapshot, if details were requested. */
  readonly rollouts?: RolloutFigures;
  /** Why the rollouts are unknown. */
  readonly rolloutsError?: Error;
}

/** Receives the events of a run. Its methods must not throw. */
export interface RunObserver {
  /** The rows of the predecessor snapshot are about to be read. */
  previousReading?(snapshotId: string): void;
  /** Before the first listing, and again after a restart. */
  previousFound?(previous: PreviousSnapshot): void;
  listingStarted?(listing: Readonly<Listing>, progress: ListingProgress): void;
  pageArrived?(listing: Readonly<Listing>, progress: ListingProgress): void;
  /** A listing has ended. If ListJobs says that a thing group does not exist, each of its listings ends without a page. */
  listingEnded?(listing: Readonly<Listing>, progress: ListingProgress): void;
  /** A thing group without jobs was looked up and does not exist. Its listings have already ended. */
  thingGroupMissing?(scope: Scope): void;
  /** The look-up of a thing group without jobs failed. No further look-ups are made in this run. */
  thingGroupUnchecked?(scope: Scope, error: ExporterError): void;
  /** The details of the predecessor snapshot could not be read, so it is unknown how long rollouts have not progressed. */
  previousDetailsUnreadable?(error: Error): void;
  /** A job was described, or could not be. */
  jobDescribed?(progress: { readonly described: number; readonly selected: number }): void;
  /** Describing has ended, before anything is stored. */
  detailsEnded?(result: DetailsResult): void;
  /** AWS IoT refused the token of an earlier invocation. The listing is restarted. */
  tokenRefused?(listing: Readonly<Listing>, error: ExporterError): void;
  /** The run was resumed from the state that another invocation saved. */
  resumed?(progress: RunProgress): void;
  /** The run discards what it listed and starts anew. */
  restarted?(reason: string): void;
  /** The run was suspended. Another invocation resumes it. */
  suspended?(progress: RunProgress): void;
  /** Fields of jobs were not of the documented type. Reported once per job and scope. */
  oddFields?(fields: readonly OddField[]): void;
  /** Once, at the end of a successful run: the record exists. */
  snapshotRecorded?(snapshot: RecordedSnapshot): void;
  /** After that, if the run had to read stored snapshots, for alarms or metrics, or because its own may not be the newest. */
  lookedBack?(result: LookBack): void;
}

/** Where snapshots are stored. */
export type History = Pick<Ports, 'store' | 'records'>;

/** What the core needs from outside. */
export interface Ports {
  readonly clock: Clock;
  readonly source: JobSource;
  /** Absent if no job is described. */
  readonly describer?: JobDescriber;
  readonly store: SnapshotStore;
  readonly records: ExportRecords;
  /** Absent if runs cannot be resumed by another invocation, as on a laptop. */
  readonly longRuns?: LongRuns;
  readonly observer?: RunObserver;
}
