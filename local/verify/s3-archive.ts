import {
  GetObjectCommand,
  HeadObjectCommand,
  paginateListObjectsV2,
  S3Client,
  type S3ClientConfig,
} from '@aws-sdk/client-s3';
import { s3Error } from '../../lambda/aws/s3-error.ts';
import type { Archive } from './archive.ts';

export interface S3ArchiveProps {
  readonly bucket: string;
  /** What stands before every key, without a slash at the end; empty for nothing. */
  readonly prefix: string;
  readonly client: S3ClientConfig;
}

/** A bucket of snapshots, by the SHA-256 that S3 checked when they were put. */
export function s3Archive({ bucket, prefix, client: config }: S3ArchiveProps): Archive {
  const client = new S3Client(config);
  const before = prefix ? `${prefix}/` : '';
  const place = (key: string) => ({ Bucket: bucket, Key: before + key });

  async function call<T>(action: string, key: string, send: () => Promise<T>): Promise<T> {
    try {
      return await send();
    } catch (error) {
      throw s3Error(error, action, place(key));
    }
  }

  return {
    async *list(below) {
      const pages = paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: `${before}${below}/` });
      for (;;) {
        const { value, done } = await call('s3:ListBucket', below, () => pages.next());
        if (done) return;
        for (const { Key = '', Size = 0 } of value.Contents ?? []) yield { key: Key.slice(before.length), bytes: Size };
      }
    },
    read: (key) =>
      call('s3:GetObject', key, async () => {
        const { Body } = await client.send(new GetObjectCommand(place(key)));
        return Body as AsyncIterable<Uint8Array>;
      }),
    keptSha256: (key) =>
      call('s3:GetObject', key, async () => {
        const head = await client.send(new HeadObjectCommand({ ...place(key), ChecksumMode: 'ENABLED' }));
        return head.ChecksumSHA256 && Buffer.from(head.ChecksumSHA256, 'base64').toString('hex');
      }),
  };
}
