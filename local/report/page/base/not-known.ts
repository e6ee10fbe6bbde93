import type { Combination, Commands } from '../../model.ts';
import { records } from './answer.ts';
import { count, counted } from './format.ts';

type Unlinked = Pick<Combination, 'snapshotCount' | 'unlinkedCount'> & Partial<Pick<Combination, 'moved'>>;

const WHY = 'an older exporter took it, or the rows of the one before could not be read';

/** Lede of a section about changes, with the snapshots whose changes are not known. */
export function ledeOfChanges({ snapshotCount, unlinkedCount, moved }: Unlinked, lede: string): string {
  // The first snapshot of a history is compared with none; the first of the requested days need not be.
  const isCompared = !moved || records(moved.answer).some((row) => row.is_compared === true);
  if (snapshotCount === 1 && unlinkedCount === 0 && !isCompared)
    return 'Not known: this takes two snapshots, and there is one.';
  if (unlinkedCount === 0) return lede;
  if (unlinkedCount === snapshotCount) return `Not known: no snapshot was compared with the one before (${WHY}).`;
  return `${lede} This is without ${counted(unlinkedCount, 'snapshot')} of ${count(snapshotCount)} that ${unlinkedCount === 1 ? 'was' : 'were'} not compared with the one before (${WHY}): what had changed is not known.`;
}

interface Days {
  /** Days with a snapshot that was compared with none. */
  readonly unknownDays: number;
  /** All days with snapshots. */
  readonly days: number;
}

/** Lede of a section by day, with the days that have no number, as the first day of a history. */
export function ledeOfDays({ unknownDays, days }: Days, lede: string): string {
  if (unknownDays === 0) return lede;
  const why = 'a snapshot that was compared with none, as the first one of a history is';
  if (unknownDays === days) return `Not known: every day has ${why}.`;
  return `${lede} Without ${counted(unknownDays, 'day')} of ${count(days)} with ${why}.`;
}

/** Lede of a section about the newest snapshot, whose rows may be gone. */
export function ledeOfNewest(
  { isNewestGone }: Pick<Combination, 'isNewestGone'>,
  lede: string,
  { verify }: Pick<Commands, 'verify'>,
): string {
  return isNewestGone ? `Not known: the rows of the newest snapshot have expired or are lost (${verify} tells).` : lede;
}
