import type { JobSummary } from '../../lambda/ports.ts';
import type { Filters } from './filters.ts';
import type { Fleet } from './fleet.ts';
import { type Account, jobArn, type SimulatedJob, statusAt, summaryAt, type ThingGroup } from './job.ts';
import type { Query } from './query.ts';
import { resourceNotFound } from './service-error.ts';
import { makeToken } from './token.ts';

/** Response for a thing group that does not exist. */
export type MissingGroups = 'not-found' | 'empty';

export interface ListingContext extends Account {
  /** @default 'not-found' */
  readonly missingGroups?: MissingGroups;
}

export interface Page {
  readonly jobs: readonly JobSummary[];
  readonly nextToken?: string;
}

/**
 * One page of ListJobs as of an instant, in the order of creation. The next page is of a later instant. As with AWS, a
 * job whose status changes between two calls may be listed twice, or not at all if its new status was listed before.
 */
export function listJobs(
  fleet: Fleet,
  { filters, maxResults, after }: Query,
  now: number,
  { missingGroups = 'not-found', ...account }: ListingContext,
): Page {
  const requested = filters.thingGroupName ?? filters.thingGroupId;
  const group = groupOf(fleet, filters);
  if (requested !== undefined && group === undefined) {
    if (missingGroups === 'empty') return { jobs: [] };
    throw resourceNotFound(`Thing group ${requested} does not exist`);
  }
  const all = fleet.jobsAround(now);
  const jobs: JobSummary[] = [];
  for (let i = firstAfter(all, after); i < all.length; i++) {
    const job = all[i] as SimulatedJob;
    if (!matches(job, filters, group, now)) continue;
    if (jobs.length === maxResults) {
      return { jobs, nextToken: makeToken((all[i - 1] as SimulatedJob).sequence, filters) };
    }
    // AWS returns a group only if the request names one.
    jobs.push({ ...summaryAt(job, now, jobArn(job, account)), ...(group && { thingGroupId: group.id }) });
  }
  return { jobs };
}

function groupOf({ thingGroups }: Fleet, { thingGroupName, thingGroupId }: Filters): ThingGroup | undefined {
  return thingGroups.find(({ name, id }) => name === thingGroupName || id === thingGroupId);
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

/** Index of the first job with a sequence number above `after`, by binary search. */
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
