import type { SnapshotRecord } from '../contract/columns.ts';
import { type Comparison, type CountedAlarm, isOfMoves, listedStatus } from '../contract/count-alarm.ts';
import { thingGroupOf } from '../contract/scope.ts';
import type { ChangeTally } from './tally-changes.ts';

/**
 * Snapshots that do not know the count are passed over, this many for an alarm at most: a status that was not asked for
 * before would have each run read the whole history.
 */
export const MAX_SKIPPED = 100;

const BREAKS_THRESHOLD = {
  '>': (count, threshold) => count > threshold,
  '>=': (count, threshold) => count >= threshold,
  '<': (count, threshold) => count < threshold,
  '<=': (count, threshold) => count <= threshold,
} as const satisfies Record<Comparison, (count: number, threshold: number) => boolean>;

/** What alarms are judged by. */
export interface JudgedSnapshot {
  readonly record: SnapshotRecord;
  /** Its changes; why they cannot be read; `undefined` where it has none to tell: it was compared with no other. */
  readonly changes: ChangeTally | Error | undefined;
}

/** Whether a threshold is broken in a snapshot: `undefined` where the snapshot does not know it, an error where it cannot be read. */
export type Verdict = boolean | undefined | Error;

/** Whether the count of an alarm breaks its threshold in a snapshot. */
export function verdictOf(alarm: CountedAlarm, { record: { listings }, changes }: JudgedSnapshot): Verdict {
  const known = listings.filter(
    (listing) =>
      listing.status === listedStatus(alarm) && thingGroupOf(listing) === alarm.thingGroup && listing.missing === false,
  );
  if (known.length === 0) return undefined;
  const breaks = (count: number) => BREAKS_THRESHOLD[alarm.comparison](count, alarm.threshold);
  // One group's name may be another's id. JobCount has both under one name, and CloudWatch takes the one that breaks.
  if (!isOfMoves(alarm)) return known.some(({ job_count }) => breaks(job_count));
  if (changes === undefined || changes instanceof Error) return changes;
  const verdicts = known.map((listing) => {
    const { certain, possible } = changes.arrivals(listing, alarm.movedTo);
    // The true number is between the two.
    return breaks(certain) === breaks(possible) ? breaks(certain) : undefined;
  });
  return verdicts.find((verdict) => verdict) ?? (verdicts.includes(undefined) ? undefined : false);
}

/** Counts the snapshots on end that break the threshold of an alarm, from the newest back. */
export class BreachTally {
  readonly alarm: CountedAlarm;
  #inBreach = 0;
  #skipped = 0;
  #hasEnded = false;
  #error: Error | undefined;

  constructor(alarm: CountedAlarm) {
    this.alarm = alarm;
  }

  /** How many they are, once that is known. */
  get result(): number | undefined {
    return this.#hasEnded ? this.#inBreach : undefined;
  }

  /** Why that cannot be known: a snapshot that decides cannot be read. */
  get error(): Error | undefined {
    return this.#error;
  }

  get isGivenUp(): boolean {
    return !this.#hasEnded && this.#skipped > MAX_SKIPPED;
  }

  /** Whether the snapshots before would still change something. */
  get isOpen(): boolean {
    return !this.#hasEnded && !this.#error && !this.isGivenUp;
  }

  /** @param verdict of the next one back */
  add(verdict: Verdict): void {
    if (!this.isOpen) return;
    if (verdict instanceof Error) this.#error = verdict;
    else if (verdict === undefined) this.#skipped += 1;
    else if (verdict) this.#inBreach += 1;
    this.#hasEnded = verdict === false || this.#inBreach >= this.alarm.forSnapshots;
  }

  /** There is no snapshot before. */
  end(): void {
    if (this.isOpen) this.#hasEnded = true;
  }
}
