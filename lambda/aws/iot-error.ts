import {
  AccessDeniedError,
  type ExporterError,
  RequestRefusedError,
  ServiceUnavailableError,
  ThingGroupNotFoundError,
  ThrottledOutError,
} from '../errors.ts';
import type { ListJobsQuery } from '../ports.ts';
import { isThrottle, statusOf } from './attempts.ts';
import { credentialsError, firstLine } from './credentials-error.ts';

/** What a failure of ListJobs, after all retries, means to an operator. */
export function iotError(error: unknown, query: ListJobsQuery): ExporterError {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  const said = `${name}: ${firstLine(message)}`;
  const cause = { cause: error };
  const status = statusOf(error);

  if (isThrottle(error)) {
    return new ThrottledOutError(
      `ListJobs is throttled and stayed so through all retries (${said}). Something else in the account uses up the ` +
        'quota: lower callsPerSecond, start exports at different minutes, or ask AWS for a higher ListJobs quota',
      cause,
    );
  }
  const credentials = credentialsError(error);
  if (credentials) return credentials;
  if (name === 'ResourceNotFoundException') {
    return new ThingGroupNotFoundError(
      `Thing group ${query.thingGroupName ?? query.thingGroupId} does not exist (${said})`,
      cause,
    );
  }
  if (status === 403) {
    return new AccessDeniedError(
      `No permission for iot:ListJobs (${said}): allow the action iot:ListJobs on resource "*"`,
      cause,
    );
  }
  if (status !== undefined && status >= 400 && status < 500) {
    return new RequestRefusedError(
      `AWS IoT refused ListJobs for ${JSON.stringify(query)} (${said}): correct the export's filters`,
      cause,
    );
  }
  return new ServiceUnavailableError(
    `AWS IoT did not answer ListJobs as it should, through all retries (${said}): look at the AWS Health Dashboard, ` +
      'at the Region and at the network; the next run starts afresh',
    cause,
  );
}
