import * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { INTENTS_PREFIX, JOBS_PREFIX, SNAPSHOTS_PREFIX, writerPartition } from '../../lambda/contract/keys.ts';

/** Prefixes below which an exporter writes. */
export const WRITTEN_PREFIXES = [JOBS_PREFIX, SNAPSHOTS_PREFIX, INTENTS_PREFIX] as const;

/**
 * What an exporter may do to the history: write and read below its own account and Region, and delete nothing.
 *
 * S3 answers 403 instead of 404 for an absent key to whom may not list it, and takes the key for `s3:prefix` when it
 * decides that. It does not say so in its documents, and other stores with its API set no prefix there; so a prefix is
 * held to the exporter's own where there is one.
 */
export function writerStatements(bucket: s3.IBucket, accountId: string, region: string): iam.PolicyStatement[] {
  const prefixes = WRITTEN_PREFIXES.map((prefix) => `${prefix}/${writerPartition(accountId, region)}/*`);
  return [
    new iam.PolicyStatement({
      sid: 'WriteAndReadOwnPartition',
      actions: ['s3:PutObject', 's3:GetObject'],
      resources: prefixes.map((prefix) => bucket.arnForObjects(prefix)),
    }),
    new iam.PolicyStatement({
      sid: 'TellAbsentFromForbidden',
      actions: ['s3:ListBucket'],
      resources: [bucket.bucketArn],
      conditions: { StringLikeIfExists: { 's3:prefix': prefixes } },
    }),
  ];
}
