import { S3Bucket, type S3BucketProps } from '../../lambda/aws/s3-bucket.ts';
import { createS3SnapshotStore, type PutOptions } from '../../lambda/aws/s3-store.ts';
import type { SnapshotStore } from '../../lambda/ports.ts';

/** A store in a bucket, with a client of its own. */
export function createS3Store(props: S3BucketProps & PutOptions): SnapshotStore {
  return createS3SnapshotStore(new S3Bucket(props), props);
}
