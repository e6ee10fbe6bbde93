import type { Change, ListingElement, SnapshotRecord, UnlinkedReason } from './contract/columns.ts';
import type { ThingStatus } from './contract/details.ts';
import type { Continuation, Outcome } from './contract/event.ts';
import type { JobStatus, TargetSelection } from './contract/jobs.ts';
import type { SnapshotIdentity } from './contract/keys.ts';
import type { Scope } from './contract/scope.ts';
import type { ExporterError } from './errors.ts';

/** Time, so that tests and the demo can bring their own. */
export interface Clock {
  /** Epoch milliseconds. It may be set forward and back at any moment. */
  now(): number;
  /** Milliseconds since some fixed instant. It never goes back: deadlines and waits are measured by it. */
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

/** A field of a job that is not of the documented type: it is left out. */
export interface OddField {
  /** The job's id or ARN, as far as the service gave them. */
  readonly job: string | undefined;
  /** The field as the API names it, below a structure with a dot: `abortConfig.criteriaList`. */
  readonly field: string;
  /** What the service gave, as JSON, cut after 100 characters. */
  readonly value: string;
}

export interface JobsPage {
  readonly jobs: readonly JobSummary[];
  /** By job, those of which fields were left out. Absent when every field is as documented. */
  readonly oddFields?: ReadonlyMap<JobSummary, readonly OddField[]>;
  /** Absent at the end of the listing. */
  readonly nextToken?: string;
}

/** Calls of ListJobs so far: every attempt on the wire counts, retries too. */
export interface CallCounts {
  readonly calls: number;
  /** Of these, answered with a throttle. */
  readonly throttled: number;
}

export interface JobSource {
  /**
   * Fetches a page of at most 250 jobs, retried as far as it makes sense.
   *
   * @throws ThingGroupNotFoundError when the thing group of the query does not exist
   * @throws an {@link ExporterError} that says what failed; the signal's reason when it aborts
   */
  listJobs(query: ListJobsQuery, signal: AbortSignal): Promise<JobsPage>;
  /**
   * Whether a thing group exists, by its name.
   *
   * @throws an {@link ExporterError} when that is refused or fails; the signal's reason when it aborts
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

/** How many things of a job are in each status of execution. Every one may be absent. */
export type ThingCounts = Readonly<Partial<Record<ThingStatus, number>>>;

/** A job as DescribeJob gives it. Every field may be absent; times are epoch milliseconds. */
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
  /** Fields that were left out, because they are not of the documented type. */
  readonly oddFields?: readonly OddField[];
}

/** DescribeJob, which has a quota of its own. */
export interface JobDescriber {
  /**
   * Describes a job, retried as far as it makes sense; `undefined` where there is none.
   *
   * @throws an {@link ExporterError} that says what failed; the signal's reason when it aborts
   */
  describeJob(jobId: string, signal: AbortSignal): Promise<JobDescription | undefined>;
  readonly counts: CallCounts;
}

/** Where snapshots are kept: S3, or a directory. Keys are those of the data contract. */
export interface SnapshotStore {
  /** The object as text, `undefined` when there is none. */
  readText(key: string, signal: AbortSignal): Promise<string | undefined>;
  /** The object as stored, `undefined` when there is none. */
  readBytes(key: string, signal: AbortSignal): Promise<Uint8Array | undefined>;
  /** SHA-256 of the object as stored, hex; `undefined` when there is none. */
  sha256(key: string, signal: AbortSignal): Promise<string | undefined>;
  /**
   * Puts a whole object where there is none: readers see all of it or nothing.
   *
   * @returns false when the key exists already; the object that stands is left as it is. After an answer that got lost
   * that object may be this very one.
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

/** An upload in parts that was begun. */
export interface Upload {
  /** Key that the object will have. */
  readonly key: string;
  readonly id: string;
}

/** A part that stands. */
export interface UploadedPart {
  /** 1 to {@link MAX_PART_NUMBER}. */
  readonly number: number;
  readonly etag: string;
}

/** Highest number of a part. Source: Amazon S3 User Guide, "Amazon S3 multipart upload limits". */
export const MAX_PART_NUMBER = 10_000;

/**
 * Puts an object in parts, where there is none. Readers see all of it or nothing.
 *
 * @throws an {@link ExporterError} from every method; the signal's reason when it aborts
 */
export interface UploadStore {
  /** Bytes of a part at least, but for the last one of an object. */
  readonly minPartBytes: number;
  begin(key: string, contentType: string, signal: AbortSignal): Promise<Upload>;
  /**
   * Puts a part. No number may be put twice with other bytes: the completion names the one that it means by its etag.
   *
   * @returns `undefined` when the upload is gone
   */
  putPart(
    upload: Upload,
    part: { readonly number: number; readonly body: Uint8Array; readonly sha256: string },
    signal: AbortSignal,
  ): Promise<UploadedPart | undefined>;
  /**
   * Makes the object of parts, in the order of their numbers, which need not follow one another.
   *
   * @returns `exists` when the key does; `gone` when the upload is not there any more: it was completed, perhaps by this very
   * call, whose answer got lost, or ended
   */
  complete(
    upload: Upload,
    parts: readonly UploadedPart[],
    signal: AbortSignal,
  ): Promise<'completed' | 'exists' | 'gone'>;
  /** Ends an upload that is not wanted any more. One that is gone is none. */
  abort(upload: Upload, signal: AbortSignal): Promise<void>;
}

/**
 * What goes on with runs that outlast an invocation.
 *
 * @throws an {@link ExporterError} from every method; the signal's reason when it aborts
 */
export interface Continuations {
  /** What goes on with a snapshot at this moment; `undefined` when nothing does. It may be some seconds old. */
  running(of: SnapshotIdentity, signal: AbortSignal): Promise<Continuation | undefined>;
  /** Has `next` go on with a snapshot. Where another goes on already, nothing begins, and that one is returned. */
  start(of: SnapshotIdentity, next: Continuation, signal: AbortSignal): Promise<Continuation>;
}

/** What a run needs that may outlast an invocation. */
export interface LongRuns {
  readonly uploads: UploadStore;
  readonly continuations: Continuations;
}

/**
 * The complete snapshots of an export: those whose record stands, of one account, Region and export.
 *
 * @throws an {@link ExporterError} from every method; the signal's reason when it aborts
 */
export interface ExportRecords {
  /** Whether there is one with a later scheduled time. */
  hasLater(than: SnapshotIdentity, signal: AbortSignal): Promise<boolean>;
  /** Those with an earlier scheduled time, newest first. Little more is listed than is taken. */
  earlier(than: SnapshotIdentity, signal: AbortSignal): AsyncIterable<SnapshotIdentity>;
  /** The record of one of them as text. That it is gone by now is an error. */
  readText(of: SnapshotIdentity, signal: AbortSignal): Promise<string>;
  /** The object of rows of one of them as stored, piece by piece. That it is gone is an error. */
  readRows(of: SnapshotIdentity, signal: AbortSignal): AsyncIterable<Uint8Array>;
  /** The object of changes of one of them as stored. That there is none is an error. */
  readChanges(of: SnapshotIdentity, signal: AbortSignal): Promise<Uint8Array>;
  /** The object of details of one of them as stored. That there is none is an error. */
  readDetails(of: SnapshotIdentity, signal: AbortSignal): Promise<Uint8Array>;
}

/** A scope and a status of a run: the element of the record to be, and what only the run knows. */
export interface Listing extends ListingElement {
  readonly status: JobStatus;
  /** Rows written for this listing so far. */
  job_count: number;
  missing: boolean | null;
  /** Pages that came so far. */
  pages: number;
}

/** Where in the run a listing is. */
export interface ListingProgress {
  /** Index of the listing, from 0. */
  readonly position: number;
  /** Listings of the run, repeats included. */
  readonly total: number;
  /** Whether the status is listed for the second time. */
  readonly isRepeat: boolean;
}

/** How far a run has come that outlasts an invocation. */
export interface RunProgress {
  readonly run: string;
  readonly invocation: number;
  readonly attempt: number;
  /** Rows written so far. */
  readonly jobs: number;
  /** Rows of the snapshot before, of the same export: about as many are to be expected. Absent where there is none. */
  readonly expectedJobs?: number;
  readonly listingsEnded: number;
  readonly listings: number;
  /** Calls of all invocations. */
  readonly counts: CallCounts;
  /** Milliseconds since the run began, or began anew, and until its time is over. */
  readonly elapsedMs: number;
  readonly remainingMs: number;
}

/** What describing the jobs of a snapshot came to. */
export interface DetailsResult {
  /** Jobs that are in the details. */
  readonly described: number;
  /** Jobs that were to be described and are not. */
  readonly leftOut: number;
  /** Of these, jobs that are gone, or whose id is another job's by now. */
  readonly gone: number;
  /** Of these, jobs that are there and could not be described, and those for which no time was left. 0 where all was well. */
  readonly failed: number;
  /** Why describing ended early, or why a job could not be described; absent where all was well. */
  readonly error?: Error;
  /** Calls of all invocations. */
  readonly counts: CallCounts;
}

/** A job that is going wrong. */
export interface RolloutInTrouble {
  readonly jobId: string;
  /** Things that succeeded, failed, rejected the job or timed out. */
  readonly thingsExecuted: number;
  /** Of these, those that did not succeed; 0 where there is none. */
  readonly failedPercent: number;
  /** `yyyy-MM-dd HH:mm:ss.SSS` in UTC; `null` where it is not known. */
  readonly progressSince: string | null;
}

/** What the details of a snapshot say of its rollouts. */
export interface RolloutFigures {
  /** Things of all jobs in progress; absent where a job was left out, or says no numbers. */
  readonly things?: Readonly<Record<ThingStatus, number>>;
  /** Of the one that fails most; absent where that is not known. */
  readonly worstFailedPercent?: number;
  /** Jobs that do not go on; absent where that is not known. */
  readonly stalled?: number;
  /** Those that fail more than is allowed, worst first. */
  readonly failing: readonly RolloutInTrouble[];
  /** Those that do not go on, longest first. */
  readonly stalling: readonly RolloutInTrouble[];
}

/** A snapshot whose record stands. */
export interface RecordedSnapshot {
  readonly record: SnapshotRecord;
  readonly outcome: Outcome;
  /** When the job in progress that was updated least recently was updated, epoch milliseconds. Only a run that listed knows it. */
  readonly oldestInProgressAt?: number | undefined;
  /** Calls of all invocations. Only a run that listed knows them. */
  readonly counts?: CallCounts;
  /** Only a run that described jobs knows it. */
  readonly details?: DetailsResult;
}

/** What a run found when it looked for the snapshot before its own. */
export type PreviousSnapshot =
  | { readonly snapshotId: string; readonly unlinkedReason: null }
  | {
      readonly snapshotId: null;
      readonly unlinkedReason: UnlinkedReason;
      /** Why the snapshot before could not be read, of UNREADABLE. */
      readonly error?: Error;
    };

/** What a run found out from the records of other snapshots. */
export interface LookBack {
  /** Whether no later snapshot stands; `null` where that is not known. */
  readonly isNewest: boolean | null;
  /** By the name of the alarm, how many snapshots on end break its threshold, up to its `forSnapshots`. */
  readonly inBreach: ReadonlyMap<string, number>;
  /** By the name of the alarm, why that is not known. An alarm whose count the newest snapshot does not know is in neither. */
  readonly uncounted: ReadonlyMap<string, string>;
  /** Why it is not known whether a later snapshot stands. */
  readonly error?: Error;
  /** Jobs of each kind of change of the run's own snapshot, where they were asked for and it was compared with another. */
  readonly changes?: Readonly<Record<Change, number>>;
  /** Why they are not known. */
  readonly changesError?: Error;
  /** What the details of the run's own snapshot say, where jobs were to be described. */
  readonly rollouts?: RolloutFigures;
  /** Why that is not known. */
  readonly rolloutsError?: Error;
}

/** Watches a run; must not throw. */
export interface RunObserver {
  /** The rows of the snapshot before, by its id, are about to be read. */
  previousReading?(snapshotId: string): void;
  /** Before the first listing, and again where the run begins anew. */
  previousFound?(previous: PreviousSnapshot): void;
  listingStarted?(listing: Readonly<Listing>, progress: ListingProgress): void;
  pageArrived?(listing: Readonly<Listing>, progress: ListingProgress): void;
  /** A listing has ended. Of a thing group that ListJobs says does not exist each listing ends, without a page. */
  listingEnded?(listing: Readonly<Listing>, progress: ListingProgress): void;
  /** A thing group without jobs was looked up and does not exist. Its listings have ended before. */
  thingGroupMissing?(scope: Scope): void;
  /** It is not known whether thing groups without jobs exist: AWS IoT could not be asked, and is not asked again. */
  thingGroupUnchecked?(scope: Scope, error: ExporterError): void;
  /** The details of the snapshot before could not be read: since when rollouts stand is not known. */
  previousDetailsUnreadable?(error: Error): void;
  /** A job was described, or could not be. */
  jobDescribed?(progress: { readonly described: number; readonly selected: number }): void;
  /** Describing has ended, before anything is stored. */
  detailsEnded?(result: DetailsResult): void;
  /** AWS IoT no longer takes the token of an earlier invocation: the listing begins again. */
  tokenRefused?(listing: Readonly<Listing>, error: ExporterError): void;
  /** The run goes on from what another invocation handed on. */
  resumed?(progress: RunProgress): void;
  /** What was listed is given up, and the run begins anew. */
  restarted?(reason: string): void;
  /** The run goes on in another invocation. */
  suspended?(progress: RunProgress): void;
  /** Fields of jobs that are new to the scope were not of the documented type. */
  oddFields?(fields: readonly OddField[]): void;
  /** Once, at the end of a run that went well: the record is written. */
  snapshotRecorded?(snapshot: RecordedSnapshot): void;
  /** After that, where the run had to look at other snapshots: to count for alarms, or because its own is an old one. */
  lookedBack?(result: LookBack): void;
}

/** What keeps snapshots, as a run uses it. */
export type History = Pick<Ports, 'store' | 'records'>;

export interface Ports {
  readonly clock: Clock;
  readonly source: JobSource;
  /** Absent where no job is to be described. */
  readonly describer?: JobDescriber;
  readonly store: SnapshotStore;
  readonly records: ExportRecords;
  /** Absent where runs have no other invocation to go on in, as on a laptop. */
  readonly longRuns?: LongRuns;
  readonly observer?: RunObserver;
}
