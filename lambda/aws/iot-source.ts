import { type IoTClientConfig, ListJobsCommand } from '@aws-sdk/client-iot';
import { MAX_RESULTS } from '../contract/jobs.ts';
import type { Clock, JobSource } from '../ports.ts';
import { parseJobsPage } from './jobs-page.ts';
import { Pace } from './pace.ts';
import { RawAnswers } from './raw-answers.ts';
import { createThingGroups } from './thing-groups.ts';

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
  const { client, maxAttempts = MAX_ATTEMPTS, pageTimeoutMs = PAGE_TIMEOUT_MS, callsPerSecond, clock } = props;
  const pace = new Pace(clock, callsPerSecond);
  const pages = new RawAnswers({ client, maxAttempts, timeoutMs: pageTimeoutMs, pace });
  return {
    counts: pages.counts,
    listJobs: (query, signal) =>
      pages.ask(
        new ListJobsCommand({ ...query, maxResults: MAX_RESULTS }),
        parseJobsPage,
        { action: 'iot:ListJobs', input: query },
        signal,
      ),
    thingGroupExists: createThingGroups(client, pace, props.groupTimeoutMs),
  };
}
