import type { Answer, Cell, Combination, Commands, CountSeries, Report, Section } from '../../local/report/model.ts';

/** Objects as an answer, whose columns are those of the first. */
function answerOf(rows: readonly Readonly<Record<string, Cell>>[]): Answer {
  const columns = Object.keys(rows[0] ?? {});
  return { columns, rows: rows.map((row) => columns.map((name) => row[name] ?? null)) };
}

export function sectionWith(...rows: readonly Readonly<Record<string, Cell>>[]): Section {
  return { question: 'How many?', sql: 'SELECT 1', notes: '', restsOn: 'a test', answer: answerOf(rows) };
}

const HOURS = 9 * 24;
/** Time of the newest snapshot. */
export const NEWEST = Date.parse('2026-11-23T18:00:00Z');
const textOf = (ms: number) => new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
const dayOf = (ms: number) => textOf(ms).slice(0, 10);
const DAYS = Array.from({ length: 10 }, (_, i) => dayOf(NEWEST - (9 - i) * 86_400_000));

const AT = Array.from({ length: HOURS }, (_, i) => textOf(NEWEST - (HOURS - 1 - i) * 3_600_000));

export function series(scope: string, status: string, last: number | null): CountSeries {
  return { scope, status, values: AT.map((_, i) => (last === null ? null : i < HOURS - 1 ? 40 : last)) };
}

/** An export of an account with hourly snapshots of nine days, with which all is well. */
export function wellCombination(more: Partial<Combination> = {}): Combination {
  const { answer: _, ...section } = sectionWith();
  return {
    accountId: '123456789012',
    region: 'eu-west-1',
    exportName: 'all',
    partition: 'aws',
    from: DAYS[0] as string,
    to: DAYS.at(-1) as string,
    firstDayFrom: null,
    lastDayUntil: '18:00',
    newestSnapshot: '20261123T180000Z-all',
    newestAt: textOf(NEWEST),
    freshness: {
      nextDueAt: '2026-11-23 19:00:00',
      lateAt: '2026-11-23 19:15:00',
      usualMinutes: 60,
      isBySchedule: true,
      endsWith: null,
    },
    listedStatuses: ['SCHEDULED', 'IN_PROGRESS', 'COMPLETED', 'CANCELED', 'DELETION_IN_PROGRESS'],
    snapshotCount: HOURS,
    unlinkedCount: 0,
    unlinkedDays: [],
    isNewestGone: false,
    recent: sectionWith(
      {
        span: 'last 7 days',
        from_at: AT[0] as string,
        to_at: textOf(NEWEST),
        completed: 90,
        canceled: 10,
        is_known: true,
      },
      {
        span: '7 days before',
        from_at: AT[0] as string,
        to_at: AT[0] as string,
        completed: 95,
        canceled: 5,
        is_known: true,
      },
    ),
    rollouts: null,
    inProgress: sectionWith(inProgressRow()),
    overdueBound: { ...sectionWith({ p99_hours: 38.7, jobs: 400 }), hours: 38.7, jobs: 400, from: '2026-08-26' },
    overdueByDay: sectionWith(...DAYS.map((dt) => ({ dt, overdue: 0 }))),
    counts: { ...section, at: AT, gapsAfter: [], isByDay: false, series: [series('account-wide', 'IN_PROGRESS', 52)] },
    groups: null,
    moved: sectionWith(
      ...DAYS.map((dt) => ({ dt, created: 1, started: 1, completed: 9, canceled: 1, is_compared: true })),
    ),
    durations: sectionWith(),
    vanishedByDay: sectionWith(),
    vanished: sectionWith(),
    snapshots: sectionWith(...DAYS.map((dt) => snapshotsRow(dt))),
    schedules: ['rate(1 hour)'],
    scheduledFrom: DAYS[0] as string,
    missingGroups: sectionWith(),
    flows: sectionWith(),
    purgedSoon: sectionWith(),
    ...more,
  };
}

export function snapshotsRow(dt: string, failed: number | null = 0): Record<string, Cell> {
  return { dt, expected: failed === null ? null : 24, arrived: 24 - (failed ?? 0), failed, late: 0 };
}

/** The days of {@link wellCombination}. */
export const SNAPSHOT_DAYS: readonly string[] = DAYS;

export function inProgressRow(more: Readonly<Record<string, Cell>> = {}): Record<string, Cell> {
  return {
    job_id: 'fw-1',
    state: 'IN_TIME',
    days_in_progress: 1.2,
    jobs: 52,
    overdue_jobs: 0,
    may_be_overdue_jobs: 0,
    continuous_jobs: 3,
    unknown_jobs: 0,
    ...more,
  };
}

/** As in a clone. */
export const COMMANDS: Commands = {
  export: 'npm run export --',
  demo: 'npm start --',
  report: 'npm run report --',
  query: 'npm run query',
  verify: 'npm run verify',
};

export function reportWith(combinations: readonly Combination[], more: Partial<Report> = {}): Report {
  return {
    place: './history',
    writtenAt: '2026-11-23 18:20:00',
    commands: COMMANDS,
    combinations,
    reporting: { notKnown: 'no look at the exports is in this history.', isNormal: true },
    ...more,
  };
}
