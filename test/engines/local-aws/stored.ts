import { gunzipSync } from 'node:zlib';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import type { JobDetailsRow, SnapshotRecord } from '../../../lambda/contract/columns.ts';
import type { Account } from './account.ts';

/** The objects of a history's bucket, as its owner sees them. */
export interface StoredHistory {
  keys(prefix?: string): Promise<string[]>;
  /** Records whose key has all of the texts, the oldest first. */
  records(...texts: string[]): Promise<SnapshotRecord[]>;
  /** The details of a snapshot, in the order in which they are stored; empty where it has none. */
  details(record: SnapshotRecord): Promise<JobDetailsRow[]>;
}

export function storedHistory(account: Account, bucket: string): StoredHistory {
  const s3 = new S3Client({ ...account.client, forcePathStyle: true });
  const keys = async (prefix = '') => {
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }));
    return Contents.map(({ Key = '' }) => Key).sort();
  };
  return {
    keys,
    async records(...texts) {
      const found = (await keys('snapshots/')).filter((key) => texts.every((text) => key.includes(text)));
      return Promise.all(
        found.map(async (key) => {
          const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
          return JSON.parse((await Body?.transformToString()) ?? '') as SnapshotRecord;
        }),
      );
    },
    async details({ details_key: key }) {
      if (!key) return [];
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      const lines = gunzipSync((await Body?.transformToByteArray()) ?? '').toString();
      return lines
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line));
    },
  };
}
