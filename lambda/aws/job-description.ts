import { THING_STATUSES, type ThingStatus } from '../contract/details.ts';
import type { JobDescription, ThingCounts } from '../ports.ts';
import { AnswerFields, structureOf, summaryOf } from './answer-fields.ts';

const OPERATION = 'DescribeJob';

/** Fields of `jobProcessDetails`. Source: AWS IoT API Reference, JobProcessDetails. */
const COUNTS: Readonly<Record<ThingStatus, string>> = {
  QUEUED: 'numberOfQueuedThings',
  IN_PROGRESS: 'numberOfInProgressThings',
  SUCCEEDED: 'numberOfSucceededThings',
  FAILED: 'numberOfFailedThings',
  REJECTED: 'numberOfRejectedThings',
  TIMED_OUT: 'numberOfTimedOutThings',
  REMOVED: 'numberOfRemovedThings',
  CANCELED: 'numberOfCanceledThings',
};

/**
 * Reads the fields that are kept from the body of DescribeJob's answer. Times are as in ListJobs; those of the scheduling
 * are texts to the minute.
 * Source: AWS IoT API Reference, DescribeJob, Response Syntax; Job, JobProcessDetails, SchedulingConfig, AbortCriteria.
 *
 * A field of another type is left out and reported, as in a page of ListJobs.
 *
 * @throws SyntaxError when the body is not JSON, or has no job
 */
export function parseJobDescription(body: string): JobDescription {
  const { job } = structureOf(JSON.parse(body), OPERATION, 'the body');
  const fields = new AnswerFields(structureOf(job, OPERATION, 'job'));
  const scheduling = fields.structure('schedulingConfig');
  const description = {
    ...summaryOf(fields),
    targets: fields.texts('targets'),
    description: fields.text('description'),
    comment: fields.text('comment'),
    reasonCode: fields.text('reasonCode'),
    forceCanceled: fields.boolean('forceCanceled'),
    jobTemplateArn: fields.text('jobTemplateArn'),
    destinationPackageVersions: fields.texts('destinationPackageVersions'),
    things: things(fields),
    maximumPerMinute: fields.structure('jobExecutionsRolloutConfig').count('maximumPerMinute'),
    abortCriteria: abortCriteria(fields),
    inProgressTimeoutMinutes: fields.structure('timeoutConfig').count('inProgressTimeoutInMinutes'),
    scheduledStartAt: scheduling.minuteText('startTime'),
    scheduledEndAt: scheduling.minuteText('endTime'),
    endBehavior: scheduling.text('endBehavior'),
  };
  return fields.oddFields ? { ...description, oddFields: fields.oddFields } : description;
}

/** An absent count stays absent: it is not known to be 0. */
function things(job: AnswerFields): ThingCounts | undefined {
  const details = job.structure('jobProcessDetails');
  const counts = THING_STATUSES.map((status) => [status, details.count(COUNTS[status])] as const);
  const present = counts.filter(([, count]) => count !== undefined);
  return present.length > 0 ? Object.fromEntries(present) : undefined;
}

function abortCriteria(job: AnswerFields): JobDescription['abortCriteria'] {
  return job
    .structure('abortConfig')
    .structures('criteriaList')
    ?.map((criterion) => ({
      action: criterion.text('action'),
      failureType: criterion.text('failureType'),
      thresholdPercentage: criterion.number('thresholdPercentage'),
      minNumberOfExecutedThings: criterion.count('minNumberOfExecutedThings'),
    }));
}
