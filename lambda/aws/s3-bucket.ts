import type { S3Client, S3ClientConfig } from '@aws-sdk/client-s3';
import { abortable } from './abortable.ts';
import { createS3Client, SMALL_CALL_MS } from './s3-client.ts';
import { s3Error } from './s3-error.ts';

/** Maximum of bytes of a body that is sent within the timeout of a small call, at 1 Mbit/s. */
const SMALL_BODY_BYTES = 500_000;

export interface S3BucketProps {
  readonly bucket: string;
  /** Prefix of every key, without the slash that follows it. @default none */
  readonly prefix?: string;
  /** Region, credentials and other options. @default the SDK's */
  readonly client?: S3ClientConfig;
}

/** A bucket of S3 with its client, shared by all that reads and writes it. */
export class S3Bucket {
  readonly client: S3Client;
  readonly #bucket: string;
  readonly #keyPrefix: string;

  constructor({ bucket, prefix, client }: S3BucketProps) {
    this.client = createS3Client(client);
    this.#bucket = bucket;
    this.#keyPrefix = prefix ? `${prefix}/` : '';
  }

  /** Bucket and full key of a key, or of a prefix of keys. */
  location(key: string): { readonly Bucket: string; readonly Key: string } {
    return { Bucket: this.#bucket, Key: this.#keyPrefix + key };
  }

  /** The key without the bucket's prefix. */
  keyOf(fullKey: string): string {
    return fullKey.slice(this.#keyPrefix.length);
  }

  /**
   * Sends a call, and stops waiting for it when the signal aborts.
   *
   * @param remedy what to do after a temporary failure, if not to run again
   * @throws an {@link ExporterError} that says what failed; the signal's reason when it aborts
   */
  async call<T>(action: string, key: string, signal: AbortSignal, send: () => Promise<T>, remedy?: string): Promise<T> {
    try {
      return await abortable(send(), signal);
    } catch (error) {
      signal.throwIfAborted();
      throw s3Error(error, action, this.location(key), remedy);
    }
  }
}

/** Options for sending a call without a large body. */
export function smallCallOptions(abortSignal: AbortSignal) {
  return { abortSignal, requestTimeout: SMALL_CALL_MS };
}

/** Options for sending a body. A large one has no timeout for the answer; the connection must not be idle for too long. */
export function uploadOptions({ byteLength }: Uint8Array, abortSignal: AbortSignal) {
  return byteLength <= SMALL_BODY_BYTES ? smallCallOptions(abortSignal) : { abortSignal };
}
