import type { S3Bucket } from '../../lambda/aws/s3-bucket.ts';
import { createS3ExportRecords } from '../../lambda/aws/s3-export-records.ts';
import { pagesOf } from '../../lambda/aws/s3-pages.ts';
import type { SnapshotKeys } from '../ports.ts';

/** What happens after a failure that passes by itself. */
export const MEND = 'the next look asks again';

/** The keys of snapshots in a bucket. */
export function s3Keys(bucket: S3Bucket): SnapshotKeys {
  const { readText } = createS3ExportRecords(bucket);
  return {
    async folders(prefix, signal) {
      const names: string[] = [];
      for await (const { CommonPrefixes = [] } of pagesOf(bucket, prefix, MEND, signal, { Delimiter: '/' })) {
        for (const { Prefix = '' } of CommonPrefixes) names.push(bucket.keyOf(Prefix).slice(prefix.length, -1));
      }
      return names;
    },

    async keys(prefix, after, signal) {
      const options = after === undefined ? {} : { StartAfter: bucket.place(after).Key };
      const keys: string[] = [];
      for await (const { Contents = [] } of pagesOf(bucket, prefix, MEND, signal, options)) {
        for (const { Key = '' } of Contents) keys.push(bucket.keyOf(Key));
      }
      return keys;
    },

    readRecord: readText,
  };
}
