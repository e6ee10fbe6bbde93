import { createIotSource } from '../../lambda/aws/iot-source.ts';
import { DEFAULT_DESCRIBE_CALLS_PER_SECOND } from '../../lambda/contract/details.ts';
import type { JobDescriber, JobSource } from '../../lambda/ports.ts';
import { SimulatedClock } from '../simulator/clock.ts';
import { seededFleet } from '../simulator/fleet.ts';
import { createSimulatedDescriber } from '../simulator/job-describer.ts';
import { serve } from '../simulator/server.ts';
import { createService } from '../simulator/service.ts';
import { withStory } from './story.ts';

export const ACCOUNT = { accountId: '123456789012', region: 'eu-west-1' } as const;

const SEED = 2026;
/** Gives some 2,200 jobs at any time, which are nine pages. */
const JOBS_PER_HOUR = 10;
/** Simulated seconds per real second. 5 calls/s become 300, more than Node makes. */
const SCALE = 60;
const HOUR_MS = 3_600_000;
/** In some hours, other callers in the account use up the quota for a moment, so ListJobs throttles. */
const BUSY = { everyHours: 23, fromMs: 2200, toMs: 3200, callsPerSecond: 30 } as const;

export interface World {
  readonly clock: SimulatedClock;
  /** A new source, as each run has one. */
  newSource(callsPerSecond: number): JobSource;
  /**
   * A describer that calls the fleet directly, without HTTP, and advances the clock by the duration of each call. Through
   * HTTP, even at the clock's scale, the calls of a month would take minutes.
   */
  newDescriber(): JobDescriber;
  close(): Promise<void>;
}

/**
 * Starts a simulated fleet with its own clock behind AWS IoT's API on loopback, with AWS's pages, errors and quota.
 *
 * @param startAt initial time of the clock
 * @param beganAt beginning of the history and of the story
 */
export async function openWorld(
  startAt: number,
  beganAt: number,
  clock: SimulatedClock = new SimulatedClock(startAt, SCALE),
): Promise<World> {
  const fleet = withStory(seededFleet({ seed: SEED, jobsPerHour: JOBS_PER_HOUR }), beganAt);
  // Creates the jobs of a month now, so that this does not count as time of the first run.
  fleet.jobsAround(startAt);
  const server = await serve(createService({ ...ACCOUNT, fleet, clock, othersPerSecond }));
  const client = {
    endpoint: server.url,
    region: ACCOUNT.region,
    credentials: { accessKeyId: 'demo', secretAccessKey: 'demo' },
    // Adaptive mode would wait by the real clock, which is slower than the simulated one.
    retryMode: 'standard',
  };
  return {
    clock,
    newSource: (callsPerSecond) => createIotSource({ client, callsPerSecond, clock }),
    newDescriber: () =>
      createSimulatedDescriber({
        ...ACCOUNT,
        fleet,
        clock,
        beforeCall: () => clock.skipTo(clock.now() + 1000 / DEFAULT_DESCRIBE_CALLS_PER_SECOND),
      }),
    close: () => server.close(),
  };
}

function othersPerSecond(instant: number): number {
  const sinceHour = instant % HOUR_MS;
  const isBusy =
    Math.floor(instant / HOUR_MS) % BUSY.everyHours === 0 && BUSY.fromMs <= sinceHour && sinceHour < BUSY.toMs;
  return isBusy ? BUSY.callsPerSecond : 0;
}
