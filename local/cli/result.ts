import type { ExportAnswer } from '../../lambda/contract/event.ts';
import type { CallCounts } from '../../lambda/ports.ts';
import { counted } from './figures.ts';

export interface ResultContext {
  readonly counts: CallCounts;
  readonly elapsedMs: number;
  nameOf(key: string): string;
}

/** What to say of a snapshot that stands. */
export function resultText(answer: ExportAnswer, { counts, elapsedMs, nameOf }: ResultContext): string {
  return [
    `${answer.snapshotId}: ${headline(answer, counts, elapsedMs)}`,
    `  rows    ${nameOf(answer.objectKey)}`,
    `  record  ${nameOf(answer.recordKey)}`,
  ].join('\n');
}

export function headline({ outcome, jobCount }: ExportAnswer, { calls, throttled }: CallCounts, elapsedMs: number) {
  const jobs = counted(jobCount, 'job');
  if (outcome === 'already-written') return `stands already, with ${jobs}; it was not taken again`;
  if (outcome === 'recovered') return `recovered, with ${jobs}: an earlier run had died before it wrote the record`;
  const throttles = throttled > 0 ? `, ${throttled} of them throttled` : '';
  return `written, ${jobs} in ${(elapsedMs / 1000).toFixed(1)} s (${counted(calls, 'call')}${throttles})`;
}
