import type { ExportHealthRow } from '../lambda/contract/health.ts';
import type { SnapshotIdentity } from '../lambda/contract/keys.ts';
import type { Clock } from '../lambda/ports.ts';

/** The keys below `snapshots/`, as far as a look needs them. */
export interface SnapshotKeys {
  /**
   * Names of the folders right below a prefix, without the slash at their end.
   *
   * @param prefix ends in a slash
   * @param most how much may be there: writers may write any number of keys
   * @throws TooManyKeysError where more is there; another {@link ExporterError} that says what failed; the signal's reason when
   * it aborts
   */
  folders(prefix: string, most: number, signal: AbortSignal): Promise<readonly string[]>;
  /**
   * Keys with a prefix, in the order of their bytes. They are listed as they are taken.
   *
   * @param after only keys after this text
   * @throws an {@link ExporterError} that says what failed; the signal's reason when it aborts
   */
  keys(prefix: string, after: string | undefined, signal: AbortSignal): AsyncIterable<string>;
  /**
   * The text of a record that exists, cut after 4 MB: a writer may put anything there.
   *
   * @throws as {@link keys}
   */
  readRecord(of: SnapshotIdentity, signal: AbortSignal): Promise<string>;
}

/** A stack of the StackSet, as CloudFormation lists it. */
export interface StackInstance {
  /** 12 digits. */
  readonly account: string;
  readonly region: string;
  /** Whether it is at the StackSet's template: CURRENT, OUTDATED or INOPERABLE. */
  readonly status?: string;
  /** What became of its last operation: PENDING, RUNNING, SUCCEEDED, FAILED and the like. */
  readonly detailedStatus?: string;
  /** Why, in CloudFormation's words. */
  readonly reason?: string;
}

/** The StackSet that brings exporters to the accounts of an organization. */
export interface StackInstances {
  /**
   * All of its stack instances.
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
   * Sets some of its parameters and leaves all else as it is.
   *
   * @returns false where somebody else changed the table meanwhile: read it again
   * @throws an {@link ExporterError} that says what failed; the signal's reason when it aborts
   */
  setParameters(parameters: Readonly<Record<string, string>>, signal: AbortSignal): Promise<boolean>;
}

/** The tables whose partitions are projected. */
export interface ProjectedTables {
  /** @throws an {@link ExporterError} that says what failed; the signal's reason when it aborts */
  read(name: string, signal: AbortSignal): Promise<ProjectedTable>;
}

/** What a look left, and which one it was. */
interface StoredHealth {
  readonly text: string;
  /** Changes with each write. */
  readonly version: string;
}

/** Where the newest look stands, under `HEALTH_KEY`. */
export interface HealthStore {
  /**
   * `undefined` where there is none.
   *
   * @throws an {@link ExporterError} that says what failed; the signal's reason when it aborts
   */
  read(signal: AbortSignal): Promise<StoredHealth | undefined>;
  /**
   * Takes the place of the look before.
   *
   * @param over the version that it takes the place of; `undefined`: there must be none
   * @returns false where another one stands there
   * @throws as {@link read}
   */
  put(text: string, over: string | undefined, signal: AbortSignal): Promise<boolean>;
}

/** What a look takes. Without `instances` an organization cannot be asked for; without `tables` none is brought up to date. */
export interface LookPorts {
  readonly clock: Clock;
  readonly keys: SnapshotKeys;
  readonly health: HealthStore;
  readonly instances?: StackInstances;
  readonly tables?: ProjectedTables;
}

/** What a look came to. */
export interface Look {
  /** Epoch milliseconds. */
  readonly lookedAt: number;
  readonly rows: readonly ExportHealthRow[];
  /** Stack instances that CloudFormation could not bring to the template. Absent where they are not known, or there is no organization. */
  readonly failedInstances?: readonly StackInstance[];
  /** Values that write and that a table does not have, as `account_id=123456789012`. Absent where that is not known. */
  readonly unseen?: readonly string[];
  /** Tables that got values. */
  readonly updatedTables: readonly string[];
  /** Rows of which the keys could not be listed: their snapshots are those of the look before. */
  readonly staleRows: number;
  /** Whether all accounts, Regions and exports that write are known. */
  readonly isComplete: boolean;
  /** Whether it is known what is expected: not so where the StackSet of an organization could not be asked. */
  readonly isExpectationKnown: boolean;
  /** Keys of records that are none, with what is wrong: they count as no snapshot. */
  readonly damaged: readonly string[];
  /** Keys of records that lie in the future: they count as no snapshot. */
  readonly future: readonly string[];
  /** Whether there was no look before. */
  readonly isFirst: boolean;
  /** What is wrong with the look before, so that nothing was taken over from it. Absent where nothing is. */
  readonly restarted?: string;
  /** Whether a newer look stood when this one was to be written, so that it was not. */
  readonly isSuperseded: boolean;
  /** What failed. What is known all the same was written. */
  readonly failures: readonly Error[];
}
