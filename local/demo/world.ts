import { createIotSource } from '../../lambda/aws/iot-source.ts';
import { DEFAULT_DESCRIBE_CALLS_PER_SECOND } from '../../lambda/contract/details.ts';
import type { JobDescriber, JobSource } from '../../lambda/ports.ts';
import { SimulatedClock } from '../simulator/clock.ts';
import { seededFleet } from '../simulator/fleet.ts';
import { createSimulatedDescriber } from '../simulator/job-describer.ts';
import { serve } from '../simulator/server.ts';
import { createService } from '../simulator/service.ts';
import { withStory } from './story.ts';

export const WHERE = { accountId: '123456789012', region: 'eu-west-1' } as const;

const SEED = 2026;
/** Makes some 2,200 jobs at any time: nine pages. */
const JOBS_PER_HOUR = 10;
/** Simulated seconds in a real one: 5 calls/s become 300, which is more than Node makes. */
const SCALE = 60;
const HOUR_MS = 3_600_000;
/** In some hours others in the account use up the quota for a moment, and ListJobs throttles. */
const BUSY = { everyHours: 23, fromMs: 2200, toMs: 3200, callsPerSecond: 30 } as const;

export interface World {
  readonly clock: SimulatedClock;
  /** A source as a run of its own makes it. */
  newSource(callsPerSecond: number): JobSource;
  /**
   * DescribeJob, a call after the other. It is not behind the API: the clock is put forward by what each call takes, for
   * even at the clock's scale the calls of a month would take minutes.
   */
  newDescriber(): JobDescriber;
  close(): Promise<void>;
}

/**
 * A fleet that lives by a clock of its own, behind AWS IoT's API on loopback, with AWS's pages, errors and quota.
 *
 * @param startAt where the clock begins
 * @param beganAt beginning of the history, from which the story goes
 */
export async function openWorld(
  startAt: number,
  beganAt: number,
  clock: SimulatedClock = new SimulatedClock(startAt, SCALE),
): Promise<World> {
  const fleet = withStory(seededFleet({ seed: SEED, jobsPerHour: JOBS_PER_HOUR }), beganAt);
  // Makes the jobs of a month, which would count as seconds of the first run.
  fleet.jobsAround(startAt);
  const server = await serve(createService({ ...WHERE, fleet, clock, othersPerSecond }));
  const client = {
    endpoint: server.url,
    region: WHERE.region,
    credentials: { accessKeyId: 'demo', secretAccessKey: 'demo' },
    // The adaptive mode slows down by the real clock, which runs slower than the fleet's.
    retryMode: 'standard',
  };
  return {
    clock,
    newSource: (callsPerSecond) => createIotSource({ client, callsPerSecond, clock }),
    newDescriber: () =>
      createSimulatedDescriber({
        ...WHERE,
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
