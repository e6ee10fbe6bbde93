import type { JobDetailsRow, ListingElement } from '../../../../lambda/contract/columns.ts';
import { detailsRow } from '../../../../lambda/core/details/details-row.ts';
import { type RolloutOptions, rolloutFigures } from '../../../../lambda/core/details/rollouts.ts';
import { REQUEST } from '../../../support/export-run.ts';
import { described } from '../../../support/scripted-describer.ts';

const NOW = Date.parse('2026-11-23T18:00:00Z');
const WITH_LIMITS: RolloutOptions = {
  details: { statuses: ['IN_PROGRESS'], maxJobs: 10 },
  rollouts: { failedPercent: 20 },
};

/** A row by its eight counts, and what is otherwise. */
function row(id: string, things: readonly number[], over: Partial<JobDetailsRow> = {}): JobDetailsRow {
  const of = { request: REQUEST, id, job: described(id, ...things), describedAt: NOW, before: new Map() };
  return { ...detailsRow(of), ...over };
}

const figures = (rows: readonly JobDetailsRow[], leftOut = 0, judging = WITH_LIMITS) =>
  rolloutFigures(rows, { details_left_out: leftOut, listings: [listing(false)] }, judging);

function listing(missing: boolean | null): ListingElement {
  return { status: 'IN_PROGRESS', job_count: 0, missing, thing_group_name: 'eu', queried_thing_group_id: null };
}

const DAY_AGO = '2026-11-22 18:00:00.000';

describe('all numbers', () => {
  it('of two jobs in progress, and of one that has ended: of that one only how it failed', () => {
    const { things, worstFailedPercent, failing, stalled } = figures([
      row('a', [1, 2, 3, 4, 5, 6, 7, 8]),
      row('b', [10, 0, 10, 0, 0, 0, 0, 0]),
      row('c', [0, 0, 0, 10, 0, 0, 0, 0], { status: 'CANCELED' }),
    ]);
    expect(things).toEqual({
      QUEUED: 11,
      IN_PROGRESS: 2,
      SUCCEEDED: 13,
      FAILED: 4,
      REJECTED: 5,
      TIMED_OUT: 6,
      REMOVED: 7,
      CANCELED: 8,
    });
    expect([worstFailedPercent, stalled]).toEqual([100, 0]);
    expect(failing).toEqual([
      { jobId: 'c', thingsExecuted: 10, failedPercent: 100, progressSince: '2026-11-23 18:00:00.000' },
      { jobId: 'a', thingsExecuted: 18, failedPercent: 1500 / 18, progressSince: '2026-11-23 18:00:00.000' },
    ]);
  });

  it('of no job are 0', () => {
    const { things, ...others } = figures([]);
    expect(Object.values(things ?? {})).toEqual(Array(8).fill(0));
    expect(others).toEqual({ worstFailedPercent: 0, stalled: 0, failing: [], stalling: [] });
  });

  it('a job that too few things executed is not judged, nor one that fails as much as is allowed', () => {
    expect(figures([row('a', [0, 0, 0, 9])])).toMatchObject({ worstFailedPercent: 0, failing: [] });
    expect(figures([row('a', [0, 0, 8, 2])])).toMatchObject({ worstFailedPercent: 20, failing: [] });
    const judging = { ...WITH_LIMITS, rollouts: { failedPercent: 20, minThings: 1 } };
    expect(figures([row('a', [0, 0, 0, 9])], 0, judging)).toMatchObject({ worstFailedPercent: 100 });
  });

  it('things that were canceled or removed did not execute the job, so that an abort does not hide what failed', () => {
    const aborted = row('a', [0, 0, 14, 6, 0, 0, 5, 75], { status: 'CANCELED' });
    expect(figures([aborted])).toMatchObject({ worstFailedPercent: 30, failing: [{ jobId: 'a', thingsExecuted: 20 }] });
  });

  it('without a percentage none fails', () => {
    expect(figures([row('a', [0, 0, 0, 10])], 0, { details: WITH_LIMITS.details })).toMatchObject({
      worstFailedPercent: 100,
      failing: [],
    });
  });
});

describe('what is not known', () => {
  it('where a job was left out: of the things nothing, of the others what those described say', () => {
    expect(figures([row('a', [1])], 1)).toEqual({ failing: [], stalling: [] });
    const { things, worstFailedPercent, stalled } = figures([row('a', [1, 0, 0, 10], { progress_since: DAY_AGO })], 1);
    expect([things, worstFailedPercent, stalled]).toEqual([undefined, 100, 1]);
  });

  it('where a job in progress says not all of its numbers', () => {
    const rows = [row('a', [1]), row('b', [1], { removed_things: null })];
    expect(figures(rows)).toEqual({ failing: [], stalling: [] });
  });

  it('where one that has ended says no numbers: how it failed, and nothing else', () => {
    const found = figures([row('a', [1]), row('b', [], { status: 'COMPLETED', failed_things: null })]);
    expect(found.things).toMatchObject({ QUEUED: 1 });
    expect([found.stalled, found.worstFailedPercent]).toEqual([0, undefined]);
  });

  it('where a job has no status, and may be in progress', () => {
    expect(figures([row('a', [1]), row('b', [1], { status: null })])).toEqual({ failing: [], stalling: [] });
  });

  it('where jobs in progress were not to be described', () => {
    const judging: RolloutOptions = { details: { statuses: ['SCHEDULED'], maxJobs: 10 } };
    expect(figures([], 0, judging)).toEqual({ failing: [], stalling: [] });
    expect(figures([row('a', [0, 0, 0, 10], { status: 'COMPLETED' })], 0, judging)).toMatchObject({
      worstFailedPercent: 100,
    });
  });

  it.each([true, null])('where a thing group is not listed, whose jobs may be in progress: missing %s', (missing) => {
    const listings = [listing(false), listing(missing)];
    const of = (rows: readonly JobDetailsRow[]) => rolloutFigures(rows, { details_left_out: 0, listings }, WITH_LIMITS);
    expect(of([])).toEqual({ failing: [], stalling: [] });
    const { things, worstFailedPercent, stalled } = of([row('a', [1, 0, 0, 10], { progress_since: DAY_AGO })]);
    expect([things, worstFailedPercent, stalled]).toEqual([undefined, 100, 1]);
  });

  it('where it is not known since when a job with things left stalls', () => {
    expect(figures([row('a', [1], { progress_since: null })])).not.toHaveProperty('stalled');
    expect(figures([row('a', [0, 0, 1], { progress_since: null })]).stalled).toBe(0);
    const rows = [row('a', [1], { progress_since: null }), row('b', [1], { progress_since: DAY_AGO })];
    expect(figures(rows)).toMatchObject({ stalled: 1, stalling: [{ jobId: 'b' }] });
  });
});

describe('stalls', () => {
  it('who has had things to come, and no progress, for as many hours: longest first', () => {
    const found = figures([
      row('day', [0, 1], { progress_since: DAY_AGO }),
      row('nearly', [1], { progress_since: '2026-11-22 18:00:00.001' }),
      row('longer', [1], { progress_since: '2026-11-01 00:00:00.000' }),
      row('nothing to come', [0, 0, 5], { progress_since: DAY_AGO }),
      row('ended', [1], { status: 'CANCELED', progress_since: DAY_AGO }),
      row('scheduled', [1], { status: 'SCHEDULED', progress_since: DAY_AGO }),
    ]);
    expect(found.stalled).toBe(2);
    expect(found.stalling.map(({ jobId }) => jobId)).toEqual(['longer', 'day']);
    const judging = { ...WITH_LIMITS, rollouts: { stalledHours: 25 } };
    expect(figures([row('day', [1], { progress_since: DAY_AGO })], 0, judging).stalled).toBe(0);
  });
});

it('a job that has ended is reported once: not where all that have ended are described each time', () => {
  const judging: RolloutOptions = { ...WITH_LIMITS, details: { statuses: ['IN_PROGRESS', 'COMPLETED'], maxJobs: 10 } };
  expect(figures([row('a', [0, 0, 0, 10], { status: 'COMPLETED' })], 0, judging)).toMatchObject({
    worstFailedPercent: 0,
    failing: [],
  });
});
