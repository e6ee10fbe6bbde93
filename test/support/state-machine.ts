import type { Continuation, ContinuationEvent, ExportAnswer } from '../../lambda/contract/event.ts';
import { NOT_WORTH_A_RETRY } from '../../lambda/contract/retries.ts';
import type { Execution } from './executions.ts';

/** Bytes of what passes between states at most. Source: AWS Step Functions Developer Guide, "Quotas", task executions. */
const MAX_STATE_BYTES = 262_144;
/** Limit that fails a test whose run does not end. */
const MOST_INVOCATIONS = 2000;

export type Invoke = (event: ContinuationEvent) => Promise<ExportAnswer>;

export interface ExecutionOptions {
  /** Retries of an invocation that failed. @default 3 */
  readonly retries?: number;
  /** Called before each retry, as for the clock. */
  readonly beforeRetry?: (error: Error, attempt: number) => void | Promise<void>;
  /** When the execution is redriven: the state that failed begins again. Absent: it is run for the first time. */
  readonly redriveTime?: string;
}

/**
 * Does what the state machine does with an execution: invokes the function with its input and then with what it answers,
 * until that is not "continued". Everything passes as JSON, as it does there.
 *
 * @returns the last answer; `undefined` when it failed, or was aborted meanwhile
 */
export async function runExecution(
  execution: Execution,
  invoke: Invoke,
  { retries = 3, beforeRetry, redriveTime }: ExecutionOptions = {},
): Promise<ExportAnswer | undefined> {
  const context = redriveTime === undefined ? {} : { RedriveTime: redriveTime };
  execution.status = 'RUNNING';
  delete execution.error;
  for (let invocation = 0; invocation < MOST_INVOCATIONS; invocation++) {
    const { next } = JSON.parse(execution.stateInput) as { next: Continuation };
    const event = JSON.stringify({ next, execution: context });
    const answer = await attempts(event, invoke, retries, beforeRetry).catch((error: Error) => error);
    if (execution.status !== 'RUNNING') return undefined;
    const output = answer instanceof Error ? '' : JSON.stringify(answer);
    const isTooLong = Buffer.byteLength(output) > MAX_STATE_BYTES;
    if (answer instanceof Error || isTooLong) {
      execution.status = 'FAILED';
      execution.error = answer instanceof Error ? answer.name : 'States.DataLimitExceeded';
      return undefined;
    }
    if (answer.outcome !== 'continued') {
      execution.status = 'SUCCEEDED';
      return JSON.parse(output) as ExportAnswer;
    }
    execution.stateInput = output;
  }
  throw new Error(`The execution did not end within ${MOST_INVOCATIONS} invocations`);
}

async function attempts(
  event: string,
  invoke: Invoke,
  retries: number,
  beforeRetry: ExecutionOptions['beforeRetry'],
): Promise<ExportAnswer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await invoke(JSON.parse(event) as ContinuationEvent);
    } catch (error) {
      if (!(error instanceof Error) || attempt > retries || NOT_WORTH_A_RETRY.includes(error.name)) throw error;
      await beforeRetry?.(error, attempt);
    }
  }
}
