import { counted } from '../cli/figures.ts';

export interface RestsOnProps {
  readonly snapshotCount: number;
  /** Of these, those of which it is not known what had changed. */
  readonly unlinkedCount: number;
  /** Of these, those that were taken when a later one existed: their counts are of then. */
  readonly lateCount: number;
  readonly newestSnapshot: string;
  /** Whether the newest snapshot had rows that are not there any more. */
  readonly isNewestGone: boolean;
  /** First and last scheduled time, in words. */
  readonly span: string;
}

/** What the figures of a combination rest on, in words. */
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
