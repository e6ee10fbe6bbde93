import { LIST_JOBS_QUOTA_PER_SECOND } from '../../lambda/contract/jobs.ts';
import type { Clock, JobSummary } from '../../lambda/ports.ts';
import { descriptionAt, findJob } from './describe-job.ts';
import type { Fleet } from './fleet.ts';
import type { Account } from './job.ts';
import { jobResponse } from './job-response.ts';
import { listJobs, type MissingGroups } from './list-jobs.ts';
import { readQuery } from './query.ts';
import { Quota } from './quota.ts';
import { seconds } from './seconds.ts';
import { ServiceError, throttled } from './service-error.ts';
import { describeThingGroup } from './thing-group.ts';

export interface ServiceProps extends Account {
  readonly fleet: Fleet;
  readonly clock: Clock;
  /** The account's quota of ListJobs. @default 10, AWS's own */
  readonly callsPerSecond?: number;
  /** The account's quota of DescribeThingGroup. @default the same number */
  readonly describesPerSecond?: number;
  /** The account's quota of DescribeJob. @default the same number */
  readonly jobDescriptionsPerSecond?: number;
  /** Calls of ListJobs per second of other callers in the account at an instant. @default none */
  readonly othersPerSecond?: (instant: number) => number;
  /**
   * Response of ListJobs for a thing group that does not exist. AWS documents a ResourceNotFoundException of ListJobs,
   * but not that a missing group causes it. @default 'not-found'
   */
  readonly missingGroups?: MissingGroups;
}

const JOB_PATH = /^\/jobs\/([^/]+)$/;
const THING_GROUP_PATH = /^\/thing-groups\/([^/]+)$/;

/** HTTP response. */
interface Answer {
  readonly statusCode: number;
  /** Error name, for AWS's clients. */
  readonly errorType?: string;
  readonly body: string;
}

/** Handles a request. Tests wrap it to inject faults. */
export type Service = (method: string, url: URL) => Answer;

/** Simulates ListJobs, DescribeJob and DescribeThingGroup of AWS IoT: constraints, errors, pages, quotas. */
export function createService(props: ServiceProps): Service {
  const { fleet, clock, othersPerSecond, missingGroups = 'not-found' } = props;
  const callsPerSecond = props.callsPerSecond ?? LIST_JOBS_QUOTA_PER_SECOND;
  const listings = new Quota({ callsPerSecond, ...(othersPerSecond && { othersPerSecond }) });
  const groupLookUps = new Quota({ callsPerSecond: props.describesPerSecond ?? callsPerSecond });
  const descriptions = new Quota({ callsPerSecond: props.jobDescriptionsPerSecond ?? callsPerSecond });

  function withQuota<T>(quota: Quota, work: (now: number) => T): T {
    const now = clock.now();
    if (!quota.take(now)) throw throttled();
    return work(now);
  }

  function answer(method: string, { pathname, searchParams }: URL): object {
    const group = THING_GROUP_PATH.exec(pathname)?.[1];
    const jobId = JOB_PATH.exec(pathname)?.[1];
    if (method === 'GET' && pathname === '/jobs') {
      return withQuota(listings, (now) => {
        const { jobs, nextToken } = listJobs(fleet, readQuery(searchParams), now, { ...props, missingGroups });
        return { jobs: jobs.map(toWireFormat), nextToken };
      });
    }
    if (method === 'GET' && jobId !== undefined) {
      return withQuota(descriptions, (now) => {
        const job = findJob(fleet, decodeURIComponent(jobId), now);
        return jobResponse(job, descriptionAt(job, now, props));
      });
    }
    if (method === 'GET' && group !== undefined) {
      return withQuota(groupLookUps, () => describeThingGroup(fleet, decodeURIComponent(group), props));
    }
    throw new ServiceError('UnknownOperationException', 404, `No such operation: ${method} ${pathname}`);
  }

  return (method, url) => {
    try {
      return { statusCode: 200, body: JSON.stringify(answer(method, url)) };
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      const { name, statusCode, message } = error;
      return { statusCode, errorType: name, body: JSON.stringify({ message }) };
    }
  };
}

function toWireFormat(job: JobSummary) {
  return {
    ...job,
    createdAt: seconds(job.createdAt),
    lastUpdatedAt: seconds(job.lastUpdatedAt),
    completedAt: seconds(job.completedAt),
  };
}
