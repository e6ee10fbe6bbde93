import { createIotSource } from '../../lambda/aws/iot-source.ts';
import type { ExportEvent } from '../../lambda/contract/event.ts';
import type { JobSource } from '../../lambda/ports.ts';
import { SimulatedClock } from '../simulator/clock.ts';
import { seededFleet } from '../simulator/fleet.ts';
import { serve } from '../simulator/server.ts';
import { createService } from '../simulator/service.ts';

export const WHERE = { accountId: '123456789012', region: 'eu-west-1' } as const;

/** The exports of the demo, as schedules would send them. The thing group `fleet-moon` does not exist. */
export const EXPORTS: readonly Omit<ExportEvent, 'scheduledTime'>[] = [
  { export: 'all' },
  {
    export: 'fleets',
    statuses: ['SCHEDULED', 'IN_PROGRESS'],
    thingGroups: ['fleet-eu', 'fleet-us', 'fleet-apac', 'fleet-moon'],
  },
];

const SEED = 2026;
/** Simulated seconds in a real one: 5 calls/s become 100, and a run of 6 seconds takes a third of one. */
const SCALE = 20;
const HOUR_MS = 3_600_000;
/** Every third hour others in the account use up the quota for some seconds, and ListJobs throttles. */
const BUSY = { everyHours: 3, fromMs: 3000, toMs: 4000, callsPerSecond: 30 } as const;

export interface World {
  readonly clock: SimulatedClock;
  /** A source as a run of its own makes it. */
  newSource(callsPerSecond: number): JobSource;
  close(): Promise<void>;
}

/** A fleet that lives by a clock of its own, behind `GET /jobs` on loopback, with AWS's pages, errors and quota. */
export async function openWorld(startAt: number): Promise<World> {
  const fleet = seededFleet({ seed: SEED });
  // Makes the jobs of a month, which would count as seconds of the first run.
  fleet.jobsAround(startAt);
  const clock = new SimulatedClock(startAt, SCALE);
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
    close: () => server.close(),
  };
}

function othersPerSecond(instant: number): number {
  const sinceHour = instant % HOUR_MS;
  const isBusy =
    Math.floor(instant / HOUR_MS) % BUSY.everyHours === 0 && BUSY.fromMs <= sinceHour && sinceHour < BUSY.toMs;
  return isBusy ? BUSY.callsPerSecond : 0;
}
