import { isThrottle } from '../../lambda/aws/attempts.ts';
import { credentialsError } from '../../lambda/aws/credentials-error.ts';
import { failureOf } from '../../lambda/aws/failure.ts';
import { type ExporterError, ServiceUnavailableError } from '../../lambda/errors.ts';
import { ServiceRefusedError } from '../errors.ts';

/** A call to a service, for error messages. */
export interface ServiceCall {
  /** The service's name as AWS writes it: `AWS Glue`. */
  readonly service: string;
  /** The IAM action. */
  readonly action: string;
  /** The resource: `table jobs`. */
  readonly on: string;
  /** What to do when the resource does not exist, in words that follow a colon. */
  readonly absent: string;
}

/** Names of errors for a resource that does not exist. */
const ABSENT = new Set(['StackSetNotFoundException', 'EntityNotFoundException']);
/** Temporary errors, though their status is 4xx. */
const TEMPORARY = new Set([
  'ConcurrentModificationException',
  'OperationTimeoutException',
  'ResourceNotReadyException',
]);

/** Turns a failure of AWS CloudFormation or AWS Glue, after all retries, into the error for the operator. */
export function serviceError(error: unknown, { service, action, on, absent }: ServiceCall): ExporterError {
  const { name, serviceMessage, status, cause } = failureOf(error);
  const credentials = credentialsError(error);
  if (credentials) return credentials;
  if (ABSENT.has(name)) return new ServiceRefusedError(`${service} has no ${on} (${serviceMessage}): ${absent}`, cause);
  if (status === 403 || /^AccessDenied/.test(name)) {
    return new ServiceRefusedError(
      `${service} refused ${action} on ${on} (${serviceMessage}): allow the action there; look at the role's policies and at the ` +
        "organization's service control policies",
      cause,
    );
  }
  const isTemporary = TEMPORARY.has(name) || isThrottle(error) || name === 'RequestTimeout';
  if (status !== undefined && status >= 400 && status < 500 && !isTemporary) {
    return new ServiceRefusedError(
      `${service} refused ${action} on ${on} (${serviceMessage}): deploy the stack of the history again`,
      cause,
    );
  }
  return new ServiceUnavailableError(
    `${service} did not answer ${action} on ${on} as it should, through all retries (${serviceMessage}): look at the AWS Health ` +
      'Dashboard, at the Region and at the network; the next look asks again',
    cause,
  );
}
