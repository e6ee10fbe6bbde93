import { DescribeExecutionCommand, SFNClient, type SFNClientConfig, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { Continuation } from '../contract/event.ts';
import { type SnapshotIdentity, snapshotId } from '../contract/keys.ts';
import type { Clock, Continuations } from '../ports.ts';
import { abortable } from './abortable.ts';
import { executionInput, parseExecutionInput } from './execution-input.ts';
import { executionArn, executionName } from './execution-name.ts';
import {
  foreignExecution,
  invisibleExecution,
  noStateMachine,
  type StatesAction,
  stepFunctionsError,
  tooManyExecutions,
} from './step-functions-error.ts';
import { systemClock } from './system-clock.ts';
import { timeouts } from './timeouts.ts';

/** A call normally takes a fraction of a second. With the SDK's backoff the attempts cover some seconds of a busy service. */
const CALL_MS = 5000;
const MAX_ATTEMPTS = 6;

/** Maximum of executions per snapshot. All but the first were started by sending the event again by hand. */
const MAX_EXECUTIONS = 50;

/**
 * Waits until DescribeExecution sees an execution that StartExecution reports as existing. Source: AWS Step Functions API
 * Reference, DescribeExecution: "This operation is eventually consistent."
 */
const VISIBILITY_WAITS_MS = [250, 500, 1000, 2000, 4000, 8000];

/** A pending redrive counts as running. Source: AWS Step Functions API Reference, DescribeExecution, status. */
const ACTIVE_STATUSES = new Set(['RUNNING', 'PENDING_REDRIVE']);

/** State of an execution. */
interface ExecutionState {
  readonly status: string | undefined;
  readonly input: string | undefined;
}

/**
 * Continues runs with executions of a state machine, at most one per snapshot at a time.
 *
 * Executions of a standard workflow have unique names for 90 days. The name derives from the snapshot's id: only the first
 * StartExecution succeeds, and all others find its execution by name. Source: AWS Step Functions API Reference,
 * StartExecution, name.
 *
 * @param config credentials and other options. @default the SDK's, in the state machine's Region
 * @param clock waits for an execution that is not visible yet
 */
export function createContinuations(
  stateMachineArn: string,
  config: SFNClientConfig = {},
  clock: Pick<Clock, 'sleep'> = systemClock,
): Continuations {
  const region = stateMachineArn.split(':')[3];
  const client = new SFNClient({
    maxAttempts: MAX_ATTEMPTS,
    requestHandler: timeouts({ answerMs: CALL_MS, silenceMs: CALL_MS }),
    ...(region && { region }),
    ...config,
  });

  async function call<T>(action: StatesAction, arn: string, signal: AbortSignal, send: () => Promise<T>): Promise<T> {
    try {
      return await abortable(send(), signal);
    } catch (error) {
      signal.throwIfAborted();
      throw stepFunctionsError(error, action, arn);
    }
  }

  /** `undefined` when the execution does not exist. */
  function describe(arn: string, signal: AbortSignal): Promise<ExecutionState | undefined> {
    return call('states:DescribeExecution', arn, signal, async () => {
      try {
        const command = new DescribeExecutionCommand({ executionArn: arn });
        const { status, input } = await client.send(command, { abortSignal: signal });
        return { status, input };
      } catch (error) {
        if (isNamed(error, 'ExecutionDoesNotExist')) return undefined;
        throw error;
      }
    });
  }

  /** Describes an execution that exists, but may not be visible yet. */
  async function describeExisting(arn: string, signal: AbortSignal): Promise<ExecutionState> {
    for (const wait of [...VISIBILITY_WAITS_MS, undefined]) {
      const found = await describe(arn, signal);
      if (found) return found;
      if (wait !== undefined) await clock.sleep(wait, signal);
    }
    throw invisibleExecution(arn, VISIBILITY_WAITS_MS.reduce((sum, ms) => sum + ms, 0) / 1000);
  }

  /**
   * @returns false when the name is taken. For a running execution with the same input, as after a lost answer, Step Functions
   * answers with success again. Source: AWS Step Functions API Reference, StartExecution.
   */
  function startExecution(name: string, input: string, signal: AbortSignal): Promise<boolean> {
    return call('states:StartExecution', stateMachineArn, signal, async () => {
      try {
        const command = new StartExecutionCommand({ stateMachineArn, name, input });
        await client.send(command, { abortSignal: signal });
        return true;
      } catch (error) {
        if (isNamed(error, 'ExecutionAlreadyExists')) return false;
        throw error;
      }
    });
  }

  /**
   * Finds the active execution of a snapshot.
   *
   * @param inspect returns the state of an execution; `undefined` ends the search
   */
  async function findActive(
    snapshot: SnapshotIdentity,
    inspect: (name: string, arn: string) => Promise<ExecutionState | undefined>,
  ): Promise<Continuation | undefined> {
    let last = '';
    for (let n = 1; n <= MAX_EXECUTIONS; n++) {
      const name = executionName(snapshotId(snapshot), n);
      const arn = executionArn(stateMachineArn, name);
      if (arn === undefined) throw noStateMachine(stateMachineArn);
      const found = await inspect(name, arn);
      if (found === undefined) return;
      if (found.status !== undefined && ACTIVE_STATUSES.has(found.status)) {
        const next = parseExecutionInput(found.input, snapshot);
        if (next === undefined) throw foreignExecution(arn, found.input);
        return next;
      }
      last = arn;
    }
    throw tooManyExecutions(last, MAX_EXECUTIONS);
  }

  return {
    running: (snapshot, signal) => findActive(snapshot, (_name, arn) => describe(arn, signal)),

    async start(snapshot, next, signal) {
      const input = executionInput(next);
      const active = await findActive(snapshot, async (name, arn) =>
        (await startExecution(name, input, signal)) ? undefined : await describeExisting(arn, signal),
      );
      return active ?? next;
    },
  };
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}
