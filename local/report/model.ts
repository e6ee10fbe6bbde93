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

/**
 * Counts of one scope and status over time: a number per time of {@link Counts.at}; null where the status was not asked for,
 * or the group does not exist or may not.
 */
export interface CountSeries {
  readonly scope: string;
  readonly status: string;
  /** Of each snapshot; by day, of the last snapshot of the day. */
  readonly values: readonly (number | null)[];
  /** By day alone: of all snapshots of the day. */
  readonly band?: {
    readonly least: readonly (number | null)[];
    readonly median: readonly (number | null)[];
    readonly most: readonly (number | null)[];
  };
}

export interface Counts extends Omit<Section, 'answer'> {
  /** Scheduled times of the snapshots; by day, of the last one of each day. */
  readonly at: readonly string[];
  /** Places in {@link at} after which snapshots are missing. */
  readonly gapsAfter: readonly number[];
  /** Whether there is a band for each day, as there are many snapshots. */
  readonly isByDay: boolean;
  readonly series: readonly CountSeries[];
}

/** Things of one rollout over time; null where their number is not known. */
export interface RolloutSeries {
  readonly jobId: string;
  readonly createdAt: string | null;
  /** Places in {@link RolloutsOverTime.at}, one a point. */
  readonly places: readonly number[];
  readonly done: readonly (number | null)[];
  readonly failed: readonly (number | null)[];
}

export interface RolloutsOverTime extends Omit<Section, 'answer'> {
  /** Scheduled times of the snapshots that have points. */
  readonly at: readonly string[];
  readonly series: readonly RolloutSeries[];
}

/** The rollouts that the newest snapshot described that asked for details. */
export interface Rollouts extends Section {
  readonly snapshotAt: string;
  /** Jobs that it described, and that it was to describe and did not. */
  readonly described: number;
  readonly leftOut: number;
  readonly overTime: RolloutsOverTime;
}

/** Against what the age of the newest snapshot is held. The page reckons the age when it is opened. */
export interface Freshness {
  /** When the snapshot after the newest is due; null where neither a schedule nor earlier snapshots tell, or none is to come. */
  readonly nextDueAt: string | null;
  /** From when on it is late: a run takes its time, and clocks differ. */
  readonly lateAt: string | null;
  /** Minutes between two snapshots, as most often; null where there is one alone, or none is the usual one. */
  readonly usualMinutes: number | null;
  /** Whether a schedule in the newest record tells; else the usual period does. */
  readonly isBySchedule: boolean;
  /** The last day that was asked for, where the page ends before today: it says nothing of now. */
  readonly endsWith: string | null;
}

/** What nearly all completed jobs took, by which jobs in progress are overdue. */
export interface OverdueBound extends Section {
  /** Hours from creation to completion within which 99 of 100 were completed; null where those were fewer than 100. */
  readonly hours: number | null;
  /** Completed jobs that it is of. */
  readonly jobs: number;
  /** First day on which their completion was seen. */
  readonly from: string;
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
  /** `14:00` where the first day is known from then on only; null where it is known whole. */
  readonly firstDayFrom: string | null;
  /** `12:00` where the last day is known until then only. */
  readonly lastDayUntil: string | null;
  readonly newestSnapshot: string;
  readonly newestAt: string;
  readonly freshness: Freshness;
  /** Statuses that the newest snapshot listed. */
  readonly listedStatuses: readonly string[];
  readonly snapshotCount: number;
  /** Of these, those of which it is not known what had changed before: compared with none, the first of all aside. */
  readonly unlinkedCount: number;
  /** Days that have such snapshots, in order. */
  readonly unlinkedDays: readonly string[];
  /** Whether the rows of the newest snapshot have expired or are lost. */
  readonly isNewestGone: boolean;
  /** What ended in the seven days until the newest snapshot, and in the seven before: two rows at most. */
  readonly recent: Section;
  /** Null where no snapshot asked for details. */
  readonly rollouts: Rollouts | null;
  /** Jobs in progress at the newest snapshot, each with its state: OVERDUE, MAY_BE_OVERDUE, IN_TIME, CONTINUOUS, NOT_KNOWN. */
  readonly inProgress: Section;
  readonly overdueBound: OverdueBound;
  readonly overdueByDay: Section;
  readonly counts: Counts;
  /** A row per thing group; null where the account is listed. */
  readonly groups: Section | null;
  readonly moved: Section;
  readonly durations: Section;
  readonly vanishedByDay: Section;
  readonly vanished: Section;
  readonly snapshots: Section;
  /** The schedules in the records, as `cron(0 6 * * ? *) Europe/Berlin`. */
  readonly schedules: readonly string[];
  /** Day from which on what was expected is reckoned from them; null where it is inferred. */
  readonly scheduledFrom: string | null;
  readonly missingGroups: Section;
  readonly flows: Section;
  readonly purgedSoon: Section;
}

/** What is not known, and why: a sentence that follows `Not known: `. */
export interface NotKnown {
  readonly notKnown: string;
  /** Whether nobody asked for it, as where no hub looks at the exports: nothing is amiss then. */
  readonly isNone?: boolean;
}

export interface Report {
  /** The directory or bucket, as it was named. */
  readonly place: string;
  /** By the clock of a demo, where it is one. */
  readonly writtenAt: string;
  /** How far the clock of a demo is ahead of the computer's, milliseconds; absent where they are one, as of any other history. */
  readonly clockOffsetMs?: number;
  readonly combinations: readonly Combination[];
  /** What the newest look found of all exports of the history, whatever else the page is about. */
  readonly reporting: Section | NotKnown;
}
