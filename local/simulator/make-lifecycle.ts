import type { Lifecycle, MaintenanceWindows } from './lifecycle.ts';
import { between, pick, type Random } from './random.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Minimum lead of a start time. Source: AWS IoT API Reference, SchedulingConfig. */
const MIN_LEAD_MS = 30 * MINUTE_MS;
/** Lengths of maintenance windows in minutes, with weights. AWS allows 1 to 1,430. */
const WINDOW_MINUTES = [
  [60, 4],
  [120, 3],
  [240, 2],
  [1, 1],
  [45, 1],
  [1430, 1],
] as const;

/** A rollout of hours, deleted some ten days after its end. One in ten is canceled, some before their start. */
export function snapshotLifecycle(random: Random, createdAt: number): Lifecycle {
  const isCanceled = random() < 0.1;
  const schedule = pick(random, [
    ['none', 7],
    ['start', 2],
    ['windows', 1],
  ]);
  if (schedule === 'windows') return windowedLifecycle(random, createdAt, isCanceled);
  const startedAt = schedule === 'none' ? createdAt : startTime(random, createdAt);
  const rolledOutAt = startedAt + between(random, 10 * MINUTE_MS, 4 * HOUR_MS);
  if (isCanceled && startedAt > createdAt && random() < 0.5) {
    return ended(
      random,
      { createdAt, startedAt: Number.POSITIVE_INFINITY, rolledOutAt, endedAt: startedAt },
      'CANCELED',
    );
  }
  const endedAt = rolledOutAt + between(random, 30 * MINUTE_MS, 36 * HOUR_MS);
  return ended(random, { createdAt, startedAt, rolledOutAt, endedAt }, isCanceled ? 'CANCELED' : 'COMPLETED');
}

/** Daily windows; the job is completed in one of the first five. It may be canceled between two windows. */
function windowedLifecycle(random: Random, createdAt: number, isCanceled: boolean): Lifecycle {
  const windows: MaintenanceWindows = { everyMs: DAY_MS, lengthMs: pick(random, WINDOW_MINUTES) * MINUTE_MS };
  const startedAt = startTime(random, createdAt);
  const lastOpenedAt = startedAt + between(random, 0, 4) * windows.everyMs;
  const endedAt = lastOpenedAt + between(random, 1, isCanceled ? windows.everyMs : windows.lengthMs - 1);
  const rolledOutAt = startedAt + between(random, 0, endedAt - startedAt);
  return ended(random, { createdAt, startedAt, rolledOutAt, endedAt, windows }, isCanceled ? 'CANCELED' : 'COMPLETED');
}

/** In progress for weeks. One in three has an end time and is completed then; the others are canceled. */
export function continuousLifecycle(random: Random, createdAt: number): Lifecycle {
  const endedAt = createdAt + between(random, 14 * DAY_MS, 26 * DAY_MS);
  const endsAs = random() < 1 / 3 ? 'COMPLETED' : 'CANCELED';
  return {
    createdAt,
    startedAt: createdAt,
    rolledOutAt: createdAt + between(random, HOUR_MS, 12 * HOUR_MS),
    endedAt,
    endsAs,
    settledAt: settled(random, endedAt, endsAs),
    ...deletion(random, endedAt + between(random, HOUR_MS, 3 * DAY_MS)),
  };
}

/** A full minute, in one of three cases a full hour. */
function startTime(random: Random, createdAt: number): number {
  const at = createdAt + MIN_LEAD_MS + between(random, 0, 7 * HOUR_MS);
  const unit = random() < 1 / 3 ? HOUR_MS : MINUTE_MS;
  return Math.ceil(at / unit) * unit;
}

type Rollout = Pick<Lifecycle, 'createdAt' | 'startedAt' | 'rolledOutAt' | 'endedAt' | 'windows'>;

function ended(random: Random, rollout: Rollout, endsAs: Lifecycle['endsAs']): Lifecycle {
  const { endedAt } = rollout;
  const settledAt = settled(random, endedAt, endsAs);
  return { ...rollout, endsAs, settledAt, ...deletion(random, endedAt + between(random, 8 * DAY_MS, 10 * DAY_MS)) };
}

function settled(random: Random, endedAt: number, endsAs: Lifecycle['endsAs']): number {
  return endsAs === 'CANCELED' ? endedAt + between(random, 0, 30 * MINUTE_MS) : endedAt;
}

/** Deleting takes a few minutes. */
function deletion(random: Random, deletedAt: number) {
  return { deletedAt, goneAt: deletedAt + between(random, MINUTE_MS, 20 * MINUTE_MS) };
}
