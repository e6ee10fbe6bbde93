import type * as iam from 'aws-cdk-lib/aws-iam';
import {
  CHANGES_PREFIX,
  DETAILS_PREFIX,
  HEALTH_PREFIX,
  INTENTS_PREFIX,
  JOBS_PREFIX,
  SNAPSHOTS_PREFIX,
  WORK_PREFIX,
  writerPartition,
} from '../../lambda/contract/keys.ts';
import { writerKeyPermissions } from './key-access.ts';
import { type Permission, statementOf } from './permission.ts';
import { areBothUnknown, type Place } from './place.ts';
import type { WrittenHistory } from './written-history.ts';

/** Prefixes of rows, changes, details and records, which are queried and can be locked by Object Lock. */
const HISTORY_PREFIXES = [JOBS_PREFIX, CHANGES_PREFIX, DETAILS_PREFIX, SNAPSHOTS_PREFIX] as const;
/** Prefixes that analysts read: those of the history, and the health of the exports. */
export const READ_PREFIXES = [...HISTORY_PREFIXES, HEALTH_PREFIX] as const;
/** Prefixes of objects that runs keep for their own retries. They expire, and must not be locked. */
export const TEMPORARY_PREFIXES = [INTENTS_PREFIX, WORK_PREFIX] as const;
/** Prefixes that exporters write to. */
export const WRITTEN_PREFIXES = [...HISTORY_PREFIXES, ...TEMPORARY_PREFIXES] as const;

/** Options of a writer's exports that need more permissions. */
export interface WriterNeeds {
  /** Whether a run may take more than one invocation. */
  readonly mayOutlast: boolean;
  /** Whether jobs are described. */
  readonly describes: boolean;
}

/** Statements of a policy with {@link writerPermissions} and those that the options need. */
export function writerStatements(
  history: WrittenHistory,
  writer: Place,
  { mayOutlast, describes }: WriterNeeds,
): iam.PolicyStatement[] {
  const prefixes = HISTORY_PREFIXES.filter((prefix) => describes || prefix !== DETAILS_PREFIX);
  const permissions = [
    ...writerPermissions(history, writer, prefixes),
    ...(mayOutlast ? longRunPermissions(history, writer) : []),
  ];
  return permissions.map(statementOf);
}

/**
 * Permissions of an exporter: to write and read below its own account and Region, and not to delete.
 *
 * An exporter finds out whether a key exists by a listing with the key as its prefix, so listings can be limited to its own
 * prefixes. A condition `IfExists` would allow a listing without a prefix, which gives all keys of all accounts.
 * Source: Amazon S3 User Guide, "Bucket policy examples using condition keys", s3:prefix; IAM User Guide, "IfExists
 * condition operators".
 *
 * @param historyPrefixes prefixes of the history that it writes to
 */
export function writerPermissions(
  history: WrittenHistory,
  writer: Place,
  historyPrefixes: readonly string[] = HISTORY_PREFIXES,
): Permission[] {
  const { bucket, objectLock } = history;
  const ownPartition = writerPartition(writer.account, writer.region);
  const prefixes = [...historyPrefixes, INTENTS_PREFIX].map((prefix) => `${prefix}/${ownPartition}/*`);
  const objects = (paths: readonly string[]) => paths.map((path) => bucket.arnForObjects(path));
  const owner = ownerCondition(history, writer);
  const conditions = owner && { conditions: owner };
  // A put that sets a retention needs both. Source: Amazon S3 API Reference, PutObject, Permissions.
  const lock: Permission = {
    sid: 'LockOwnPartition',
    actions: ['s3:PutObjectRetention'],
    resources: objects(historyPrefixes.map((prefix) => `${prefix}/${ownPartition}/*`)),
    ...conditions,
  };
  return [
    {
      sid: 'WriteAndReadOwnPartition',
      actions: ['s3:PutObject', 's3:GetObject'],
      resources: objects(prefixes),
      ...conditions,
    },
    {
      sid: 'ListOwnPartition',
      actions: ['s3:ListBucket'],
      resources: [bucket.bucketArn],
      conditions: { StringLike: { 's3:prefix': prefixes }, ...owner },
    },
    ...(objectLock ? [lock] : []),
    ...writerKeyPermissions(history, writer),
  ];
}

/**
 * Permissions that an exporter also needs for runs of more than one invocation: to write and read below `work/`, and to abort
 * an upload of rows. The upload itself needs the permissions of a put: `s3:PutObject`, and with a customer key
 * `kms:GenerateDataKey` and `kms:Decrypt`.
 * Source: Amazon S3 User Guide, "Uploading and copying objects using multipart upload", Multipart upload API and permissions.
 */
function longRunPermissions(history: WrittenHistory, writer: Place): Permission[] {
  const { bucket } = history;
  const ownPartition = writerPartition(writer.account, writer.region);
  const work = `${WORK_PREFIX}/${ownPartition}/*`;
  const owner = ownerCondition(history, writer);
  const conditions = owner && { conditions: owner };
  return [
    {
      sid: 'KeepWorkOfLongRuns',
      actions: ['s3:PutObject', 's3:GetObject'],
      resources: [bucket.arnForObjects(work)],
      ...conditions,
    },
    {
      sid: 'ListWorkOfLongRuns',
      actions: ['s3:ListBucket'],
      resources: [bucket.bucketArn],
      conditions: { StringLike: { 's3:prefix': work }, ...owner },
    },
    {
      sid: 'EndUploadsOfRows',
      actions: ['s3:AbortMultipartUpload'],
      resources: [bucket.arnForObjects(`${JOBS_PREFIX}/${ownPartition}/*`)],
      ...conditions,
    },
  ];
}

/**
 * Condition that the bucket belongs to the history's account. It is omitted where both accounts are known only at deployment:
 * then both stacks are deployed to the same account.
 */
function ownerCondition({ ownerAccountId }: WrittenHistory, { account }: Place): Permission['conditions'] {
  if (!ownerAccountId || areBothUnknown(ownerAccountId, account)) return undefined;
  return { StringEquals: { 'aws:ResourceAccount': ownerAccountId } };
}
