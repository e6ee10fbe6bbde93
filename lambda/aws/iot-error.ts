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
export type Call =
  | { readonly action: 'iot:ListJobs' | 'iot:DescribeThingGroup'; readonly input: Partial<ListJobsQuery> }
  | { readonly action: 'iot:DescribeJob'; readonly input: { readonly jobId: string } };

/** The operation by its name in the API. */
export function operationOf({ action }: Call): string {
  return action.slice('iot:'.length);
}

/** What a failure of AWS IoT, after all retries, means to an operator. */
export function iotError(error: unknown, call: Call): ExporterError {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  const { action, input } = call;
  const operation = operationOf(call);
  const received = `${name}: ${firstLine(message)}`;
  const cause = { cause: error };
  const status = statusOf(error);
  const { of, slower, correct, next } = wordsOf(call);
  const thingGroup = 'jobId' in input ? undefined : (input.thingGroupName ?? input.thingGroupId);

  if (isThrottle(error)) {
    return new ThrottledOutError(
      `${operation}${of} was throttled through all retries (${received}). Something else in the account uses up the ` +
        `quota: ${slower}, or ask AWS for a higher ${operation} quota`,
      cause,
    );
  }
  const credentials = credentialsError(error);
  if (credentials) return credentials;
  if (name === 'ResourceNotFoundException' && thingGroup !== undefined) {
    return new ThingGroupNotFoundError(`Thing group ${thingGroup} does not exist (${received})`, cause);
  }
  if (status === 403) {
    return new AccessDeniedError(`No permission for ${action}${of} (${received}): allow the action ${action}`, cause);
  }
  if (status !== undefined && status >= 400 && status < 500) {
    return new RequestRefusedError(
      `AWS IoT refused ${operation} for ${JSON.stringify(input)} (${received}): ${correct}`,
      cause,
    );
  }
  return new ServiceUnavailableError(
    `AWS IoT failed to answer ${operation}${of} through all retries (${received}): look at the AWS Health Dashboard, ` +
      `at the Region and at the network; ${next}`,
    cause,
  );
}

/** What is said of a call, and its mends. */
function wordsOf({ action, input }: Call) {
  if (action !== 'iot:DescribeJob') {
    return {
      of: '',
      slower: 'lower callsPerSecond, start exports at different minutes',
      correct: "correct the export's filters",
      next: 'the next run starts afresh',
    };
  }
  return {
    of: ` of job ${input.jobId}`,
    slower: 'lower describeCallsPerSecond, start exports with details at different minutes',
    correct: `see what \`aws iot describe-job --job-id ${input.jobId}\` says`,
    next: 'the next snapshots try it again',
  };
}
