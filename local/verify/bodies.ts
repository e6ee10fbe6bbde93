import type { Archive, StoredKey } from './archive.ts';
import type { PatientReads, Read } from './patient-reads.ts';

/**
 * Objects up to this size are brought into memory before it is their turn, several at a time: a store takes its time to
 * answer. Larger ones are read when they are looked at. Rows of some 100,000 jobs fit.
 */
const AHEAD_BYTES = 4 * 2 ** 20;

/** An object as far as it was brought. */
export interface Brought {
  readonly stored: StoredKey;
  /** The SHA-256 that the store keeps of it, where that is believed. */
  readonly keptSha256?: string;
  /** Its bytes, where they are few. */
  readonly bytes?: Uint8Array;
}

/** Brings objects, in advance as far as memory allows it. */
export class Bodies {
  readonly #archive: Archive;
  readonly #reads: PatientReads;

  constructor(archive: Archive, reads: PatientReads) {
    this.#archive = archive;
    this.#reads = reads;
  }

  /**
   * @param listed the object as a listing showed it; looked for where that showed none
   * @param isQuick whether to believe the store's checksum, where it keeps one
   */
  async bring(key: string, listed: StoredKey | undefined, isQuick: boolean): Promise<Read<Brought>> {
    const read = await this.#reads.of(async () => {
      const stored = listed ?? (await this.#archive.find(key));
      if (!stored) return undefined;
      const keptSha256 = isQuick ? await this.#archive.keptSha256(key) : undefined;
      if (keptSha256 !== undefined) return { stored, keptSha256 };
      if (stored.bytes > AHEAD_BYTES) return { stored };
      return { stored, bytes: await wholeOf(await this.#archive.read(key)) };
    });
    if (read.kind !== 'value') return read;
    return read.value === undefined ? { kind: 'absent' } : { kind: 'value', value: read.value };
  }

  /** Lets the bytes of an object be taken, again from their start where they break off. */
  async take<T>({ stored, bytes }: Brought, take: (body: AsyncIterable<Uint8Array>) => Promise<T>): Promise<Read<T>> {
    return await this.#reads.of(async () => await take(bytes ? once(bytes) : await this.#archive.read(stored.key)));
  }
}

async function wholeOf(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function* once(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes;
}
