import type { Clock, JobDescriber } from '../../lambda/ports.ts';
import { describeJob } from './describe-job.ts';
import type { Fleet } from './fleet.ts';
import type { Account } from './job.ts';
import { ServiceError } from './service-error.ts';

export interface DescriberProps extends Account {
  readonly fleet: Fleet;
  readonly clock: Pick<Clock, 'now'>;
  /** Called before each description, to simulate the duration of a call. */
  readonly beforeCall?: (signal: AbortSignal) => void | Promise<void>;
}

/** DescribeJob of a simulated fleet in this process, without HTTP and quota. */
export function createSimulatedDescriber({ fleet, clock, beforeCall, ...account }: DescriberProps): JobDescriber {
  const counts = { calls: 0, throttled: 0 };
  return {
    counts,
    async describeJob(jobId, signal) {
      signal.throwIfAborted();
      await beforeCall?.(signal);
      counts.calls += 1;
      try {
        return describeJob(fleet, jobId, clock.now(), account);
      } catch (error) {
        if (error instanceof ServiceError && error.statusCode === 404) return undefined;
        throw error;
      }
    },
  };
}
