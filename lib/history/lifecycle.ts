import { Duration } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { HEALTH_PREFIX, INTENTS_PREFIX, JOBS_PREFIX, WORK_PREFIX } from '../../lambda/contract/keys.ts';

const DAYS_BEFORE_TIERING = 30;

/** The lifecycle of the bucket of a history, whose rows expire after so many days, or never. */
export function lifecycleRules(expireRowsAfterDays: number | undefined): s3.LifecycleRule[] {
  return [
    {
      id: 'unfinished-uploads-and-deleted-objects',
      abortIncompleteMultipartUploadAfter: Duration.days(7),
      noncurrentVersionExpiration: Duration.days(90),
      expiredObjectDeleteMarker: true,
    },
    {
      // An intent serves the retries of its run, which are over within hours.
      id: 'intents',
      prefix: `${INTENTS_PREFIX}/`,
      expiration: Duration.days(7),
      noncurrentVersionExpiration: Duration.days(1),
    },
    {
      // A day more than the 14 for which Step Functions redrives an execution, and SQS keeps a dead letter.
      // Source: AWS Step Functions Developer Guide, "Restarting state machine executions with redrive in Step Functions".
      id: 'work-of-long-runs',
      prefix: `${WORK_PREFIX}/`,
      expiration: Duration.days(15),
      noncurrentVersionExpiration: Duration.days(1),
    },
    {
      // Each look at the exports takes the place of the one before: of hourly ones a week is enough to look back.
      id: 'looks-at-exports',
      prefix: `${HEALTH_PREFIX}/`,
      noncurrentVersionExpiration: Duration.days(7),
    },
    rowsRule(expireRowsAfterDays),
  ];
}

/**
 * Changes and details have no rule, as records have none: they stay, and S3 moves no object under 128 kB, which most of
 * them are.
 *
 * Never to Glacier Flexible Retrieval or Deep Archive, and no archive tiers: Athena ignores such objects. The tiers that
 * Intelligent-Tiering has by itself are all read at once; the first of them comes 30 days after the move, so rows that
 * expire before that are not moved, which would cost a request each.
 *
 * A version that expired, or was deleted, is kept for a week more.
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
