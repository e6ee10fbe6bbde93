import type { JobDetailsRow } from '../../../lambda/contract/columns.ts';
import { type Described, type DescribedObjects, describedSnapshot } from '../../support/described-history.ts';
import { Random } from '../../support/random.ts';
import { textOf } from './expected-snapshots.ts';
import { DAY_MS, HOUR_MS } from './fleet.ts';

/** The day on which the histories end, and are looked at. */
export const TODAY = '2026-11-24';
const END = Date.parse(`${TODAY}T20:00:00Z`);
const DAYS = 3;

type Counts = Pick<
  JobDetailsRow,
  | 'queued_things'
  | 'in_progress_things'
  | 'succeeded_things'
  | 'failed_things'
  | 'rejected_things'
  | 'timed_out_things'
  | 'removed_things'
  | 'canceled_things'
>;

/** What a person may change. */
type Texts = Pick<JobDetailsRow, 'description' | 'comment' | 'reason_code' | 'targets'>;

/** A job of the simulated fleet. */
interface Job {
  readonly id: string;
  createdAt: number;
  readonly selection: JobDetailsRow['target_selection'];
  readonly criteria: JobDetailsRow['abort_criteria'];
  readonly template: string | null;
  texts: Texts;
  counts: Record<keyof Counts, number>;
}

/**
 * Details of an export, all of which a seed decides: snapshots that did not come, came late, came side by side, could not read
 * the one before, asked for no details, died before their record or lost it since; jobs that were not described each
 * time, whose id was used again, whose numbers are not known, or fall.
 *
 * @param accountId distinguishes its rows from those of others
 */
export function randomDetails(seed: number, accountId: string): DescribedObjects[] {
  const random = new Random(seed);
  const periodMs = random.pick([HOUR_MS, 2 * HOUR_MS, 5 * HOUR_MS, DAY_MS]);
  const jobs = Array.from({ length: 3 }, (_, n) => someJob(random, `job-${n}`));
  const slots: number[] = [];
  for (let at = END - DAYS * DAY_MS; at <= END; at += periodMs) slots.push(at);

  const takenAt: number[] = [];
  const snapshots: Described[] = [];
  const describe = (scheduledAt: number, more: Partial<Described>, now = scheduledAt): Described => {
    const details = random.chance(0.9) ? { details: jobs.flatMap((job) => rowOf(random, job, now)) } : {};
    return { accountId, scheduledAt, ...details, leftOut: random.below(3), ...more };
  };
  const newestBefore = (scheduledAt: number) =>
    takenAt
      .filter((at) => at < scheduledAt)
      .sort()
      .at(-1);
  for (let i = 0; i < slots.length; i++) {
    const scheduledAt = slots[i] as number;
    for (const job of jobs) live(random, job, scheduledAt);
    const what = random.below(20);
    const previous = newestBefore(scheduledAt);
    const linked = previous === undefined ? { unlinked: 'FIRST' as const } : { previous };
    const take = (more: Partial<Described>) => {
      snapshots.push(describe(scheduledAt, more));
      takenAt.push(scheduledAt);
    };
    // It does not come, or later.
    if (what === 0) continue;
    const missed = slots[i - 1];
    if (what === 1) snapshots.push(describe(scheduledAt, { ...linked, isDead: true }));
    else if (what === 2) take({ unlinked: 'UNREADABLE' });
    else if (what === 3 && slots[i + 1] !== undefined) {
      // The one after it does not see it, and both name the same one.
      take(linked);
      i += 1;
      const next = slots[i] as number;
      snapshots.push(describe(next, linked));
      takenAt.push(next);
    } else take(linked);
    // The one before comes after this one.
    const isMissed = missed !== undefined && !snapshots.some((one) => one.scheduledAt === missed);
    if (isMissed && takenAt.includes(scheduledAt) && random.chance(0.5)) {
      snapshots.push(describe(missed, { unlinked: 'LATE' }, scheduledAt + HOUR_MS / 2));
      takenAt.push(missed);
    }
  }
  // Records that someone has deleted since.
  return snapshots.map((one) => describedSnapshot(random.chance(0.04) ? { ...one, isDead: true } : one));
}

function someJob(random: Random, id: string): Job {
  const criterion = () => ({
    action: 'CANCEL',
    failure_type: random.pick(['FAILED', 'REJECTED', 'TIMED_OUT', 'ALL', 'OTHER', null]),
    threshold_percentage: random.pick([10, 20.5, 99.99, null]),
    min_number_of_executed_things: random.pick([1, 10, 100, null]),
  });
  return {
    id,
    createdAt: END - DAYS * DAY_MS - random.below(DAY_MS),
    selection: random.pick(['SNAPSHOT', 'SNAPSHOT', 'CONTINUOUS', null]),
    criteria: random.pick([null, [], [criterion()], [criterion(), criterion(), criterion()]]),
    template: random.pick(['firmware', 'firmware', 'configuration', null]),
    texts: NO_TEXT,
    counts: noneDone(random),
  };
}

const NO_TEXT: Texts = { description: null, comment: null, reason_code: null, targets: null };

function noneDone(random: Random): Job['counts'] {
  return {
    queued_things: random.pick([0, 50, 1000]),
    in_progress_things: 0,
    succeeded_things: 0,
    failed_things: 0,
    rejected_things: 0,
    timed_out_things: 0,
    removed_things: 0,
    canceled_things: 0,
  };
}

/** Lets some things go from one status to another, and some jobs be another of the same id. */
function live(random: Random, job: Job, now: number): void {
  if (random.chance(0.03)) {
    job.createdAt = now - 1000;
    job.counts = noneDone(random);
    job.texts = NO_TEXT;
  }
  if (random.chance(0.1)) job.texts = someTexts(random);
  const names = Object.keys(job.counts) as (keyof Counts)[];
  for (const [from, to] of [
    ['queued_things', 'in_progress_things'],
    ['in_progress_things', random.pick(names)],
    // Tried again.
    ...(random.chance(0.1) ? [['failed_things', 'queued_things']] : []),
  ] as [keyof Counts, keyof Counts][]) {
    if (random.chance(0.3)) continue;
    const some = Math.min(job.counts[from], random.below(40));
    job.counts[from] -= some;
    job.counts[to] += some;
  }
}

function someTexts(random: Random): Texts {
  return {
    description: random.pick([null, 'firmware']),
    comment: random.pick([null, 'first', 'second']),
    reason_code: random.pick([null, 'BAD']),
    // The same in another order is no change.
    targets: random.pick([null, ['a'], ['a', 'b'], ['b', 'a']]),
  };
}

function rowOf(random: Random, job: Job, now: number): Partial<JobDetailsRow>[] {
  if (random.chance(0.25)) return [];
  const described = now + 60_000 + random.below(600_000);
  const isUnknown = random.chance(0.06);
  const unknown = random.pick(Object.keys(job.counts));
  return [
    {
      job_id: job.id,
      described_at: textOf(described),
      created_at: random.chance(0.03) ? null : textOf(job.createdAt),
      status: random.pick(['IN_PROGRESS', 'IN_PROGRESS', 'IN_PROGRESS', 'COMPLETED', 'SCHEDULED', null]),
      target_selection: job.selection,
      is_concurrent: random.pick([true, false, null]),
      abort_criteria: job.criteria,
      job_template_arn: job.template,
      ...job.texts,
      ...job.counts,
      ...(isUnknown && { [unknown]: null }),
      progress_since: random.chance(0.1) ? null : textOf(described - random.below(DAY_MS)),
      ...beforeOf(random, job, described),
    },
  ];
}

/** Any values of the snapshot before; rarely a later time, as after a clock was set back. */
function beforeOf(random: Random, { counts }: Job, described: number) {
  if (random.chance(0.3)) return {};
  const { queued_things: queued, in_progress_things: begun, ...done } = counts;
  const now = Object.values(done).reduce((sum, things) => sum + things, 0);
  return {
    previous_described_at: textOf(described - random.pick([HOUR_MS, random.below(2 * DAY_MS), 0, -HOUR_MS])),
    previous_things_done: random.chance(0.1) ? null : Math.max(0, now + random.pick([0, 10, -random.below(40)])),
  };
}
