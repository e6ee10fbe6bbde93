import type { History } from '../ports.ts';
import type { S3Bucket } from './s3-bucket.ts';
import { createS3ExportRecords } from './s3-export-records.ts';
import { createS3SnapshotStore, type PutOptions } from './s3-store.ts';

/** Creates the store of snapshots in a bucket, and the reader of their records. */
export function createS3History(bucket: S3Bucket, options: PutOptions = {}): History {
  return { store: createS3SnapshotStore(bucket, options), records: createS3ExportRecords(bucket) };
}
