import { LIST_JOBS_QUOTA_PER_SECOND } from '../../lambda/contract/jobs.ts';
import type { Clock, JobSummary } from '../../lambda/ports.ts';
import type { Fleet } from './fleet.ts';
import { type Account, listJobs } from './list-jobs.ts';
import { readQuery } from './query.ts';
import { Quota } from './quota.ts';
import { ServiceError, throttled } from './service-error.ts';

export interface ServiceProps extends Account {
  readonly fleet: Fleet;
  readonly clock: Clock;
  /** The account's quota. @default 10, AWS's own */
  readonly callsPerSecond?: number;
  /** Calls per second that others in the account make at an instant. @default none */
  readonly othersPerSecond?: (instant: number) => number;
}

/** What goes back on the wire. */
export interface Answer {
  readonly statusCode: number;
  /** Set for an error: its name, as AWS's clients look for it. */
  readonly errorType?: string;
  readonly body: string;
}

/** Answers a request; a wrapper of it can answer worse. */
export type Service = (method: string, url: URL) => Answer;

/** AWS IoT as far as `GET /jobs` goes: its constraints, its errors, its pages, its quota. */
export function createService(props: ServiceProps): Service {
  const { fleet, clock, othersPerSecond } = props;
  const callsPerSecond = props.callsPerSecond ?? LIST_JOBS_QUOTA_PER_SECOND;
  const quota = new Quota({ callsPerSecond, ...(othersPerSecond && { othersPerSecond }) });

  function answer(method: string, { pathname, searchParams }: URL): Answer {
    if (method !== 'GET' || pathname !== '/jobs') {
      throw new ServiceError('UnknownOperationException', 404, `No such operation: ${method} ${pathname}`);
    }
    const now = clock.now();
    if (!quota.take(now)) throw throttled();
    const { jobs, nextToken } = listJobs(fleet, readQuery(searchParams), now, props);
    return { statusCode: 200, body: JSON.stringify({ jobs: jobs.map(onTheWire), nextToken }) };
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
