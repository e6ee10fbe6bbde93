import { AdaptiveRetryStrategy, DefaultRateLimiter, type RateLimiter } from '@smithy/core/retry';

/** The SDK declares the method private that {@link MonotonicRateLimiter} replaces. */
const SdkRateLimiter: new () => RateLimiter = DefaultRateLimiter;

/**
 * The SDK's rate limiter by monotonic time. The SDK's own goes by the time of day: a clock that is set back by an hour
 * after a throttle makes it hold the next call for an hour.
 */
class MonotonicRateLimiter extends SdkRateLimiter {
  getCurrentTimeInSeconds(): number {
    return performance.now() / 1000;
  }
}

/** The SDK's adaptive retries: they slow down after a throttle, and speed up again. */
export function adaptiveRetries(maxAttempts: number): AdaptiveRetryStrategy {
  return new AdaptiveRetryStrategy(maxAttempts, { rateLimiter: new MonotonicRateLimiter() });
}
