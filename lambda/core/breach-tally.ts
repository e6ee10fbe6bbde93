import type { SnapshotRecord } from '../contract/columns.ts';
import { type Comparison, type CountedAlarm, isOfMoves, listedStatus } from '../contract/count-alarm.ts';
import { thingGroupOf } from '../contract/scope.ts';
import type { ChangeTally } from './tally-changes.ts';

/**
 * Maximum number of snapshots without a known count that are skipped for an alarm. Without it, each run would read the whole
 * history for a status that was not requested earlier.
 */
export const MAX_SKIPPED = 100;

const BREAKS_THRESHOLD = {
  '>': (count, threshold) => count > threshold,
  '>=': (count, threshold) => count >= threshold,
  '<': (count, threshold) => count < threshold,
  '<=': (count, threshold) => count <= threshold,
} as const satisfies Record<Comparison, (count: number, threshold: number) => boolean>;

/** The values of a snapshot that alarms are evaluated on. */
export interface JudgedSnapshot {
  readonly record: SnapshotRecord;
  /** Its changes; an error if they cannot be read; `undefined` if they were not read or it has no predecessor. */
  readonly changes: ChangeTally | Error | undefined;
}

/** Whether a threshold is broken in a snapshot: `undefined` if the count is unknown, an error if the changes cannot be read. */
export type Verdict = boolean | undefined | Error;

/** Whether the count of an alarm breaks its threshold in a snapshot. */
export function verdictOf(alarm: CountedAlarm, { record: { listings }, changes }: JudgedSnapshot): Verdict {
  const known = listings.filter(
    (listing) =>
      listing.status === listedStatus(alarm) && thingGroupOf(listing) === alarm.thingGroup && listing.missing === false,
  );
  if (known.length === 0) return undefined;
  const breaks = (count: number) => BREAKS_THRESHOLD[alarm.comparison](count, alarm.threshold);
  // One group's name may be another's id. Both are data points of the same JobCount metric, and either can break the threshold.
  if (!isOfMoves(alarm)) return known.some(({ job_count }) => breaks(job_count));
  if (changes === undefined || changes instanceof Error) return changes;
  const verdicts = known.map((listing) => {
    const { certain, possible } = changes.arrivals(listing, alarm.movedTo);
    // The true number is between `certain` and `possible`.
    return breaks(certain) === breaks(possible) ? breaks(certain) : undefined;
  });
  return verdicts.find((verdict) => verdict) ?? (verdicts.includes(undefined) ? undefined : false);
}

/** Counts the consecutive snapshots that break the threshold of an alarm, from the newest back. */
export class BreachTally {
  readonly alarm: CountedAlarm;
  #inBreach = 0;
  #skipped = 0;
  #hasEnded = false;
  #error: Error | undefined;

  constructor(alarm: CountedAlarm) {
    this.alarm = alarm;
  }

  /** The number of snapshots, once it is known. */
  get result(): number | undefined {
    return this.#hasEnded ? this.#inBreach : undefined;
  }

  /** Why the number cannot be known: a snapshot that decides it cannot be read. */
  get error(): Error | undefined {
    return this.#error;
  }

  get isGivenUp(): boolean {
    return !this.#hasEnded && this.#skipped > MAX_SKIPPED;
  }

  /** Whether earlier snapshots can still change the result. */
  get isOpen(): boolean {
    return !this.#hasEnded && !this.#error && !this.isGivenUp;
  }

  /** @param verdict of the next snapshot, from the newest back */
  add(verdict: Verdict): void {
    if (!this.isOpen) return;
    if (verdict instanceof Error) this.#error = verdict;
    else if (verdict === undefined) this.#skipped += 1;
    else if (verdict) this.#inBreach += 1;
    this.#hasEnded = verdict === false || this.#inBreach >= this.alarm.forSnapshots;
  }

  /** Ends the count: there is no earlier snapshot. */
  end(): void {
    if (this.isOpen) this.#hasEnded = true;
  }
}
