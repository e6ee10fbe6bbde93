import { type IoTClientConfig, ListJobsCommand } from '@aws-sdk/client-iot';
import { MAX_RESULTS } from '../contract/jobs.ts';
import type { Clock, JobSource } from '../ports.ts';
import { parseJobsPage } from './jobs-page.ts';
import { Pace } from './pace.ts';
import { RawIotClient } from './raw-iot-client.ts';
import { createThingGroupCheck } from './thing-groups.ts';

/**
 * With the SDK's backoff, half a second to 20 seconds after a throttle, these attempts cover about half a minute during which
 * the service is busy or down. Lambda's own retries follow.
 */
const MAX_ATTEMPTS = 8;

/** A page normally takes a fraction of a second. After this time it is requested again. */
const PAGE_TIMEOUT_MS = 30_000;

export interface IotSourceProps {
  /** Region, credentials and other options. @default the SDK's */
  readonly client?: IoTClientConfig;
  /** Maximum of attempts per call. @default 8 */
  readonly maxAttempts?: number;
  /** Timeout for a page, milliseconds. @default 30000 */
  readonly pageTimeoutMs?: number;
  /** Timeout for looking up a thing group, milliseconds. @default 5000 */
  readonly groupTimeoutMs?: number;
  readonly callsPerSecond: number;
  readonly clock: Clock;
}

/** Calls ListJobs of AWS IoT: rate-limited, retried, with failures as {@link ExporterError}s. */
export function createIotSource(props: IotSourceProps): JobSource {
  const { client, maxAttempts = MAX_ATTEMPTS, pageTimeoutMs = PAGE_TIMEOUT_MS, callsPerSecond, clock } = props;
  const pace = new Pace(clock, callsPerSecond);
  const pages = new RawIotClient({ client, maxAttempts, timeoutMs: pageTimeoutMs, pace });
  return {
    counts: pages.counts,
    listJobs: (query, signal) =>
      pages.send(
        new ListJobsCommand({ ...query, maxResults: MAX_RESULTS }),
        parseJobsPage,
        { action: 'iot:ListJobs', input: query },
        signal,
      ),
    thingGroupExists: createThingGroupCheck(client, pace, props.groupTimeoutMs),
  };
}
