import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { type S3Bucket, smallCallOptions, uploadOptions } from '../../lambda/aws/s3-bucket.ts';
import { isNoSuchKey, isPreconditionFailed } from '../../lambda/aws/s3-error.ts';
import { HEALTH_KEY } from '../../lambda/contract/keys.ts';
import type { HealthStore } from '../ports.ts';
import { REMEDY } from './s3-keys.ts';

/**
 * The newest look in a bucket. A put replaces only the version that was read: Amazon S3 compares the ETag, for which it also
 * needs s3:GetObject. Source: Amazon S3 User Guide, "How to prevent object overwrites with conditional writes".
 */
export function s3HealthStore(bucket: S3Bucket): HealthStore {
  const place = bucket.location(HEALTH_KEY);
  return {
    read: (signal) =>
      bucket.call(
        's3:GetObject',
        HEALTH_KEY,
        signal,
        async () => {
          // By a listing: for an absent key GetObject answers 403 without permission to list the whole bucket.
          const list = new ListObjectsV2Command({ Bucket: place.Bucket, Prefix: place.Key, MaxKeys: 1 });
          const { Contents = [] } = await bucket.client.send(list, smallCallOptions(signal));
          if (Contents[0]?.Key !== place.Key) return undefined;
          try {
            const { Body, ETag } = await bucket.client.send(new GetObjectCommand(place), { abortSignal: signal });
            if (Body === undefined || ETag === undefined) throw new Error('the answer has no body, or no ETag');
            return { text: await Body.transformToString(), version: ETag };
          } catch (error) {
            // Deleted after it was listed.
            if (isNoSuchKey(error)) return undefined;
            throw error;
          }
        },
        REMEDY,
      ),

    put(text, over, signal) {
      const body = Buffer.from(text);
      const put = new PutObjectCommand({
        ...place,
        Body: body,
        ContentType: 'application/x-ndjson',
        ...(over === undefined ? { IfNoneMatch: '*' } : { IfMatch: over }),
      });
      const send = async () => {
        try {
          await bucket.client.send(put, uploadOptions(body, signal));
          return true;
        } catch (error) {
          // With If-Match S3 answers 404 for a deleted key.
          if (isPreconditionFailed(error) || (over !== undefined && isNoSuchKey(error))) return false;
          throw error;
        }
      };
      return bucket.call('s3:PutObject', HEALTH_KEY, signal, send, REMEDY);
    },
  };
}
