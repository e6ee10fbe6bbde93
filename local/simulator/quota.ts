/** Calls that a quota lets pass at once after a quiet while, as a multiple of those it lets pass in a second. */
const BURST_SECONDS = 1;

export interface QuotaProps {
  readonly callsPerSecond: number;
  /** Calls per second that others in the account make at an instant. @default none */
  readonly othersPerSecond?: (instant: number) => number;
}

/** An account's quota as a token bucket: what others use up is gone, and what is not used is kept for a second. */
export class Quota {
  readonly #props: QuotaProps;
  #tokens: number;
  #filledAt: number | undefined;

  constructor(props: QuotaProps) {
    this.#props = props;
    this.#tokens = props.callsPerSecond * BURST_SECONDS;
  }

  /** Whether a call may pass now; takes its token when it may. */
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
