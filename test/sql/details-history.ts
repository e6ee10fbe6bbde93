import type { JobDetailsRow } from '../../lambda/contract/columns.ts';
import { timestamp } from '../../lambda/core/timestamp.ts';
import { type Described, describedSnapshot, writeDescribed } from '../support/described-history.ts';

const HOUR_MS = 3_600_000;
const THINGS = 400;

export interface DetailsHistoryProps {
  readonly directory: string;
  /** Scheduled time of the first snapshot. */
  readonly from: number;
  readonly hours: number;
  readonly accountId: string;
  readonly region: string;
  readonly exportName: string;
}

/**
 * Writes the details of hourly snapshots, one row after the other as it is written down here: rollouts that go on, fail, stall
 * and end, and what seldom happens: a snapshot that came late, two side by side, a run that died before its record, an
 * hour without a snapshot or without details, and numbers that are not known.
 */
export function writeDescribedHistory({ directory, from, hours, ...where }: DetailsHistoryProps): void {
  const at = (hour: number) => from + hour * HOUR_MS;
  let previous: Described | undefined;
  for (let hour = 0; hour < hours; hour++) {
    if (hour % 17 === 5) continue;
    const jobs = jobsAt(from, hour, hours);
    const described: Described = {
      ...where,
      scheduledAt: at(hour),
      ...(previous && { previous: previous.scheduledAt }),
      ...(hour % 13 !== 7 && {
        details: jobs.map((job) => ({ ...job, ...fieldsOfPredecessor(job, previous) })),
        leftOut: hour % 3,
      }),
    };
    if (hour % 19 === 11) writeDescribed(directory, { ...described, isDead: true });
    else writeDescribed(directory, described);
    // Of two side by side the later one names the one before the earlier one.
    if (hour % 19 !== 11 && hour % 23 !== 9) previous = described;
    if (hour % 17 === 6 && hour > 6) {
      writeDescribed(directory, { ...where, scheduledAt: at(hour - 1), unlinked: 'LATE', details: jobs });
    }
  }
}

/** Fields of a job about the snapshot before. */
function fieldsOfPredecessor(job: Partial<JobDetailsRow>, previous: Described | undefined): Partial<JobDetailsRow> {
  const { details = [] } = previous ? describedSnapshot(previous) : {};
  const was = details.find(({ job_id, created_at }) => job_id === job.job_id && created_at === job.created_at);
  if (!was) return {};
  const { queued_things, timed_out_things } = was;
  const done = queued_things === null || timed_out_things === null ? null : THINGS - queued_things;
  return { previous_described_at: was.described_at, previous_things_done: done };
}

function jobsAt(from: number, hour: number, hours: number): Partial<JobDetailsRow>[] {
  const of = (job_id: string, born: number, done: number, more: Partial<JobDetailsRow> = {}) => ({
    job_id,
    created_at: timestamp(from + born * HOUR_MS - 1_800_000),
    job_template_arn: 'arn:aws:iot:us-east-1:000000000000:jobtemplate/firmware',
    description: `firmware, for "${job_id}"`,
    queued_things: THINGS - done,
    succeeded_things: done,
    ...more,
  });
  const criteria = [
    { action: 'CANCEL', failure_type: 'ALL', threshold_percentage: 12.5, min_number_of_executed_things: 20 },
    { action: 'CANCEL', failure_type: 'REJECTED', threshold_percentage: 99, min_number_of_executed_things: 1 },
  ];
  // A rollout begins every ten hours, and the named one among them.
  const rollouts = Array.from({ length: Math.ceil(hours / 10) }, (_, n) => {
    const age = hour - 10 * n;
    if (age < 1 || age > 25) return [];
    const done = Math.min(THINGS, 16 * age + (n % 3) * 8);
    const failed = n % 2 === 0 ? 0 : Math.floor(done / 9);
    const isUnknown = age === 6;
    const id = 10 * n + 15 > hours - 10 && 10 * n + 5 <= hours - 10 ? 'fw-2-5-0-apac-2026112312-00000' : `fw-${n}`;
    return [
      of(id, 10 * n, done - failed, {
        queued_things: THINGS - done,
        failed_things: failed,
        timed_out_things: isUnknown ? null : 0,
        abort_criteria: n % 2 === 0 ? null : criteria,
        progress_since: age < 3 ? null : timestamp(from + hour * HOUR_MS - 60_000),
        ...(age > 24 && { status: n % 2 === 0 ? 'COMPLETED' : 'CANCELED' }),
        ...(age > 12 && { comment: 'goes on', targets: ['b', 'a'] }),
      }),
    ];
  });
  return [
    ...rollouts.flat(),
    of('stalls', -30, 100, { progress_since: timestamp(from), target_selection: 'CONTINUOUS' }),
    of('no-time', -30, Math.floor(hour / 2), { created_at: null, job_template_arn: null, status: null }),
    // An id that is used again.
    of('again', hour - (hour % 30), hour % 30, { abort_criteria: [] }),
  ];
}
