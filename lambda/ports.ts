import type { SnapshotRecord } from './contract/columns.ts';
import type { Outcome } from './contract/event.ts';
import type { JobStatus, TargetSelection } from './contract/jobs.ts';

/** Time, so that tests and the demo can bring their own. Epoch milliseconds throughout. */
export interface Clock {
  now(): number;
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

export interface JobsPage {
  readonly jobs: readonly JobSummary[];
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
   * @throws ThingGroupNotFoundError when the thing group does not exist
   * @throws an {@link ExporterError} that tells an operator what failed; the signal's reason when it aborts
   */
  listJobs(query: ListJobsQuery, signal: AbortSignal): Promise<JobsPage>;
  readonly counts: CallCounts;
}

/** Where snapshots are kept: S3, or a directory. Keys are those of the data contract. */
export interface SnapshotStore {
  /** The object as text, `undefined` when there is none. */
  readText(key: string, signal: AbortSignal): Promise<string | undefined>;
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

/** A scope and a status of the snapshot at hand, for whoever watches. */
export interface ListingView {
  /** From 0. */
  readonly position: number;
  readonly total: number;
  readonly status: JobStatus;
  readonly thingGroupName: string | null;
  readonly thingGroupId: string | null;
  /** Rows written for this listing so far. */
  readonly jobCount: number;
  /** Pages that came so far. */
  readonly pages: number;
  readonly missing: boolean;
}

/** A snapshot whose record stands. */
export interface StandingSnapshot {
  readonly record: SnapshotRecord;
  readonly outcome: Outcome;
  /** When the stalest job in progress was last updated, epoch milliseconds. Known to the run that listed alone. */
  readonly oldestInProgressAt?: number | undefined;
}

/** Watches a run; must not throw. */
export interface RunObserver {
  listingStarted?(listing: ListingView): void;
  pageArrived?(listing: ListingView): void;
  listingEnded?(listing: ListingView): void;
  /** Once, at the end of a run that went well: the record is written. */
  recordStands?(snapshot: StandingSnapshot): void;
}

export interface Ports {
  readonly clock: Clock;
  readonly source: JobSource;
  readonly store: SnapshotStore;
  readonly observer?: RunObserver;
}
