import type { JobSummary } from '../../lambda/ports.ts';
import type { Fleet } from './fleet.ts';
import { type SimulatedJob, statusAt, summaryAt, type ThingGroup } from './job.ts';
import type { Filters, Query } from './query.ts';
import { resourceNotFound } from './service-error.ts';
import { makeToken } from './token.ts';

export interface Account {
  readonly accountId: string;
  readonly region: string;
}

export interface Page {
  readonly jobs: readonly JobSummary[];
  readonly nextToken?: string;
}

/**
 * One page of ListJobs as of an instant, in the order of creation. The next page is of its own instant: as with AWS,
 * jobs that move between two calls are seen twice or not at all by whoever lists the statuses in the wrong order.
 */
export function listJobs(fleet: Fleet, { filters, maxResults, after }: Query, now: number, account: Account): Page {
  const group = groupOf(fleet, filters);
  const all = fleet.jobsAround(now);
  const jobs: JobSummary[] = [];
  for (let i = firstAfter(all, after); i < all.length; i++) {
    const job = all[i] as SimulatedJob;
    if (!matches(job, filters, group, now)) continue;
    if (jobs.length === maxResults) {
      return { jobs, nextToken: makeToken((all[i - 1] as SimulatedJob).sequence, filters) };
    }
    // AWS names a group in the answer only where the question did.
    jobs.push({ ...summaryAt(job, now, arn(job, account)), ...(group && { thingGroupId: group.id }) });
  }
  return { jobs };
}

function groupOf({ thingGroups }: Fleet, { thingGroupName, thingGroupId }: Filters): ThingGroup | undefined {
  const asked = thingGroupName ?? thingGroupId;
  if (asked === undefined) return undefined;
  const group = thingGroups.find(({ name, id }) => (thingGroupName === undefined ? id : name) === asked);
  if (!group) throw resourceNotFound(`Thing group ${asked} does not exist`);
  return group;
}

function matches(job: SimulatedJob, filters: Filters, group: ThingGroup | undefined, now: number): boolean {
  const status = statusAt(job, now);
  return (
    status !== undefined &&
    (filters.status === undefined || filters.status === status) &&
    (group === undefined || job.thingGroups.includes(group)) &&
    (filters.targetSelection === undefined || filters.targetSelection === job.targetSelection) &&
    (filters.namespaceId === undefined || filters.namespaceId === job.namespaceId)
  );
}

/** Index of the first job whose place is beyond `after`: a page in the middle does not walk past those before it. */
function firstAfter(jobs: readonly SimulatedJob[], after: number): number {
  let low = 0;
  let high = jobs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((jobs[middle] as SimulatedJob).sequence > after) high = middle;
    else low = middle + 1;
  }
  return low;
}

function arn({ jobId }: SimulatedJob, { accountId, region }: Account): string {
  return `arn:aws:iot:${region}:${accountId}:job/${jobId}`;
}
