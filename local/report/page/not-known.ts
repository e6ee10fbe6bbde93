import type { Combination } from '../model.ts';
import { count, counted } from './format.ts';

type Unlinked = Pick<Combination, 'snapshotCount' | 'unlinkedCount'>;

const WHY = 'an older exporter took it, or the rows of the one before could not be read';

/** What a figure of changes says, and of which snapshots it does not know. Not known is not none. */
export function ofChanges({ snapshotCount, unlinkedCount }: Unlinked, lede: string): string {
  if (unlinkedCount === 0) return lede;
  if (unlinkedCount === snapshotCount) return `Not known: no snapshot was compared with the one before (${WHY}).`;
  return `${lede} This is without ${counted(unlinkedCount, 'snapshot')} of ${count(snapshotCount)} that ${unlinkedCount === 1 ? 'was' : 'were'} not compared with the one before (${WHY}): what had changed is not known.`;
}

/** The same of a figure of the newest snapshot. */
export function ofNewest({ isNewestGone }: Pick<Combination, 'isNewestGone'>, lede: string): string {
  return isNewestGone
    ? 'Not known: the rows of the newest snapshot have expired or are lost (npm run verify tells).'
    : lede;
}
