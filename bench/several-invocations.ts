import type { ContinuationEvent, ExportAnswer, ExportEvent } from '../lambda/contract/event.ts';
import { LoopbackSfn } from '../test/support/loopback-sfn.ts';
import { runExecution } from '../test/support/state-machine.ts';
import { type Contender, runContender, withService } from './run-contender.ts';

/** Jobs per page of the service. */
const PAGE = 250;

/** Measurement of all invocations of a run. */
export interface RunMeasurement {
  /** Sum, including the start of the processes. */
  readonly cpuMs: number;
  /** Maximum. */
  readonly peakMb: number;
}

/** Measurements of the same snapshot in one invocation, and in several. */
export interface OneAndSeveral {
  readonly one: RunMeasurement;
  readonly several: RunMeasurement;
}

interface Invocation extends RunMeasurement {
  readonly answer: ExportAnswer;
}

/** Parameters of {@link measureSeveralInvocations}. */
export interface SeveralInvocationsProps {
  /** Runs one invocation. */
  readonly invocation: Contender;
  readonly jobs: number;
  /** Invocations of the run that has several. */
  readonly several: number;
  readonly rounds: number;
  /** Whether the run has a predecessor with as many jobs. */
  readonly hasPredecessor: boolean;
}

/**
 * Measures runs with one invocation and with several, in turns and against the same service. Each invocation is a process.
 */
export async function measureSeveralInvocations(options: SeveralInvocationsProps): Promise<OneAndSeveral[]> {
  const { jobs, rounds, several, hasPredecessor } = options;
  return await withService(jobs, async (port) => {
    let day = 0;
    const measureSnapshot = (invocations: number) => takeSnapshot(options, port, invocations, day++);
    if (hasPredecessor) await measureSnapshot(1);
    const measured: OneAndSeveral[] = [];
    for (let round = 0; round < rounds; round++)
      measured.push({ one: await measureSnapshot(1), several: await measureSnapshot(several) });
    return measured;
  });
}

async function takeSnapshot(
  { invocation, jobs, hasPredecessor }: SeveralInvocationsProps,
  port: number,
  invocations: number,
  day: number,
): Promise<RunMeasurement> {
  const event: ExportEvent = {
    export: 'all',
    scheduledTime: `${new Date(Date.UTC(2026, 0, 1 + day)).toISOString().slice(0, 19)}Z`,
    statuses: ['COMPLETED'],
    ...(invocations > 1 && { maxRunMinutes: 60 }),
  };
  const invocationResults: Invocation[] = [];
  const sfn = new LoopbackSfn();
  const variables = {
    HISTORY_BUCKET: hasPredecessor ? 'kept' : 'history',
    AWS_ENDPOINT_URL_SFN: await sfn.start(),
    STATE_MACHINE_ARN: sfn.stateMachineArn,
    // With one invocation more pages than there are, so that the time never runs out.
    BENCH_PAGES: String(invocations > 1 ? Math.ceil(jobs / PAGE / invocations) : jobs),
  };
  const invoke = async (input: ExportEvent | ContinuationEvent) => {
    const contender = { ...invocation, variables: { ...variables, BENCH_EVENT: JSON.stringify(input) } };
    const result = await runContender<Invocation>(contender, port);
    invocationResults.push(result);
    if (invocationResults.length > invocations) throw new Error(`More than ${invocations} invocations`);
    return result.answer;
  };
  try {
    let answer: ExportAnswer | undefined = await invoke(event);
    for (const execution of sfn.executions.all) answer = await runExecution(execution, invoke, { retries: 0 });
    if (answer?.outcome !== 'written' || answer.jobCount !== jobs || invocationResults.length !== invocations) {
      throw new Error(
        `${invocationResults.length} invocations, not ${invocations}, answered ${JSON.stringify(answer)}`,
      );
    }
  } finally {
    await sfn.stop();
  }
  return {
    cpuMs: invocationResults.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
    peakMb: Math.max(...invocationResults.map(({ peakMb }) => peakMb)),
  };
}
