import type { ExecutionStatus } from '@aws-sdk/client-sfn';

/** An execution of a state machine. A test sets its status, or has it run: runExecution. */
export interface Execution {
  readonly name: string;
  /** JSON. */
  readonly input: string;
  status: ExecutionStatus;
  /** Input of the state that runs, or that failed, JSON. A redrive begins there. */
  stateInput: string;
  /** Of one that failed: the error's name. */
  error?: string;
}

/**
 * Executions of a standard workflow, by their names. Source: AWS Step Functions API Reference, StartExecution: the same name
 * with the same input succeeds while it runs; else the name is taken, for 90 days.
 */
export class Executions {
  readonly #byName = new Map<string, Execution>();

  /** In the order in which they were started. */
  get all(): readonly Execution[] {
    return [...this.#byName.values()];
  }

  get(name: string): Execution | undefined {
    return this.#byName.get(name);
  }

  /** @returns `undefined` when the name is taken */
  start(name: string, input: string): Execution | undefined {
    const existing = this.#byName.get(name);
    if (existing) return existing.status === 'RUNNING' && existing.input === input ? existing : undefined;
    const execution: Execution = { name, input, status: 'RUNNING', stateInput: input };
    this.#byName.set(name, execution);
    return execution;
  }
}
