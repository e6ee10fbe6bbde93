import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { retryAlso } from './attempts.ts';
import { isConflict } from './s3-error.ts';
import { sendInPieces } from './send-in-pieces.ts';
import { timeouts } from './timeouts.ts';

/** Timeout for a call without a large body, which normally takes a fraction of a second. */
export const SMALL_CALL_MS = 5000;
/**
 * Maximum of idle time of a connection. Bytes in the kernel's buffer count as sent; on a slow line these take some seconds,
 * and then S3 takes a moment to answer.
 */
const SILENCE_MS = 15_000;
const MAX_ATTEMPTS = 6;

/**
 * Whether to retry after a conflict with another write or a delete of the key. S3 asks to retry a put, which the SDK does not
 * by default, but to restart a multipart upload. Source: Amazon S3 User Guide, "How to prevent object overwrites with
 * conditional writes", Conditional write behavior.
 */
function isRetryableConflict(error: Error, command: string): boolean {
  return isConflict(error) && command !== 'CompleteMultipartUploadCommand';
}

/** Creates a client of S3 with timeouts and retries, which `config` may override. */
export function createS3Client(config: S3ClientConfig | undefined): S3Client {
  const client = new S3Client({
    maxAttempts: MAX_ATTEMPTS,
    requestHandler: timeouts({ silenceMs: SILENCE_MS }),
    // Every put sets its own checksum. By default the SDK adds a CRC32 to each part, which the completion would have to name.
    // Source: AWS SDKs and Tools Reference Guide, "Data Integrity Protections for Amazon S3".
    requestChecksumCalculation: 'WHEN_REQUIRED',
    ...config,
  });
  retryAlso(client.middlewareStack, isRetryableConflict);
  sendInPieces(client.middlewareStack);
  return client;
}
