import { JOB_STATUSES, type JobStatus } from '../../lambda/contract/jobs.ts';
import { recordKey, snapshotId } from '../../lambda/contract/keys.ts';
import { exportSnapshot } from '../../lambda/core/export-snapshot.ts';
import type { SnapshotRequest } from '../../lambda/core/request.ts';
import { ThingGroupNotFoundError } from '../../lambda/errors.ts';
import type { History, ListJobsQuery, RunObserver } from '../../lambda/ports.ts';
import { type Fleet, seededFleet } from '../../local/simulator/fleet.ts';
import type { SimulatedJob } from '../../local/simulator/job.ts';
import { createSimulatedDescriber } from '../../local/simulator/job-describer.ts';
import { listJobs } from '../../local/simulator/list-jobs.ts';
import { FakeClock } from './fake-clock.ts';
import { historyIn } from './memory-records.ts';
import { MemoryStore } from './memory-store.ts';

const HOUR_MS = 3_600_000;

/** The status and time with which the simulated service listed a job for a complete snapshot. */
export interface Sighting {
  readonly accountId: string;
  readonly region: string;
  readonly exportName: string;
  readonly snapshotId: string;
  readonly scheduledAt: number;
  readonly scope: string;
  readonly status: JobStatus;
  readonly observedAt: number;
  readonly jobId: string;
}

export interface Taken {
  readonly request: SnapshotRequest;
  readonly snapshotId: string;
  readonly startedAt: number;
  /** When the listing had ended, and jobs were described. */
  readonly listedAt: number;
}

/** The simulator's own log of what happened. */
export interface HistoryLog {
  readonly sightings: readonly Sighting[];
  readonly taken: readonly Taken[];
  /** By account and job id: `111111111111 job-1`. */
  readonly jobs: ReadonlyMap<string, SimulatedJob>;
}

type Place = Pick<SnapshotRequest, 'accountId' | 'region'>;

export interface MovingHistoryProps {
  readonly directory: string;
  /** Scheduled time of the first snapshot. */
  readonly from: number;
  readonly hours: number;
  readonly places: readonly Place[];
}

/**
 * Writes an hourly history of a fleet that moves, by the core itself. In it: an export of all statuses that loses COMPLETED
 * at two thirds and describes all jobs in progress in the last {@link DETAILED_HOURS}, of which some stall; one by thing group with a group that does not exist and one that is dropped at two thirds, an
 * hour without a snapshot, and a run that died before its record.
 */
export async function writeMovingHistory({ directory, from, hours, places }: MovingHistoryProps): Promise<HistoryLog> {
  const log = { sightings: [] as Sighting[], taken: [] as Taken[], jobs: new Map<string, SimulatedJob>() };
  for (const [index, place] of places.entries()) {
    const fleet = withStalls(seededFleet({ seed: 7 + index, jobsPerHour: 2 }));
    const store = new MemoryStore();
    const history = historyIn(store);
    for (let hour = 0; hour < hours; hour++) {
      if (hour === GAP_HOUR) continue;
      for (const exported of exportsAt(hour, hours)) {
        const request = { ...place, ...exported, scheduledAt: from + hour * HOUR_MS };
        const { sightings, listedAt } = await takeSnapshot(fleet, request, history);
        if (hour === DEAD_HOUR) store.objects.delete(recordKey(request));
        else {
          log.sightings.push(...sightings);
          log.taken.push({ request, snapshotId: snapshotId(request), startedAt: request.scheduledAt + 1500, listedAt });
        }
      }
      for (const job of fleet.jobsAround(from + hour * HOUR_MS)) {
        log.jobs.set(`${place.accountId} ${job.jobId}`, job);
      }
    }
    store.writeTo(directory);
  }
  return log;
}

/** Hours, from 0, without a snapshot and with one that has rows alone. */
const GAP_HOUR = 5;
const DEAD_HOUR = 8;

/** Of no more: describing takes time. */
const DETAILED_HOURS = 30;

function exportsAt(hour: number, hours: number) {
  const isLate = hour / hours >= 2 / 3;
  const groups = isLate ? ['fleet-eu', 'fleet-moon'] : ['fleet-eu', 'fleet-us', 'fleet-moon'];
  return [
    {
      exportName: 'all',
      statuses: JOB_STATUSES.filter((status) => !isLate || status !== 'COMPLETED'),
      thingGroups: [],
      thingGroupIds: [],
      ...(hours - hour <= DETAILED_HOURS && { details: { statuses: ['IN_PROGRESS' as const], maxJobs: 500 } }),
    },
    { exportName: 'fleets', statuses: JOB_STATUSES, thingGroups: groups, thingGroupIds: [] },
  ];
}

/** Jobs of the first hour of each day stall once half of their things are done. A listing does not show that. */
function withStalls(fleet: Fleet): Fleet {
  // A fleet gives the same list as long as its jobs are the same.
  const lists = new WeakMap<readonly SimulatedJob[], readonly SimulatedJob[]>();
  const stall = (job: SimulatedJob) => {
    const isOfFirstHour = new Date(job.lifecycle.createdAt).getUTCHours() === 0;
    return isOfFirstHour ? { ...job, rollout: { ...job.rollout, stallsAt: 0.5 } } : job;
  };
  return {
    thingGroups: fleet.thingGroups,
    jobsAround(instant) {
      const jobs = fleet.jobsAround(instant);
      const known = lists.get(jobs) ?? jobs.map(stall);
      lists.set(jobs, known);
      return known;
    },
  };
}

async function takeSnapshot(fleet: Fleet, request: SnapshotRequest, history: History) {
  const clock = new FakeClock(request.scheduledAt + 1500);
  const sightings = new Map<string, Sighting>();
  const id = snapshotId(request);
  const source = {
    counts: { calls: 0, throttled: 0 },
    async listJobs(query: ListJobsQuery) {
      clock.set(clock.now() + 200);
      const filters = { status: query.status, ...(query.thingGroupName && { thingGroupName: query.thingGroupName }) };
      if (query.thingGroupName && !fleet.thingGroups.some(({ name }) => name === query.thingGroupName)) {
        throw new ThingGroupNotFoundError(`${query.thingGroupName} does not exist`);
      }
      const after = query.nextToken === undefined ? -1 : Number(query.nextToken);
      const found = listJobs(fleet, { filters, maxResults: 10_000, after }, clock.now(), request);
      for (const { jobId } of found.jobs) {
        const scope = query.thingGroupName ?? 'account-wide';
        const key = `${scope} ${jobId}`;
        if (jobId === undefined || sightings.has(key)) continue;
        const { accountId, region, exportName, scheduledAt } = request;
        const where = { accountId, region, exportName, scheduledAt, snapshotId: id };
        sightings.set(key, { ...where, scope, status: query.status, observedAt: clock.now(), jobId });
      }
      return found;
    },
    thingGroupExists: async (name: string) => fleet.thingGroups.some((group) => group.name === name),
  };
  // Jobs are described at one instant, whatever is under way beside the listing: the history is always the same.
  const listed = Promise.withResolvers<void>();
  const observer: RunObserver = {
    listingEnded: (_, { position, total }) => {
      if (position === total - 1) listed.resolve();
    },
  };
  const describer = createSimulatedDescriber({ fleet, clock, ...request, beforeCall: () => listed.promise });
  await exportSnapshot(request, { clock, source, describer, observer, ...history }, Number.POSITIVE_INFINITY);
  return { sightings: [...sightings.values()], listedAt: clock.now() };
}
