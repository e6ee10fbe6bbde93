import {
  AccessDeniedError,
  type ExporterError,
  RequestRefusedError,
  ServiceUnavailableError,
  ThingGroupNotFoundError,
  ThrottledOutError,
} from '../errors.ts';
import type { ListJobsQuery } from '../ports.ts';
import { isThrottle } from './attempts.ts';
import { credentialsError } from './credentials-error.ts';
import { failureOf } from './failure.ts';

/** The call that failed. */
export type Call =
  | { readonly action: 'iot:ListJobs' | 'iot:DescribeThingGroup'; readonly input: Partial<ListJobsQuery> }
  | { readonly action: 'iot:DescribeJob'; readonly input: { readonly jobId: string } };

/** Name of the operation in the API. */
export function operationOf({ action }: Call): string {
  return action.slice('iot:'.length);
}

/** Turns a failure of AWS IoT, after all retries, into the error for the operator. */
export function iotError(error: unknown, call: Call): ExporterError {
  const { name, serviceMessage, status, cause } = failureOf(error);
  const { action, input } = call;
  const operation = operationOf(call);
  const { ofJob, throttleRemedy, refusalRemedy, next } = messageParts(call);
  const thingGroup = 'jobId' in input ? undefined : (input.thingGroupName ?? input.thingGroupId);

  if (isThrottle(error)) {
    return new ThrottledOutError(
      `${operation}${ofJob} was throttled through all retries (${serviceMessage}). Something else in the account uses up the ` +
        `quota: ${throttleRemedy}, or ask AWS for a higher ${operation} quota`,
      cause,
    );
  }
  const credentials = credentialsError(error);
  if (credentials) return credentials;
  if (name === 'ResourceNotFoundException' && thingGroup !== undefined) {
    return new ThingGroupNotFoundError(`Thing group ${thingGroup} does not exist (${serviceMessage})`, cause);
  }
  if (status === 403) {
    return new AccessDeniedError(
      `No permission for ${action}${ofJob} (${serviceMessage}): allow the action ${action}`,
      cause,
    );
  }
  if (status !== undefined && status >= 400 && status < 500) {
    return new RequestRefusedError(
      `AWS IoT refused ${operation} for ${JSON.stringify(input)} (${serviceMessage}): ${refusalRemedy}`,
      cause,
    );
  }
  return new ServiceUnavailableError(
    `AWS IoT failed to answer ${operation}${ofJob} through all retries (${serviceMessage}): look at the AWS Health Dashboard, ` +
      `at the Region and at the network; ${next}`,
    cause,
  );
}

/** Parts of messages about a call, with remedies. */
function messageParts({ action, input }: Call) {
  if (action !== 'iot:DescribeJob') {
    return {
      ofJob: '',
      throttleRemedy: 'lower callsPerSecond, start exports at different minutes',
      refusalRemedy: "correct the export's filters",
      next: 'the next run starts afresh',
    };
  }
  return {
    ofJob: ` of job ${input.jobId}`,
    throttleRemedy: 'lower describeCallsPerSecond, start exports with details at different minutes',
    refusalRemedy: `see what \`aws iot describe-job --job-id ${input.jobId}\` says`,
    next: 'the next snapshots try it again',
  };
}
