import type { CallCounts } from '../ports.ts';
import type { Pace } from './pace.ts';

/** Names of errors with which AWS services throttle. */
const THROTTLES = new Set(['ThrottlingException', 'Throttling', 'TooManyRequestsException', 'RequestLimitExceeded']);

/** The part of an SDK client's middleware stack that is used here. */
interface MiddlewareStack {
  addRelativeTo(middleware: Middleware, options: InsideRetry & { readonly name: string }): void;
}
export type Middleware = (
  // biome-ignore lint/suspicious/noExplicitAny: the SDK's clients differ only in the types of input and output
  next: (args: any) => Promise<any>,
  context: { readonly commandName?: string },
  // biome-ignore lint/suspicious/noExplicitAny: as above
) => (args: any) => Promise<any>;

/** Inside the retry middleware, so that every attempt passes, retries included. */
const INSIDE_RETRY = { relation: 'after', toMiddleware: 'retryMiddleware' } as const;
type InsideRetry = typeof INSIDE_RETRY;

/** Limits the rate of a client's attempts, and counts them. */
export function paceAttempts(stack: MiddlewareStack, pace: Pace): CallCounts {
  const counts = { calls: 0, throttled: 0 };
  stack.addRelativeTo(
    (next) => async (args) => {
      await pace.turn();
      counts.calls += 1;
      try {
        return await next(args);
      } catch (error) {
        if (isThrottle(error)) counts.throttled += 1;
        throw error;
      }
    },
    { ...INSIDE_RETRY, name: 'paceAttempts' },
  );
  return counts;
}

/**
 * Makes the client retry errors that the SDK does not retry by default.
 *
 * @param isRetryable `command` is the SDK's name of the command: `PutObjectCommand`
 */
export function retryAlso(stack: MiddlewareStack, isRetryable: (error: Error, command: string) => boolean): void {
  stack.addRelativeTo(
    (next, { commandName = '' }) =>
      async (args) => {
        try {
          return await next(args);
        } catch (error) {
          if (error instanceof Error && isRetryable(error, commandName)) Object.assign(error, { $retryable: {} });
          throw error;
        }
      },
    { ...INSIDE_RETRY, name: 'retryAlso' },
  );
}

export function isThrottle(error: unknown): boolean {
  return error instanceof Error && (THROTTLES.has(error.name) || statusOf(error) === 429);
}

export function statusOf(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } } | undefined)?.$metadata?.httpStatusCode;
}
