/** Burst size, in seconds of the quota. */
const BURST_SECONDS = 1;

export interface QuotaProps {
  readonly callsPerSecond: number;
  /** Calls per second of other callers in the account at an instant. @default none */
  readonly othersPerSecond?: (instant: number) => number;
}

/** An account's quota as a token bucket, shared with other callers. */
export class Quota {
  readonly #props: QuotaProps;
  #tokens: number;
  #filledAt: number | undefined;

  constructor(props: QuotaProps) {
    this.#props = props;
    this.#tokens = props.callsPerSecond * BURST_SECONDS;
  }

  /** Takes a token; false if there is none. */
  take(now: number): boolean {
    const { callsPerSecond, othersPerSecond } = this.#props;
    const seconds = Math.max(0, now - (this.#filledAt ?? now)) / 1000;
    const net = callsPerSecond - (othersPerSecond?.(now) ?? 0);
    this.#filledAt = now;
    this.#tokens = Math.min(callsPerSecond * BURST_SECONDS, Math.max(0, this.#tokens + seconds * net));
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
