import { executionName } from '../../lambda/aws/execution-name.ts';
import type { Continuation } from '../../lambda/contract/event.ts';
import { type SnapshotIdentity, snapshotId } from '../../lambda/contract/keys.ts';
import type { Continuations } from '../../lambda/ports.ts';
import { Executions } from './executions.ts';

type Hook = (method: 'running' | 'start', of: SnapshotIdentity) => void | Promise<void>;

/** Continuations of runs in memory; hooks simulate failures around a call. */
export class MemoryContinuations implements Continuations {
  readonly executions = new Executions();
  /** Runs before a call has its effect; throwing means that it has none. */
  before: Hook = () => {};
  /** Runs after a call had its effect; throwing means that the answer is lost. */
  after: Hook = () => {};

  async running(of: SnapshotIdentity): Promise<Continuation | undefined> {
    await this.before('running', of);
    const next = this.#going(of);
    await this.after('running', of);
    return next;
  }

  async start(of: SnapshotIdentity, next: Continuation): Promise<Continuation> {
    await this.before('start', of);
    const going = this.#going(of) ?? this.#begin(of, next);
    await this.after('start', of);
    return going;
  }

  #going(of: SnapshotIdentity): Continuation | undefined {
    for (const { status, input } of this.#executions(of)) {
      if (status === 'RUNNING' || status === 'PENDING_REDRIVE')
        return (JSON.parse(input) as { next: Continuation }).next;
    }
    return undefined;
  }

  #begin(of: SnapshotIdentity, next: Continuation): Continuation {
    const n = [...this.#executions(of)].length + 1;
    this.executions.start(executionName(snapshotId(of), n), JSON.stringify({ next }));
    return next;
  }

  *#executions(of: SnapshotIdentity) {
    for (let n = 1; ; n++) {
      const execution = this.executions.get(executionName(snapshotId(of), n));
      if (execution === undefined) return;
      yield execution;
    }
  }
}
