import type { SnapshotRecord } from '../contract/columns.ts';
import type { Comparison, CountedAlarm } from '../contract/count-alarm.ts';
import { thingGroupOf } from '../contract/scope.ts';

/**
 * Snapshots that do not know the count are passed over, this many for an alarm at most: a status that was not asked for
 * before would have each run read the whole history.
 */
export const MAX_PASSED_OVER = 100;

const BREAKS = {
  '>': (count, threshold) => count > threshold,
  '>=': (count, threshold) => count >= threshold,
  '<': (count, threshold) => count < threshold,
  '<=': (count, threshold) => count <= threshold,
} as const satisfies Record<Comparison, (count: number, threshold: number) => boolean>;

/** Whether the count of an alarm breaks its threshold in a snapshot; `undefined` where the record does not know it. */
export function isInBreach(alarm: CountedAlarm, { listings }: SnapshotRecord): boolean | undefined {
  const known = listings.filter(
    (listing) =>
      listing.status === alarm.status && thingGroupOf(listing) === alarm.thingGroup && listing.missing === false,
  );
  if (known.length === 0) return undefined;
  // One group's name may be another's id. JobCount has both under one name, and CloudWatch takes the one that breaks.
  return known.some(({ job_count }) => BREAKS[alarm.comparison](job_count, alarm.threshold));
}

/** Counts the snapshots on end that break the threshold of an alarm, from the newest back. */
export class BreachTally {
  readonly alarm: CountedAlarm;
  #inBreach = 0;
  #passedOver = 0;
  #hasEnded = false;

  constructor(alarm: CountedAlarm) {
    this.alarm = alarm;
  }

  /** How many they are, once that is known. */
  get result(): number | undefined {
    return this.#hasEnded ? this.#inBreach : undefined;
  }

  get isGivenUp(): boolean {
    return !this.#hasEnded && this.#passedOver > MAX_PASSED_OVER;
  }

  /** Whether the snapshots before would still change something. */
  get isOpen(): boolean {
    return !this.#hasEnded && !this.isGivenUp;
  }

  /** @param inBreach whether the next one back breaks the threshold; `undefined` where that is not known */
  take(inBreach: boolean | undefined): void {
    if (!this.isOpen) return;
    if (inBreach === undefined) this.#passedOver += 1;
    else if (inBreach) this.#inBreach += 1;
    this.#hasEnded = inBreach === false || this.#inBreach >= this.alarm.forSnapshots;
  }

  /** There is no snapshot before. */
  end(): void {
    if (this.isOpen) this.#hasEnded = true;
  }
}
