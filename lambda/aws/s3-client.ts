import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { retryAlso } from './attempts.ts';
import { isConflict } from './s3-error.ts';
import { sendInPieces } from './send-in-pieces.ts';
import { timeouts } from './timeouts.ts';

/** A call without a large body is answered in a fraction of a second. */
export const SMALL_CALL_MS = 5000;
/**
 * A connection that carries nothing for this long is given up. The bytes that the kernel holds count as carried, and on a
 * slow line they take some seconds; then S3 takes a moment to answer.
 */
const SILENCE_MS = 15_000;
const MAX_ATTEMPTS = 6;

/**
 * Of a conflict with another write or a delete of the key, S3 asks to try a put again, which the SDK by itself does not, and
 * to upload anew what was to be completed from parts. Source: Amazon S3 User Guide, "How to prevent object overwrites with
 * conditional writes", Conditional write behavior.
 */
function isWorthAnotherTry(error: Error, command: string): boolean {
  return isConflict(error) && command !== 'CompleteMultipartUploadCommand';
}

/** A client of S3, with timeouts and retries. What `config` holds goes before them. */
export function createS3Client(config: S3ClientConfig | undefined): S3Client {
  const client = new S3Client({
    maxAttempts: MAX_ATTEMPTS,
    requestHandler: timeouts({ silenceMs: SILENCE_MS }),
    // Every put says its own. By default the SDK adds a CRC32 to each part, which the completion would have to name.
    // Source: AWS SDKs and Tools Reference Guide, "Data Integrity Protections for Amazon S3".
    requestChecksumCalculation: 'WHEN_REQUIRED',
    ...config,
  });
  retryAlso(client.middlewareStack, isWorthAnotherTry);
  sendInPieces(client.middlewareStack);
  return client;
}
