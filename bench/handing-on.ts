import type { ContinuationEvent, ExportAnswer, ExportEvent } from '../lambda/contract/event.ts';
import { LoopbackSfn } from '../test/support/loopback-sfn.ts';
import { runExecution } from '../test/support/state-machine.ts';
import { type Contender, runContender, withService } from './run-contender.ts';

/** Jobs of a page of the service. */
const PAGE = 250;

/** What the invocations of a run took. */
export interface RunMeasurement {
  /** Of all together, the start of their processes included. */
  readonly cpuMs: number;
  /** Of the one with the most. */
  readonly peakMb: number;
}

/** The same snapshot in one invocation, and in several. */
export interface OneAndSeveral {
  readonly one: RunMeasurement;
  readonly several: RunMeasurement;
}

interface Invocation extends RunMeasurement {
  readonly answer: ExportAnswer;
}

/** How a run is measured. */
export interface HandingOn {
  /** Runs one invocation. */
  readonly invocation: Contender;
  readonly jobs: number;
  /** Invocations of the run that has several. */
  readonly several: number;
  readonly rounds: number;
  /** Whether there is a snapshot before, of as many jobs. */
  readonly hasBefore: boolean;
}

/**
 * Measures a run that is handed on from invocation to invocation, each a process, beside one that is not: in turns, against
 * the same service.
 */
export async function withHandingOn(options: HandingOn): Promise<OneAndSeveral[]> {
  const { jobs, rounds, several, hasBefore } = options;
  return await withService(jobs, async (port) => {
    let day = 0;
    const take = (invocations: number) => takeSnapshot(options, port, invocations, day++);
    if (hasBefore) await take(1);
    const measured: OneAndSeveral[] = [];
    for (let round = 0; round < rounds; round++) measured.push({ one: await take(1), several: await take(several) });
    return measured;
  });
}

async function takeSnapshot(
  { invocation, jobs, hasBefore }: HandingOn,
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
  const taken: Invocation[] = [];
  const sfn = new LoopbackSfn();
  const variables = {
    HISTORY_BUCKET: hasBefore ? 'kept' : 'history',
    AWS_ENDPOINT_URL_SFN: await sfn.start(),
    STATE_MACHINE_ARN: sfn.stateMachineArn,
    // Of the last invocation more than it needs.
    BENCH_PAGES: String(invocations > 1 ? Math.ceil(jobs / PAGE / invocations) : jobs),
  };
  const invoke = async (requested: ExportEvent | ContinuationEvent) => {
    const contender = { ...invocation, variables: { ...variables, BENCH_EVENT: JSON.stringify(requested) } };
    const one = await runContender<Invocation>(contender, port);
    taken.push(one);
    if (taken.length > invocations) throw new Error(`More than ${invocations} invocations`);
    return one.answer;
  };
  try {
    let answer: ExportAnswer | undefined = await invoke(event);
    for (const execution of sfn.executions.all) answer = await runExecution(execution, invoke, { retries: 0 });
    if (answer?.outcome !== 'written' || answer.jobCount !== jobs || taken.length !== invocations) {
      throw new Error(`${taken.length} invocations, not ${invocations}, answered ${JSON.stringify(answer)}`);
    }
  } finally {
    await sfn.stop();
  }
  return {
    cpuMs: taken.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
    peakMb: Math.max(...taken.map(({ peakMb }) => peakMb)),
  };
}
