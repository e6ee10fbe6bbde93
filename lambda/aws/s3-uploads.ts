import { createHash } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { MOST_RUN_MINUTES } from '../contract/run-time.ts';
import type { Upload, UploadStore } from '../ports.ts';
import { isLocked, LOCKED_PUT, retainedFrom } from './object-lock.ts';
import { type S3Bucket, sending, small } from './s3-bucket.ts';
import { isConflict, isExisting, isGone, UPLOAD_ABORT } from './s3-error.ts';
import type { PutOptions } from './s3-store.ts';
import { signPayload } from './sign-payload.ts';
import { systemClock } from './system-clock.ts';

/** Source: Amazon S3 User Guide, "Amazon S3 multipart upload limits". */
export const MIN_PART_BYTES = 5 * 2 ** 20;

/** From an upload's beginning to its completion at most. */
const LONGEST_UPLOAD_MS = MOST_RUN_MINUTES * 60_000;

/**
 * Uploads in parts to a bucket that others use, too.
 *
 * The parts have no additional checksum, because their numbers need not follow one another: with a checksum on each part
 * S3 refuses that at the completion. Their bytes are held to the SHA-256 that each request is signed with.
 * Source: Amazon S3 API Reference, CompletedPart, PartNumber; Amazon S3 User Guide, "Checking object integrity in Amazon
 * S3", Important; Amazon S3 API Reference, UploadPart, Data integrity.
 *
 * Every call may be sent again. A beginning whose answer is lost leaves an upload that nobody knows of, which the bucket's
 * lifecycle ends.
 */
export function uploadsIn(bucket: S3Bucket, { objectLock, clock = systemClock }: PutOptions = {}): UploadStore {
  const { client } = bucket;
  const lockOf = (key: string) => (isLocked(key) ? objectLock : undefined);
  const placeOf = ({ key, id }: Upload) => ({ ...bucket.place(key), UploadId: id });

  async function abort(upload: Upload, signal: AbortSignal): Promise<void> {
    await bucket.call(UPLOAD_ABORT, upload.key, signal, async () => {
      try {
        await client.send(new AbortMultipartUploadCommand(placeOf(upload)), small(signal));
      } catch (error) {
        if (!isGone(error)) throw error;
      }
    });
  }

  return {
    minPartBytes: MIN_PART_BYTES,

    begin: (key, contentType, signal) => {
      const lock = lockOf(key);
      return bucket.call(lock ? LOCKED_PUT : 's3:PutObject', key, signal, async () => {
        const command = new CreateMultipartUploadCommand({
          ...bucket.place(key),
          ContentType: contentType,
          // Counted from the latest completion: the object must not be locked for less than one that is put.
          ...(lock && retainedFrom(clock.now() + LONGEST_UPLOAD_MS, lock)),
        });
        const { UploadId: id } = await client.send(command, small(signal));
        if (id === undefined) throw new Error('the answer has no UploadId');
        return { key, id };
      });
    },

    putPart: (upload, { number, body, sha256 }, signal) =>
      bucket.call('s3:PutObject', upload.key, signal, async () => {
        const command = new UploadPartCommand({
          ...placeOf(upload),
          PartNumber: number,
          Body: body,
          // Required of objects with a lock. Source: Amazon S3 API Reference, UploadPart, Content-MD5.
          ...(lockOf(upload.key) && { ContentMD5: createHash('md5').update(body).digest('base64') }),
        });
        signPayload(command, sha256);
        try {
          const { ETag: etag } = await client.send(command, sending(body, signal));
          if (etag === undefined) throw new Error('the answer has no ETag');
          return { number, etag };
        } catch (error) {
          if (isGone(error)) return undefined;
          throw error;
        }
      }),

    complete: async (upload, parts, signal) => {
      const outcome = await bucket.call('s3:PutObject', upload.key, signal, async () => {
        const command = new CompleteMultipartUploadCommand({
          ...placeOf(upload),
          MultipartUpload: { Parts: parts.map(({ number, etag }) => ({ PartNumber: number, ETag: etag })) },
          IfNoneMatch: '*',
        });
        try {
          // Without a time for the answer: S3 may take minutes, and sends spaces meanwhile, so that there is no silence.
          // Source: Amazon S3 API Reference, CompleteMultipartUpload.
          await client.send(command, { abortSignal: signal });
          return 'completed';
        } catch (error) {
          if (isExisting(error)) return 'exists';
          if (isGone(error)) return 'gone';
          if (isConflict(error)) return 'conflict';
          throw error;
        }
      });
      if (outcome !== 'conflict') return outcome;
      // S3 asks to begin anew: Amazon S3 API Reference, CompleteMultipartUpload, If-None-Match.
      await abort(upload, signal);
      return 'gone';
    },

    abort,
  };
}
