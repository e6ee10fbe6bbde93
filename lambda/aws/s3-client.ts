import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { retryAlso } from './attempts.ts';
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
 * Another write of the key is under way, and S3 asks to try again; the SDK by itself does not. Source: Amazon S3 User
 * Guide, "How to prevent object overwrites with conditional writes", 409 Conflict.
 */
const CONFLICT = 'ConditionalRequestConflict';

/** A client of S3, with timeouts and retries. What `config` holds goes before them. */
export function createS3Client(config: S3ClientConfig | undefined): S3Client {
  const client = new S3Client({
    maxAttempts: MAX_ATTEMPTS,
    requestHandler: timeouts({ silenceMs: SILENCE_MS }),
    ...config,
  });
  retryAlso(client.middlewareStack, (error) => error.name === CONFLICT);
  sendInPieces(client.middlewareStack);
  return client;
}
