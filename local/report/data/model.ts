/** Fields of report.json, for other dashboards. Described in docs/report.md. */
import type {
  DataRow,
  DURATION_WEEK,
  FLOW,
  GROUP,
  IN_PROGRESS,
  MISSING_GROUP,
  MOVED_DAY,
  OVERDUE_DAY,
  PURGED,
  RECENT,
  REPORTING,
  ROLLOUT,
  SNAPSHOT_DAY,
  VANISHED,
  VANISHED_DAY,
} from './columns.ts';

/** Incremented when a field is renamed, removed, or changes its meaning; not when one is added. */
export const SCHEMA_VERSION = 1;

type Values = readonly (number | null)[];

/** Times are `2026-11-23T18:00:00Z`, days `2026-11-23`, both UTC. Null: not known, or as in docs/report.md. */
export interface ReportData {
  readonly schemaVersion: typeof SCHEMA_VERSION;
  readonly place: string;
  readonly writtenAt: string;
  readonly clockOffsetSeconds: number;
  readonly exports: readonly ExportData[];
  readonly reporting: {
    /** Why it is not known; null if it is known. */
    readonly notKnown: string | null;
    readonly exports: readonly DataRow<typeof REPORTING>[] | null;
  };
}

/** The page's verdict at a time. Its texts are for people, and change with the page. */
export interface VerdictData {
  readonly at: string;
  readonly state: 'WELL' | 'NEEDS_SOMEBODY' | 'NOT_KNOWN';
  readonly freshness: 'FRESH' | 'STALE' | 'ENDED' | 'NOT_KNOWN';
  readonly headline: string;
  readonly summary: string;
  /** The worst first. */
  readonly items: readonly {
    readonly kind: 'NEEDS_SOMEBODY' | 'NOT_KNOWN' | 'NOTE';
    /** Section of the page, as `overdue`. */
    readonly section: string;
    readonly text: string;
  }[];
}

/** One export in one account and Region, with the sections of the page. */
export interface ExportData {
  readonly exportName: string;
  readonly accountId: string;
  readonly region: string;
  readonly from: string;
  readonly to: string;
  readonly firstDayFrom: string | null;
  readonly lastDayUntil: string | null;
  readonly newestSnapshot: string;
  readonly newestAt: string;
  readonly hasNewestRows: boolean;
  readonly verdict: VerdictData;
  readonly listedStatuses: readonly string[];
  readonly freshness: {
    readonly nextDueAt: string | null;
    readonly lateAt: string | null;
    readonly usualMinutes: number | null;
    readonly isBySchedule: boolean;
    readonly endsWith: string | null;
  };
  readonly recent: readonly DataRow<typeof RECENT>[];
  readonly rollouts: RolloutsData | null;
  readonly overdue: OverdueData;
  readonly groups: readonly DataRow<typeof GROUP>[] | null;
  readonly counts: CountsData;
  readonly moved: readonly DataRow<typeof MOVED_DAY>[];
  readonly flows: readonly DataRow<typeof FLOW>[];
  readonly durations: readonly DataRow<typeof DURATION_WEEK>[];
  readonly vanished: {
    readonly jobCount: number;
    readonly byDay: readonly DataRow<typeof VANISHED_DAY>[];
    readonly jobs: readonly DataRow<typeof VANISHED>[];
  };
  readonly purged: {
    readonly jobCount: number | null;
    readonly jobs: readonly DataRow<typeof PURGED>[];
  };
  readonly snapshots: {
    readonly count: number;
    readonly unlinkedCount: number;
    readonly unlinkedDays: readonly string[];
    readonly schedules: readonly string[];
    readonly scheduledFrom: string | null;
    readonly byDay: readonly DataRow<typeof SNAPSHOT_DAY>[];
    readonly missingGroups: readonly DataRow<typeof MISSING_GROUP>[];
  };
}

export interface RolloutsData {
  readonly snapshotAt: string;
  readonly describedCount: number;
  readonly leftOutCount: number;
  readonly inProgressCount: number | null;
  readonly failingCount: number | null;
  readonly stalledCount: number | null;
  readonly unknownCount: number | null;
  readonly jobs: readonly DataRow<typeof ROLLOUT>[];
  readonly overTime: readonly {
    readonly jobId: string;
    readonly createdAt: string | null;
    readonly at: readonly string[];
    readonly done: Values;
    readonly failed: Values;
  }[];
}

export interface OverdueData {
  readonly boundHours: number | null;
  readonly boundJobs: number;
  readonly boundFrom: string;
  readonly inProgressCount: number | null;
  readonly overdueCount: number | null;
  readonly mayBeOverdueCount: number | null;
  readonly continuousCount: number | null;
  readonly unknownCount: number | null;
  readonly jobs: readonly DataRow<typeof IN_PROGRESS>[];
  readonly byDay: readonly DataRow<typeof OVERDUE_DAY>[];
}

export interface CountsData {
  readonly isByDay: boolean;
  readonly at: readonly string[];
  readonly gapsAfter: readonly string[];
  readonly series: readonly {
    readonly scope: string;
    readonly status: string;
    readonly values: Values;
    readonly least: Values | null;
    readonly median: Values | null;
    readonly most: Values | null;
  }[];
}
