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

/** The call that failed. */
interface Call {
  readonly action: 'iot:ListJobs' | 'iot:DescribeThingGroup';
  readonly input: Partial<ListJobsQuery>;
}

/** What a failure of AWS IoT, after all retries, means to an operator. */
export function iotError(error: unknown, { action, input }: Call): ExporterError {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  const operation = action.slice('iot:'.length);
  const received = `${name}: ${firstLine(message)}`;
  const cause = { cause: error };
  const status = statusOf(error);
  const thingGroup = input.thingGroupName ?? input.thingGroupId;

  if (isThrottle(error)) {
    return new ThrottledOutError(
      `${operation} was throttled through all retries (${received}). Something else in the account uses up the ` +
        `quota: lower callsPerSecond, start exports at different minutes, or ask AWS for a higher ${operation} quota`,
      cause,
    );
  }
  const credentials = credentialsError(error);
  if (credentials) return credentials;
  if (name === 'ResourceNotFoundException' && thingGroup !== undefined) {
    return new ThingGroupNotFoundError(`Thing group ${thingGroup} does not exist (${received})`, cause);
  }
  if (status === 403) {
    return new AccessDeniedError(`No permission for ${action} (${received}): allow the action ${action}`, cause);
  }
  if (status !== undefined && status >= 400 && status < 500) {
    return new RequestRefusedError(
      `AWS IoT refused ${operation} for ${JSON.stringify(input)} (${received}): correct the export's filters`,
      cause,
    );
  }
  return new ServiceUnavailableError(
    `AWS IoT failed to answer ${operation} through all retries (${received}): look at the AWS Health Dashboard, ` +
      'at the Region and at the network; the next run starts afresh',
    cause,
  );
}
