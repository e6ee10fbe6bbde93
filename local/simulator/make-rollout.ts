import { activeMs, type Lifecycle } from './lifecycle.ts';
import { between, pick, type Random } from './random.ts';
import type { Rollout } from './rollout.ts';

const MINUTE_MS = 60_000;
/** Maximum that AWS allows. Source: AWS IoT API Reference, JobExecutionsRolloutConfig, maximumPerMinute. */
const MAX_PER_MINUTE = 1000;
/** Maximum number of things of a job without groups. */
const MAX_SINGLE_THINGS = 5;
/** Share of rollouts with many failures. Rare, as in a maintained fleet. */
const SHARE_OF_TROUBLE = 0.05;
/** Upper bound of the failed share in the other rollouts. */
const USUAL_FAILURES = 0.035;

const PACKAGES = [
  ['firmware', '2.4.1'],
  ['firmware', '2.5.0'],
  ['agent', '1.12.0'],
] as const;

const CANCELS: readonly Required<Rollout>['canceledFor'][] = [
  { reasonCode: 'SUPERSEDED', comment: 'A newer version goes out in its place' },
  { reasonCode: 'ROLLED_BACK', comment: 'Devices lost their connection after the update' },
];

export interface RolloutSeed {
  readonly lifecycle: Lifecycle;
  readonly isContinuous: boolean;
  /** Whether it targets thing groups, and not single things. */
  readonly hasGroups: boolean;
}

/** Creates the things of a job and their progress, within the times of its lifecycle. */
export function makeRollout(random: Random, { lifecycle, isContinuous, hasGroups }: RolloutSeed): Rollout {
  const things = hasGroups ? Math.round(10 ** (1 + random() * 2.7)) : between(random, 1, MAX_SINGLE_THINGS);
  const rolledOutMs = activeMs(lifecycle, lifecycle.rolledOutAt);
  const durationMs = durationOf(random, { lifecycle, isContinuous, rolledOutMs });
  const share = random() < SHARE_OF_TROUBLE ? 0.1 + random() * 0.08 : random() * USUAL_FAILURES;
  const perMinute = Math.ceil((things * MINUTE_MS) / Math.max(rolledOutMs, MINUTE_MS));
  const isFirmware = random() < 0.5;
  const isForceCanceled = random() < 0.3;
  const canceledFor = CANCELS[between(random, 0, CANCELS.length - 1)] as (typeof CANCELS)[number];
  return {
    things,
    // Devices may be offline when they are notified.
    beginningMs: rolledOutMs + random() * 0.6 * (durationMs - rolledOutMs),
    durationMs,
    failures: { share },
    ...(random() < 0.7 && { description: isFirmware ? 'Update of the firmware' : 'Change of the configuration' }),
    ...(random() < 0.5 && perMinute <= MAX_PER_MINUTE && { maximumPerMinute: perMinute }),
    ...(random() < 0.4 && { abortCriteria: [criterionAbove(random, share)] }),
    ...(random() < 0.5 && { inProgressTimeoutMinutes: pick(random, TIMEOUTS) }),
    ...(random() < 0.3 && { jobTemplate: isFirmware ? 'firmware-update' : 'configuration-change' }),
    ...(isFirmware && random() < 0.6 && { packageVersion: PACKAGES[between(random, 0, PACKAGES.length - 1)] }),
    ...(lifecycle.endsAs === 'CANCELED' && { canceledFor, isForceCanceled }),
  };
}

const TIMEOUTS = [
  [30, 1],
  [120, 2],
  [1440, 1],
] as const;

/** A canceled job would have taken longer; a continuous one is done long before its end. */
function durationOf(
  random: Random,
  { lifecycle, isContinuous, rolledOutMs }: { lifecycle: Lifecycle; isContinuous: boolean; rolledOutMs: number },
): number {
  const wholeMs = Math.max(activeMs(lifecycle, lifecycle.endedAt), 1);
  if (isContinuous) return Math.min(rolledOutMs * (1.5 + random() * 4), wholeMs);
  return lifecycle.endsAs === 'CANCELED' ? wholeMs / (0.2 + random() * 0.7) : wholeMs;
}

/** Abort criterion that the job never meets. */
function criterionAbove(random: Random, share: number) {
  return {
    failureType: 'ALL',
    action: 'CANCEL',
    thresholdPercentage: Math.ceil(share * 100) + between(random, 5, 30),
    minNumberOfExecutedThings: between(random, 1, 5) * 10,
  };
}
