import type { Lifecycle, SimulatedJob, ThingGroup } from './job.ts';
import { between, pick, type Random, uuid } from './random.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** Of the jobs with a readable id: what they are about. */
const KINDS = [
  ['fw-2-4-1', 4],
  ['fw-2-5-0', 3],
  ['cert-rotation', 2],
  ['config', 2],
] as const;

export interface JobSeed {
  readonly sequence: number;
  readonly createdAt: number;
  readonly thingGroups: readonly ThingGroup[];
}

/** Decides all that a job is and goes through. */
export function makeJob(random: Random, { sequence, createdAt, thingGroups }: JobSeed): SimulatedJob {
  const isContinuous = random() < 0.03;
  const targets = pickTargets(random, thingGroups);
  return {
    sequence,
    jobId: random() < 0.3 ? uuid(random) : readableId(random, { sequence, createdAt, thingGroups: targets }),
    targetSelection: isContinuous ? 'CONTINUOUS' : 'SNAPSHOT',
    thingGroups: targets,
    ...(random() < 0.05 && { namespaceId: 'field-service' }),
    lifecycle: isContinuous ? continuousLife(random, createdAt) : snapshotLife(random, createdAt),
  };
}

/** Mostly one group; some jobs target two, some single things and so no group. */
function pickTargets(random: Random, groups: readonly ThingGroup[]): ThingGroup[] {
  const count = pick(random, [
    [0, 1],
    [1, 7],
    [2, 2],
  ]);
  const weighted = groups.map((group, i) => [group, groups.length - i] as const);
  return [...new Set(Array.from({ length: count }, () => pick(random, weighted)))];
}

/** `fw-2-4-1-eu-2026112318-00017`: the hour of creation and a number within it. */
function readableId(random: Random, { sequence, createdAt, thingGroups }: JobSeed): string {
  const where = thingGroups[0]?.name.replace('fleet-', '') ?? 'things';
  const hour = new Date(createdAt).toISOString().slice(0, 13).replaceAll(/[-T]/g, '');
  return `${pick(random, KINDS)}-${where}-${hour}-${String(sequence % 100_000).padStart(5, '0')}`;
}

/** A rollout of hours, kept for ten days or so after its end. One in ten is canceled, some of these before the start. */
function snapshotLife(random: Random, createdAt: number): Lifecycle {
  const isCanceled = random() < 0.1;
  const isStarted = !isCanceled || random() < 0.7;
  const startedAt = createdAt + between(random, 5 * MINUTE_MS, 8 * HOUR_MS);
  const rolledOutAt = startedAt + between(random, 10 * MINUTE_MS, 4 * HOUR_MS);
  const endedAt = isStarted ? rolledOutAt + between(random, 30 * MINUTE_MS, 36 * HOUR_MS) : startedAt;
  return {
    createdAt,
    startedAt: isStarted ? startedAt : Number.POSITIVE_INFINITY,
    rolledOutAt: isStarted ? rolledOutAt : Number.POSITIVE_INFINITY,
    endedAt,
    endsAs: isCanceled ? 'CANCELED' : 'COMPLETED',
    ...deletion(random, endedAt + between(random, 8 * DAY_MS, 10 * DAY_MS)),
  };
}

/** Stays in progress for weeks, for a continuous job is never completed; canceled when the next one replaces it. */
function continuousLife(random: Random, createdAt: number): Lifecycle {
  const startedAt = createdAt + between(random, MINUTE_MS, HOUR_MS);
  const endedAt = startedAt + between(random, 14 * DAY_MS, 26 * DAY_MS);
  return {
    createdAt,
    startedAt,
    rolledOutAt: startedAt + between(random, HOUR_MS, 12 * HOUR_MS),
    endedAt,
    endsAs: 'CANCELED',
    ...deletion(random, endedAt + between(random, HOUR_MS, 3 * DAY_MS)),
  };
}

/** Deleting takes a few minutes. */
function deletion(random: Random, deletedAt: number) {
  return { deletedAt, goneAt: deletedAt + between(random, MINUTE_MS, 20 * MINUTE_MS) };
}
