import {
  IoTClient,
  type IoTClientConfig,
  type JobSummary as IotJobSummary,
  ListJobsCommand,
  type ListJobsCommandOutput,
} from '@aws-sdk/client-iot';
import { MAX_RESULTS } from '../contract/jobs.ts';
import type { Clock, JobSource, JobSummary } from '../ports.ts';
import { abortable } from './abortable.ts';
import { paceAttempts, retryAlso } from './attempts.ts';
import { iotError } from './iot-error.ts';

/**
 * With the SDK's backoff, from half a second after a throttle to 20 seconds, this rides out about half a minute of a
 * service that is busy or down. Lambda's own retries follow.
 */
const MAX_ATTEMPTS = 8;

/** A page takes a fraction of a second; one that takes this long is better asked for again. */
const REQUEST_TIMEOUT_MS = 30_000;

export interface IotSourceProps {
  /** Region, credentials and the like; the SDK's defaults where left out. */
  readonly client?: IoTClientConfig;
  readonly callsPerSecond: number;
  readonly clock: Clock;
}

/** ListJobs of AWS IoT: paced, retried, each failure as the error that an operator knows it by. */
export function createIotSource({ client: config, callsPerSecond, clock }: IotSourceProps): JobSource {
  const client = new IoTClient({
    retryMode: 'adaptive',
    maxAttempts: MAX_ATTEMPTS,
    requestHandler: {
      connectionTimeout: 5000,
      requestTimeout: REQUEST_TIMEOUT_MS,
      throwOnRequestTimeout: true,
      socketTimeout: REQUEST_TIMEOUT_MS,
    },
    ...config,
  });
  const counts = paceAttempts(client.middlewareStack, clock, callsPerSecond);
  // A body whose length is right but whose JSON is cut.
  retryAlso(client.middlewareStack, (error) => error instanceof SyntaxError);

  return {
    counts,
    async listJobs(query, signal) {
      const command = new ListJobsCommand({ ...query, maxResults: MAX_RESULTS });
      let answer: ListJobsCommandOutput;
      try {
        answer = await abortable(client.send(command, { abortSignal: signal }), signal);
      } catch (error) {
        signal.throwIfAborted();
        throw iotError(error, query);
      }
      return {
        jobs: (answer.jobs ?? []).map(summary),
        ...(answer.nextToken ? { nextToken: answer.nextToken } : {}),
      };
    },
  };
}

function summary(job: IotJobSummary): JobSummary {
  return {
    ...job,
    createdAt: job.createdAt?.getTime(),
    lastUpdatedAt: job.lastUpdatedAt?.getTime(),
    completedAt: job.completedAt?.getTime(),
  };
}
