import { Duration } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { HEALTH_PREFIX, INTENTS_PREFIX, JOBS_PREFIX, WORK_PREFIX } from '../../lambda/contract/keys.ts';

const DAYS_BEFORE_TIERING = 30;

/** Lifecycle rules of a history's bucket. Without a number of days rows do not expire. */
export function lifecycleRules(expireRowsAfterDays: number | undefined): s3.LifecycleRule[] {
  return [
    {
      id: 'unfinished-uploads-and-deleted-objects',
      abortIncompleteMultipartUploadAfter: Duration.days(7),
      noncurrentVersionExpiration: Duration.days(90),
      expiredObjectDeleteMarker: true,
    },
    {
      // An intent is for the retries of its run, which end within hours.
      id: 'intents',
      prefix: `${INTENTS_PREFIX}/`,
      expiration: Duration.days(7),
      noncurrentVersionExpiration: Duration.days(1),
    },
    {
      // One day more than the 14 in which Step Functions can redrive an execution and SQS keeps a message.
      // Source: AWS Step Functions Developer Guide, "Restarting state machine executions with redrive in Step Functions".
      id: 'work-of-long-runs',
      prefix: `${WORK_PREFIX}/`,
      expiration: Duration.days(15),
      noncurrentVersionExpiration: Duration.days(1),
    },
    {
      // Each look at the exports replaces the previous one. Versions of the last week are kept.
      id: 'looks-at-exports',
      prefix: `${HEALTH_PREFIX}/`,
      noncurrentVersionExpiration: Duration.days(7),
    },
    rowsRule(expireRowsAfterDays),
  ];
}

/**
 * Rule of the rows. Changes, details and records need none: they stay, and S3 does not move objects under 128 kB, which most
 * of them are.
 *
 * Rows never move to Glacier Flexible Retrieval, Deep Archive or archive tiers, whose objects Athena ignores. The default
 * tiers of Intelligent-Tiering can be read at once. The first of them begins 30 days after the move, so rows that expire
 * before that are not moved, which would cost a request each.
 *
 * An expired or deleted version is kept for another week.
 *
 * Source: Athena User Guide, "Query restored Amazon S3 Glacier objects"; Amazon S3 User Guide, "How S3 Intelligent-Tiering
 * works" and "Transitioning objects using Amazon S3 Lifecycle".
 */
function rowsRule(expireAfterDays: number | undefined): s3.LifecycleRule {
  const rule = { id: 'rows-seldom-read', prefix: `${JOBS_PREFIX}/` };
  const transitions = [
    { storageClass: s3.StorageClass.INTELLIGENT_TIERING, transitionAfter: Duration.days(DAYS_BEFORE_TIERING) },
  ];
  if (expireAfterDays === undefined) return { ...rule, transitions };
  return {
    ...rule,
    ...(expireAfterDays > 2 * DAYS_BEFORE_TIERING && { transitions }),
    expiration: Duration.days(expireAfterDays),
    noncurrentVersionExpiration: Duration.days(7),
  };
}
