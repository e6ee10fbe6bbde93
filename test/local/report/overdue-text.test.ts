import { inProgressTotals, overdueLede } from '../../../local/report/page/sections/overdue-text.ts';

const COLUMNS = ['state', 'jobs', 'overdue_jobs', 'may_be_overdue_jobs', 'continuous_jobs', 'unknown_jobs'];
const SECTION = { question: '', sql: '', notes: '', restsOn: '', answer: { columns: [], rows: [] } };

interface Totals {
  readonly jobs?: number;
  readonly overdue?: number;
  readonly mayBe?: number;
  readonly continuous?: number;
  readonly unknown?: number;
  readonly hours?: number | null;
  readonly completed?: number;
  readonly listed?: readonly string[];
}

/** What a page knows of jobs in progress: the totals are on each row, and there is no row where there is no job. */
function seen(totals: Totals) {
  const { jobs = 0, overdue = 0, mayBe = 0, continuous = 0, unknown = 0, hours = 38.7, completed = 1234 } = totals;
  const rows = jobs === 0 ? [] : [['IN_TIME', jobs, overdue, mayBe, continuous, unknown]];
  return {
    newestAt: '2026-11-23 18:00:00',
    listedStatuses: totals.listed ?? ['SCHEDULED', 'IN_PROGRESS', 'COMPLETED'],
    inProgress: { ...SECTION, answer: { columns: COLUMNS, rows } },
    overdueBound: { ...SECTION, hours, jobs: completed, from: '2026-09-01' },
  };
}
const lede = (totals: Totals) => overdueLede(seen(totals)).replaceAll('\u2011', '-').replaceAll('\u00a0', ' ');

const AT = 'in progress at 2026-11-23 18:00 UTC';
const BOUND = 'in progress for longer than 99 of 100 of the 1,234 jobs completed since 2026-09-01 took, 38.7 h.';

test.each<[string, Totals, string]>([
  ['none in progress', {}, 'No job is in progress at 2026-11-23 18:00 UTC.'],
  [
    'some, some that may be, and continuous ones, which are not among those that are judged',
    { jobs: 623, overdue: 12, mayBe: 3, continuous: 549, unknown: 1 },
    `12 of the 74 jobs ${AT} are overdue: ${BOUND} 3 may be: created longer ago than that, and in progress since before they were first seen. Of 1 job it is not known since when it is in progress. Continuous jobs stay in progress and are not counted.`,
  ],
  [
    'one',
    { jobs: 9, overdue: 1, mayBe: 1 },
    `1 of the 9 jobs ${AT} is overdue: ${BOUND} 1 may be: created longer ago than that, and in progress since before it was first seen.`,
  ],
  ['none overdue', { jobs: 9 }, `None of the 9 jobs ${AT} is overdue: ${BOUND}`],
  [
    'continuous ones alone',
    { jobs: 2, continuous: 2 },
    `No job is overdue: all 2 jobs ${AT} are continuous, and stay so.`,
  ],
  [
    'too few completed ones to tell',
    { jobs: 9, hours: null, completed: 34 },
    `Not known which of the 9 jobs ${AT} are overdue: how long jobs usually take is reckoned from 100 completed ones or more, and 34 were seen completed since 2026-09-01.`,
  ],
  [
    'no completed one to tell, in an export that does not list them',
    { jobs: 9, continuous: 4, hours: null, completed: 0, listed: ['SCHEDULED', 'IN_PROGRESS'] },
    `Not known which of the 5 jobs ${AT} are overdue: this export does not list COMPLETED, so it is not known how long jobs usually take. Continuous jobs stay in progress and are not counted.`,
  ],
  [
    'an export that does not list those in progress',
    { listed: ['COMPLETED'] },
    'Not known: this export does not list IN_PROGRESS, so no job in progress is in it.',
  ],
])('of %s the words are no more than what is known', (_, totals, words) => {
  expect(lede(totals)).toBe(words);
});

test('the totals are those of the rows, and 0 where there is none', () => {
  expect(inProgressTotals(seen({ jobs: 623, overdue: 12, mayBe: 3, continuous: 549, unknown: 2 }))).toEqual({
    jobs: 623,
    overdue: 12,
    mayBe: 3,
    continuous: 549,
    unknown: 2,
  });
  expect(inProgressTotals(seen({})).jobs).toBe(0);
});
