import { StoreRefusedError, StoreUnavailableError } from '../../lambda/errors.ts';

/**
 * Stored snapshots, to be read only. Keys are those of the data contract.
 *
 * @throws an {@link ExporterError} from every method; {@link AbsentObjectError} and {@link BrokenBodyError} concern one
 * object alone
 */
export interface Archive {
  /** All objects below a prefix, in the order of their keys. */
  list(prefix: string): AsyncIterable<StoredKey>;
  /** One object as a listing shows it now; `undefined` when there is none. */
  find(key: string): Promise<StoredKey | undefined>;
  /** The bytes of an object. Iterating them may throw, too. */
  read(key: string): Promise<AsyncIterable<Uint8Array>>;
  /** The SHA-256 that the store keeps of the whole object, hex; `undefined` where it keeps none. */
  keptSha256(key: string): Promise<string | undefined>;
}

export interface StoredKey {
  readonly key: string;
  readonly bytes: number;
  /** When the object was last written, epoch milliseconds; absent where the store does not say. */
  readonly modifiedAt?: number;
}

/** There is no such object, or no longer. */
export class AbsentObjectError extends StoreRefusedError {
  static override readonly name: string = 'StoreRefusedError';
}

/** A body ended before its time, or stopped coming. A second attempt may get it. */
export class BrokenBodyError extends StoreUnavailableError {
  static override readonly name: string = 'StoreUnavailableError';
}
