import type { JobDescription } from '../../lambda/ports.ts';
import type { Fleet } from './fleet.ts';
import { type Account, jobArn, type SimulatedJob, statusAt, summaryAt } from './job.ts';
import { thingsAt } from './rollout.ts';
import { invalidRequest, resourceNotFound } from './service-error.ts';

const MINUTE_MS = 60_000;
/** Source: AWS IoT API Reference, DescribeJob, jobId. */
const JOB_ID = /^[a-zA-Z0-9_-]{1,64}$/;

/** Index of the jobs of a fleet, which returns the same array as long as its jobs are the same. */
const byId = new WeakMap<readonly SimulatedJob[], ReadonlyMap<string, SimulatedJob>>();

/**
 * DescribeJob as of an instant. Jobs are indexed once per array of the fleet.
 *
 * Source: AWS IoT API Reference, DescribeJob.
 *
 * @throws ServiceError ResourceNotFoundException for a job that does not exist at the instant
 */
export function describeJob(fleet: Fleet, jobId: string, now: number, account: Account): JobDescription {
  return descriptionAt(findJob(fleet, jobId, now), now, account);
}

/** @throws ServiceError as {@link describeJob} */
export function findJob(fleet: Fleet, jobId: string, now: number): SimulatedJob {
  if (!JOB_ID.test(jobId)) {
    throw invalidRequest(`Value '${jobId}' at 'jobId' failed to satisfy constraint: ${JOB_ID.source}`);
  }
  const all = fleet.jobsAround(now);
  let jobs = byId.get(all);
  if (!jobs) {
    jobs = new Map(all.map((job) => [job.jobId, job]));
    byId.set(all, jobs);
  }
  const job = jobs.get(jobId);
  if (!job || statusAt(job, now) === undefined) throw resourceNotFound(`Job ${jobId} does not exist`);
  return job;
}

export function descriptionAt(job: SimulatedJob, now: number, account: Account): JobDescription {
  const { lifecycle, rollout, targetSelection } = job;
  const { createdAt, startedAt, endedAt, endsAs } = lifecycle;
  const { packageVersion, jobTemplate, canceledFor } = rollout;
  const arn = arnsOf(account);
  const isCanceled = endsAs === 'CANCELED' && now >= endedAt;
  const endsByTime = targetSelection === 'CONTINUOUS' && endsAs === 'COMPLETED';
  return {
    ...summaryAt(job, now, jobArn(job, account)),
    targets: targetsOf(job, arn),
    ...(rollout.description !== undefined && { description: rollout.description }),
    ...(isCanceled && { forceCanceled: rollout.isForceCanceled === true, ...canceledFor }),
    ...(jobTemplate !== undefined && { jobTemplateArn: arn(`jobtemplate/${jobTemplate}`) }),
    ...(packageVersion && { destinationPackageVersions: [arn(`package/${packageVersion.join('/version/')}`)] }),
    things: thingsAt(job, now),
    ...(rollout.maximumPerMinute !== undefined && { maximumPerMinute: rollout.maximumPerMinute }),
    ...(rollout.abortCriteria && { abortCriteria: rollout.abortCriteria }),
    ...(rollout.inProgressTimeoutMinutes !== undefined && {
      inProgressTimeoutMinutes: rollout.inProgressTimeoutMinutes,
    }),
    // A job that is canceled at its start never started.
    ...(startedAt > createdAt && { scheduledStartAt: Math.min(startedAt, endedAt) }),
    ...(endsByTime && { scheduledEndAt: endedAt - (endedAt % MINUTE_MS), endBehavior: 'STOP_ROLLOUT' }),
  };
}

function arnsOf({ accountId, region }: Account) {
  return (resource: string) => `arn:aws:iot:${region}:${accountId}:${resource}`;
}

/** ARNs of the thing groups, or of single things for a job without groups. */
function targetsOf({ sequence, thingGroups, rollout }: SimulatedJob, arn: (resource: string) => string): string[] {
  if (thingGroups.length > 0) return thingGroups.map(({ name }) => arn(`thinggroup/${name}`));
  return Array.from({ length: rollout.things }, (_, nth) => arn(`thing/device-${(sequence + nth * 7919) % 100_000}`));
}
