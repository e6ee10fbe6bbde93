import { type Fleet, sequenceOf } from '../simulator/fleet.ts';
import type { SimulatedJob } from '../simulator/job.ts';
import type { Lifecycle } from '../simulator/lifecycle.ts';
import { type Rollout, thingsAt } from '../simulator/rollout.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;
const NEVER = Number.POSITIVE_INFINITY;
/** Above the numbers that a fleet gives to the jobs of an hour. */
const FIRST_PLACE = 90_000;

/** Incidents in the demo's history. */
export const STORY = `In it: the jobs fw-3-0-0-eu-wave-2 are stuck; the rollout fw-3-1-0-us failed and was canceled, and \
fw-3-2-0-apac goes the same way; config-apac-night waits for its nightly maintenance windows; three snapshots did not come.`;

/** Milliseconds of days and hours. */
const day = (days: number, hours = 0) => days * DAY_MS + hours * HOUR_MS;

/** In the last week of the first run, so that the report shows it first. */
const OUTAGE_DAY = 23;

/** Whether the exporter was down. @param sinceBegan milliseconds from the beginning of the history */
export function isOutage(sinceBegan: number): boolean {
  return sinceBegan >= day(OUTAGE_DAY, 5) && sinceBegan < day(OUTAGE_DAY, 23);
}

/** Adds the jobs of the story to a fleet. @param beganAt beginning of the history */
export function withStory(fleet: Fleet, beganAt: number): Fleet {
  const story = storyOf(fleet, beganAt);
  let cached: { readonly fleetJobs: readonly SimulatedJob[]; readonly all: readonly SimulatedJob[] } | undefined;
  return {
    thingGroups: fleet.thingGroups,
    jobsAround(instant) {
      const fleetJobs = fleet.jobsAround(instant);
      // The fleet returns the same array as long as its jobs are the same.
      if (cached?.fleetJobs !== fleetJobs)
        cached = { fleetJobs, all: [...fleetJobs, ...story].sort((a, b) => a.sequence - b.sequence) };
      return cached.all;
    },
  };
}

function storyOf({ thingGroups }: Fleet, beganAt: number): SimulatedJob[] {
  let nextNumber = FIRST_PLACE;
  const jobs = (
    name: string,
    group: string,
    rollout: Rollout,
    count: number,
    lifeOf: (nth: number) => Lifecycle,
  ): SimulatedJob[] =>
    Array.from({ length: count }, (_, nth) => {
      const lifecycle = lifeOf(nth);
      return {
        sequence: sequenceOf(lifecycle.createdAt, nextNumber++),
        jobId: `${name}-${String(nth + 1).padStart(2, '0')}`,
        targetSelection: 'SNAPSHOT',
        thingGroups: thingGroups.filter((one) => one.name === group),
        lifecycle,
        rollout,
      };
    });
  const at = (days: number, hours: number, nth: number) => beganAt + day(days, hours) + nth * MINUTE_MS;
  return [
    ...jobs('fw-3-0-0-eu-wave-1', 'fleet-eu', EU, 6, (nth) => life(at(9, 9, nth), { endedAt: at(9, 19, 7 * nth) })),
    ...jobs('fw-3-0-0-eu-wave-2', 'fleet-eu', EU_STALLED, 6, (nth) => life(at(10, 9, nth), { endedAt: NEVER })),
    ...jobs('fw-3-1-0-us', 'fleet-us', US, 40, (nth) =>
      life(at(22, 8, nth), { endedAt: at(22, 14, nth), endsAs: 'CANCELED' }),
    ),
    ...jobs('fw-3-2-0-apac', 'fleet-apac', APAC, 2, (nth) => abortedLife(at(27, 2 + 8 * nth, 0), APAC)),
    ...jobs('config-apac-night', 'fleet-apac', NIGHT, 15, (nth) =>
      life(at(24, 10, nth), {
        startedAt: beganAt + day(24, 22),
        windows: { everyMs: DAY_MS, lengthMs: 4 * HOUR_MS },
        endedAt: at(29, 23, nth),
      }),
    ),
  ];
}

const hours = (count: number) => count * HOUR_MS;

const firmware = (version: string) =>
  ({
    description: `Firmware ${version}`,
    jobTemplate: 'firmware-update',
    packageVersion: ['firmware', version],
  }) as const;

const EU: Rollout = {
  ...firmware('3.0.0'),
  things: 120,
  beginningMs: hours(4),
  durationMs: hours(10),
  failures: { share: 0.02 },
};
/** A third of the devices do not respond. */
const EU_STALLED: Rollout = { ...EU, stallsAt: 0.62 };
/** Canceled manually: it has no abort criteria. */
const US: Rollout = {
  ...firmware('3.1.0'),
  things: 60,
  beginningMs: hours(4),
  durationMs: hours(9),
  failures: { share: 0.35 },
  isForceCanceled: true,
  canceledFor: { reasonCode: 'ROLLED_BACK', comment: 'Every third device failed' },
};
const ABORT_PERCENT = 30;
/** Reason code of jobs that AWS IoT aborts. An example: AWS does not document the real one. */
export const ABORTED = 'ABORT_CRITERIA_MET';
/** Succeeds on the first devices and fails on later ones, until AWS IoT aborts it. */
const APAC: Rollout = {
  ...firmware('3.2.0'),
  things: 400,
  beginningMs: hours(20),
  durationMs: hours(30),
  failures: { share: 0.03, later: { afterThings: 60, share: 0.48 } },
  abortCriteria: [
    { failureType: 'ALL', action: 'CANCEL', thresholdPercentage: ABORT_PERCENT, minNumberOfExecutedThings: 50 },
  ],
  canceledFor: { reasonCode: ABORTED, comment: `${ABORT_PERCENT} % of the executions failed` },
};
const NIGHT: Rollout = {
  description: 'Configuration of the night',
  things: 80,
  beginningMs: hours(12),
  durationMs: hours(21),
  failures: { share: 0.03 },
  inProgressTimeoutMinutes: 120,
};

/** Lifecycle of a job that AWS IoT aborts in the first minute in which it meets its criterion. */
function abortedLife(createdAt: number, rollout: Rollout): Lifecycle {
  const lifecycle = life(createdAt, { endedAt: NEVER });
  let endedAt = createdAt;
  while (failedPercent({ lifecycle, rollout }, endedAt) < ABORT_PERCENT) endedAt += MINUTE_MS;
  return life(createdAt, { endedAt, endsAs: 'CANCELED' });
}

/** Failed things, percent of those that executed the job. */
function failedPercent(job: Pick<SimulatedJob, 'lifecycle' | 'rollout'>, instant: number): number {
  const { SUCCEEDED, FAILED, REJECTED, TIMED_OUT } = thingsAt(job, instant);
  const failed = FAILED + REJECTED + TIMED_OUT;
  const executed = SUCCEEDED + failed;
  return executed === 0 ? 0 : (100 * failed) / executed;
}

function life(createdAt: number, times: Pick<Lifecycle, 'endedAt'> & Partial<Lifecycle>): Lifecycle {
  const startedAt = times.startedAt ?? createdAt;
  return {
    createdAt,
    startedAt,
    rolledOutAt: startedAt + 3 * HOUR_MS,
    endsAs: 'COMPLETED',
    settledAt: times.endedAt + (times.endsAs === 'CANCELED' ? 30 * MINUTE_MS : 0),
    deletedAt: times.endedAt + 60 * DAY_MS,
    goneAt: times.endedAt + 60 * DAY_MS + MINUTE_MS,
    ...times,
  };
}
