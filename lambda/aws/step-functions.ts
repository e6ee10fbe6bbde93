import { DescribeExecutionCommand, SFNClient, type SFNClientConfig, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { Continuation } from '../contract/event.ts';
import { type SnapshotIdentity, snapshotId } from '../contract/keys.ts';
import type { Clock, Continuations } from '../ports.ts';
import { abortable } from './abortable.ts';
import { inputOf, nextOf } from './execution-input.ts';
import { executionArn, executionName } from './execution-name.ts';
import {
  foreignExecution,
  noStateMachine,
  type StatesAction,
  stepFunctionsError,
  tooManyExecutions,
  unseenExecution,
} from './step-functions-error.ts';
import { systemClock } from './system-clock.ts';
import { timeouts } from './timeouts.ts';

/** A call is answered in a fraction of a second. With the SDK's backoff this rides out some seconds of a busy service. */
const CALL_MS = 5000;
const MAX_ATTEMPTS = 6;

/** Executions of a snapshot that are looked at. Each but the last was sent again by hand after one that ended. */
const MOST_EXECUTIONS = 50;

/**
 * Waits for DescribeExecution to see what StartExecution says is there. Source: AWS Step Functions API Reference,
 * DescribeExecution: "This operation is eventually consistent."
 */
const WAITS_MS = [250, 500, 1000, 2000, 4000, 8000];

/** Source: AWS Step Functions API Reference, DescribeExecution, status. A redrive that is to come is as good as under way. */
const GOING_ON = new Set(['RUNNING', 'PENDING_REDRIVE']);

/** An execution as it was last seen. */
interface Seen {
  readonly status: string | undefined;
  readonly input: string | undefined;
}

/**
 * Goes on with runs by executions of a state machine, one for each snapshot at a time.
 *
 * Of a standard workflow no two executions have the same name within 90 days. So the name that a snapshot's id gives is
 * taken by the first who starts it, and everybody finds it by that. Source: AWS Step Functions API Reference,
 * StartExecution, name.
 *
 * @param config credentials and the like; the SDK's defaults where left out, and the state machine's Region
 * @param clock what waits for an execution that is not seen yet
 */
export function continuationsOf(
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

  async function call<T>(action: StatesAction, what: string, signal: AbortSignal, send: () => Promise<T>): Promise<T> {
    try {
      return await abortable(send(), signal);
    } catch (error) {
      signal.throwIfAborted();
      throw stepFunctionsError(error, action, what);
    }
  }

  /** `undefined` when there is none. */
  function describe(arn: string, signal: AbortSignal): Promise<Seen | undefined> {
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

  /** One that exists, perhaps unseen yet. */
  async function describeExisting(arn: string, signal: AbortSignal): Promise<Seen> {
    for (const wait of [...WAITS_MS, undefined]) {
      const seen = await describe(arn, signal);
      if (seen) return seen;
      if (wait !== undefined) await clock.sleep(wait, signal);
    }
    throw unseenExecution(arn, WAITS_MS.reduce((sum, ms) => sum + ms, 0) / 1000);
  }

  /**
   * @returns false when the name is taken. Where the same input is running under it, as after an answer that got lost, Step
   * Functions answers as before. Source: AWS Step Functions API Reference, StartExecution.
   */
  function begin(name: string, input: string, signal: AbortSignal): Promise<boolean> {
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
   * Goes through the executions of a snapshot to the one that is going on.
   *
   * @param look an execution by its name and ARN; `undefined`, as when there is none, ends the search
   */
  async function search(
    of: SnapshotIdentity,
    look: (name: string, arn: string) => Promise<Seen | undefined>,
  ): Promise<Continuation | undefined> {
    let last = '';
    for (let n = 1; n <= MOST_EXECUTIONS; n++) {
      const name = executionName(snapshotId(of), n);
      const arn = executionArn(stateMachineArn, name);
      if (arn === undefined) throw noStateMachine(stateMachineArn);
      const found = await look(name, arn);
      if (found === undefined) return;
      if (found.status !== undefined && GOING_ON.has(found.status)) {
        const next = nextOf(found.input, of);
        if (next === undefined) throw foreignExecution(arn, found.input);
        return next;
      }
      last = arn;
    }
    throw tooManyExecutions(last, MOST_EXECUTIONS);
  }

  return {
    running: (of, signal) => search(of, (_name, arn) => describe(arn, signal)),

    async start(of, next, signal) {
      const input = inputOf(next);
      const going = await search(of, async (name, arn) =>
        (await begin(name, input, signal)) ? undefined : await describeExisting(arn, signal),
      );
      return going ?? next;
    },
  };
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}
