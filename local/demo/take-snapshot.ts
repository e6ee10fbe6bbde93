import { DEFAULT_CALLS_PER_SECOND } from '../../lambda/contract/jobs.ts';
import { exportSnapshot } from '../../lambda/core/export-snapshot.ts';
import { parseEvent } from '../../lambda/event.ts';
import type { History } from '../../lambda/ports.ts';
import { counted } from '../cli/figures.ts';
import { interruptible } from '../cli/interrupt.ts';
import type { Due } from './timetable.ts';
import { ACCOUNT, type World } from './world.ts';

/** Delay of the schedule. */
const DELIVERY_MS = 2000;

export interface TakenSnapshot {
  readonly snapshotId: string;
  readonly scheduledAt: number;
  readonly jobCount: number;
  /** Of ListJobs and DescribeJob. */
  readonly calls: number;
  readonly throttled: number;
  /** Duration of the run by the simulated clock. */
  readonly simulatedMs: number;
}

/** Takes a snapshot as the Lambda function does, at the time of the simulated clock. */
export async function takeSnapshot(
  { clock, newSource, newDescriber }: World,
  history: History,
  { event, scheduledAt }: Due,
  interrupt: AbortSignal,
): Promise<TakenSnapshot> {
  clock.skipTo(scheduledAt + DELIVERY_MS);
  const request = parseEvent({ ...event, scheduledTime: new Date(scheduledAt).toISOString() }, clock.now(), ACCOUNT);
  const source = newSource(DEFAULT_CALLS_PER_SECOND);
  const startedAt = clock.monotonic();
  const describer = event.details && newDescriber();
  const ports = interruptible({ clock, source, ...(describer && { describer }), ...history }, interrupt);
  const { snapshotId, jobCount } = await exportSnapshot(request, ports, Number.POSITIVE_INFINITY);
  const { calls, throttled } = source.counts;
  const described = describer?.counts.calls ?? 0;
  const simulatedMs = clock.monotonic() - startedAt;
  return { snapshotId, scheduledAt, jobCount, calls: calls + described, throttled, simulatedMs };
}

/** `20261121T180000Z-all      2,143 jobs in 2.4 simulated s, 12 calls`. */
export function snapshotLine({ snapshotId, jobCount, calls, throttled, simulatedMs }: TakenSnapshot): string {
  const seconds = (simulatedMs / 1000).toFixed(1);
  const throttles = throttled > 0 ? `, ${throttled} throttled` : '';
  const jobs = counted(jobCount, 'job').padStart(11);
  return `${snapshotId.padEnd(23)} ${jobs} in ${seconds} simulated s, ${counted(calls, 'call')}${throttles}`;
}
