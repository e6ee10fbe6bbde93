import { createHash } from 'node:crypto';
import { StoreRefusedError } from '../errors.ts';
import { MAX_PART_NUMBER, type Upload, type UploadedPart, type UploadStore } from '../ports.ts';

/**
 * Numbers of parts that an attempt has for itself, so that no two attempts share one. They suffice for 200 attempts, which are
 * two for each of the invocations that a day has.
 */
const PARTS_PER_ATTEMPT = 50;

/**
 * Parts that are as large as the first ones; then come as many that are twice as large, and so on: so the parts of an attempt
 * suffice for any number of rows. With S3's 5 MiB they are of 750 MiB, some 20 million jobs.
 */
const PARTS_PER_SIZE = 10;
export const NDJSON_GZIP = 'application/gzip';

/** The upload is not there any more: ended by a person or a lifecycle rule, or completed by another attempt. */
export class UploadGoneError extends Error {
  override readonly name = 'UploadGoneError';
}

/** As it is handed on. */
export interface SavedUpload {
  /** `null` where no part was put yet. */
  readonly id: string | null;
  readonly parts: readonly UploadedPart[];
}

/** The object of rows while its parts leave, one after the other. It begins with the first part. */
export class RowsUpload {
  readonly #uploads: UploadStore;
  readonly #key: string;
  readonly #parts: UploadedPart[];
  readonly #firstNumber: number;
  #upload: Upload | undefined;
  #partsPut = 0;

  /**
   * @param saved as it was handed on; none at the beginning of a run
   * @param attempt of the run, from 1
   */
  constructor(uploads: UploadStore, key: string, saved: SavedUpload = { id: null, parts: [] }, attempt = 1) {
    this.#uploads = uploads;
    this.#key = key;
    this.#parts = [...saved.parts];
    this.#firstNumber = (attempt - 1) * PARTS_PER_ATTEMPT + 1;
    if (saved.id !== null) this.#upload = { key, id: saved.id };
  }

  /** Whether a part was put, so that the object has to be completed. */
  get hasBegun(): boolean {
    return this.#upload !== undefined;
  }

  /** Ends it, of a run whose snapshot is not made of it. */
  async abort(signal: AbortSignal): Promise<void> {
    if (this.#upload) await this.#uploads.abort(this.#upload, signal);
  }

  /** Bytes that the next part should have. */
  get partBytes(): number {
    return this.#uploads.minPartBytes * (1 + Math.floor(this.#partsPut / PARTS_PER_SIZE));
  }

  /** Bytes of a part at least, but for the last one. */
  get minPartBytes(): number {
    return this.#uploads.minPartBytes;
  }

  /** Whether this attempt should put no more parts but the last one. */
  get isFull(): boolean {
    return this.#partsPut >= PARTS_PER_ATTEMPT - 2;
  }

  /**
   * Puts a part.
   *
   * @param body {@link minPartBytes} at least, but for the last one
   * @throws UploadGoneError; an {@link ExporterError}
   */
  async put(body: Uint8Array, signal: AbortSignal): Promise<void> {
    const number = this.#firstNumber + this.#partsPut;
    if (number > MAX_PART_NUMBER || this.#partsPut >= PARTS_PER_ATTEMPT) throw partNumbersExhaustedError(this.#key);
    this.#upload ??= await this.#uploads.begin(this.#key, NDJSON_GZIP, signal);
    const sha256 = createHash('sha256').update(body).digest('hex');
    const part = await this.#uploads.putPart(this.#upload, { number, body, sha256 }, signal);
    if (part === undefined) throw uploadGoneError(this.#key);
    this.#parts.push(part);
    this.#partsPut += 1;
  }

  /** Makes the object of the parts. */
  async complete(signal: AbortSignal): Promise<'completed' | 'exists' | 'gone'> {
    if (this.#upload === undefined) throw new Error('No part was put');
    return await this.#uploads.complete(this.#upload, this.#parts, signal);
  }

  save(): SavedUpload {
    return { id: this.#upload?.id ?? null, parts: this.#parts };
  }
}

export function uploadGoneError(key: string): UploadGoneError {
  return new UploadGoneError(`The upload of ${key} is not there any more`);
}

function partNumbersExhaustedError(key: string): StoreRefusedError {
  return new StoreRefusedError(
    `The upload of ${key} has no number left for a part, of the ${MAX_PART_NUMBER} that S3 has: the run was tried too often. ` +
      'Find out why its invocations fail, then run again with the event of the snapshot',
  );
}
