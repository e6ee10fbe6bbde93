/** Data of the page. The page's code, which runs in a browser, imports nothing else from the Node side. */

/** Times are text, `yyyy-MM-dd HH:mm:ss`, UTC. */
export type Cell = string | number | boolean | null | readonly string[];

/** The answer to a query of sql/report/. */
export interface Answer {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** A section of the page: its numbers, their SQL, and the data that they are computed from. */
export interface Section {
  readonly question: string;
  /** To be copied into Athena. */
  readonly sql: string;
  readonly notes: string;
  readonly restsOn: string;
  readonly answer: Answer;
}

/**
 * Counts of one scope and status over time: a number per time of {@link Counts.at}; null if the status was not listed, or
 * the group does not exist or may not.
 */
export interface CountSeries {
  readonly scope: string;
  readonly status: string;
  /** One per snapshot; by day, that of the day's last snapshot. */
  readonly values: readonly (number | null)[];
  /** By day only: over all snapshots of the day. */
  readonly band?: {
    readonly least: readonly (number | null)[];
    readonly median: readonly (number | null)[];
    readonly most: readonly (number | null)[];
  };
}

export interface Counts extends Omit<Section, 'answer'> {
  /** Scheduled times of the snapshots; by day, of each day's last one. */
  readonly at: readonly string[];
  /** Indexes in {@link at} after which snapshots are missing. */
  readonly gapsAfter: readonly number[];
  /** Whether the counts are by day, with a band, because there are many snapshots. */
  readonly isByDay: boolean;
  readonly series: readonly CountSeries[];
}

/** Things of one rollout over time; null if their number is not known. */
export interface RolloutSeries {
  readonly jobId: string;
  readonly createdAt: string | null;
  /** Indexes in {@link RolloutsOverTime.at}, one per point. */
  readonly places: readonly number[];
  readonly done: readonly (number | null)[];
  readonly failed: readonly (number | null)[];
}

export interface RolloutsOverTime extends Omit<Section, 'answer'> {
  /** Scheduled times of the snapshots that have points. */
  readonly at: readonly string[];
  readonly series: readonly RolloutSeries[];
}

/** The rollouts that the newest snapshot with details described. */
export interface Rollouts extends Section {
  readonly snapshotAt: string;
  /** Number of jobs that it described, and that it should have described and did not. */
  readonly described: number;
  readonly leftOut: number;
  readonly overTime: RolloutsOverTime;
}

/** When the next snapshot is due. The page computes the age of the newest one when it is opened. */
export interface Freshness {
  /** When the snapshot after the newest is due; null if that is not known, or none is due any more. */
  readonly nextDueAt: string | null;
  /** When it becomes late: a run takes time, and clocks differ. */
  readonly lateAt: string | null;
  /** Usual minutes between two snapshots; null if there is only one, or no usual time. */
  readonly usualMinutes: number | null;
  /** Whether this is by a schedule in the newest record; else it is by the usual period. */
  readonly isBySchedule: boolean;
  /** The last requested day, if it is before today: then the page does not show the present state. */
  readonly endsWith: string | null;
}

/** The time that nearly all jobs took to complete; jobs in progress for longer are overdue. */
export interface OverdueBound extends Section {
  /** Hours from creation to completion within which 99 of 100 were completed; null if fewer than 100 were completed. */
  readonly hours: number | null;
  /** Number of completed jobs that it is computed from. */
  readonly jobs: number;
  /** First day of their completions. */
  readonly from: string;
}

/** The history of one export in one account and Region. */
export interface Combination {
  readonly accountId: string;
  readonly region: string;
  readonly exportName: string;
  /** `aws`, `aws-cn` or `aws-us-gov`, for links to the console. */
  readonly partition: string;
  /** First and last day of the page. */
  readonly from: string;
  readonly to: string;
  /** `14:00` if the first day is known since then only; null if it is known whole. */
  readonly firstDayFrom: string | null;
  /** `12:00` if the last day is known until then only; null if it is known whole. */
  readonly lastDayUntil: string | null;
  readonly newestSnapshot: string;
  readonly newestAt: string;
  readonly freshness: Freshness;
  /** Statuses that the newest snapshot listed. */
  readonly listedStatuses: readonly string[];
  readonly snapshotCount: number;
  /** Number of those that were compared with none, so that the changes before them are not known; the first of all not counted. */
  readonly unlinkedCount: number;
  /** Days of these snapshots, sorted. */
  readonly unlinkedDays: readonly string[];
  /** Whether the rows of the newest snapshot have expired or are lost. */
  readonly isNewestGone: boolean;
  /** What ended in the seven days until the newest snapshot, and in the seven before: at most two rows. */
  readonly recent: Section;
  /** Null if no snapshot has details. */
  readonly rollouts: Rollouts | null;
  /** Jobs in progress at the newest snapshot, each with its state: OVERDUE, MAY_BE_OVERDUE, IN_TIME, CONTINUOUS, NOT_KNOWN. */
  readonly inProgress: Section;
  readonly overdueBound: OverdueBound;
  readonly overdueByDay: Section;
  readonly counts: Counts;
  /** A row per thing group; null if the export is account-wide. */
  readonly groups: Section | null;
  readonly moved: Section;
  readonly durations: Section;
  readonly vanishedByDay: Section;
  readonly vanished: Section;
  readonly snapshots: Section;
  /** The schedules in the records, as `cron(0 6 * * ? *) Europe/Berlin`. */
  readonly schedules: readonly string[];
  /** First day for which the expected snapshots are computed from them; null if they are inferred. */
  readonly scheduledFrom: string | null;
  readonly missingGroups: Section;
  readonly flows: Section;
  readonly purgedSoon: Section;
}

/** Why something is not known: a sentence that follows `Not known: `. */
export interface NotKnown {
  readonly notKnown: string;
  /** Whether that is normal, as in a history without a hub. */
  readonly isNormal?: boolean;
}

/** Commands as who made the page calls them: some as they stand before arguments, others as in a sentence. */
export interface Commands {
  /** `npm run export --` */
  readonly export: string;
  readonly demo: string;
  readonly report: string;
  /** `npm run query` */
  readonly query: string;
  readonly verify: string;
}

export interface Report {
  /** The directory or bucket, as the user named it. */
  readonly place: string;
  /** UTC; in a demo by its own clock. */
  readonly writtenAt: string;
  /** Milliseconds by which the clock of a demo is ahead of the computer's; absent for other histories. */
  readonly clockOffsetMs?: number;
  readonly commands: Commands;
  readonly combinations: readonly Combination[];
  /** Result of the hub's newest check of all exports, also of those that the page does not show. */
  readonly reporting: Section | NotKnown;
}
