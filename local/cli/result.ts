import type { SnapshotRecord, UnlinkedReason } from '../../lambda/contract/columns.ts';
import type { CompletedAnswer } from '../../lambda/contract/event.ts';
import type { CallCounts } from '../../lambda/ports.ts';
import { counted } from './figures.ts';

export interface ResultContext {
  readonly record: SnapshotRecord;
  readonly counts: CallCounts;
  readonly elapsedMs: number;
  nameOf(key: string): string;
}

/** What to say of a snapshot that stands. */
export function resultText(answer: CompletedAnswer, { record, counts, elapsedMs, nameOf }: ResultContext): string {
  return [
    `${answer.snapshotId}: ${headline(answer, counts, elapsedMs)}`,
    `  rows    ${nameOf(answer.objectKey)}`,
    `  record  ${nameOf(answer.recordKey)}`,
    `  changes ${changesText(record, nameOf)}`,
  ].join('\n');
}

function headline({ outcome, jobCount }: CompletedAnswer, { calls, throttled }: CallCounts, elapsedMs: number) {
  const jobs = counted(jobCount, 'job');
  if (outcome === 'already-written') return `stands already, with ${jobs}; it was not taken again`;
  if (outcome === 'recovered') return `recovered, with ${jobs}: an earlier run had died before it wrote the record`;
  const throttles = throttled > 0 ? `, ${throttled} of them throttled` : '';
  return `written, ${jobs} in ${(elapsedMs / 1000).toFixed(1)} s (${counted(calls, 'call')}${throttles})`;
}

const UNLINKED: Readonly<Record<string, string>> = {
  LATE: 'a later snapshot stood already',
  FIRST: 'there is no snapshot before',
  UNREADABLE: 'the rows of the snapshot before could not be read, and all ages begin anew',
} satisfies Record<UnlinkedReason, string>;

/** Not known is another matter than none. */
function changesText(record: SnapshotRecord, nameOf: ResultContext['nameOf']): string {
  const { change_count, changes_key, previous_snapshot_id, unlinked_reason } = record;
  if (change_count === null) {
    const reason = unlinked_reason ?? 'an older version took it';
    return `not known: ${UNLINKED[reason] ?? reason}`;
  }
  const where = changes_key === null ? '' : `: ${nameOf(changes_key)}`;
  return `${change_count === 0 ? 'none' : counted(change_count, 'row')} since ${previous_snapshot_id}${where}`;
}
