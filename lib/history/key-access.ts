import { Aws, Token } from 'aws-cdk-lib';
import { ENCRYPTION_CONTEXT, type Permission } from './permission.ts';
import { isSameEnvironment, type Place } from './place.ts';
import type { WrittenHistory } from './written-history.ts';

/** A key that is made with the history has an id that nobody knows yet: any key of the history's account and Region. */
export function anyKeyOf({ account, region }: Place, partition: string = Aws.PARTITION): string {
  return `arn:${partition}:kms:${region}:${account}:key/*`;
}

/**
 * S3 alone may use the key for somebody, and for this bucket alone: with bucket keys the encryption context is the bucket's
 * ARN. kms:ViaService ends in amazonaws.com in every partition.
 *
 * Source: Amazon S3 User Guide, "Reducing the cost of SSE-KMS with Amazon S3 Bucket Keys"; AWS KMS Developer Guide, "AWS KMS
 * condition keys", kms:ViaService.
 */
function viaS3({ bucket, bucketRegion }: WrittenHistory, region: string): NonNullable<Permission['conditions']> {
  return {
    StringEquals: {
      'kms:ViaService': `s3.${bucketRegion ?? region}.amazonaws.com`,
      [ENCRYPTION_CONTEXT]: bucket.bucketArn,
    },
  };
}

/** What a writer needs of the keys: it reads the records and rows of before, which a retired key may have encrypted. */
export function writerKeyPermissions(history: WrittenHistory, writer: Place): Permission[] {
  const key = keyArnFor(history, writer);
  const { retiredKeys = [] } = history;
  const conditions = viaS3(history, writer.region);
  const use = { sid: 'UseKeyOfHistory', actions: ['kms:GenerateDataKey', 'kms:Decrypt'], conditions };
  const decrypt = { sid: 'DecryptWithRetiredKeys', actions: ['kms:Decrypt'], conditions };
  return [
    ...(key ? [{ ...use, resources: [key] }] : []),
    ...(retiredKeys.length > 0 ? [{ ...decrypt, resources: retiredKeys }] : []),
  ];
}

/** What a reader needs of the keys. */
export function readerKeyPermissions(history: WrittenHistory, reader: Place): Permission[] {
  const key = keyArnFor(history, reader);
  const resources = [...(key ? [key] : []), ...(history.retiredKeys ?? [])];
  if (resources.length === 0) return [];
  return [{ sid: 'DecryptHistory', actions: ['kms:Decrypt'], resources, conditions: viaS3(history, reader.region) }];
}

/** A key of the app has no name that another environment could know before it is there. */
function keyArnFor(history: WrittenHistory, { account, region }: Place): string | undefined {
  const key = history.encryptionKeyArn ?? history.bucket.encryptionKey?.keyArn;
  const { ownerAccountId = account, bucketRegion = region } = history;
  const historyPlace = { account: ownerAccountId, region: bucketRegion };
  return !key || !Token.isUnresolved(key) || isSameEnvironment(historyPlace, { account, region })
    ? key
    : anyKeyOf(historyPlace);
}
