import { StoreRefusedError, StoreUnavailableError } from '../../lambda/errors.ts';

/**
 * Read access to stored snapshots. Keys are those of the data contract.
 *
 * @throws an {@link ExporterError} from every method; {@link AbsentObjectError} and {@link BrokenBodyError} concern only
 * one object
 */
export interface Archive {
  /** All objects below a prefix, ordered by key. */
  list(prefix: string): AsyncIterable<StoredKey>;
  /** Lists one object; `undefined` when it does not exist. */
  find(key: string): Promise<StoredKey | undefined>;
  /** The bytes of an object. Iterating them can throw, too. */
  read(key: string): Promise<AsyncIterable<Uint8Array>>;
  /** The SHA-256 that the store has of the whole object, hex; `undefined` if it has none. */
  storedSha256(key: string): Promise<string | undefined>;
}

export interface StoredKey {
  readonly key: string;
  readonly bytes: number;
  /** Last modification, epoch milliseconds; absent if the store does not provide it. */
  readonly modifiedAt?: number;
}

/** The object does not exist, or was deleted. */
export class AbsentObjectError extends StoreRefusedError {
  static override readonly name: string = 'StoreRefusedError';
}

/** A body was cut off or stalled. A retry may succeed. */
export class BrokenBodyError extends StoreUnavailableError {
  static override readonly name: string = 'StoreUnavailableError';
}
