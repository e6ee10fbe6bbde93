import type { CallCounts } from '../ports.ts';
import type { Pace } from './pace.ts';

/** Names by which AWS's services say that they throttle. */
const THROTTLES = new Set(['ThrottlingException', 'Throttling', 'TooManyRequestsException', 'RequestLimitExceeded']);

/** The little of an SDK client's middleware stack that is in use here. */
interface MiddlewareStack {
  addRelativeTo(middleware: Middleware, options: InsideRetry & { readonly name: string }): void;
}
export type Middleware = (
  // biome-ignore lint/suspicious/noExplicitAny: the SDK's clients differ in the types of input and output alone
  next: (args: any) => Promise<any>,
  context: { readonly commandName?: string },
  // biome-ignore lint/suspicious/noExplicitAny: as above
) => (args: any) => Promise<any>;

/** Inside the retry middleware, so that each attempt passes here, a retry too. */
const INSIDE_RETRY = { relation: 'after', toMiddleware: 'retryMiddleware' } as const;
type InsideRetry = typeof INSIDE_RETRY;

/** Lets a client's attempts pass at a steady rate, and counts them. */
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
 * Has the client retry errors that the SDK by itself takes for final.
 *
 * @param isRetryable gets the command's name as the SDK has it, `PutObjectCommand`
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
