import type { DescribedJob, DescribedJobs } from '../described-jobs.ts';
import { Problems } from '../problems.ts';

/** The details of the predecessor, from which the progress columns follow. */
export type PreviousProgress =
  /** The snapshot is LATE: all progress columns are null. */
  | { readonly kind: 'late' }
  /** The predecessor has no details: `progress_since` begins with this snapshot. */
  | { readonly kind: 'none' }
  /** The described jobs of the predecessor, by identity. */
  | { readonly kind: 'jobs'; readonly jobs: ReadonlyMap<string, DescribedJob> }
  /** They cannot be read now, so nothing is checked. */
  | { readonly kind: 'lost'; readonly reason: string };

/** Result of the check of all jobs. */
export interface Progress {
  readonly problems: readonly string[];
  /** Whether the columns of all jobs are null because the run could not read the predecessor's details. */
  readonly isUnknown: boolean;
}

/** Columns of a row about the predecessor. */
type PreviousValues = Pick<DescribedJob, 'progressSince' | 'previousDescribedAt' | 'previousThingsDone'>;

const COLUMNS = [
  ['progress_since', 'progressSince'],
  ['previous_described_at', 'previousDescribedAt'],
  ['previous_things_done', 'previousThingsDone'],
] as const;
const NO_VALUES: PreviousValues = { progressSince: null, previousDescribedAt: null, previousThingsDone: null };

/**
 * Checks `progress_since`, `previous_described_at` and `previous_things_done` against the details of the predecessor.
 * If the run could not read those, the columns must be null for all jobs.
 */
export function checkProgress({ jobs }: DescribedJobs, before: PreviousProgress): Progress {
  if (before.kind === 'lost') return { problems: [], isUnknown: false };
  const all = [...jobs].map(([identity, job]) => ({ job, expected: expectedOf(identity, job, before) }));
  const isUnknown =
    before.kind === 'jobs' && all.some(({ expected }) => !isEmpty(expected)) && all.every(({ job }) => isEmpty(job));
  const problems = new Problems();
  for (const { job, expected: expectedByLine } of all) {
    const expected = isUnknown ? NO_VALUES : expectedByLine;
    for (const [column, name] of COLUMNS) {
      if (job[name] === expected[name]) continue;
      const why = isUnknown ? 'none is known' : whyOf(column, job, before, expected[name]);
      problems.add(column, `row ${job.number} has ${column} ${job[name]}, and ${why}`);
    }
  }
  return { problems: problems.all, isUnknown };
}

function isEmpty(values: PreviousValues): boolean {
  return COLUMNS.every(([, name]) => values[name] === null);
}

function expectedOf(identity: string, job: DescribedJob, before: PreviousProgress): PreviousValues {
  if (before.kind === 'late') return NO_VALUES;
  const last = before.kind === 'jobs' ? before.jobs.get(identity) : undefined;
  const same = last && isSameJob(last, job) ? last : undefined;
  const isUnchanged = same && same.counts === job.counts;
  const since = isUnchanged ? (same.progressSince ?? same.describedAt) : job.describedAt;
  return {
    // Unknown if one of the counts is unknown.
    progressSince: job.counts === undefined ? null : since,
    previousDescribedAt: same?.describedAt ?? null,
    previousThingsDone: same?.thingsDone ?? null,
  };
}

function whyOf(
  column: string,
  { counts }: DescribedJob,
  { kind }: PreviousProgress,
  expected: string | number | null,
): string {
  if (kind === 'late') return 'its snapshot is LATE';
  if (column === 'progress_since' && counts === undefined) return 'not all of its counts are known';
  return `by the details before it is ${expected}`;
}

/** An id may be used again. A creation time of `null` matches any. */
function isSameJob({ createdAt: a }: DescribedJob, { createdAt: b }: DescribedJob): boolean {
  return a === b || a === null || b === null;
}
