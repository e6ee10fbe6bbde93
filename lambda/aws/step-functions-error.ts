import { type ExporterError, StateMachineRefusedError, StateMachineUnavailableError } from '../errors.ts';
import { isThrottle } from './attempts.ts';
import { credentialsError } from './credentials-error.ts';
import { failureOf } from './failure.ts';

export type StatesAction = 'states:StartExecution' | 'states:DescribeExecution';

/** Source: AWS Step Functions API Reference, "Common Errors", and StartExecution and DescribeExecution, Errors. */
const DENIALS = new Set(['AccessDeniedException', 'KmsAccessDeniedException']);
const MISSES = new Set(['StateMachineDoesNotExist', 'StateMachineDeleting', 'InvalidArn']);
/** What passes by itself, though the client is said to be at fault. */
const TEMPORARY = new Set(['ExecutionLimitExceeded', 'KmsThrottlingException']);

const NEXT = 'the run begins anew with its next attempt';

/**
 * What a failure of Step Functions, after all retries, means to an operator.
 *
 * @param what the ARN that the action was for
 */
export function stepFunctionsError(error: unknown, action: StatesAction, what: string): ExporterError {
  const { name, serviceMessage, status, cause } = failureOf(error);
  const credentials = credentialsError(error);
  if (credentials) return credentials;
  if (status === 403 || DENIALS.has(name)) {
    return new StateMachineRefusedError(
      `Step Functions refused ${action} on ${what} (${serviceMessage}): allow the action there; look at the role's policies, and at ` +
        "the state machine's KMS key if it has one",
      cause,
    );
  }
  if (MISSES.has(name)) {
    return new StateMachineRefusedError(
      `There is no state machine for ${action} on ${what} (${serviceMessage}): deploy the stack again`,
      cause,
    );
  }
  const isTemporary = TEMPORARY.has(name) || isThrottle(error);
  if (status !== undefined && status >= 400 && status < 500 && !isTemporary) {
    return new StateMachineRefusedError(
      `Step Functions refused ${action} on ${what} (${serviceMessage}): deploy the stack again, or export without maxRunMinutes`,
      cause,
    );
  }
  return new StateMachineUnavailableError(
    `Step Functions did not answer ${action} on ${what} as it should, through all retries (${serviceMessage}): look at the AWS ` +
      `Health Dashboard, at the Region, at the quotas of Step Functions and at the network; ${NEXT}`,
    cause,
  );
}

/** The ARN of the environment is none. */
export function noStateMachine(arn: string): ExporterError {
  return new StateMachineRefusedError(`"${arn}" is no ARN of a state machine: deploy the stack again`);
}

/** Something else is under way under the name of a snapshot's execution. */
export function foreignExecution(arn: string, input: string | undefined): ExporterError {
  return new StateMachineRefusedError(
    `${arn} is running with an input that is not of this snapshot (${shown(input)}), as one that was started by hand: stop ` +
      'it, or wait until it has ended, and send the event again',
  );
}

/** A snapshot had as many executions as are looked at. */
export function tooManyExecutions(arn: string, count: number): ExporterError {
  return new StateMachineRefusedError(
    `The snapshot had ${count} executions that ended, the last one ${arn}: find out why they did not make it, and redrive ` +
      'that one instead of sending the event again',
  );
}

/** Its name is taken, and nothing is told of it. */
export function unseenExecution(arn: string, seconds: number): ExporterError {
  return new StateMachineUnavailableError(
    `${arn} exists by StartExecution, and not by DescribeExecution, which is eventually consistent, for ${seconds} seconds: ` +
      NEXT,
  );
}

function shown(input: string | undefined): string {
  return input === undefined ? 'none' : input.slice(0, 100);
}
