import type { History } from '../ports.ts';
import type { S3Bucket } from './s3-bucket.ts';
import { createS3ExportRecords } from './s3-export-records.ts';
import { type PutOptions, storeIn } from './s3-store.ts';

/** A bucket that keeps snapshots, and the records in it. */
export function historyIn(bucket: S3Bucket, options: PutOptions = {}): History {
  return { store: storeIn(bucket, options), records: createS3ExportRecords(bucket) };
}
