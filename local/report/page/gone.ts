import type { Combination } from '../model.ts';
import { count, counted } from './format.ts';

type Gone = Pick<Combination, 'snapshotCount' | 'goneCount' | 'isNewestGone'>;

const WHY = 'have expired or are lost (npm run verify tells)';

/** What a figure of all rows says, and of which snapshots it does not know. Not known is not none. */
export function ofRows({ snapshotCount, goneCount }: Gone, lede: string): string {
  if (goneCount === 0) return lede;
  if (goneCount === snapshotCount) return `Not known: the rows of all snapshots ${WHY}.`;
  return `${lede} This is without ${counted(goneCount, 'snapshot')} of ${count(snapshotCount)}, whose rows ${WHY}: what they saw is not known.`;
}

/** The same of a figure of the newest snapshot. */
export function ofNewest({ isNewestGone }: Gone, lede: string): string {
  return isNewestGone ? `Not known: the rows of the newest snapshot ${WHY}.` : lede;
}
