import type { S3Client, S3ClientConfig } from '@aws-sdk/client-s3';
import { abortable } from './abortable.ts';
import { createS3Client, SMALL_CALL_MS } from './s3-client.ts';
import { s3Error } from './s3-error.ts';

/** A body of at most this many bytes passes within the timeout of a small call at 1 Mbit/s. */
const SMALL_BODY_BYTES = 500_000;

export interface S3BucketProps {
  readonly bucket: string;
  /** Put before every key with a slash between; none by default. */
  readonly prefix?: string;
  /** Region, credentials and the like; the SDK's defaults where left out. */
  readonly client?: S3ClientConfig;
}

/** A bucket of S3, as all that reads and writes it shares it: one client, one way to name errors. */
export class S3Bucket {
  readonly client: S3Client;
  readonly #bucket: string;
  readonly #before: string;

  constructor({ bucket, prefix, client }: S3BucketProps) {
    this.client = createS3Client(client);
    this.#bucket = bucket;
    this.#before = prefix ? `${prefix}/` : '';
  }

  /** Where a key, or the beginning of some, is in the bucket. */
  place(key: string): { readonly Bucket: string; readonly Key: string } {
    return { Bucket: this.#bucket, Key: this.#before + key };
  }

  /** The key of a place. */
  keyOf(placed: string): string {
    return placed.slice(this.#before.length);
  }

  /**
   * Sends a call, and leaves it when the signal aborts.
   *
   * @param mend what to do after a failure that passes by itself, where it is not to run again
   * @throws an {@link ExporterError} that says what failed; the signal's reason when it aborts
   */
  async call<T>(action: string, key: string, signal: AbortSignal, send: () => Promise<T>, mend?: string): Promise<T> {
    try {
      return await abortable(send(), signal);
    } catch (error) {
      signal.throwIfAborted();
      throw s3Error(error, action, this.place(key), mend);
    }
  }
}

/** Options of a call without a large body. */
export function small(abortSignal: AbortSignal) {
  return { abortSignal, requestTimeout: SMALL_CALL_MS };
}

/** Options of a call that sends a body: a large one takes the time that it takes, as long as bytes pass. */
export function sending({ byteLength }: Uint8Array, abortSignal: AbortSignal) {
  return byteLength <= SMALL_BODY_BYTES ? small(abortSignal) : { abortSignal };
}
