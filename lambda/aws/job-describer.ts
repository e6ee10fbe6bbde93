import { DescribeJobCommand, type IoTClientConfig } from '@aws-sdk/client-iot';
import type { Clock, JobDescriber } from '../ports.ts';
import { parseJobDescription } from './job-description.ts';
import { Pace } from './pace.ts';
import { RawAnswers } from './raw-answers.ts';

/** Fewer than of a page: a job that is left out costs one row, not the snapshot. */
const MAX_ATTEMPTS = 5;
const TIMEOUT_MS = 10_000;

export interface JobDescriberProps {
  /** Region, credentials and the like; the SDK's defaults where left out. */
  readonly client?: IoTClientConfig;
  /** Attempts of a call at most. @default 5 */
  readonly maxAttempts?: number;
  /** For an answer, milliseconds. @default 10000 */
  readonly timeoutMs?: number;
  readonly callsPerSecond: number;
  readonly clock: Clock;
}

/**
 * DescribeJob of AWS IoT. A job that does not exist is a ResourceNotFoundException.
 * Source: AWS IoT API Reference, DescribeJob, Errors.
 *
 * It has a client and a pace of its own: DescribeJob has a quota of its own, and its throttles do not slow down ListJobs.
 */
export function createJobDescriber(props: JobDescriberProps): JobDescriber {
  const { client, maxAttempts = MAX_ATTEMPTS, timeoutMs = TIMEOUT_MS, callsPerSecond, clock } = props;
  const pace = new Pace(clock, callsPerSecond);
  const descriptions = new RawAnswers({ client, maxAttempts, timeoutMs, pace });
  return {
    counts: descriptions.counts,
    async describeJob(jobId, signal) {
      const command = new DescribeJobCommand({ jobId });
      try {
        const call = { action: 'iot:DescribeJob', input: { jobId } } as const;
        return await descriptions.ask(command, parseJobDescription, call, signal);
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
