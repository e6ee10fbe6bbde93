import type { Answer, Combination, CountSeries, Section } from '../../../local/report/model.ts';
import { durationsLede } from '../../../local/report/page/sections/durations-text.ts';
import {
  groupsOf,
  groupsText,
  missingText,
  placeBefore,
  signed,
} from '../../../local/report/page/sections/groups-text.ts';
import {
  isListed,
  MOVES,
  movedLede,
  nothingMovedText,
  notListedText,
} from '../../../local/report/page/sections/moved-text.ts';
import { purgedLede } from '../../../local/report/page/sections/purged-text.ts';
import { wellCombination } from '../../support/report-model.ts';

const ALL = ['SCHEDULED', 'IN_PROGRESS', 'COMPLETED', 'CANCELED', 'DELETION_IN_PROGRESS'];
const shown = { from: '2026-11-06', to: '2026-11-18', firstDayFrom: null, lastDayUntil: '12:00' };
const plain = (text: string) => text.replaceAll('\u2011', '-').replaceAll('\u00a0', ' ');

const section = (answer: Answer): Section => ({ question: '', sql: '', notes: '', restsOn: '', answer });

describe('durations', () => {
  const week = (name: string, hours: number) => ({ week: name, jobs: 12, p50_hours: hours, p90_hours: hours * 3 });
  const movedOf = (completed: number | null) =>
    section({ columns: ['dt', 'completed'], rows: [8, 9, 15, 16].map((day) => [`2026-11-${day}`, completed]) });
  const lede = (weeks: Parameters<typeof durationsLede>[0], more: object = {}) =>
    plain(durationsLede(weeks, { ...shown, listedStatuses: ALL, moved: movedOf(0), ...more }));

  it('are those of the last whole week, not of the newest', () => {
    expect(lede([week('2026-11-09', 12.94), week('2026-11-16', 1)])).toBe(
      'From creation to completion, by the week of the completion. In the last whole week, that of 2026-11-09, 12 jobs completed: median 12.9 h, 90th percentile 38.8 h.',
    );
  });

  it('say where no week is whole yet, and where none was completed in the last whole one', () => {
    const young = { from: '2026-11-17', firstDayFrom: '14:00' };
    expect(lede([week('2026-11-16', 2)], young)).toMatch(
      /No week is known whole yet\. In that of 2026-11-16, known from 2026-11-17 14:00 UTC until 2026-11-18 12:00 UTC, 12 jobs completed: median 2 h/,
    );
    expect(lede([week('2026-11-16', 2)])).toMatch(/that of 2026-11-09, no job was seen completed\.$/);
  });

  it('are not known where COMPLETED is not listed', () => {
    expect(lede([], { listedStatuses: ['IN_PROGRESS'] })).toBe('Not known: COMPLETED is not listed by this export.');
    expect(lede([])).toBe('No job was seen completed.');
    expect(lede([week('2026-11-16', 2)], { moved: movedOf(null) })).toMatch(
      /that of 2026-11-09, it is not known what completed\.$/,
    );
    expect(lede([], { moved: movedOf(3) })).toBe(
      'Not known: 12 jobs were seen completed, and of none the time from creation to completion is known.',
    );
  });
});

describe('what moved', () => {
  const days = ['2026-11-16', '2026-11-17', '2026-11-18'];
  const lines = MOVES.map((move, i) => ({ move, values: [1, move.name === 'completed' ? null : 10 + i, 3] }));

  it('is of the last whole day, with what is not known of it', () => {
    expect(plain(movedLede(lines, days, shown))).toMatch(
      /^On 2026-11-17, the last whole day: 10 created, 11 started, 13 canceled, 14 being deleted; not known: completed\. /,
    );
    expect(movedLede(lines, days, { ...shown, from: '2026-11-18' })).toMatch(/^No day is known whole yet\. /);
  });

  it('is no 0 of what is not listed', () => {
    const listedStatuses = ['SCHEDULED', 'IN_PROGRESS'];
    expect(MOVES.filter((move) => isListed(move, { listedStatuses })).map(({ name }) => name)).toEqual([
      'created',
      'started',
    ]);
    expect(nothingMovedText({ listedStatuses })).toMatch(/Not known: completed, canceled, being deleted/);
    expect(nothingMovedText({ listedStatuses: ALL })).toBe(
      'No job was created, and none was seen to change its status.',
    );
    expect(MOVES.map(notListedText)).toEqual([
      'not known: SCHEDULED and IN_PROGRESS are not both listed by this export',
      ...Array(4).fill('not listed by this export'),
    ]);
  });
});

describe('thing groups', () => {
  const at = ['2026-11-10 12:00:00', '2026-11-11 11:00:00', '2026-11-17 12:00:00', '2026-11-18 12:00:00'];
  const line = (scope: string, ...values: (number | null)[]): CountSeries => ({ scope, status: 'IN_PROGRESS', values });
  const combination = {
    counts: {
      at,
      series: [
        line('grows', 1, 2, 8, 9),
        line('shrinks', 9, 9, 8, 3),
        line('overdue', 5, 5, 5, 5),
        line('missing', 5, 5, null, null),
        line('new', null, null, null, 4),
        line('unsure', 5, 5, null, null),
      ],
    } as unknown as Combination['counts'],
    groups: section({
      columns: ['scope', 'missing', 'in_progress', 'overdue'],
      rows: [
        ['grows', false, 9, 0],
        ['shrinks', false, 3, 0],
        ['overdue', false, 5, 2],
        ['missing', true, null, null],
        ['new', false, 4, null],
        ['unsure', null, null, null],
      ],
    }),
  };

  it('come with the worst first: missing, not known, overdue, then by how much they grew', () => {
    const groups = groupsOf(combination, 'IN_PROGRESS');
    expect(groups.map(({ scope, change }) => [scope, change])).toEqual([
      ['missing', null],
      ['unsure', null],
      ['overdue', 0],
      ['grows', 7],
      ['shrinks', -6],
      ['new', null],
    ]);
    expect(groupsText(groups)).toBe('4 thing groups, 1 missing, 1 of which it is not known whether it exists');
    expect(groups.slice(0, 3).map(missingText)).toEqual([
      'missing: the thing group does not exist',
      'not known whether it exists',
      'not known',
    ]);
  });

  it('that are no longer listed are none of those of which it is not known whether they exist', () => {
    const dropped = { counts: combination.counts, groups: { ...combination.groups } as Section };
    const isKept = ([scope]: readonly unknown[]) => scope !== 'unsure';
    dropped.groups = section({ ...combination.groups.answer, rows: combination.groups.answer.rows.filter(isKept) });
    const groups = groupsOf(dropped, 'IN_PROGRESS');
    expect(groupsText(groups)).toBe('4 thing groups, 1 missing, 1 no longer listed');
    expect([groups.at(-1)?.scope, groups.at(-1) && missingText(groups.at(-1) as (typeof groups)[number])]).toEqual([
      'unsure',
      'no longer listed by this export',
    ]);
    const series = [
      { scope: 'account-wide', status: 'IN_PROGRESS', values: [null, null, null, 4] },
      { scope: 'eu', status: 'IN_PROGRESS', values: [1, 2, 3, null] },
    ];
    const account = groupsOf({ counts: { ...combination.counts, series }, groups: null }, 'IN_PROGRESS');
    expect(groupsText(account)).toBe('account-wide, 1 no longer listed');
  });

  it('change against seven days before, or the snapshot of the day until then', () => {
    expect(placeBefore(at, 7)).toBe(1);
    expect(placeBefore(['2026-11-01 12:00:00', ...at.slice(2)], 7)).toBeUndefined();
    expect(placeBefore([], 7)).toBeUndefined();
    expect([3, -2, 0].map((change) => signed(change, String))).toEqual(['+3', '−2', '0']);
  });
});

test('what AWS may purge is not known of statuses that are not listed', () => {
  const lede = (...listedStatuses: string[]) => purgedLede(wellCombination({ listedStatuses }));
  expect(lede('COMPLETED', 'CANCELED')).toMatch(/No job that has ended was created 700 days or more before .* UTC\.$/);
  expect(lede('COMPLETED')).toMatch(
    /No listed job that has ended .* UTC\. Of CANCELED, which this export does not list, it is not known\.$/,
  );
  expect(lede('IN_PROGRESS')).toMatch(/Not known which: this export lists neither COMPLETED nor CANCELED\.$/);
});
