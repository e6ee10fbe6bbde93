import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';

/** Ends the output of an invocation on each stream. See `invoke-bundle.mjs`. */
const END = '\u0004';

/** How an invocation ended. */
export interface BundleOutput {
  /** What the handler returned or threw. Absent where the process ended before. */
  readonly message?: unknown;
  readonly stdout: string;
  readonly stderr: string;
  /** The signal that ended the process, if any. */
  readonly signal: NodeJS.Signals | null;
}

/** A process that runs a bundle, one invocation at a time, as an execution environment of Lambda. */
export class BundleProcess {
  readonly child: ChildProcess;
  #message: unknown;
  #stdout = '';
  #stderr = '';
  #end: ((signal: NodeJS.Signals | null) => void) | undefined;

  constructor(bundle: string, env: NodeJS.ProcessEnv) {
    this.child = fork(join(import.meta.dirname, 'invoke-bundle.mjs'), [bundle], { silent: true, execArgv: [], env });
    this.child.stdout?.setEncoding('utf8').on('data', (text) => {
      this.#stdout += text;
      this.#endIfComplete();
    });
    this.child.stderr?.setEncoding('utf8').on('data', (text) => {
      this.#stderr += text;
      this.#endIfComplete();
    });
    this.child.on('message', (message) => {
      this.#message = message;
      this.#endIfComplete();
    });
    this.child.once('close', (_code, signal) => this.#end?.(signal));
  }

  /** @param variables those of the environment that differ from invocation to invocation */
  async invoke(invocation: {
    readonly event: unknown;
    readonly remainingMs: number;
    readonly variables: NodeJS.ProcessEnv;
  }): Promise<BundleOutput> {
    [this.#message, this.#stdout, this.#stderr] = [undefined, '', ''];
    const signal = await new Promise<NodeJS.Signals | null>((resolve) => {
      this.#end = resolve;
      this.child.send(invocation);
    });
    this.#end = undefined;
    const [stdout, stderr] = [this.#stdout.replace(END, ''), this.#stderr.replace(END, '')];
    return { message: this.#message, stdout, stderr, signal };
  }

  #endIfComplete(): void {
    if (this.#message && this.#stdout.endsWith(END) && this.#stderr.endsWith(END)) this.#end?.(null);
  }
}
