import {
  GetObjectCommand,
  type GetObjectCommandOutput,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import type { Clock, SnapshotStore } from '../ports.ts';
import { fullObjectSha256 } from './full-object-sha256.ts';
import { isLocked, LOCKED_PUT, type ObjectLock, retention } from './object-lock.ts';
import { type S3Bucket, smallCallOptions, uploadOptions } from './s3-bucket.ts';
import { isNoSuchKey, isPreconditionFailed } from './s3-error.ts';
import { sha256OfStream } from './sha256.ts';
import { systemClock } from './system-clock.ts';

/** Attempts to read an object whose body breaks off. The SDK itself retries only until the answer begins. */
const MAX_READS = 3;

type Body = NonNullable<GetObjectCommandOutput['Body']>;

/** How a store puts objects. */
export interface PutOptions {
  /** Retention of rows, changes, details and records. The bucket must have Object Lock enabled. @default none */
  readonly objectLock?: ObjectLock | undefined;
  /** Time from which the retention counts. @default the system's */
  readonly clock?: Pick<Clock, 'now'>;
}

/** Creates the store of snapshots in a bucket. */
export function createS3SnapshotStore(
  bucket: S3Bucket,
  { objectLock, clock = systemClock }: PutOptions = {},
): SnapshotStore {
  const { client } = bucket;
  const place = (key: string) => bucket.location(key);

  /**
   * Whether an object exists, by listing its key. For an absent key HeadObject answers 403 instead of 404 without permission
   * to list the whole bucket (Amazon S3 API Reference, HeadObject, Permissions), and listing can be allowed for a prefix.
   * Listings show every completed put (Amazon S3 User Guide, "Amazon S3 data consistency model").
   */
  async function exists(key: string, signal: AbortSignal): Promise<boolean> {
    const { Bucket, Key } = place(key);
    return await bucket.call('s3:ListBucket', key, signal, async () => {
      // Keys are in the order of their bytes, so the key itself comes first among those that begin with it.
      const list = new ListObjectsV2Command({ Bucket, Prefix: Key, MaxKeys: 1 });
      const { Contents = [] } = await client.send(list, smallCallOptions(signal));
      return Contents[0]?.Key === Key;
    });
  }

  /** Reads an object if it exists; `undefined` otherwise. */
  async function read<T>(key: string, signal: AbortSignal, send: () => Promise<T>): Promise<T | undefined> {
    if (!(await exists(key, signal))) return undefined;
    return await bucket.call('s3:GetObject', key, signal, async () => {
      try {
        return await send();
      } catch (error) {
        // Deleted after it was listed.
        if (isNoSuchKey(error)) return undefined;
        throw error;
      }
    });
  }

  /** Reads the whole body of an object that exists. */
  async function readBody<T>(
    key: string,
    signal: AbortSignal,
    take: (body: Body) => Promise<T>,
  ): Promise<T | undefined> {
    for (let attempt = 1; ; attempt++) {
      const { Body } = await client.send(new GetObjectCommand(place(key)), smallCallOptions(signal));
      try {
        return Body && (await take(Body));
      } catch (error) {
        if (attempt === MAX_READS || signal.aborted) throw error;
      }
    }
  }

  return {
    readText: (key, signal) => read(key, signal, () => readBody(key, signal, (stream) => stream.transformToString())),

    readBytes: (key, signal) =>
      read(key, signal, () => readBody(key, signal, (stream) => stream.transformToByteArray())),

    sha256: (key, signal) =>
      read(key, signal, async () => {
        const head = new HeadObjectCommand({ ...place(key), ChecksumMode: 'ENABLED' });
        const stored = fullObjectSha256((await client.send(head, smallCallOptions(signal))).ChecksumSHA256);
        if (stored !== undefined) return stored;
        return await readBody(key, signal, (stream) => sha256OfStream(stream as AsyncIterable<Uint8Array>));
      }),

    putIfAbsent: ({ key, body, sha256, contentType }, signal) => {
      const lock = isLocked(key) ? objectLock : undefined;
      return bucket.call(lock ? LOCKED_PUT : 's3:PutObject', key, signal, async () => {
        const put = new PutObjectCommand({
          ...place(key),
          Body: body,
          ContentType: contentType,
          ChecksumSHA256: Buffer.from(sha256, 'hex').toString('base64'),
          IfNoneMatch: '*',
          ...(lock && retention(lock, clock)),
        });
        try {
          await client.send(put, uploadOptions(body, signal));
          return true;
        } catch (error) {
          if (isPreconditionFailed(error)) return false;
          throw error;
        }
      });
    },
  };
}
