import { LIST_JOBS_QUOTA_PER_SECOND } from '../../lambda/contract/jobs.ts';
import type { Clock, JobSummary } from '../../lambda/ports.ts';
import type { Fleet } from './fleet.ts';
import { type Account, listJobs, type MissingGroups } from './list-jobs.ts';
import { readQuery } from './query.ts';
import { Quota } from './quota.ts';
import { ServiceError, throttled } from './service-error.ts';
import { describeThingGroup } from './thing-group.ts';

export interface ServiceProps extends Account {
  readonly fleet: Fleet;
  readonly clock: Clock;
  /** The account's quota of ListJobs. @default 10, AWS's own */
  readonly callsPerSecond?: number;
  /** The account's quota of DescribeThingGroup, which is another one. @default the same number */
  readonly describesPerSecond?: number;
  /** Calls of ListJobs per second that others in the account make at an instant. @default none */
  readonly othersPerSecond?: (instant: number) => number;
  /**
   * What ListJobs answers for a thing group that does not exist: AWS documents a ResourceNotFoundException of ListJobs,
   * but does not say that a missing group causes it. @default 'not-found'
   */
  readonly missingGroups?: MissingGroups;
}

const THING_GROUP_PATH = /^\/thing-groups\/([^/]+)$/;

/** What goes back on the wire. */
export interface Answer {
  readonly statusCode: number;
  /** Set for an error: its name, as AWS's clients look for it. */
  readonly errorType?: string;
  readonly body: string;
}

/** Answers a request; a wrapper of it can answer worse. */
export type Service = (method: string, url: URL) => Answer;

/** AWS IoT as far as ListJobs and DescribeThingGroup go: constraints, errors, pages, quotas. */
export function createService(props: ServiceProps): Service {
  const { fleet, clock, othersPerSecond, missingGroups = 'not-found' } = props;
  const callsPerSecond = props.callsPerSecond ?? LIST_JOBS_QUOTA_PER_SECOND;
  const listings = new Quota({ callsPerSecond, ...(othersPerSecond && { othersPerSecond }) });
  const descriptions = new Quota({ callsPerSecond: props.describesPerSecond ?? callsPerSecond });

  function answer(method: string, { pathname, searchParams }: URL): Answer {
    const group = THING_GROUP_PATH.exec(pathname)?.[1];
    if (method !== 'GET' || (pathname !== '/jobs' && group === undefined)) {
      throw new ServiceError('UnknownOperationException', 404, `No such operation: ${method} ${pathname}`);
    }
    const now = clock.now();
    if (!(group === undefined ? listings : descriptions).take(now)) throw throttled();
    if (group !== undefined) return json(describeThingGroup(fleet, decodeURIComponent(group), props));
    const { jobs, nextToken } = listJobs(fleet, readQuery(searchParams), now, { ...props, missingGroups });
    return json({ jobs: jobs.map(onTheWire), nextToken });
  }

  return (method, url) => {
    try {
      return answer(method, url);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      const { name, statusCode, message } = error;
      return { statusCode, errorType: name, body: JSON.stringify({ message }) };
    }
  };
}

function json(body: object): Answer {
  return { statusCode: 200, body: JSON.stringify(body) };
}

/** Times are numbers of seconds with milliseconds as fraction. */
function onTheWire(job: JobSummary) {
  const seconds = (epochMs?: number) => (epochMs === undefined ? undefined : epochMs / 1000);
  return {
    ...job,
    createdAt: seconds(job.createdAt),
    lastUpdatedAt: seconds(job.lastUpdatedAt),
    completedAt: seconds(job.completedAt),
  };
}
