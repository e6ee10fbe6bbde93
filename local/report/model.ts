/** What the page is told. The page's own code, which runs in a browser, takes nothing else from here. */

/** Times are text, `yyyy-MM-dd HH:mm:ss`, UTC. */
export type Cell = string | number | boolean | null | readonly string[];

/** The answer to a query of sql/report/. */
export interface Answer {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** A figure of the page: its numbers, the statement that made them, and what they rest on. */
export interface Section {
  readonly question: string;
  /** As it is to be copied into Athena. */
  readonly sql: string;
  readonly notes: string;
  readonly restsOn: string;
  readonly answer: Answer;
}

/** Counts of one scope and status over time. */
export interface CountSeries {
  readonly scope: string;
  readonly status: string;
  /** A count per snapshot of {@link Counts.at}; null where the status was not asked for, or the group does not exist or may not. */
  readonly values: readonly (number | null)[];
}

export interface Counts extends Omit<Section, 'answer'> {
  /** Scheduled times of the snapshots. */
  readonly at: readonly string[];
  /** Places in {@link at} after which snapshots are missing. */
  readonly gapsAfter: readonly number[];
  /** Whether only the last snapshot of each day is here. */
  readonly isByDay: boolean;
  readonly series: readonly CountSeries[];
}

/** Things of one rollout over time; null where their number is not known. */
export interface ProgressSeries {
  readonly jobId: string;
  readonly createdAt: string | null;
  /** Places in {@link ProgressOverTime.at}, one a point. */
  readonly places: readonly number[];
  readonly done: readonly (number | null)[];
  readonly failed: readonly (number | null)[];
}

export interface ProgressOverTime extends Omit<Section, 'answer'> {
  /** Scheduled times of the snapshots that have points. */
  readonly at: readonly string[];
  readonly series: readonly ProgressSeries[];
}

/** The rollouts that the newest snapshot described that asked for details. */
export interface Progress extends Section {
  readonly snapshotAt: string;
  /** Jobs that it described, and that it was to describe and did not. */
  readonly described: number;
  readonly leftOut: number;
  readonly overTime: ProgressOverTime;
}

/** The history of one export in one account and Region. */
export interface Combination {
  readonly accountId: string;
  readonly region: string;
  readonly exportName: string;
  /** `aws`, `aws-cn` or `aws-us-gov`: where the console is. */
  readonly partition: string;
  /** First and last day that the page is about. */
  readonly from: string;
  readonly to: string;
  readonly newestSnapshot: string;
  readonly newestAt: string;
  readonly snapshotCount: number;
  /** Of these, those of which it is not known what had changed before: compared with none, the first of all aside. */
  readonly unlinkedCount: number;
  /** Days that have such snapshots, in order. */
  readonly unlinkedDays: readonly string[];
  /** Whether the rows of the newest snapshot have expired or are lost. */
  readonly isNewestGone: boolean;
  readonly counts: Counts;
  /** Null where no snapshot asked for details. */
  readonly progress: Progress | null;
  readonly moved: Section;
  readonly flows: Section;
  readonly rollouts: Section;
  readonly inProgress: Section;
  readonly vanishedByDay: Section;
  readonly vanished: Section;
  readonly purgedSoon: Section;
  readonly health: Section;
  /** The schedules in the records, as `cron(0 6 * * ? *) Europe/Berlin`. */
  readonly schedules: readonly string[];
  /** Day from which on what was expected is reckoned from them; null where it is inferred. */
  readonly scheduledFrom: string | null;
  readonly missingGroups: Section;
}

/** What is not known, and why: a sentence that follows `Not known: `. */
export interface NotKnown {
  readonly notKnown: string;
}

export interface Report {
  /** The directory or bucket, as it was named. */
  readonly place: string;
  readonly writtenAt: string;
  readonly combinations: readonly Combination[];
  /** What the newest look found of all exports of the history, whatever else the page is about. */
  readonly reporting: Section | NotKnown;
}
