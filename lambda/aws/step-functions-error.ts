import { type ExporterError, StateMachineRefusedError, StateMachineUnavailableError } from '../errors.ts';
import { isThrottle } from './attempts.ts';
import { credentialsError } from './credentials-error.ts';
import { failureOf } from './failure.ts';

export type StatesAction = 'states:StartExecution' | 'states:DescribeExecution';

/** Source: AWS Step Functions API Reference, "Common Errors", and StartExecution and DescribeExecution, Errors. */
const DENIALS = new Set(['AccessDeniedException', 'KmsAccessDeniedException']);
const MISSES = new Set(['StateMachineDoesNotExist', 'StateMachineDeleting', 'InvalidArn']);
/** Temporary errors, though their status is 4xx. */
const TEMPORARY = new Set(['ExecutionLimitExceeded', 'KmsThrottlingException']);

const NEXT = 'the run begins anew with its next attempt';

/**
 * Turns a failure of Step Functions, after all retries, into the error for the operator.
 *
 * @param arn ARN of the action's resource
 */
export function stepFunctionsError(error: unknown, action: StatesAction, arn: string): ExporterError {
  const { name, serviceMessage, status, cause } = failureOf(error);
  const credentials = credentialsError(error);
  if (credentials) return credentials;
  if (status === 403 || DENIALS.has(name)) {
    return new StateMachineRefusedError(
      `Step Functions refused ${action} on ${arn} (${serviceMessage}): allow the action there; look at the role's policies, and at ` +
        "the state machine's KMS key if it has one",
      cause,
    );
  }
  if (MISSES.has(name)) {
    return new StateMachineRefusedError(
      `There is no state machine for ${action} on ${arn} (${serviceMessage}): deploy the stack again`,
      cause,
    );
  }
  const isTemporary = TEMPORARY.has(name) || isThrottle(error);
  if (status !== undefined && status >= 400 && status < 500 && !isTemporary) {
    return new StateMachineRefusedError(
      `Step Functions refused ${action} on ${arn} (${serviceMessage}): deploy the stack again, or export without maxRunMinutes`,
      cause,
    );
  }
  return new StateMachineUnavailableError(
    `Step Functions did not answer ${action} on ${arn} as it should, through all retries (${serviceMessage}): look at the AWS ` +
      `Health Dashboard, at the Region, at the quotas of Step Functions and at the network; ${NEXT}`,
    cause,
  );
}

/** The configured ARN is not that of a state machine. */
export function noStateMachine(arn: string): ExporterError {
  return new StateMachineRefusedError(`"${arn}" is no ARN of a state machine: deploy the stack again`);
}

/** An execution with the name of the snapshot's has another input. */
export function foreignExecution(arn: string, input: string | undefined): ExporterError {
  return new StateMachineRefusedError(
    `${arn} is running with an input that is not of this snapshot (${inputExcerpt(input)}), as one that was started by hand: stop ` +
      'it, or wait until it has ended, and send the event again',
  );
}

/** The snapshot has too many ended executions. */
export function tooManyExecutions(arn: string, count: number): ExporterError {
  return new StateMachineRefusedError(
    `The snapshot had ${count} executions that ended, the last one ${arn}: find out why they did not make it, and redrive ` +
      'that one instead of sending the event again',
  );
}

/** The execution's name is taken, but DescribeExecution does not see it. */
export function invisibleExecution(arn: string, seconds: number): ExporterError {
  return new StateMachineUnavailableError(
    `${arn} exists by StartExecution, and not by DescribeExecution, which is eventually consistent, for ${seconds} seconds: ` +
      NEXT,
  );
}

function inputExcerpt(input: string | undefined): string {
  return input === undefined ? 'none' : input.slice(0, 100);
}
