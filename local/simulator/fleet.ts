import type { SimulatedJob, ThingGroup } from './job.ts';
import { makeJob } from './make-job.ts';
import { between, randomOf, uuid } from './random.ts';

const HOUR_MS = 3_600_000;
/** Maximum lifetime of a job. */
export const MAX_LIFE_MS = 30 * 24 * HOUR_MS;
/** Sequence numbers per hour. */
const SEQUENCES_PER_HOUR = 100_000;

/** Sequence number, in the order of creation, of the nth job of an hour. */
export function sequenceOf(createdAt: number, nth: number): number {
  return Math.floor(createdAt / HOUR_MS) * SEQUENCES_PER_HOUR + nth;
}

/** The jobs and thing groups of the simulated service. */
export interface Fleet {
  readonly thingGroups: readonly ThingGroup[];
  /** All jobs that exist at an instant, in the order of creation; may include others. */
  jobsAround(instant: number): readonly SimulatedJob[];
}

export interface FleetProps {
  /** The same seed gives the same fleet. */
  readonly seed: number;
  /** Jobs created in an hour, on average. @default 25, which makes some 5,500 jobs at any time */
  readonly jobsPerHour?: number;
}

/**
 * A fleet whose jobs are generated per hour, from the seed and the number of the hour. So instants can be queried in any
 * order, and a demo that continues on another day finds the same jobs.
 */
export function seededFleet({ seed, jobsPerHour = 25 }: FleetProps): Fleet {
  if (!(jobsPerHour > 0 && jobsPerHour * 1.5 < SEQUENCES_PER_HOUR)) {
    throw new RangeError(`jobsPerHour must be above 0 and below ${SEQUENCES_PER_HOUR / 1.5}; got ${jobsPerHour}`);
  }
  const thingGroups = makeGroups(seed);
  const hours = new Map<number, SimulatedJob[]>();
  let window: { readonly hour: number; readonly jobs: readonly SimulatedJob[] } | undefined;

  function jobsOf(hour: number): SimulatedJob[] {
    const cached = hours.get(hour);
    if (cached) return cached;
    const random = randomOf(seed, hour);
    const count = between(random, Math.ceil(jobsPerHour * 0.5), Math.floor(jobsPerHour * 1.5));
    const starts = Array.from({ length: count }, () => hour * HOUR_MS + between(random, 0, HOUR_MS - 1));
    const jobs = starts
      .sort((a, b) => a - b)
      .map((createdAt, i) => makeJob(random, { seed, sequence: sequenceOf(createdAt, i), createdAt, thingGroups }));
    hours.set(hour, jobs);
    return jobs;
  }

  return {
    thingGroups,
    jobsAround(instant) {
      const hour = Math.floor(instant / HOUR_MS);
      if (window?.hour === hour) return window.jobs;
      const first = Math.floor((instant - MAX_LIFE_MS) / HOUR_MS);
      for (const key of hours.keys()) if (key < first || key > hour) hours.delete(key);
      const jobs = Array.from({ length: hour - first + 1 }, (_, i) => jobsOf(first + i)).flat();
      window = { hour, jobs };
      return jobs;
    },
  };
}

function makeGroups(seed: number): ThingGroup[] {
  const random = randomOf(seed, -1);
  return ['fleet-eu', 'fleet-us', 'fleet-apac', 'lab'].map((name) => ({ name, id: uuid(random) }));
}
