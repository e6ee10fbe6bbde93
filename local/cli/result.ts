import type { SnapshotRecord, UnlinkedReason } from '../../lambda/contract/columns.ts';
import type { CompletedAnswer } from '../../lambda/contract/event.ts';
import type { CallCounts, DetailsResult } from '../../lambda/ports.ts';
import { counted, leftOutText } from './figures.ts';

export interface ResultContext {
  readonly record: SnapshotRecord;
  readonly counts: CallCounts;
  /** Set if the run described jobs. */
  readonly details?: DetailsResult | undefined;
  readonly elapsedMs: number;
  nameOf(key: string): string;
}

/** Output for a stored snapshot. */
export function resultText(answer: CompletedAnswer, context: ResultContext): string {
  const { record, counts, elapsedMs, nameOf } = context;
  return [
    `${answer.snapshotId}: ${headline(answer, counts, elapsedMs)}`,
    `  rows    ${nameOf(answer.objectKey)}`,
    `  record  ${nameOf(answer.recordKey)}`,
    `  changes ${changesText(record, nameOf)}`,
    ...detailsLines(context),
  ].join('\n');
}

function headline({ outcome, jobCount }: CompletedAnswer, { calls, throttled }: CallCounts, elapsedMs: number) {
  const jobs = counted(jobCount, 'job');
  if (outcome === 'already-written') return `exists already, with ${jobs}; it was not taken again`;
  if (outcome === 'recovered') return `recovered, with ${jobs}: an earlier run had died before it wrote the record`;
  const throttles = throttled > 0 ? `, ${throttled} of them throttled` : '';
  return `written, ${jobs} in ${(elapsedMs / 1000).toFixed(1)} s (${counted(calls, 'call')}${throttles})`;
}

/** Empty if details were not requested. */
function detailsLines({ record, details, nameOf }: ResultContext): string[] {
  const { detail_count, details_left_out, details_key } = record;
  if (detail_count === null || detail_count === undefined) return [];
  const leftOut = details_left_out ?? 0;
  // Only the run that described the jobs knows the reasons.
  const left = details ? leftOutText(details) : leftOut > 0 ? `, ${counted(leftOut, 'job')} left out` : '';
  const where = details_key === null ? '' : `: ${nameOf(details_key)}`;
  return [`  details ${detail_count === 0 ? 'none' : counted(detail_count, 'row')}${left}${where}`];
}

const UNLINKED: Readonly<Record<string, string>> = {
  LATE: 'a later snapshot existed already',
  FIRST: 'there is no snapshot before',
  UNREADABLE: 'the rows of the snapshot before could not be read, and all ages begin anew',
} satisfies Record<UnlinkedReason, string>;

/** Distinguishes unknown changes from none. */
function changesText(record: SnapshotRecord, nameOf: ResultContext['nameOf']): string {
  const { change_count, changes_key, previous_snapshot_id, unlinked_reason } = record;
  if (change_count === null) {
    const reason = unlinked_reason ?? 'an older version took it';
    return `not known: ${UNLINKED[reason] ?? reason}`;
  }
  const where = changes_key === null ? '' : `: ${nameOf(changes_key)}`;
  return `${change_count === 0 ? 'none' : counted(change_count, 'row')} since ${previous_snapshot_id}${where}`;
}
