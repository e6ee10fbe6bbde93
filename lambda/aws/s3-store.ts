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
import { type S3Bucket, sending, small } from './s3-bucket.ts';
import { isAbsent, isExisting } from './s3-error.ts';
import { sha256OfStream } from './sha256.ts';
import { systemClock } from './system-clock.ts';

/** Times that an object is asked for whose body breaks off: the SDK tries again until the answer begins, and then no more. */
const MOST_READINGS = 3;

type Body = NonNullable<GetObjectCommandOutput['Body']>;

/** How a store puts objects. */
export interface PutOptions {
  /** Retention of rows, changes and records; none by default. The bucket must have Object Lock enabled. */
  readonly objectLock?: ObjectLock | undefined;
  /** What the retention counts from. @default the system's */
  readonly clock?: Pick<Clock, 'now'>;
}

/** The store of snapshots in a bucket that others use, too. */
export function storeIn(bucket: S3Bucket, { objectLock, clock = systemClock }: PutOptions = {}): SnapshotStore {
  const { client } = bucket;
  const place = (key: string) => bucket.place(key);

  /**
   * Whether an object exists, by a listing of its key. A HeadObject of an absent key is answered with 403 instead of 404
   * to whoever may not list the bucket as a whole (Amazon S3 API Reference, HeadObject, Permissions), and a listing can
   * be allowed for a prefix. Listings show every put that has ended (Amazon S3 User Guide, "Amazon S3 data consistency
   * model").
   */
  async function exists(key: string, signal: AbortSignal): Promise<boolean> {
    const { Bucket, Key } = place(key);
    return await bucket.call('s3:ListBucket', key, signal, async () => {
      // Keys come in the order of their bytes, so the key itself is the first with it as prefix.
      const list = new ListObjectsV2Command({ Bucket, Prefix: Key, MaxKeys: 1 });
      const { Contents = [] } = await client.send(list, small(signal));
      return Contents[0]?.Key === Key;
    });
  }

  /** Reads an object that exists; `undefined` when there is none. */
  async function read<T>(key: string, signal: AbortSignal, send: () => Promise<T>): Promise<T | undefined> {
    if (!(await exists(key, signal))) return undefined;
    return await bucket.call('s3:GetObject', key, signal, async () => {
      try {
        return await send();
      } catch (error) {
        // Deleted after it was listed.
        if (isAbsent(error)) return undefined;
        throw error;
      }
    });
  }

  /** The body of an object that exists, taken as a whole. */
  async function bodyOf<T>(key: string, signal: AbortSignal, take: (body: Body) => Promise<T>): Promise<T | undefined> {
    for (let reading = 1; ; reading++) {
      const { Body } = await client.send(new GetObjectCommand(place(key)), small(signal));
      try {
        return Body && (await take(Body));
      } catch (error) {
        if (reading === MOST_READINGS || signal.aborted) throw error;
      }
    }
  }

  return {
    readText: (key, signal) => read(key, signal, () => bodyOf(key, signal, (stream) => stream.transformToString())),

    readBytes: (key, signal) => read(key, signal, () => bodyOf(key, signal, (stream) => stream.transformToByteArray())),

    sha256: (key, signal) =>
      read(key, signal, async () => {
        const head = new HeadObjectCommand({ ...place(key), ChecksumMode: 'ENABLED' });
        const kept = fullObjectSha256((await client.send(head, small(signal))).ChecksumSHA256);
        if (kept !== undefined) return kept;
        return await bodyOf(key, signal, (stream) => sha256OfStream(stream as AsyncIterable<Uint8Array>));
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
          await client.send(put, sending(body, signal));
          return true;
        } catch (error) {
          if (isExisting(error)) return false;
          throw error;
        }
      });
    },
  };
}
