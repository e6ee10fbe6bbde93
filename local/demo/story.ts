import { type Fleet, sequenceOf } from '../simulator/fleet.ts';
import type { SimulatedJob } from '../simulator/job.ts';
import type { Lifecycle } from '../simulator/lifecycle.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;
const NEVER = Number.POSITIVE_INFINITY;
/** Beyond the places that a fleet gives to the jobs of an hour. */
const FIRST_PLACE = 90_000;

/** What there is to find in the demo's history besides the daily business of a fleet. */
export const STORY = `In it: the jobs fw-3-0-0-eu-wave-2 are stuck; the rollout fw-3-1-0-us failed and was canceled; \
config-apac-night waits for its nightly maintenance windows; three snapshots did not come.`;

/** Days from the beginning of the history, and hours. */
const day = (days: number, hours = 0) => days * DAY_MS + hours * HOUR_MS;

/** Whether the exporter was down at a time, counted from the beginning of the history. */
export function isOutage(sinceBegan: number): boolean {
  return sinceBegan >= day(18, 5) && sinceBegan < day(18, 23);
}

/** A fleet with the jobs of the story among its own. `beganAt` is the beginning of the history, at midnight UTC. */
export function withStory(fleet: Fleet, beganAt: number): Fleet {
  const story = storyOf(fleet, beganAt);
  let known: { readonly own: readonly SimulatedJob[]; readonly all: readonly SimulatedJob[] } | undefined;
  return {
    thingGroups: fleet.thingGroups,
    jobsAround(instant) {
      const own = fleet.jobsAround(instant);
      // The fleet gives the same list as long as its jobs are the same.
      if (known?.own !== own) known = { own, all: [...own, ...story].sort((a, b) => a.sequence - b.sequence) };
      return known.all;
    },
  };
}

function storyOf({ thingGroups }: Fleet, beganAt: number): SimulatedJob[] {
  let place = FIRST_PLACE;
  const jobs = (name: string, group: string, count: number, lifeOf: (nth: number) => Lifecycle): SimulatedJob[] =>
    Array.from({ length: count }, (_, nth) => {
      const lifecycle = lifeOf(nth);
      return {
        sequence: sequenceOf(lifecycle.createdAt, place++),
        jobId: `${name}-${String(nth + 1).padStart(2, '0')}`,
        targetSelection: 'SNAPSHOT',
        thingGroups: thingGroups.filter((one) => one.name === group),
        lifecycle,
      };
    });
  const at = (days: number, hours: number, nth: number) => beganAt + day(days, hours) + nth * MINUTE_MS;
  return [
    ...jobs('fw-3-0-0-eu-wave-1', 'fleet-eu', 6, (nth) => rollout(at(9, 9, nth), { endedAt: at(9, 19, 7 * nth) })),
    ...jobs('fw-3-0-0-eu-wave-2', 'fleet-eu', 6, (nth) => rollout(at(10, 9, nth), { endedAt: NEVER })),
    ...jobs('fw-3-1-0-us', 'fleet-us', 40, (nth) =>
      rollout(at(22, 8, nth), { endedAt: at(22, 14, nth), endsAs: 'CANCELED' }),
    ),
    ...jobs('config-apac-night', 'fleet-apac', 15, (nth) =>
      rollout(at(24, 10, nth), {
        startedAt: beganAt + day(24, 22),
        windows: { everyMs: DAY_MS, lengthMs: 4 * HOUR_MS },
        endedAt: at(29, 23, nth),
      }),
    ),
  ];
}

function rollout(createdAt: number, life: Pick<Lifecycle, 'endedAt'> & Partial<Lifecycle>): Lifecycle {
  const startedAt = life.startedAt ?? createdAt;
  return {
    createdAt,
    startedAt,
    rolledOutAt: startedAt + 3 * HOUR_MS,
    endsAs: 'COMPLETED',
    settledAt: life.endedAt + (life.endsAs === 'CANCELED' ? 30 * MINUTE_MS : 0),
    deletedAt: life.endedAt + 60 * DAY_MS,
    goneAt: life.endedAt + 60 * DAY_MS + MINUTE_MS,
    ...life,
  };
}
