import { type ChildProcess, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { CompletedAnswer, ContinuedAnswer } from '../../lambda/contract/event.ts';
import { BARE_ENVIRONMENT } from './bare-environment.ts';

const SHIPPED = join(import.meta.dirname, '../../dist/lambda/index.cjs');

export interface Invocation {
  readonly answer?: CompletedAnswer;
  /** Where the run goes on in another invocation. */
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

/** Starts the shipped bundle in a process of its own, with loopback services for AWS. */
export function startBundle(
  event: unknown,
  { iot, s3, sfn, remainingMs = 60_000, variables = {}, bundle = SHIPPED }: BundleOptions,
): RunningInvocation {
  if (!existsSync(bundle)) throw new Error('Run `npm run build` first');
  const args = [JSON.stringify(event), String(remainingMs), bundle];
  const child = fork(join(import.meta.dirname, 'invoke-bundle.mjs'), args, {
    silent: true,
    execArgv: [],
    env: {
      ...BARE_ENVIRONMENT,
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'hunter2-secret',
      AWS_ENDPOINT_URL_IOT: iot,
      AWS_ENDPOINT_URL_S3: s3,
      ...(sfn && { AWS_ENDPOINT_URL_SFN: sfn.endpoint, STATE_MACHINE_ARN: sfn.stateMachineArn }),
      HISTORY_BUCKET: 'history',
      LIST_JOBS_PER_SECOND: '1000',
      ...variables,
    },
  });
  return { process: child, ended: invocation(child) };
}

export interface BundleOptions {
  readonly iot: string;
  readonly s3: string;
  /** Where runs go on that outlast an invocation. */
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

export function runBundle(event: unknown, options: BundleOptions): Promise<Invocation> {
  return startBundle(event, options).ended;
}

async function invocation(child: ChildProcess): Promise<Invocation> {
  let result: Pick<Invocation, 'answer' | 'continued' | 'error'> = {};
  const output = { stdout: '', stderr: '' };
  child.on('message', (message) => {
    const { answer, error } = message as { answer?: CompletedAnswer | ContinuedAnswer; error: Invocation['error'] };
    if (answer === undefined) result = error ? { error } : {};
    else result = answer.outcome === 'continued' ? { continued: answer } : { answer };
  });
  child.stdout?.on('data', (chunk) => {
    output.stdout += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    output.stderr += chunk;
  });
  const signal = await new Promise<NodeJS.Signals | null>((resolve) => {
    child.once('close', (_code, killedBy) => resolve(killedBy));
  });
  const all = (output.stdout + output.stderr)
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const lines = all.filter((line) => !('_aws' in line));
  const metrics = all.filter((line) => '_aws' in line);
  return { ...result, ...output, lines, metrics, signal };
}
