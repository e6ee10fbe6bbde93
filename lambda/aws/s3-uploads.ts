import { createHash } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { MOST_RUN_MINUTES } from '../contract/run-time.ts';
import type { Upload, UploadStore } from '../ports.ts';
import { isLocked, LOCKED_PUT, retentionFrom } from './object-lock.ts';
import { type S3Bucket, smallCallOptions, uploadOptions } from './s3-bucket.ts';
import { isConflict, isNoSuchUpload, isPreconditionFailed, UPLOAD_ABORT } from './s3-error.ts';
import type { PutOptions } from './s3-store.ts';
import { signPayload } from './sign-payload.ts';
import { systemClock } from './system-clock.ts';

/** Source: Amazon S3 User Guide, "Amazon S3 multipart upload limits". */
export const MIN_PART_BYTES = 5 * 2 ** 20;

/** Maximum from the start of an upload to its completion. */
const LONGEST_UPLOAD_MS = MOST_RUN_MINUTES * 60_000;

/**
 * Creates the multipart uploads of a bucket.
 *
 * Parts have no additional checksum, because their numbers may have gaps: with a checksum on each part S3 refuses gaps at the
 * completion. S3 checks the bytes of a part against the SHA-256 in the signature of the request.
 * Source: Amazon S3 API Reference, CompletedPart, PartNumber; Amazon S3 User Guide, "Checking object integrity in Amazon
 * S3", Important; Amazon S3 API Reference, UploadPart, Data integrity.
 *
 * Every call may be retried. When the answer to CreateMultipartUpload is lost, an unused upload remains, which the bucket's
 * lifecycle rule aborts.
 */
export function createS3Uploads(bucket: S3Bucket, { objectLock, clock = systemClock }: PutOptions = {}): UploadStore {
  const { client } = bucket;
  const lockOf = (key: string) => (isLocked(key) ? objectLock : undefined);
  const uploadLocation = ({ key, id }: Upload) => ({ ...bucket.location(key), UploadId: id });

  async function abort(upload: Upload, signal: AbortSignal): Promise<void> {
    await bucket.call(UPLOAD_ABORT, upload.key, signal, async () => {
      try {
        await client.send(new AbortMultipartUploadCommand(uploadLocation(upload)), smallCallOptions(signal));
      } catch (error) {
        if (!isNoSuchUpload(error)) throw error;
      }
    });
  }

  return {
    minPartBytes: MIN_PART_BYTES,

    begin: (key, contentType, signal) => {
      const lock = lockOf(key);
      return bucket.call(lock ? LOCKED_PUT : 's3:PutObject', key, signal, async () => {
        const command = new CreateMultipartUploadCommand({
          ...bucket.location(key),
          ContentType: contentType,
          // From the latest possible completion, so that the object is locked at least as long as one that is put.
          ...(lock && retentionFrom(clock.now() + LONGEST_UPLOAD_MS, lock)),
        });
        const { UploadId: id } = await client.send(command, smallCallOptions(signal));
        if (id === undefined) throw new Error('the answer has no UploadId');
        return { key, id };
      });
    },

    putPart: (upload, { number, body, sha256 }, signal) =>
      bucket.call('s3:PutObject', upload.key, signal, async () => {
        const command = new UploadPartCommand({
          ...uploadLocation(upload),
          PartNumber: number,
          Body: body,
          // Required for objects with a lock. Source: Amazon S3 API Reference, UploadPart, Content-MD5.
          ...(lockOf(upload.key) && { ContentMD5: createHash('md5').update(body).digest('base64') }),
        });
        signPayload(command, sha256);
        try {
          const { ETag: etag } = await client.send(command, uploadOptions(body, signal));
          if (etag === undefined) throw new Error('the answer has no ETag');
          return { number, etag };
        } catch (error) {
          if (isNoSuchUpload(error)) return undefined;
          throw error;
        }
      }),

    complete: async (upload, parts, signal) => {
      const outcome = await bucket.call('s3:PutObject', upload.key, signal, async () => {
        const command = new CompleteMultipartUploadCommand({
          ...uploadLocation(upload),
          MultipartUpload: { Parts: parts.map(({ number, etag }) => ({ PartNumber: number, ETag: etag })) },
          IfNoneMatch: '*',
        });
        try {
          // No timeout for the answer: S3 may take minutes, and sends spaces meanwhile, so that the connection is not idle.
          // Source: Amazon S3 API Reference, CompleteMultipartUpload.
          await client.send(command, { abortSignal: signal });
          return 'completed';
        } catch (error) {
          if (isPreconditionFailed(error)) return 'exists';
          if (isNoSuchUpload(error)) return 'gone';
          if (isConflict(error)) return 'conflict';
          throw error;
        }
      });
      if (outcome !== 'conflict') return outcome;
      // S3 requires a new upload. Source: Amazon S3 API Reference, CompleteMultipartUpload, If-None-Match.
      await abort(upload, signal);
      return 'gone';
    },

    abort,
  };
}
