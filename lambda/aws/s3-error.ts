import { CHANGES_PREFIX, DETAILS_PREFIX, WORK_PREFIX } from '../contract/keys.ts';
import { type ExporterError, StoreRefusedError, StoreUnavailableError } from '../errors.ts';
import { statusOf } from './attempts.ts';
import { credentialsError } from './credentials-error.ts';
import { failureOf } from './failure.ts';
import { LOCKED_PUT } from './object-lock.ts';

interface ObjectLocation {
  readonly Bucket: string;
  readonly Key: string;
}

/** IAM action that ends a multipart upload without completing it. */
export const UPLOAD_ABORT = 's3:AbortMultipartUpload';

const WORK = 'keep the work of runs that outlast an invocation';

/** Writes that histories of older versions do not allow, by prefix. */
const NEWER_WRITES: Readonly<Record<string, string>> = {
  [CHANGES_PREFIX]: 'write changes',
  [DETAILS_PREFIX]: 'write details of jobs',
  [WORK_PREFIX]: WORK,
};
const NEWER_KEY = new RegExp(`(?:^|/)(${Object.keys(NEWER_WRITES).join('|')})/account_id=`);

function olderHistoryHint(action: string, key: string): string {
  const allowed = action === UPLOAD_ABORT ? WORK : NEWER_WRITES[NEWER_KEY.exec(key)?.[1] ?? ''];
  if (allowed === undefined) return '';
  return (
    '. If the history is of an older version than this exporter, deploy the history first: from then on it lets exporters ' +
    allowed
  );
}

/** Whether the key does not exist. A bucket that does not exist is another error. */
export function isNoSuchKey(error: unknown): boolean {
  return error instanceof Error && (error.name === 'NoSuchKey' || error.name === 'NotFound');
}

/** Whether the condition of a put did not hold: with If-None-Match the key exists, with If-Match it has another ETag. */
export function isPreconditionFailed(error: unknown): boolean {
  return error instanceof Error && (error.name === 'PreconditionFailed' || statusOf(error) === 412);
}

/**
 * Whether the upload was completed or aborted, or never existed.
 * Source: Amazon S3 API Reference, CompleteMultipartUpload, Errors.
 */
export function isNoSuchUpload(error: unknown): boolean {
  return error instanceof Error && error.name === 'NoSuchUpload';
}

/** Whether another write or a delete of the key is in progress. */
export function isConflict(error: unknown): boolean {
  return error instanceof Error && error.name === 'ConditionalRequestConflict';
}

/**
 * Turns a failure of S3, after all retries, into the error for the operator.
 *
 * @param remedy what to do, or what happens by itself, after a temporary failure
 */
export function s3Error(
  error: unknown,
  action: string,
  { Bucket, Key }: ObjectLocation,
  remedy = 'run again with the same event',
): ExporterError {
  const { name, serviceMessage, status, cause } = failureOf(error);
  const credentials = credentialsError(error);
  if (credentials) return credentials;
  if (name === 'NoSuchBucket') {
    return new StoreRefusedError(
      `There is no bucket ${Bucket} (${serviceMessage}): correct its name, or create it`,
      cause,
    );
  }
  if (status === 301) {
    return new StoreRefusedError(`Bucket ${Bucket} is in another Region (${serviceMessage}): name that Region`, cause);
  }
  if (status === 403) {
    return new StoreRefusedError(
      `S3 refused ${action} on ${Bucket}/${Key} (${serviceMessage}): allow the action there, and s3:ListBucket on ` +
        'the bucket with the beginning of the key as s3:prefix; ' +
        `look at the role's policies, the bucket's policy and its KMS key${olderHistoryHint(action, Key)}`,
      cause,
    );
  }
  if (
    status !== undefined &&
    status >= 400 &&
    status < 500 &&
    status !== 409 &&
    status !== 429 &&
    name !== 'RequestTimeout'
  ) {
    const hint = action === LOCKED_PUT ? ': enable Object Lock on the bucket, or export without it' : '';
    return new StoreRefusedError(`S3 refused ${action} on ${Bucket}/${Key} (${serviceMessage})${hint}`, cause);
  }
  return new StoreUnavailableError(
    `S3 did not answer ${action} on ${Bucket}/${Key} as it should, through all retries (${serviceMessage}): look at the ` +
      `AWS Health Dashboard, at the Region and at the network; then ${remedy}`,
    cause,
  );
}
