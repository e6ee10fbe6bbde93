import { CHANGES_PREFIX, DETAILS_PREFIX, WORK_PREFIX } from '../contract/keys.ts';
import { type ExporterError, StoreRefusedError, StoreUnavailableError } from '../errors.ts';
import { statusOf } from './attempts.ts';
import { credentialsError } from './credentials-error.ts';
import { failureOf } from './failure.ts';
import { LOCKED_PUT } from './object-lock.ts';

interface Place {
  readonly Bucket: string;
  readonly Key: string;
}

/** Ending an upload in parts, which one ends that is not wanted any more. */
export const UPLOAD_ABORT = 's3:AbortMultipartUpload';

const WORK = 'keep the work of runs that outlast an invocation';

/** What a history refuses that was deployed before there was such a thing. */
const NEWER: Readonly<Record<string, string>> = {
  [CHANGES_PREFIX]: 'write changes',
  [DETAILS_PREFIX]: 'write details of jobs',
  [WORK_PREFIX]: WORK,
};
const IS_NEWER = new RegExp(`(?:^|/)(${Object.keys(NEWER).join('|')})/account_id=`);

function historyFirst(action: string, key: string): string {
  const does = action === UPLOAD_ABORT ? WORK : NEWER[IS_NEWER.exec(key)?.[1] ?? ''];
  if (does === undefined) return '';
  return (
    '. If the history is of an older version than this exporter, deploy the history first: from then on it lets exporters ' +
    does
  );
}

/** No such key. A bucket that does not exist is another matter. */
export function isAbsent(error: unknown): boolean {
  return error instanceof Error && (error.name === 'NoSuchKey' || error.name === 'NotFound');
}

/** The condition of a conditional put did not hold: the key exists. */
export function isExisting(error: unknown): boolean {
  return error instanceof Error && (error.name === 'PreconditionFailed' || statusOf(error) === 412);
}

/** The upload was completed or ended, or never begun. Source: Amazon S3 API Reference, CompleteMultipartUpload, Errors. */
export function isGone(error: unknown): boolean {
  return error instanceof Error && error.name === 'NoSuchUpload';
}

/** Another write or a delete of the key is under way. */
export function isConflict(error: unknown): boolean {
  return error instanceof Error && error.name === 'ConditionalRequestConflict';
}

/**
 * What a failure of S3, after all retries, means to an operator.
 *
 * @param mend what to do, or what happens by itself, after a failure that may pass
 */
export function s3Error(
  error: unknown,
  action: string,
  { Bucket, Key }: Place,
  mend = 'run again with the same event',
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
        `look at the role's policies, the bucket's policy and its KMS key${historyFirst(action, Key)}`,
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
    const mend = action === LOCKED_PUT ? ': enable Object Lock on the bucket, or export without it' : '';
    return new StoreRefusedError(`S3 refused ${action} on ${Bucket}/${Key} (${serviceMessage})${mend}`, cause);
  }
  return new StoreUnavailableError(
    `S3 did not answer ${action} on ${Bucket}/${Key} as it should, through all retries (${serviceMessage}): look at the ` +
      `AWS Health Dashboard, at the Region and at the network; then ${mend}`,
    cause,
  );
}
