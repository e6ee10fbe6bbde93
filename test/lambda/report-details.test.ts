import type { Context } from 'aws-lambda';
import { SNAPSHOTS_COLUMNS, type SnapshotRecord } from '../../lambda/contract/columns.ts';
import { THING_STATUSES, type ThingStatus } from '../../lambda/contract/details.ts';
import type { Outcome } from '../../lambda/contract/event.ts';
import type { SnapshotRequest } from '../../lambda/core/request.ts';
import { OvertakenError, ServiceUnavailableError, StoreRefusedError } from '../../lambda/errors.ts';
import type { DetailsResult, LookBack, RolloutFigures, RolloutInTrouble, RunObserver } from '../../lambda/ports.ts';
import { reportRun } from '../../lambda/report.ts';
import { pointsOf } from '../support/emf.ts';

const REQUEST: SnapshotRequest = {
  accountId: '123456789012',
  region: 'eu-west-1',
  exportName: 'all',
  scheduledAt: Date.parse('2026-11-23T18:00:00Z'),
  statuses: ['IN_PROGRESS'],
  thingGroups: [],
  thingGroupIds: [],
  details: { statuses: ['IN_PROGRESS'], maxJobs: 500 },
};
const WELL: DetailsResult = { described: 7, leftOut: 0, gone: 0, failed: 0, counts: { calls: 9, throttled: 1 } };
const error = new ServiceUnavailableError('DescribeJob is down');
const FAILED: DetailsResult = { ...WELL, described: 4, leftOut: 3, gone: 1, failed: 2, error };
const SEEN: LookBack = { isNewest: true, inBreach: new Map(), uncounted: new Map() };
const NO_TROUBLE: RolloutFigures = { failing: [], stalling: [] };
const THINGS = Object.fromEntries(THING_STATUSES.map((status, i) => [status, i])) as Record<ThingStatus, number>;

const OF_DETAILS = /^(DescribeJobCalls|Details|Things|Worst|Stalled)/;

/** Metrics, warnings and summary of a run whose observer got these notifications. */
async function outputOf(tell: (run: Required<Notifications>) => void) {
  const written: string[] = [];
  const write = (text: unknown) => written.push(String(text)) > 0;
  jest.spyOn(process.stdout, 'write').mockImplementation(write);
  jest.spyOn(process.stderr, 'write').mockImplementation(write);
  try {
    await reportRun({} as Context, async (run) => {
      run.begin(REQUEST, { counts: { calls: 1, throttled: 0 }, isDriven: false, hasMetrics: true });
      tell(run);
      return { snapshotId: 'id', objectKey: 'o', recordKey: 'r', jobCount: 9, outcome: 'written' };
    });
  } finally {
    jest.restoreAllMocks();
  }
  const lines = written
    .join('')
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  return {
    points: pointsOf(lines.filter((line) => '_aws' in line)).filter(([name]) => OF_DETAILS.test(name)),
    warnings: lines.filter(({ level }) => level === 'WARN'),
    summary: lines.find(({ message }) => message === 'Snapshot completed'),
  };
}

type Notifications = Pick<
  RunObserver,
  'restarted' | 'detailsEnded' | 'lookedBack' | 'previousDetailsUnreadable' | 'snapshotRecorded'
>;

/** A recorded snapshot; `leftOut` is `null` where its export has no details. */
function recordedSnapshot(outcome: Outcome, leftOut: number | null, details?: DetailsResult) {
  const record = { ...RECORD, detail_count: leftOut === null ? null : 4, details_left_out: leftOut };
  return { outcome, record, ...(details && { details }) };
}

const TIME = '2026-11-23 18:00:00.000';
/** Columns that are in no line and no metric here are `null`. */
const RECORD = {
  ...Object.fromEntries(SNAPSHOTS_COLUMNS.map(({ name }) => [name, null])),
  snapshot_at: TIME,
  started_at: TIME,
  finished_at: TIME,
  listings: [],
} as unknown as SnapshotRecord;

describe('a run that described jobs', () => {
  it('says how many calls that took, and that nothing is left out', async () => {
    const { points, warnings, summary } = await outputOf((run) => {
      run.detailsEnded(WELL);
      run.snapshotRecorded(recordedSnapshot('written', 0, WELL));
    });
    expect(points).toEqual([
      ['DetailsLeftOut all', 0],
      ['DescribeJobCalls all', 9],
      ['DetailsFailed all', 0],
    ]);
    expect(warnings).toEqual([]);
    expect(summary).toMatchObject({
      details: { described: 7, leftOut: 0, gone: 0, failed: 0, calls: 9, throttledCalls: 1 },
    });
  });

  it('warns of what is left out, with the reason of what failed', async () => {
    const { points, warnings, summary } = await outputOf((run) => {
      run.detailsEnded(FAILED);
      run.snapshotRecorded(recordedSnapshot('written', 3, FAILED));
    });
    expect(points).toEqual([
      ['DetailsLeftOut all', 3],
      ['DescribeJobCalls all', 9],
      ['DetailsFailed all', 1],
    ]);
    expect(warnings).toMatchObject([
      {
        message: 'Details are incomplete',
        described: 4,
        leftOut: 3,
        gone: 1,
        failed: 2,
        reason: 'ServiceUnavailableError: DescribeJob is down',
      },
    ]);
    expect(summary).toMatchObject({ details: { described: 4, leftOut: 3, gone: 1, failed: 2, calls: 9 } });
  });

  it('takes more jobs than are to be described, and jobs that are gone, for no failure', async () => {
    const details = { ...WELL, leftOut: 300, gone: 1 };
    const { points, warnings } = await outputOf((run) => {
      run.detailsEnded(details);
      run.snapshotRecorded(recordedSnapshot('written', 300, details));
    });
    expect(points).toContainEqual(['DetailsFailed all', 0]);
    expect(warnings).toMatchObject([{ message: 'Details are incomplete', leftOut: 300, gone: 1, failed: 0 }]);
    expect(warnings[0]).not.toHaveProperty('reason');
  });

  it('says what it described though the snapshot came to nothing after that', async () => {
    const { points, summary } = await outputOf((run) => run.detailsEnded(WELL));
    expect(points).toEqual([]);
    expect(summary).toMatchObject({ details: { described: 7, calls: 9 } });
  });

  it('forgets the details of what it listed before it began again', async () => {
    const { summary } = await outputOf((run) => {
      run.detailsEnded(FAILED);
      run.restarted(new OvertakenError('overtaken').message);
    });
    expect(summary).not.toHaveProperty('details');
  });

  it('warns of details of the snapshot before that it could not read, and of no other loss', async () => {
    const { warnings } = await outputOf((run) => run.previousDetailsUnreadable(new StoreRefusedError('no permission')));
    expect(warnings).toMatchObject([
      {
        message:
          'Details of the snapshot before could not be read: it is not known since when rollouts have made no progress',
        reason: 'StoreRefusedError: no permission',
      },
    ]);
  });
});

describe('a snapshot whose details this run did not make', () => {
  it('has what its record says, and nothing of calls and failures, where it is recovered', async () => {
    const { points, summary } = await outputOf((run) => run.snapshotRecorded(recordedSnapshot('recovered', 3)));
    expect(points).toEqual([['DetailsLeftOut all', 3]]);
    expect(summary).not.toHaveProperty('details');
  });

  it.each<[string, Outcome, number | null]>([
    ['exists already', 'already-written', 3],
    ['is of an export that does not ask for details', 'written', null],
    ['is recovered, of such an export', 'recovered', null],
  ])('has no point where it %s', async (_what, outcome, leftOut) => {
    const { points } = await outputOf((run) => run.snapshotRecorded(recordedSnapshot(outcome, leftOut)));
    expect(points).toEqual([]);
  });

  it('has no point where its record is of an older version', async () => {
    const { details_left_out: _, ...record } = RECORD;
    const { points } = await outputOf((run) =>
      run.snapshotRecorded({ outcome: 'recovered', record: record as SnapshotRecord }),
    );
    expect(points).toEqual([]);
  });
});

describe('rollouts', () => {
  const lookedBack = (outcome: Outcome, look: Partial<LookBack>) =>
    outputOf((run) => {
      run.snapshotRecorded(recordedSnapshot(outcome, null));
      run.lookedBack({ ...SEEN, ...look });
    });

  it('have a point for each figure, and for the things in each status', async () => {
    const rollouts = { ...NO_TROUBLE, things: THINGS, worstFailedPercent: 12.5, stalled: 0 };
    const { points, warnings } = await lookedBack('written', { rollouts });
    expect(points).toEqual([
      ...THING_STATUSES.map((status, i) => [`ThingsInStatus all/${status}`, i]),
      ['WorstFailedPercent all', 12.5],
      ['StalledRollouts all', 0],
    ]);
    expect(warnings).toEqual([]);
  });

  it.each<[string, Partial<RolloutFigures>, [string, number][]]>([
    ['is known', {}, []],
    ['but the worst is known', { worstFailedPercent: 0 }, [['WorstFailedPercent all', 0]]],
    ['but those that stall is known', { stalled: 2 }, [['StalledRollouts all', 2]]],
  ])('have no point where nothing %s', async (_what, figures, expected) => {
    expect((await lookedBack('written', { rollouts: { ...NO_TROUBLE, ...figures } })).points).toEqual(expected);
  });

  it.each<[Outcome, boolean | null, number]>([
    ['written', false, 1],
    ['written', null, 1],
    ['recovered', true, 1],
    ['recovered', false, 0],
    ['recovered', null, 0],
  ])('are emitted for a snapshot that was %s and is the newest: %p', async (outcome, isNewest, times) => {
    const rollouts = { failing: [trouble('a')], stalling: [], stalled: 0 };
    const { points, warnings } = await lookedBack(outcome, { isNewest, rollouts });
    expect(points).toHaveLength(times);
    expect(warnings).toHaveLength(times);
  });

  const trouble = (jobId: string, progressSince: string | null = null): RolloutInTrouble => ({
    jobId,
    thingsExecuted: 40,
    failedPercent: 12.5,
    progressSince,
  });

  it('that go wrong are named, ten of each kind at most, worst first', async () => {
    const failing = Array.from({ length: 12 }, (_, i) => trouble(`failing-${i}`, '2026-11-22 17:00:00.000'));
    const { warnings } = await lookedBack('written', { rollouts: { failing, stalling: [trouble('stalling')] } });
    expect(warnings.map(({ message, jobId }) => [message, jobId])).toEqual([
      ...Array.from({ length: 10 }, (_, i) => ['Rollout fails', `failing-${i}`]),
      ['Rollout stalls', 'stalling'],
    ]);
    expect(warnings[0]).toMatchObject({
      thingsExecuted: 40,
      failedPercent: 12.5,
      progressSince: '2026-11-22 17:00:00.000',
    });
  });

  it('that could not be judged have no point, and a warning', async () => {
    const { points, warnings } = await lookedBack('written', { rolloutsError: new StoreRefusedError('no permission') });
    expect(points).toEqual([]);
    expect(warnings).toMatchObject([
      { message: expect.stringMatching(/^Rollouts could not be judged/), reason: 'StoreRefusedError: no permission' },
    ]);
  });
});
