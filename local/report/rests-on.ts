import { counted } from '../cli/figures.ts';

export interface RestsOnProps {
  readonly snapshotCount: number;
  /** Number of those whose changes are not known. */
  readonly unlinkedCount: number;
  /** Number of those that were taken when a later one existed: their counts are of that time. */
  readonly lateCount: number;
  readonly newestSnapshot: string;
  /** Whether the rows of the newest snapshot are gone. */
  readonly isNewestGone: boolean;
  /** First and last scheduled time, as text. */
  readonly span: string;
}

/** Texts: the data that the numbers of a combination are computed from. */
export interface RestsOn {
  readonly records: string;
  readonly counts: string;
  readonly changes: string;
  readonly newest: string;
}

export function restsOn(props: RestsOnProps): RestsOn {
  const { snapshotCount, unlinkedCount, lateCount, newestSnapshot, isNewestGone, span } = props;
  const snapshots = `${counted(snapshotCount, 'snapshot')}, ${span}`;
  const without =
    unlinkedCount > 0
      ? `; without ${counted(unlinkedCount, 'snapshot')}, compared with none (docs/queries.md, unlinked_snapshots)`
      : '';
  const withoutLate =
    lateCount > 0
      ? `; without ${counted(lateCount, 'snapshot')}, taken when a later one existed (docs/queries.md, unlinked_snapshots)`
      : '';
  return {
    records: `the records of ${snapshots}`,
    counts: `the records of ${snapshots}${withoutLate}`,
    changes: `the changes of ${snapshots}${without}`,
    newest: `the newest snapshot, ${newestSnapshot}${isNewestGone ? ', whose rows are gone' : ''}`,
  };
}
