import type { S3Bucket } from '../../lambda/aws/s3-bucket.ts';
import { createS3ExportRecords } from '../../lambda/aws/s3-export-records.ts';
import { pagesOf } from '../../lambda/aws/s3-pages.ts';
import { TooManyKeysError } from '../errors.ts';
import type { SnapshotKeys } from '../ports.ts';

/** What happens after a failure that passes by itself. */
export const MEND = 'the next look asks again';

/** The keys of snapshots in a bucket. */
export function s3Keys(bucket: S3Bucket): SnapshotKeys {
  const { readText } = createS3ExportRecords(bucket);
  return {
    async folders(prefix, most, signal) {
      const names: string[] = [];
      let found = 0;
      for await (const page of pagesOf(bucket, prefix, MEND, signal, { Delimiter: '/' })) {
        const { CommonPrefixes = [], Contents = [] } = page;
        found += CommonPrefixes.length + Contents.length;
        if (found > most) throw new TooManyKeysError(prefix, most);
        for (const { Prefix = '' } of CommonPrefixes) names.push(bucket.keyOf(Prefix).slice(prefix.length, -1));
      }
      return names;
    },

    async *keys(prefix, after, signal) {
      const options = after === undefined ? {} : { StartAfter: bucket.place(after).Key };
      for await (const { Contents = [] } of pagesOf(bucket, prefix, MEND, signal, options)) {
        for (const { Key = '' } of Contents) yield bucket.keyOf(Key);
      }
    },

    readRecord: readText,
  };
}
