import {
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
  type S3ClientConfig,
} from '@aws-sdk/client-s3';
import type { SnapshotStore } from '../ports.ts';
import { abortable } from './abortable.ts';
import { retryAlso } from './attempts.ts';
import { isAbsent, isExisting, s3Error } from './s3-error.ts';
import { sha256OfStream } from './sha256.ts';
import { timeouts } from './timeouts.ts';

const MAX_ATTEMPTS = 6;
/** Rows of a million jobs are some 50 MB. */
const REQUEST_TIMEOUT_MS = 120_000;

export interface S3StoreProps {
  readonly bucket: string;
  /** Put before every key with a slash between; none by default. */
  readonly prefix?: string;
  /** Region, credentials and the like; the SDK's defaults where left out. */
  readonly client?: S3ClientConfig;
}

/** A bucket that keeps the snapshots. */
export function createS3Store({ bucket, prefix, client: config }: S3StoreProps): SnapshotStore {
  const client = new S3Client({
    maxAttempts: MAX_ATTEMPTS,
    requestHandler: timeouts(REQUEST_TIMEOUT_MS),
    ...config,
  });
  // 409: another write of the key is under way. S3 asks to try again, and the SDK does not by itself.
  retryAlso(client.middlewareStack, (error) => error.name === 'ConditionalRequestConflict');
  const place = (key: string) => ({ Bucket: bucket, Key: prefix ? `${prefix}/${key}` : key });

  async function call<T>(action: string, key: string, signal: AbortSignal, send: () => Promise<T>): Promise<T> {
    try {
      return await abortable(send(), signal);
    } catch (error) {
      signal.throwIfAborted();
      throw isAbsent(error) || isExisting(error) ? error : s3Error(error, action, place(key));
    }
  }

  const absentAsUndefined = (error: unknown) => {
    if (isAbsent(error)) return undefined;
    throw error;
  };

  return {
    readText: (key, signal) =>
      call('s3:GetObject', key, signal, async () => {
        const found = await client.send(new GetObjectCommand(place(key)), { abortSignal: signal });
        return await found.Body?.transformToString();
      }).catch(absentAsUndefined),

    sha256: (key, signal) =>
      call('s3:GetObject', key, signal, async () => {
        const head = new HeadObjectCommand({ ...place(key), ChecksumMode: 'ENABLED' });
        const { ChecksumSHA256 } = await client.send(head, { abortSignal: signal });
        if (ChecksumSHA256) return Buffer.from(ChecksumSHA256, 'base64').toString('hex');
        // Put by other means, without that checksum.
        const { Body } = await client.send(new GetObjectCommand(place(key)), { abortSignal: signal });
        return Body && (await sha256OfStream(Body as AsyncIterable<Uint8Array>));
      }).catch(absentAsUndefined),

    putIfAbsent: ({ key, body, sha256, contentType }, signal) =>
      call('s3:PutObject', key, signal, async () => {
        const put = new PutObjectCommand({
          ...place(key),
          Body: body,
          ContentType: contentType,
          ChecksumSHA256: Buffer.from(sha256, 'hex').toString('base64'),
          IfNoneMatch: '*',
        });
        await client.send(put, { abortSignal: signal });
        return true;
      }).catch((error) => {
        if (isExisting(error)) return false;
        throw error;
      }),
  };
}
