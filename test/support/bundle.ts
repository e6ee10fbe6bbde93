import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { CompletedAnswer, ContinuedAnswer } from '../../lambda/contract/event.ts';
import { type BundleOutput, BundleProcess } from './bundle-process.ts';
import { MINIMAL_ENVIRONMENT } from './minimal-environment.ts';

const SHIPPED = join(import.meta.dirname, '../../dist/lambda/index.cjs');

export interface Invocation {
  readonly answer?: CompletedAnswer;
  /** Set where the run continues in another invocation. */
  readonly continued?: ContinuedAnswer;
  readonly error?: {
    readonly name: string;
    readonly message: string;
    readonly stack?: string;
    readonly className: string;
  };
  /** Lines of JSON that the function wrote, errors last, without those of metrics. */
  readonly lines: readonly Record<string, unknown>[];
  /** Lines of CloudWatch's embedded metric format. */
  readonly metrics: readonly Record<string, unknown>[];
  readonly stdout: string;
  readonly stderr: string;
  readonly signal: NodeJS.Signals | null;
}

export interface RunningInvocation {
  readonly process: ChildProcess;
  readonly ended: Promise<Invocation>;
}

export interface BundleOptions {
  readonly iot: string;
  readonly s3: string;
  /** Continues runs that outlast an invocation. */
  readonly sfn?: { readonly endpoint: string; readonly stateMachineArn: string };
  readonly remainingMs?: number;
  readonly variables?: Readonly<Record<string, string | undefined>>;
  /**
   * The file to start.
   *
   * @default - the shipped bundle
   */
  readonly bundle?: string;
}

/** Processes that wait for another invocation, by the bundle and the environment that they were started with. */
const idle = new Map<BundleProcess, string>();
/** Exit codes and signals of processes that ended after an answer: an error after the end of an invocation. */
const endedAfterAnswer: unknown[] = [];

afterAll(() => {
  for (const { child } of idle.keys()) child.kill();
  idle.clear();
  expect(endedAfterAnswer).toEqual([]);
});

/**
 * Invokes a bundle with loopback services for AWS, in a process that has no other invocation at the time. As in Lambda, a
 * process has one invocation after another.
 */
export function startBundle(event: unknown, options: BundleOptions): RunningInvocation {
  const environment = Object.entries(environmentOf(options));
  const isEndpoint = ([name]: [string, unknown]) => name.startsWith('AWS_ENDPOINT_URL');
  const fixed = Object.fromEntries(environment.filter((variable) => !isEndpoint(variable)));
  const bundle = options.bundle ?? SHIPPED;
  const variables = Object.fromEntries(
    environment.filter((variable) => isEndpoint(variable) && variable[1] !== undefined),
  );
  // An invocation replaces the endpoints of the one before, and cannot remove one.
  const key = JSON.stringify([bundle, fixed, Object.keys(variables).sort()]);
  const process = idleProcess(key) ?? newProcess(bundle, fixed);
  const { remainingMs = 60_000 } = options;
  const ended = process.invoke({ event, remainingMs, variables }).then((output) => {
    const { exitCode, signalCode } = process.child;
    if (exitCode === null && signalCode === null) idle.set(process, key);
    else if (exitCode !== null && output.message) endedAfterAnswer.push({ exitCode });
    return invocationOf(output);
  });
  return { process: process.child, ended };
}

export function runBundle(event: unknown, options: BundleOptions): Promise<Invocation> {
  return startBundle(event, options).ended;
}

function environmentOf({ iot, s3, sfn, variables }: BundleOptions): NodeJS.ProcessEnv {
  return {
    ...MINIMAL_ENVIRONMENT,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'hunter2-secret',
    AWS_ENDPOINT_URL_IOT: iot,
    AWS_ENDPOINT_URL_S3: s3,
    ...(sfn && { AWS_ENDPOINT_URL_SFN: sfn.endpoint, STATE_MACHINE_ARN: sfn.stateMachineArn }),
    HISTORY_BUCKET: 'history',
    LIST_JOBS_PER_SECOND: '1000',
    ...variables,
  };
}

function idleProcess(wanted: string): BundleProcess | undefined {
  const [found] = [...idle].find(([, key]) => key === wanted) ?? [];
  if (found) idle.delete(found);
  return found;
}

function newProcess(bundle: string, environment: NodeJS.ProcessEnv): BundleProcess {
  if (!existsSync(bundle)) throw new Error('Run `npm run build` first');
  const started = new BundleProcess(bundle, environment);
  started.child.once('exit', (code, signal) => {
    if (idle.delete(started)) endedAfterAnswer.push({ code, signal });
  });
  return started;
}

function invocationOf({ message, stdout, stderr, signal }: BundleOutput): Invocation {
  const all = (stdout + stderr)
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const lines = all.filter((line) => !('_aws' in line));
  const metrics = all.filter((line) => '_aws' in line);
  return { ...resultOf(message), lines, metrics, stdout, stderr, signal };
}

function resultOf(message: unknown): Pick<Invocation, 'answer' | 'continued' | 'error'> {
  const { answer, error } = (message ?? {}) as {
    answer?: CompletedAnswer | ContinuedAnswer;
    error?: Invocation['error'];
  };
  if (answer?.outcome === 'continued') return { continued: answer };
  return { ...(answer && { answer }), ...(error && { error }) };
}
