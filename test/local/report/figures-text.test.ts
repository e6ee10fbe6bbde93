import type { Combination, CountSeries } from '../../../local/report/model.ts';
import { aboutText } from '../../../local/report/page/head/about-text.ts';
import { type Figure, figuresOf } from '../../../local/report/page/head/figures-text.ts';
import { groupsText } from '../../../local/report/page/head/groups-text.ts';
import { inProgressRow, NEWEST, reportWith, sectionWith, series, wellCombination } from '../../support/report-model.ts';

const SOON = NEWEST + 20 * 60_000;

function figures(more: Partial<Combination> = {}, at = SOON) {
  const combination = wellCombination(more);
  const [inProgress, overdue, completed, canceled, freshness] = figuresOf(reportWith([combination]), combination, at);
  return { inProgress, overdue, completed, canceled, freshness } as Record<string, Figure>;
}
const brief = (figure: Figure | undefined) => figure && [figure.value, figure.tone, ...figure.notes];

test('each has its number, what it is compared with, and its section', () => {
  const all = figures();
  expect(Object.values(all).map(({ section }) => section)).toEqual([
    'counts',
    'overdue',
    'moved',
    'moved',
    'snapshots',
  ]);
  expect(brief(all.inProgress)).toEqual(['52', 'PLAIN', '+12 against 40 at 2026-11-16 18:00']);
  expect(brief(all.overdue)).toEqual(['0', 'GOOD', 'as many as on 2026-11-16']);
  expect(brief(all.completed)).toEqual(['90', 'PLAIN', '−5 against 95 in the 7 days before']);
  expect(brief(all.canceled)).toEqual([
    '10 %',
    'PLAIN',
    'of 100 jobs that ended in 7 days canceled, +5 points against the 7 days before',
  ]);
  expect(brief(all.freshness)).toEqual([
    '20 minutes old',
    'GOOD',
    'fresh',
    '0 of 168 did not come in 7 days, not known in the 7 days before',
  ]);
});

test('unknown and not listed are not zero', () => {
  const none = figures({ listedStatuses: [], inProgress: sectionWith() });
  expect(['inProgress', 'completed', 'canceled'].map((name) => none[name]?.value)).toEqual(
    Array(3).fill('not listed by this export'),
  );
  expect(brief(none.overdue)).toEqual(['not known', 'NOT_KNOWN', 'IN_PROGRESS is not listed by this export']);
  const recent = sectionWith({ span: 'last 7 days', completed: null, canceled: null, is_known: false });
  const unknown = figures({ recent, isNewestGone: true });
  expect(brief(unknown.completed)).toEqual(['not known', 'NOT_KNOWN', 'not all of the 7 days is known']);
  expect(brief(unknown.canceled)).toEqual(['not known', 'NOT_KNOWN', 'not all of the 7 days is known']);
  expect(brief(unknown.overdue)).toEqual(['not known', 'NOT_KNOWN', 'the rows of the newest snapshot are gone']);
  const overdueBound = { ...wellCombination().overdueBound, hours: null };
  expect(brief(figures({ overdueBound }).overdue)).toEqual([
    'not known',
    'NOT_KNOWN',
    'too few jobs were seen to complete',
  ]);
});

test('none ended is not a share of zero', () => {
  const recent = sectionWith({ span: 'last 7 days', completed: 0, canceled: 0, is_known: true });
  expect(brief(figures({ recent }).canceled)).toEqual(['none ended', 'PLAIN', 'in 7 days']);
});

test('overdue jobs need attention, those that may be overdue are unknown', () => {
  const of = (more: Parameters<typeof inProgressRow>[0]) =>
    brief(figures({ inProgress: sectionWith(inProgressRow(more)) }).overdue);
  expect(of({ overdue_jobs: 7, may_be_overdue_jobs: 2 })).toEqual([
    '7',
    'BAD',
    '+7 against 0 on 2026-11-16',
    '2 more may be',
  ]);
  expect(of({ may_be_overdue_jobs: 2 })?.slice(0, 2)).toEqual(['0', 'NOT_KNOWN']);
});

test('what is in progress in groups is their sum, and a group that is missing is none of them', () => {
  const groups = sectionWith(
    { scope: 'fleet-moon', missing: true },
    { scope: 'fleet-eu', missing: false },
    { scope: 'fleet-us', missing: false },
  );
  const { counts } = wellCombination();
  const all = [
    series('fleet-eu', 'IN_PROGRESS', 30),
    series('fleet-us', 'IN_PROGRESS', 12),
    series('fleet-moon', 'IN_PROGRESS', null),
  ];
  const of = (more: readonly CountSeries[]) => figures({ groups, counts: { ...counts, series: more } }).inProgress;
  const expected = ['42', 'PLAIN', '−38 against 80 at 2026-11-16 18:00', 'sum of the groups: 2 groups, 1 missing'];
  expect(brief(of(all))).toEqual(expected);
  // A status that was listed until recently is none of them.
  const dropped = series('fleet-old', 'IN_PROGRESS', 70);
  const isNew = (i: number) => i > dropped.values.length - 5;
  expect(brief(of([...all, { ...dropped, values: dropped.values.map((n, i) => (isNew(i) ? null : n)) }]))).toEqual(
    expected,
  );
  const added = of([...all, { ...dropped, values: dropped.values.map((n, i) => (isNew(i) ? n : null)) }]);
  expect(brief(added)?.slice(0, 3)).toEqual(['112', 'PLAIN', 'not known at 2026-11-16 18:00']);
  expect(added?.line?.values.slice(-6)).toEqual([null, null, 120, 120, 120, 112]);
  expect(groupsText(sectionWith({ scope: 'a', missing: null }, { scope: 'b', missing: false }))).toBe(
    '1 group, of 1 it is not known whether it exists',
  );
});

test('the things that failed of those that executed are of the rollouts in progress, and it says how many are not in it', () => {
  const row = (more: object) => ({
    status: 'IN_PROGRESS',
    things_executed: 100,
    things_failed: 5,
    jobs: 3,
    failing_jobs: 1,
    ...more,
  });
  const rollouts = {
    ...sectionWith(
      row({}),
      row({ things_executed: 300, things_failed: 7 }),
      row({ things_executed: null }),
      row({ status: 'COMPLETED' }),
    ),
    snapshotAt: '2026-11-23 18:00:00',
    described: 4,
    leftOut: 2,
    overTime: { ...sectionWith(), at: [], series: [] },
  };
  const { canceled } = figures({ rollouts });
  expect([canceled?.name, canceled?.section, canceled?.tone]).toEqual(['canceled or failed', 'rollouts', 'BAD']);
  expect(canceled?.notes[1]).toBe('3 % of 400 things failed in the rollouts in progress, without 3 rollouts');
  const older = { ...rollouts, snapshotAt: '2026-11-23 12:00:00', leftOut: 0 };
  expect(
    figures({ rollouts: { ...older, answer: sectionWith(row({ jobs: 1, job_id: 'ended' })).answer } }).canceled
      ?.notes[1],
  ).toBe('5 % of 100 things failed in the rollouts in progress, as of 2026-11-23 12:00 UTC');
});

test('lines have gaps where days are not known, and leave out a day that is known in part', () => {
  const { moved } = wellCombination();
  const place = moved.answer.columns.indexOf('completed');
  const rows = moved.answer.rows.map((row, i) => (i === 4 ? row.map((cell, at) => (at === place ? null : cell)) : row));
  const line = figures({ moved: { ...moved, answer: { ...moved.answer, rows } } }).completed?.line;
  expect(line?.values.slice(-10)).toEqual([9, 9, 9, 9, null, 9, 9, 9, 9, null]);
  expect(line?.label).toBe('9 a day, in 10 days');
  expect(figures().freshness?.line?.values.slice(-2)).toEqual([24, null]);
  // A day with replays only, which are not counted.
  const without = { ...moved, answer: { ...moved.answer, rows: moved.answer.rows.slice(0, -2) } };
  expect(figures({ moved: without }).completed?.line?.values.slice(-3)).toEqual([9, null, null]);
});

test('little is not none, and no change has no sign', () => {
  const of = (completed: number, was: number) =>
    figures({
      recent: sectionWith(
        { span: 'last 7 days', completed, canceled: 1, is_known: true },
        { span: '7 days before', completed: was, canceled: 1, is_known: true },
      ),
    }).canceled;
  expect([of(99_999, 90_000)?.value, of(99_999, 90_000)?.notes[0]]).toEqual([
    '< 0.01 %',
    'of 100,000 jobs that ended in 7 days canceled, 0 points against the 7 days before',
  ]);
});

test('a page of one day says which part of it is known', () => {
  const of = (firstDayFrom: string | null, lastDayUntil: string | null) =>
    aboutText({ ...wellCombination({ from: '2026-11-23' }), firstDayFrom, lastDayUntil, snapshotCount: 4 });
  expect([of('10:00', '18:00'), of('10:03', '10:03'), of(null, null)]).toEqual([
    '2026-11-23 from 10:00 until 18:00 · 4 snapshots',
    '2026-11-23 10:03 · 4 snapshots',
    '2026-11-23 · 4 snapshots',
  ]);
});
