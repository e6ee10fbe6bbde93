import { counted } from '../cli/figures.ts';
import type { Chosen } from './choose-snapshots.ts';

/** What the figures of a combination rest on, in words. */
export interface RestsOn {
  readonly records: string;
  readonly lastOfDays: string;
  readonly rows: string;
  readonly newest: string;
}

export function restsOn({ recorded, gone, isThinned, everySince }: Chosen, allCount: number, span: string): RestsOn {
  const records = `the records of ${counted(allCount, 'snapshot')}, ${span}`;
  const [first] = recorded;
  const read = recorded.filter(({ areRowsGone }) => !areRowsGone);
  const newest = recorded.at(-1);
  const parts = everySince && everySince !== first?.dt ? `every one from ${everySince} on, before that ` : '';
  const without =
    gone.length > 0
      ? `; not on those of ${counted(gone.length, 'snapshot')}, whose rows have expired or are lost (npm run verify tells)`
      : '';
  const rows = isThinned
    ? `the rows of ${counted(read.length, 'snapshot')} of ${allCount.toLocaleString('en')}, ${span}: ` +
      `${parts}the last one of each day, so that what came and went between two of them is not seen. ` +
      'All are read with --every-snapshot, and in Athena'
    : `the rows of ${counted(read.length, 'snapshot')}, ${span}`;
  return {
    records,
    lastOfDays: `the records of the last snapshot of each day, of ${counted(allCount, 'snapshot')}, ${span}`,
    rows: rows + without,
    newest: `the newest snapshot, ${newest?.snapshotId}${newest?.areRowsGone ? ', whose rows are gone' : ''}`,
  };
}
