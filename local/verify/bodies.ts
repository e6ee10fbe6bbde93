import type { Archive, StoredKey } from './archive.ts';
import type { Read, RetryingReads } from './retrying-reads.ts';

/**
 * Objects up to this size are prefetched into memory, several at a time, because of the latency of the store. Larger ones
 * are read when they are checked. Rows of some 100,000 jobs fit.
 */
const PREFETCH_MAX_BYTES = 4 * 2 ** 20;

/** An object that was listed, and prefetched if it is small. */
export interface Fetched {
  readonly stored: StoredKey;
  /** SHA-256 from the store, where it is used instead of the bytes. */
  readonly storedSha256?: string;
  /** Present up to {@link PREFETCH_MAX_BYTES}. */
  readonly bytes?: Uint8Array;
}

/** Fetches objects of an archive; small ones in advance. */
export class Bodies {
  readonly #archive: Archive;
  readonly #reads: RetryingReads;

  constructor(archive: Archive, reads: RetryingReads) {
    this.#archive = archive;
    this.#reads = reads;
  }

  /**
   * @param listed the object in an earlier listing; without it the object is listed now
   * @param isQuick whether to use the store's checksum, if it has one, instead of reading the bytes
   */
  async fetch(key: string, listed: StoredKey | undefined, isQuick: boolean): Promise<Read<Fetched>> {
    const read = await this.#reads.attempt(async () => {
      const stored = listed ?? (await this.#archive.find(key));
      if (!stored) return undefined;
      const storedSha256 = isQuick ? await this.#archive.storedSha256(key) : undefined;
      if (storedSha256 !== undefined) return { stored, storedSha256 };
      if (stored.bytes > PREFETCH_MAX_BYTES) return { stored };
      return { stored, bytes: await readAll(await this.#archive.read(key)) };
    });
    if (read.kind !== 'value') return read;
    return read.value === undefined ? { kind: 'absent' } : { kind: 'value', value: read.value };
  }

  /** Passes the bytes of an object to `consume`, which is called again if the body breaks off. */
  async read<T>(
    { stored, bytes }: Fetched,
    consume: (body: AsyncIterable<Uint8Array>) => Promise<T>,
  ): Promise<Read<T>> {
    return await this.#reads.attempt(
      async () => await consume(bytes ? once(bytes) : await this.#archive.read(stored.key)),
    );
  }
}

async function readAll(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function* once(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes;
}
