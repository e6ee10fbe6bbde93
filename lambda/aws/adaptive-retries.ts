import { AdaptiveRetryStrategy, DefaultRateLimiter, type RateLimiter } from '@smithy/core/retry';

// The cast hides that the SDK declares the overridden method private.
const SdkRateLimiter: new () => RateLimiter = DefaultRateLimiter;

/**
 * The SDK's rate limiter with monotonic time. The SDK uses the time of day: if the clock is set back by an hour after a
 * throttle, the next call waits for an hour.
 */
class MonotonicRateLimiter extends SdkRateLimiter {
  getCurrentTimeInSeconds(): number {
    return performance.now() / 1000;
  }
}

/** The SDK's adaptive retries, which slow down after a throttle and speed up again. */
export function adaptiveRetries(maxAttempts: number): AdaptiveRetryStrategy {
  return new AdaptiveRetryStrategy(maxAttempts, { rateLimiter: new MonotonicRateLimiter() });
}
