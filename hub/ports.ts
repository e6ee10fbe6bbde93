import type { ExportHealthRow } from '../lambda/contract/health.ts';
import type { SnapshotIdentity } from '../lambda/contract/keys.ts';
import type { Clock } from '../lambda/ports.ts';

/** Lists keys below `snapshots/`, and reads records. */
export interface SnapshotKeys {
  /**
   * Names of the folders directly below a prefix, without the slash at their end.
   *
   * @param prefix ends in a slash
   * @param most maximum of folders and keys, because writers may write any number
   * @throws TooManyKeysError when there are more; another {@link ExporterError} that says what failed; the signal's reason when
   * it aborts
   */
  folders(prefix: string, most: number, signal: AbortSignal): Promise<readonly string[]>;
  /**
   * Keys with a prefix, in the order of their bytes. Pages are listed as they are consumed.
   *
   * @param after only keys after this text
   * @throws an {@link ExporterError} that says what failed; the signal's reason when it aborts
   */
  keys(prefix: string, after: string | undefined, signal: AbortSignal): AsyncIterable<string>;
  /**
   * The text of an existing record, cut after 4 MB: a writer may put anything there.
   *
   * @throws as {@link keys}
   */
  readRecord(snapshot: SnapshotIdentity, signal: AbortSignal): Promise<string>;
}

/** A stack of the StackSet, as CloudFormation lists it. */
export interface StackInstance {
  /** 12 digits. */
  readonly account: string;
  readonly region: string;
  /** Whether it has the StackSet's current template: CURRENT, OUTDATED or INOPERABLE. */
  readonly status?: string;
  /** State of its last operation: PENDING, RUNNING, SUCCEEDED, FAILED and others. */
  readonly detailedStatus?: string;
  /** CloudFormation's reason for the status. */
  readonly reason?: string;
}

/** Lists the stack instances of the StackSet that deploys exporters to the accounts of an organization. */
export interface StackInstances {
  /**
   * All stack instances.
   *
   * @throws an {@link ExporterError} that says what failed; the signal's reason when it aborts
   */
  list(
    stackSet: { readonly stackSetName: string; readonly callAs: 'SELF' | 'DELEGATED_ADMIN' },
    signal: AbortSignal,
  ): Promise<readonly StackInstance[]>;
}

/** A table as the catalog has it. */
export interface ProjectedTable {
  readonly parameters: Readonly<Record<string, string>>;
  /**
   * Sets some of its parameters, and leaves everything else unchanged.
   *
   * @returns false when somebody else changed the table meanwhile: read it again
   * @throws an {@link ExporterError} that says what failed; the signal's reason when it aborts
   */
  setParameters(parameters: Readonly<Record<string, string>>, signal: AbortSignal): Promise<boolean>;
}

/** The tables whose partitions are projected. */
export interface ProjectedTables {
  /** @throws an {@link ExporterError} that says what failed; the signal's reason when it aborts */
  read(name: string, signal: AbortSignal): Promise<ProjectedTable>;
}

/** A stored look and its version. */
interface StoredHealth {
  readonly text: string;
  /** Changes with each write. */
  readonly version: string;
}

/** Stores the newest look, under `HEALTH_KEY`. */
export interface HealthStore {
  /**
   * Reads the newest look; `undefined` when there is none.
   *
   * @throws an {@link ExporterError} that says what failed; the signal's reason when it aborts
   */
  read(signal: AbortSignal): Promise<StoredHealth | undefined>;
  /**
   * Replaces the previous look.
   *
   * @param over the version to replace; `undefined`: no look must exist
   * @returns false when another version exists
   * @throws as {@link read}
   */
  put(text: string, over: string | undefined, signal: AbortSignal): Promise<boolean>;
}

/** Ports of a look. Without `instances` the accounts of an organization are not known; without `tables` no table is updated. */
export interface LookPorts {
  readonly clock: Clock;
  readonly keys: SnapshotKeys;
  readonly health: HealthStore;
  readonly instances?: StackInstances;
  readonly tables?: ProjectedTables;
}

/** The result of a look: of one check of all exports. */
export interface Look {
  /** Epoch milliseconds. */
  readonly lookedAt: number;
  readonly rows: readonly ExportHealthRow[];
  /** Stack instances whose deployment failed. Absent when they are not known, and without an organization. */
  readonly failedInstances?: readonly StackInstance[];
  /** Values with records that a table lacks, such as `account_id=123456789012`. Absent when that is not known. */
  readonly unseen?: readonly string[];
  /** Tables to which values were added. */
  readonly updatedTables: readonly string[];
  /** Number of rows whose keys could not be listed: their snapshots are those of the previous look. */
  readonly staleRows: number;
  /** Whether all accounts, Regions and exports with records are known. */
  readonly isComplete: boolean;
  /** Whether all expected exports are known. False when the stack instances could not be listed. */
  readonly isExpectationKnown: boolean;
  /** Keys of damaged records, each with its fault. They do not count as snapshots. */
  readonly damaged: readonly string[];
  /** Keys of records in the future. They do not count as snapshots. */
  readonly future: readonly string[];
  /** Whether there was no previous look. */
  readonly isFirst: boolean;
  /** Fault of the previous look, so that its rows were not used. Absent when it has none. */
  readonly restarted?: string;
  /** Whether this look was not written, because a newer one existed. */
  readonly isSuperseded: boolean;
  /** Failures of parts of the look. The other parts were written. */
  readonly failures: readonly Error[];
}
