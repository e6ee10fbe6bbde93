import type { SimulatedJob, ThingGroup } from './job.ts';
import { continuousLifecycle, snapshotLifecycle } from './make-lifecycle.ts';
import { makeRollout } from './make-rollout.ts';
import { pick, type Random, randomOf, uuid } from './random.ts';

/** Prefixes of readable job ids, with weights. */
const KINDS = [
  ['fw-2-4-1', 4],
  ['fw-2-5-0', 3],
  ['cert-rotation', 2],
  ['config', 2],
] as const;

export interface JobSeed {
  readonly seed: number;
  readonly sequence: number;
  readonly createdAt: number;
  readonly thingGroups: readonly ThingGroup[];
}

/** Creates a job with its whole lifecycle. */
export function makeJob(random: Random, { seed, sequence, createdAt, thingGroups }: JobSeed): SimulatedJob {
  const isContinuous = random() < 0.03;
  const targets = pickTargets(random, thingGroups);
  const job = {
    sequence,
    jobId: random() < 0.3 ? uuid(random) : readableId(random, { sequence, createdAt, thingGroups: targets }),
    targetSelection: isContinuous ? ('CONTINUOUS' as const) : ('SNAPSHOT' as const),
    thingGroups: targets,
    ...(random() < 0.05 && { namespaceId: 'field-service' }),
    lifecycle: isContinuous ? continuousLifecycle(random, createdAt) : snapshotLifecycle(random, createdAt),
  };
  // A separate stream, so that the rollout does not change the random numbers of the jobs.
  const rolloutRandom = randomOf(seed, sequence);
  return {
    ...job,
    rollout: makeRollout(rolloutRandom, { lifecycle: job.lifecycle, isContinuous, hasGroups: targets.length > 0 }),
  };
}

/** Mostly one group; some jobs target two groups, some single things and thus no group. */
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
function readableId(random: Random, { sequence, createdAt, thingGroups }: Omit<JobSeed, 'seed'>): string {
  const where = thingGroups[0]?.name.replace('fleet-', '') ?? 'things';
  const hour = new Date(createdAt).toISOString().slice(0, 13).replaceAll(/[-T]/g, '');
  return `${pick(random, KINDS)}-${where}-${hour}-${String(sequence % 100_000).padStart(5, '0')}`;
}
