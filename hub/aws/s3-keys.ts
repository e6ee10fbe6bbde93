import type { Readable } from 'node:stream';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { type S3Bucket, smallCallOptions } from '../../lambda/aws/s3-bucket.ts';
import { listPages } from '../../lambda/aws/s3-pages.ts';
import { recordKey } from '../../lambda/contract/keys.ts';
import { TooManyKeysError } from '../errors.ts';
import type { SnapshotKeys } from '../ports.ts';

/** What happens after a temporary failure, for messages. */
export const REMEDY = 'the next look asks again';

/** Enough for 5,000 thing groups: a record has some 130 bytes per status of a group. 32 records are read at a time. */
const MAX_RECORD_BYTES = 4_000_000;

/** Reads a body, at most {@link MAX_RECORD_BYTES} and the rest of a chunk. */
async function readCapped(body: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    bytes += chunk.length;
    // Leaving the loop closes the connection.
    if (bytes > MAX_RECORD_BYTES) break;
  }
  return Buffer.concat(chunks).toString();
}

/** Lists the keys of snapshots in a bucket, and reads records. */
export function s3Keys(bucket: S3Bucket): SnapshotKeys {
  return {
    async folders(prefix, most, signal) {
      const names: string[] = [];
      let found = 0;
      for await (const page of listPages(bucket, prefix, REMEDY, signal, { Delimiter: '/' })) {
        const { CommonPrefixes = [], Contents = [] } = page;
        found += CommonPrefixes.length + Contents.length;
        if (found > most) throw new TooManyKeysError(prefix, most);
        for (const { Prefix = '' } of CommonPrefixes) names.push(bucket.keyOf(Prefix).slice(prefix.length, -1));
      }
      return names;
    },

    async *keys(prefix, after, signal) {
      const options = after === undefined ? {} : { StartAfter: bucket.location(after).Key };
      for await (const { Contents = [] } of listPages(bucket, prefix, REMEDY, signal, options)) {
        for (const { Key = '' } of Contents) yield bucket.keyOf(Key);
      }
    },

    async readRecord(snapshot, signal) {
      const key = recordKey(snapshot);
      const send = async () => {
        const { Body } = await bucket.client.send(new GetObjectCommand(bucket.location(key)), smallCallOptions(signal));
        if (Body === undefined) throw new Error('the answer has no body');
        return await readCapped(Body as Readable);
      };
      return await bucket.call('s3:GetObject', key, signal, send, REMEDY);
    },
  };
}
