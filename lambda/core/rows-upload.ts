import { createHash } from 'node:crypto';
import { StoreRefusedError } from '../errors.ts';
import { MAX_PART_NUMBER, type Upload, type UploadedPart, type UploadStore } from '../ports.ts';

/**
 * Part numbers reserved for each attempt, so that no two attempts share one. They suffice for 200 attempts: two for each of
 * the invocations of a day.
 */
const PARTS_PER_ATTEMPT = 50;

/**
 * Number of parts of the same size. The first parts have the minimum size, the next ones twice that, and so on, so that the
 * parts of an attempt suffice for any number of rows. With S3's 5 MiB they hold 750 MiB, some 20 million jobs.
 */
const PARTS_PER_SIZE = 10;
export const NDJSON_GZIP = 'application/gzip';

/** The upload no longer exists: it was aborted by a person or a lifecycle rule, or completed by another attempt. */
export class UploadGoneError extends Error {
  override readonly name = 'UploadGoneError';
}

/** An upload, saved between invocations. */
export interface SavedUpload {
  /** `null` if no part was put yet. */
  readonly id: string | null;
  readonly parts: readonly UploadedPart[];
}

/** The multipart upload of the object of rows. It begins with the first part. */
export class RowsUpload {
  readonly #uploads: UploadStore;
  readonly #key: string;
  readonly #parts: UploadedPart[];
  readonly #firstNumber: number;
  #upload: Upload | undefined;
  #partsPut = 0;

  /**
   * @param saved the upload of a resumed run; absent at the beginning of a run
   * @param attempt of the run, from 1
   */
  constructor(uploads: UploadStore, key: string, saved: SavedUpload = { id: null, parts: [] }, attempt = 1) {
    this.#uploads = uploads;
    this.#key = key;
    this.#parts = [...saved.parts];
    this.#firstNumber = (attempt - 1) * PARTS_PER_ATTEMPT + 1;
    if (saved.id !== null) this.#upload = { key, id: saved.id };
  }

  /** Whether a part was put, so that the upload has to be completed. */
  get hasBegun(): boolean {
    return this.#upload !== undefined;
  }

  /** Aborts the upload, if it has begun. */
  async abort(signal: AbortSignal): Promise<void> {
    if (this.#upload) await this.#uploads.abort(this.#upload, signal);
  }

  /** Size that the next part should have, bytes. */
  get partBytes(): number {
    return this.#uploads.minPartBytes * (1 + Math.floor(this.#partsPut / PARTS_PER_SIZE));
  }

  /** Minimum size of a part except the last one, bytes. */
  get minPartBytes(): number {
    return this.#uploads.minPartBytes;
  }

  /** Whether this attempt should put no more parts except the last one. */
  get isFull(): boolean {
    return this.#partsPut >= PARTS_PER_ATTEMPT - 2;
  }

  /**
   * Puts a part.
   *
   * @param body of at least {@link minPartBytes}, except for the last part
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

  /** Makes the object of its parts. */
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
