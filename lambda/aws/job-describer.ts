import { DescribeJobCommand, type IoTClientConfig } from '@aws-sdk/client-iot';
import type { Clock, JobDescriber } from '../ports.ts';
import { parseJobDescription } from './job-description.ts';
import { Pace } from './pace.ts';
import { RawIotClient } from './raw-iot-client.ts';

/** Fewer than for a page: a job that is left out costs one row, not the snapshot. */
const MAX_ATTEMPTS = 5;
const TIMEOUT_MS = 10_000;

export interface JobDescriberProps {
  /** Region, credentials and other options. @default the SDK's */
  readonly client?: IoTClientConfig;
  /** Maximum of attempts per call. @default 5 */
  readonly maxAttempts?: number;
  /** Timeout for an answer, milliseconds. @default 10000 */
  readonly timeoutMs?: number;
  readonly callsPerSecond: number;
  readonly clock: Clock;
}

/**
 * Calls DescribeJob of AWS IoT. For a job that does not exist the service answers ResourceNotFoundException.
 * Source: AWS IoT API Reference, DescribeJob, Errors.
 *
 * It has its own client and rate limit: DescribeJob has its own quota, and its throttles must not slow down ListJobs.
 */
export function createJobDescriber(props: JobDescriberProps): JobDescriber {
  const { client, maxAttempts = MAX_ATTEMPTS, timeoutMs = TIMEOUT_MS, callsPerSecond, clock } = props;
  const pace = new Pace(clock, callsPerSecond);
  const descriptions = new RawIotClient({ client, maxAttempts, timeoutMs, pace });
  return {
    counts: descriptions.counts,
    async describeJob(jobId, signal) {
      const command = new DescribeJobCommand({ jobId });
      try {
        const call = { action: 'iot:DescribeJob', input: { jobId } } as const;
        return await descriptions.send(command, parseJobDescription, call, signal);
      } catch (error) {
        if (isNotFound(error)) return undefined;
        throw error;
      }
    },
  };
}

function isNotFound(error: unknown): boolean {
  const { cause } = error as { readonly cause?: unknown };
  return cause instanceof Error && cause.name === 'ResourceNotFoundException';
}
