/** Snapshots as they are kept, to be read only. Keys are those of the data contract. */
export interface Archive {
  /** All objects below a prefix, in the order of their keys. */
  list(prefix: string): AsyncIterable<StoredKey>;
  read(key: string): Promise<AsyncIterable<Uint8Array>>;
  /** The SHA-256 that the store keeps with the object, hex; `undefined` where it keeps none. */
  keptSha256(key: string): Promise<string | undefined>;
}

export interface StoredKey {
  readonly key: string;
  readonly bytes: number;
}
