import * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { HEALTH_PREFIX } from '../../lambda/contract/keys.ts';
import { TEMPORARY_PREFIXES, WRITTEN_PREFIXES } from './access.ts';

/** A locked intent, what a run keeps for its next invocation, or an older look at the exports could not expire. */
export function noLockOfTemporaryObjects(bucket: s3.IBucket): iam.PolicyStatement {
  return new iam.PolicyStatement({
    sid: 'NoLockOfIntents',
    effect: iam.Effect.DENY,
    principals: [new iam.AnyPrincipal()],
    actions: ['s3:PutObjectRetention'],
    resources: [...TEMPORARY_PREFIXES, HEALTH_PREFIX].map((prefix) => bucket.arnForObjects(`${prefix}/*`)),
  });
}

/**
 * The begin of a multipart upload and its parts are exempt, for they make no object and take no condition; its completion is
 * not. A copy counts as s3:PutObject,
 * so it needs the condition, too: CopyObject takes `If-None-Match` since October 2025.
 *
 * Source: Amazon S3 API Reference, CopyObject; Amazon S3 User Guide, "Enforce conditional writes on Amazon S3 buckets".
 */
export function onlyNewObjects(bucket: s3.Bucket): iam.PolicyStatement {
  return new iam.PolicyStatement({
    sid: 'OnlyNewObjects',
    effect: iam.Effect.DENY,
    principals: [new iam.AnyPrincipal()],
    actions: ['s3:PutObject'],
    resources: WRITTEN_PREFIXES.map((prefix) => bucket.arnForObjects(`${prefix}/*`)),
    conditions: { Null: { 's3:if-none-match': 'true' }, Bool: { 's3:ObjectCreationOperation': 'true' } },
  });
}
