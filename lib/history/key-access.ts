import { Aws, Token } from 'aws-cdk-lib';
import { ENCRYPTION_CONTEXT, type Permission } from './permission.ts';
import { isSameEnvironment, type Place } from './place.ts';
import type { WrittenHistory } from './written-history.ts';

/** Pattern of all keys of an account and Region, for a key whose id is not known at synthesis. */
export function anyKeyOf({ account, region }: Place, partition: string = Aws.PARTITION): string {
  return `arn:${partition}:kms:${region}:${account}:key/*`;
}

/**
 * Conditions that limit the use of a key to S3 and this bucket: with bucket keys the encryption context is the bucket's ARN.
 * kms:ViaService ends in amazonaws.com in every partition.
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

/** Permissions of a writer on the keys. It also reads earlier records and rows, which retired keys may have encrypted. */
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

/** Permissions of a reader on the keys. */
export function readerKeyPermissions(history: WrittenHistory, reader: Place): Permission[] {
  const key = keyArnFor(history, reader);
  const resources = [...(key ? [key] : []), ...(history.retiredKeys ?? [])];
  if (resources.length === 0) return [];
  return [{ sid: 'DecryptHistory', actions: ['kms:Decrypt'], resources, conditions: viaS3(history, reader.region) }];
}

/**
 * ARN of the key in the policy of a principal. In another environment the ARN of a key of this app is not known at synthesis,
 * so it is the pattern of all keys of the history's account and Region.
 */
function keyArnFor(history: WrittenHistory, { account, region }: Place): string | undefined {
  const key = history.encryptionKeyArn ?? history.bucket.encryptionKey?.keyArn;
  const { ownerAccountId = account, bucketRegion = region } = history;
  const historyPlace = { account: ownerAccountId, region: bucketRegion };
  return !key || !Token.isUnresolved(key) || isSameEnvironment(historyPlace, { account, region })
    ? key
    : anyKeyOf(historyPlace);
}
