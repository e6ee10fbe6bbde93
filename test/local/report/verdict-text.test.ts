import type { Combination, Report } from '../../../local/report/model.ts';
import { shortVerdict, verdictOf } from '../../../local/report/page/head/verdict-text.ts';
import {
  inProgressRow,
  NEWEST,
  reportWith,
  SNAPSHOT_DAYS,
  sectionWith,
  snapshotsRow,
  wellCombination,
} from '../../support/report-model.ts';

const MINUTE_MS = 60_000;
const SOON = NEWEST + 20 * MINUTE_MS;
const DAY_MS = 86_400_000;

function verdict(more: Partial<Combination> = {}, at = SOON, ofReport: Partial<Report> = {}) {
  const combination = wellCombination(more);
  return verdictOf(reportWith([combination], ofReport), combination, at);
}
const findingTexts = (...args: Parameters<typeof verdict>) =>
  verdict(...args).items.map(({ kind, section, what, more }) => `${kind} ${section}: ${what}${more}`);

test('all is well where nothing needs anybody and all that matters is known', () => {
  expect(verdict()).toEqual({
    state: 'WELL',
    freshness: 'FRESH',
    headline:
      'Fresh: the newest snapshot is 20 minutes old (2026-11-23 18:00 UTC); the next one is due 2026-11-23 19:00 UTC, one every hour, by rate(1 hour).',
    summary: 'All is well: 52 jobs in progress, none overdue; all 168 snapshots of the last 7 days came.',
    items: [],
  });
});

test('a snapshot that is due is on its way until it is late, and then the newest is stale: never all well', () => {
  const at = (minutes: number) => verdict({}, NEWEST + minutes * MINUTE_MS);
  expect(at(65).headline).toMatch(/^Fresh: .* 65 minutes old .*; the next one is on its way, due 2026-11-23 19:00 UTC/);
  expect([at(74).state, at(75).state]).toEqual(['WELL', 'NEEDS_SOMEBODY']);
  const late = verdict({}, NEWEST + 5 * DAY_MS, { writtenAt: '2026-11-28 18:00:00' });
  expect(late.headline).toBe(
    'Stale: the newest snapshot is 5 days old (2026-11-23 18:00 UTC); the next one was due 2026-11-23 19:00 UTC, one every hour, by rate(1 hour).',
  );
  expect([late.state, late.freshness]).toEqual(['NEEDS_SOMEBODY', 'STALE']);
  expect(late.summary).toBe(
    'As of 2026-11-23 18:00 UTC all was well: 52 jobs in progress, none overdue; all 168 snapshots of the last 7 days came.',
  );
});

test('a page that was made before the next snapshot was late does not know whether that came', () => {
  expect(verdict({}, NEWEST + 5 * DAY_MS).headline).toMatch(
    /This page was made before that, at 2026-11-23 18:20 UTC: make it anew to see whether it came\.$/,
  );
});

test('by the usual period, by several schedules, and where none is to come', () => {
  const freshness = { ...wellCombination().freshness, usualMinutes: 360 };
  expect(verdict({ freshness: { ...freshness, isBySchedule: false } }).headline).toMatch(
    /, one every 6 hours as a rule\.$/,
  );
  expect(verdict({ freshness, schedules: ['rate(1 hour)', 'cron(0 6 * * ? *)'] }).headline).toMatch(
    /, one every 6 hours, by its schedule\.$/,
  );
  const ended = verdict({ freshness: { ...freshness, nextDueAt: null, lateAt: null } }, NEWEST + 30 * DAY_MS);
  expect([ended.freshness, ended.headline]).toEqual([
    'ENDED',
    'No other snapshot is to come by the schedule: the newest snapshot is 30 days old (2026-11-23 18:00 UTC).',
  ]);
});

test('whether one snapshot without a schedule is fresh is unknown', () => {
  const freshness = { nextDueAt: null, lateAt: null, usualMinutes: null, isBySchedule: false, endsWith: null };
  const { state, headline, summary } = verdict({ freshness });
  expect(headline).toBe(
    'Not known whether it is fresh: the newest snapshot is 20 minutes old (2026-11-23 18:00 UTC), and neither a schedule nor earlier snapshots tell when the next one is due.',
  );
  expect([state, summary]).toEqual(['NOT_KNOWN', expect.stringMatching(/^As of 2026-11-23 18:00 UTC all was well/)]);
});

test('a page that ends earlier says nothing of now, however late it is looked at', () => {
  const freshness = { ...wellCombination().freshness, lateAt: '2026-11-24 00:15:00', endsWith: '2026-11-23' };
  const { state, freshness: of, headline, summary } = verdict({ freshness }, NEWEST + 90 * DAY_MS);
  expect(headline).toBe(
    'This page ends with 2026-11-23, as requested, and says nothing of now: its newest snapshot is of 2026-11-23 18:00 UTC.',
  );
  expect([state, of, summary]).toEqual(['WELL', 'ENDED', expect.stringMatching(/^As of 2026-11-23 18:00 UTC all was/)]);
});

test('a page that ends earlier is stale where a snapshot was late by then', () => {
  const freshness = { ...wellCombination().freshness, endsWith: '2026-11-25' };
  const { state, freshness: of, headline } = verdict({ freshness }, NEWEST + 90 * DAY_MS);
  expect([state, of, headline]).toEqual([
    'NEEDS_SOMEBODY',
    'STALE',
    'Stale: this page ends with 2026-11-25, as requested, and its newest snapshot is of 2026-11-23 18:00 UTC; the next one was due 2026-11-23 19:00 UTC, one every hour, by rate(1 hour).',
  ]);
});

test('with a clock that is behind the newest snapshot there is no age', () => {
  expect(verdict({}, NEWEST - 4 * MINUTE_MS).headline).toMatch(/^Fresh: the newest snapshot is less than a minute old/);
  const { freshness, headline } = verdict({}, NEWEST - 6 * MINUTE_MS);
  expect([freshness, headline]).toEqual([
    'NOT_KNOWN',
    'Not known whether it is fresh: the newest snapshot is of 2026-11-23 18:00 UTC, which is still to come by the clock of this computer (2026-11-23 17:54 UTC).',
  ]);
});

test('of a demo it says by which clock, and that this is ahead or behind', () => {
  const headline = (clockOffsetMs: number) => verdict({}, SOON, { clockOffsetMs }).headline;
  expect(headline(DAY_MS)).toMatch(
    /^Fresh: .* This is a demo: all by its own clock, which is 24 hours ahead of that of/,
  );
  expect(headline(-3 * DAY_MS)).toMatch(/by its own clock, which is 3 days behind that of this computer\.$/);
});

const rollouts = (more: object, rest: object = {}) => ({
  ...sectionWith({
    job_id: 'fw-bad',
    status: 'IN_PROGRESS',
    fails: true,
    stalls: false,
    percent_failed: 14.32,
    things_executed: 1450,
    things_failed: 203,
    hours_without_progress: 0,
    jobs: 30,
    failing_jobs: 0,
    stalled_jobs: 0,
    unknown_jobs: 0,
    ...more,
  }),
  snapshotAt: '2026-11-23 18:00:00',
  described: 30,
  leftOut: 0,
  overTime: { ...sectionWith(), at: [], series: [] },
  ...rest,
});

test('what needs attention comes worst first, each with its section', () => {
  const last = SNAPSHOT_DAYS.slice(-3);
  const broken = verdict({
    rollouts: rollouts({ failing_jobs: 3, stalled_jobs: 1, stalls: true, hours_without_progress: 31 }),
    inProgress: sectionWith(inProgressRow({ state: 'OVERDUE', days_in_progress: 12.3, overdue_jobs: 2 })),
    groups: sectionWith(
      { scope: 'fleet-moon', missing: true },
      { scope: 'fleet-x', missing: null },
      { scope: 'fleet-eu', missing: false },
    ),
    snapshots: sectionWith(...SNAPSHOT_DAYS.map((day) => snapshotsRow(day, last.includes(day) ? 1 : 0))),
    unlinkedCount: 2,
    unlinkedDays: ['2026-11-22'],
  });
  expect(broken.items.map(({ kind, section, what, more }) => `${kind} ${section}: ${what}${more}`)).toEqual([
    'NEEDS_SOMEBODY rollouts: 3 rollouts fail: the worst is fw-bad, where 14.32 % of 1,450 things failed',
    'NEEDS_SOMEBODY rollouts: 1 rollout stalls: no thing of fw-bad moved for 31 h',
    'NEEDS_SOMEBODY overdue: 2 jobs are overdue: in progress for longer than 38.7 h, within which 99 of 100 were completed; the longest, fw-1, for 12.3 days',
    'NEEDS_SOMEBODY counts: 1 of 3 thing groups does not exist: fleet-moon',
    'NEEDS_SOMEBODY snapshots: 3 of 168 snapshots did not come in the 7 days until 2026-11-23',
    'NOT_KNOWN counts: Whether 1 of 3 thing groups exists: fleet-x',
    'NOT_KNOWN moved: What had changed on 1 of the 7 days until 2026-11-23: snapshots were compared with none, as an older exporter took them or the rows before could not be read',
  ]);
  expect([broken.state, broken.summary]).toEqual(['NEEDS_SOMEBODY', '5 things need somebody; 2 things are not known.']);
});

test('rows of the newest snapshot that are gone need attention, and what they would show is omitted', () => {
  expect(findingTexts({ isNewestGone: true, inProgress: sectionWith() })).toEqual([
    'NEEDS_SOMEBODY overdue: The rows of the newest snapshot have expired or are lost: what is in progress, overdue and may be purged is not known (npm run verify tells more)',
  ]);
});

test('without a bound it is not known what is overdue, and why; continuous jobs need none', () => {
  const overdueBound = { ...wellCombination().overdueBound, hours: null, jobs: 40 };
  expect(findingTexts({ overdueBound })).toEqual([
    'NOT_KNOWN overdue: Whether any of 49 jobs in progress is overdue: 40 jobs were seen to complete since 2026-08-26, and the bound takes 100',
  ]);
  const inProgress = sectionWith(inProgressRow({ jobs: 3 }));
  expect(verdict({ overdueBound, inProgress }).state).toBe('WELL');
  expect(findingTexts({ inProgress: sectionWith(inProgressRow({ may_be_overdue_jobs: 4 })) })).toEqual([
    'NOT_KNOWN overdue: Whether 4 jobs are overdue: created longer ago than 38.7 h, within which 99 of 100 were completed, and in progress since an unknown time',
  ]);
});

test('a status that an export does not list is its choice, but for that by which jobs may be stuck', () => {
  const overdueBound = { ...wellCombination().overdueBound, hours: null, jobs: 0 };
  const without = verdict({ listedStatuses: ['SCHEDULED', 'COMPLETED', 'CANCELED'], inProgress: sectionWith() });
  expect([without.state, without.summary]).toEqual([
    'NOT_KNOWN',
    'Nothing is known to need somebody; 1 thing is not known.',
  ]);
  expect(findingTexts({ listedStatuses: ['SCHEDULED', 'IN_PROGRESS'], overdueBound })).toEqual([
    'NOT_KNOWN overdue: Whether any of 49 jobs in progress is overdue: this export does not list COMPLETED, so it is not known how long jobs take',
    'NOTE counts: COMPLETED and CANCELED are not listed by this export',
  ]);
  expect(verdict({ listedStatuses: ['IN_PROGRESS'], overdueBound, inProgress: sectionWith() }).state).toBe('WELL');
});

test('details that were left out, not decided, or of an earlier snapshot are not known', () => {
  expect(
    findingTexts({ rollouts: rollouts({ fails: false, unknown_jobs: 2 }, { described: 18, leftOut: 12 }) }),
  ).toEqual([
    'NOT_KNOWN rollouts: How far 12 of 30 jobs are: they were to be described and were not',
    'NOT_KNOWN rollouts: Whether 2 rollouts fail or stall: their things, or since when they have made no progress, is not known',
  ]);
  const older = rollouts({ failing_jobs: 1 }, { snapshotAt: '2026-11-23 12:00:00' });
  expect(findingTexts({ rollouts: older })).toEqual([
    'NEEDS_SOMEBODY rollouts: 1 rollout fails, as of 2026-11-23 12:00 UTC: the worst is fw-bad, where 14.32 % of 1,450 things failed',
    'NOT_KNOWN rollouts: How far rollouts are at the newest snapshot: it did not request details, and those of 2026-11-23 12:00 UTC are shown',
  ]);
  expect(verdict({ rollouts: rollouts({ fails: false }) }).summary).toMatch(/; no rollout fails or stalls;/);
});

test('jobs in progress that no details are of are not known, and rollouts that have ended since need no attention', () => {
  const scheduled = rollouts({ job_id: 'waits', status: 'SCHEDULED', fails: false, jobs: 0 }, { described: 1 });
  const inProgress = sectionWith(inProgressRow({ jobs: 1 }));
  expect([
    verdict({ rollouts: scheduled, inProgress }).state,
    findingTexts({ rollouts: scheduled, inProgress }),
  ]).toEqual([
    'NOT_KNOWN',
    ['NOT_KNOWN rollouts: Whether 1 job in progress fails or stalls: the newest snapshot described no job in progress'],
  ]);
  const older = (job_id: string) =>
    findingTexts({
      inProgress,
      rollouts: rollouts({ job_id, failing_jobs: 1, jobs: 1 }, { snapshotAt: '2026-11-23 12:00:00' }),
    }).map((text) => text.slice(0, 45));
  expect(older('fw-1')[0]).toBe('NEEDS_SOMEBODY rollouts: 1 rollout fails, as ');
  expect(older('fw-ended')).toEqual(['NOT_KNOWN rollouts: How far rollouts are at t']);
});

test('where the number of due snapshots is unknown, it is omitted; of some days the others count', () => {
  const of = (failed: (i: number) => number | null) =>
    verdict({ snapshots: sectionWith(...SNAPSHOT_DAYS.map((day, i) => snapshotsRow(day, failed(i)))) });
  expect(of(() => null).summary).toBe('All is well: 52 jobs in progress, none overdue.');
  expect(of((i) => (i < 5 ? null : i === 7 ? 2 : 0)).items[0]?.what).toBe('2 of 120 snapshots did not come');
});

test('days without any snapshot are a gap where they come every day, and a schedule knows by itself', () => {
  const rows = SNAPSHOT_DAYS.filter((day) => day !== '2026-11-20').map((day) => snapshotsRow(day));
  const gap = { snapshots: sectionWith(...rows), scheduledFrom: null };
  expect(findingTexts(gap)).toEqual([
    'NEEDS_SOMEBODY snapshots: No snapshot came on 1 day in the 7 days until 2026-11-23',
  ]);
  const freshness = { ...wellCombination().freshness, usualMinutes: 2880 };
  expect(findingTexts({ ...gap, freshness })).toEqual([]);
  expect(findingTexts({ ...gap, scheduledFrom: '2026-11-01' })).toEqual([]);
});

const look = (...states: readonly string[]) =>
  sectionWith(
    ...states.map((state, i) => ({
      state,
      export_name: `e${i}`,
      account_id: '111111111111',
      region: 'eu-west-1',
      looked_at: '2026-11-23 18:10:00',
    })),
  );

test('silent exports of a hub are shown as of its look, an old look is unknown, and without a hub there are none', () => {
  expect(
    findingTexts({}, SOON, { reporting: look('NEVER', 'LATE', 'LATE', 'LATE', 'FAILED', 'UNKNOWN', 'REPORTING') }),
  ).toEqual([
    'NEEDS_SOMEBODY reporting: 4 exports are silent, as of the look at 2026-11-23 18:10 UTC: e0 in 111111111111 eu-west-1, e1 in 111111111111 eu-west-1, e2 in 111111111111 eu-west-1 and 1 more',
    'NEEDS_SOMEBODY reporting: CloudFormation could not deploy 1 export, as of the look at 2026-11-23 18:10 UTC: e4 in 111111111111 eu-west-1',
    'NOT_KNOWN reporting: Whether 1 export is silent, as of the look at 2026-11-23 18:10 UTC: e5 in 111111111111 eu-west-1',
  ]);
  expect(verdict({}, SOON, { reporting: look('REPORTING') }).summary).toMatch(/; no export silent\.$/);
  expect(findingTexts({}, SOON, { reporting: look('REPORTING'), writtenAt: '2026-11-23 23:10:00' })).toEqual([
    'NOT_KNOWN reporting: Which exports are silent since: the newest look was 5 h before this page was made',
  ]);
  expect(findingTexts({}, SOON, { reporting: { notKnown: 'it cannot be read.' } })).toEqual([
    'NOT_KNOWN reporting: Which exports are silent: it cannot be read',
  ]);
});

test('an empty history is neither well nor not, and its silent exports are shown', () => {
  const report = reportWith([], { reporting: look('LATE') });
  const { state, headline, summary, items } = verdictOf(report, undefined, SOON);
  expect([state, headline, summary, items.length]).toEqual([
    'EMPTY',
    'There is no snapshot in ./history yet.',
    '1 thing needs somebody.',
    1,
  ]);
  expect(verdictOf(reportWith([]), undefined, SOON).summary).toBe('');
});

test('in a list of exports each has its state, without what the look of a hub says of all', () => {
  const report = reportWith([], { reporting: look('LATE') });
  const of = (more: Partial<Combination>, at = SOON) => shortVerdict(report, wellCombination(more), at);
  const groups = sectionWith({ scope: 'fleet-moon', missing: true }, { scope: 'fleet-eu', missing: false });
  expect(of({})).toEqual({ state: 'WELL', freshness: 'FRESH', text: 'all is well' });
  expect(of({ groups }, NEWEST + DAY_MS)).toEqual({
    state: 'NEEDS_SOMEBODY',
    freshness: 'STALE',
    text: 'stale, 1 of 2 thing groups does not exist',
  });
  expect(of({ listedStatuses: [] }).text).toBe('not all is known');
});
