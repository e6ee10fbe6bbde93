import * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { HEALTH_PREFIX } from '../../lambda/contract/keys.ts';
import { TEMPORARY_PREFIXES, WRITTEN_PREFIXES } from './access.ts';

/** Denies to lock intents, the state of unfinished runs and the health of the exports: locked objects could not expire. */
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
 * Denies to overwrite objects: a write needs the condition `If-None-Match`. The start of a multipart upload and its parts are
 * exempt, since they make no object and take no condition; its completion is not exempt. A copy is an s3:PutObject, so it
 * needs the condition, too, which CopyObject takes since October 2025.
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
