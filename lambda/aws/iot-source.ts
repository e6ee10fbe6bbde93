import { IoTClient, type IoTClientConfig, ListJobsCommand } from '@aws-sdk/client-iot';
import { MAX_RESULTS } from '../contract/jobs.ts';
import { ServiceUnavailableError } from '../errors.ts';
import type { Clock, JobSource, JobsPage } from '../ports.ts';
import { abortable } from './abortable.ts';
import { adaptiveRetries } from './adaptive-retries.ts';
import { paceAttempts, retryAlso } from './attempts.ts';
import { iotError } from './iot-error.ts';
import { parseJobsPage } from './jobs-page.ts';
import { Pace } from './pace.ts';
import { readRawBody } from './raw-body.ts';
import { createThingGroups } from './thing-groups.ts';
import { timeouts } from './timeouts.ts';

/**
 * With the SDK's backoff, from half a second after a throttle to 20 seconds, this rides out about half a minute of a
 * service that is busy or down. Lambda's own retries follow.
 */
const MAX_ATTEMPTS = 8;

/** A page takes a fraction of a second; one that takes this long is better asked for again. */
const PAGE_TIMEOUT_MS = 30_000;

export interface IotSourceProps {
  /** Region, credentials and the like; the SDK's defaults where left out. */
  readonly client?: IoTClientConfig;
  /** Attempts of a call at most. @default 8 */
  readonly maxAttempts?: number;
  /** For a page, milliseconds. @default 30000 */
  readonly pageTimeoutMs?: number;
  /** For a look-up of a thing group, milliseconds. @default 5000 */
  readonly groupTimeoutMs?: number;
  readonly callsPerSecond: number;
  readonly clock: Clock;
}

/** ListJobs of AWS IoT: paced, retried, each failure as the error that an operator knows it by. */
export function createIotSource(props: IotSourceProps): JobSource {
  const { client: config, maxAttempts = MAX_ATTEMPTS, pageTimeoutMs = PAGE_TIMEOUT_MS, callsPerSecond, clock } = props;
  const client = new IoTClient({
    maxAttempts,
    requestHandler: timeouts({ answerMs: pageTimeoutMs, silenceMs: pageTimeoutMs }),
    ...(config?.retryMode === undefined && { retryStrategy: adaptiveRetries(maxAttempts) }),
    ...config,
  });
  const pace = new Pace(clock, callsPerSecond);
  const counts = paceAttempts(client.middlewareStack, pace);
  // A body whose length is right but whose JSON is cut, or is not what the API documents.
  retryAlso(client.middlewareStack, (error) => error instanceof SyntaxError);

  return {
    counts,
    async listJobs(query, signal) {
      const command = new ListJobsCommand({ ...query, maxResults: MAX_RESULTS });
      let page: JobsPage | undefined;
      readRawBody(command, (body) => {
        page = parseJobsPage(body);
      });
      try {
        await abortable(client.send(command, { abortSignal: signal }), signal);
      } catch (error) {
        signal.throwIfAborted();
        throw iotError(error, { action: 'iot:ListJobs', input: query });
      }
      if (page === undefined) throw new ServiceUnavailableError('ListJobs succeeded, but not with status 200');
      return page;
    },
    thingGroupExists: createThingGroups(config, pace, props.groupTimeoutMs),
  };
}
