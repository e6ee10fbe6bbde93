import type { ChangeRow, JobRow } from '../../../lambda/contract/columns.ts';
import { changesKey, jobsKey, recordKey } from '../../../lambda/contract/keys.ts';
import { summarize } from '../../../local/verify/summary.ts';
import { UnselectedSnapshots, verdict } from '../../../local/verify/verdict.ts';
import { type Finding, type Selection, verify } from '../../../local/verify/verify.ts';
import { at, identityOf, idOf, type ManualSnapshot, manualSnapshot } from '../../support/manual-history.ts';
import { type MemoryObject, memoryArchive } from '../../support/memory-archive.ts';

const MUCH_LATER = Date.parse('2026-12-01T00:00:00Z');

function historyOf(...snapshots: readonly ManualSnapshot[]): Map<string, MemoryObject> {
  return new Map(snapshots.flatMap((snapshot) => [...manualSnapshot(snapshot)]));
}

async function findingsOf(objects: ReadonlyMap<string, MemoryObject>, selection: Selection = {}): Promise<Finding[]> {
  return await Array.fromAsync(verify(memoryArchive({ objects }), selection, { now: () => MUCH_LATER }));
}

const textsOf = (findings: readonly Finding[]) =>
  findings.flatMap(({ problems }) => problems.map(({ key, text }) => `${key.split('/')[0]} ${text}`));
const problemsOf = async (...snapshots: readonly ManualSnapshot[]) =>
  textsOf(await findingsOf(historyOf(...snapshots)));
const linesOf = (findings: readonly Finding[]) =>
  summarize(findings).lines.filter((line) => !line.startsWith('no schedule is known'));

/** What an unchanged job has from the snapshot of an earlier hour. */
const since = (hour: number) => ({ first_seen_at: at(hour, 2), status_since: at(hour, 2) });
const firstSeen = (hour: number) => ({ first_seen_at: at(hour, 2) });
const FROM = { from_status: 'IN_PROGRESS', from_since: at(1, 2), from_seen_at: at(1, 2) };
const TO = { to_status: 'IN_PROGRESS', to_seen_at: at(2, 2) };
const appeared = (reason: ChangeRow['reason'], more: Partial<ChangeRow> = {}) =>
  ({ change: 'APPEARED', reason, ...TO, ...more }) as const;
const vanished = (reason: ChangeRow['reason'], more: Partial<ChangeRow> = {}) =>
  ({ change: 'VANISHED', reason, ...FROM, ...more }) as const;

describe('changes that are as the rows are', () => {
  it.each<[string, readonly Partial<JobRow>[], readonly Partial<JobRow>[], readonly Partial<ChangeRow>[]]>([
    ['none', [{}], [since(1)], []],
    [
      'a job that moved',
      [{}],
      [{ status: 'COMPLETED', ...firstSeen(1), completed_at: at(2) }],
      [{ change: 'MOVED', ...FROM, to_status: 'COMPLETED', to_seen_at: at(2, 2), completed_at: at(2) }],
    ],
    [
      'an id that was used again',
      [{}],
      [{ created_at: '2026-02-01 00:00:00.000' }],
      [vanished('GONE'), appeared('UNEXPLAINED', { created_at: '2026-02-01 00:00:00.000' })],
    ],
    ['a job whose time of creation is not known any more', [{}], [{ created_at: null, ...since(1) }], []],
    ['a job whose time of creation was not known', [{ created_at: null }], [since(1)], []],
    [
      'a job that is known by the end of its ARN alone',
      [{ job_id: null, job_arn: 'arn:aws:iot:eu-west-1:123456789012:job/job' }],
      [since(1)],
      [],
    ],
    ['jobs without identity', [{ job_id: null, first_seen_at: null, status_since: null }], [], []],
    [
      'a status that is not known, and none',
      [{ status: 'PAUSED' }, { job_id: 'b', status: null }],
      [
        { status: null, ...firstSeen(1) },
        { job_id: 'b', status: null, ...since(1) },
      ],
      [{ change: 'MOVED', ...FROM, from_status: 'PAUSED', to_status: null, to_seen_at: at(2, 2) }],
    ],
  ])('%s', async (_what, before, now, changes) => {
    const first: ManualSnapshot = { hour: 1, rows: before };
    expect(await problemsOf(first, { hour: 2, previous: 1, rows: now, changes })).toEqual([]);
    if (changes.length > 0) {
      expect(await problemsOf(first, { hour: 2, previous: 1, rows: now })).toEqual([
        expect.stringMatching(/^snapshots does not tell that job/),
      ]);
    }
  });

  it('with the ages of a line, from snapshot to snapshot', async () => {
    const moved = { status: 'COMPLETED', first_seen_at: at(1, 2) };
    const change = { change: 'MOVED', ...FROM, to_status: 'COMPLETED', to_seen_at: at(2, 2) };
    const line: ManualSnapshot[] = [
      { hour: 1, rows: [{}] },
      { hour: 2, previous: 1, rows: [moved], changes: [change] },
      { hour: 3, previous: 2, rows: [{ ...moved, status_since: at(2, 2) }] },
    ];
    expect(await problemsOf(...line)).toEqual([]);
    const wrong = { hour: 3, previous: 2, rows: [{ ...moved, status_since: at(1, 2) }] };
    expect(await problemsOf(...line.slice(0, 2), wrong)).toEqual([
      `jobs row 1 has status_since ${at(1, 2)}, and by the rows before it is ${at(2, 2)}`,
    ]);
  });

  it('of rows of an older version, in which the job was first seen when it was observed', async () => {
    const moved = { status: 'COMPLETED', ...firstSeen(1) };
    const change = { change: 'MOVED', ...FROM, to_status: 'COMPLETED', to_seen_at: at(2, 2) };
    expect(
      await problemsOf(
        { hour: 1, isOlder: true, rows: [{}] },
        { hour: 2, previous: 1, rows: [moved], changes: [change] },
      ),
    ).toEqual([]);
  });
});

/** For each reason, the filters and rows of two snapshots, and a similar reason that is wrong. */
describe('the reasons are reckoned again', () => {
  const all = undefined;
  type Case = readonly [
    what: string,
    before: Omit<ManualSnapshot, 'hour'>,
    now: Omit<ManualSnapshot, 'hour' | 'previous'>,
    wrong: ChangeRow['reason'],
  ];
  const job = (more: Partial<JobRow> = {}) => [{ thing_group_name: 'eu', ...more }];
  const inGroup = { thing_group_name: 'eu' };

  it.each<Case>([
    [
      'a scope not asked for before',
      { rows: [] },
      { groups: ['eu'], rows: job(), changes: [appeared('NOT_ASKED_BEFORE', inGroup)] },
      'UNEXPLAINED',
    ],
    [
      'a status not asked for before',
      { statuses: ['SCHEDULED'], rows: [] },
      { rows: [{}], changes: [appeared('NOT_ASKED_BEFORE')] },
      'MAY_HAVE_MOVED',
    ],
    [
      'a group that was missing',
      { groups: ['eu'], missing: ['eu'], rows: [] },
      { groups: ['eu'], rows: job(), changes: [appeared('NOT_ASKED_BEFORE', inGroup)] },
      'UNEXPLAINED',
    ],
    [
      'another selection before',
      { rows: [], record: { target_selection: 'SNAPSHOT' } },
      { rows: [{}], changes: [appeared('NOT_ASKED_BEFORE')] },
      'UNEXPLAINED',
    ],
    [
      'another namespace now',
      { rows: [] },
      { rows: [{ namespace_id: 'ns' }], record: { namespace_id: 'ns' }, changes: [appeared('NOT_ASKED_BEFORE')] },
      'UNEXPLAINED',
    ],
    [
      'a record of an older version, which asked without filters',
      { isOlder: true, rows: [] },
      { rows: [{}], changes: [appeared('UNEXPLAINED')] },
      'NOT_ASKED_BEFORE',
    ],
    [
      'a job created as the run before began',
      { rows: [] },
      { rows: [{ created_at: at(1, 1) }], changes: [appeared('NEW', { created_at: at(1, 1) })] },
      'UNEXPLAINED',
    ],
    [
      'a job created just before',
      { rows: [] },
      {
        rows: [{ created_at: '2026-11-23 01:00:59.999' }],
        changes: [appeared('UNEXPLAINED', { created_at: '2026-11-23 01:00:59.999' })],
      },
      'NEW',
    ],
    [
      'a job of which it is not known when it was created',
      { rows: [] },
      { rows: [{ created_at: null }], changes: [appeared('UNEXPLAINED', { created_at: null })] },
      'NEW',
    ],
    [
      'a status from which it may have come not asked for',
      { statuses: ['IN_PROGRESS'], rows: [] },
      { rows: [{}], changes: [appeared('MAY_HAVE_MOVED')] },
      'UNEXPLAINED',
    ],
    [
      'all from which it may have come asked for',
      { statuses: ['SCHEDULED', 'IN_PROGRESS'], rows: [] },
      { rows: [{}], changes: [appeared('UNEXPLAINED')] },
      'MAY_HAVE_MOVED',
    ],
    [
      'a status that is not known',
      { statuses: ['SCHEDULED'], rows: [] },
      { rows: [{ status: 'PAUSED' }], changes: [appeared('UNEXPLAINED', { to_status: 'PAUSED' })] },
      'NOT_ASKED_BEFORE',
    ],
    [
      'a group that is missing now',
      { groups: ['eu'], rows: job() },
      {
        groups: ['eu'],
        missing: ['eu'],
        statuses: ['COMPLETED'],
        rows: [],
        changes: [vanished('GROUP_MISSING', inGroup)],
      },
      'NOT_ASKED_NOW',
    ],
    [
      'a scope not asked for now',
      { groups: ['eu'], rows: job() },
      { rows: [], changes: [vanished('NOT_ASKED_NOW', inGroup)] },
      'GONE',
    ],
    [
      'a status not asked for now',
      { rows: [{}] },
      { statuses: ['SCHEDULED'], rows: [], changes: [vanished('NOT_ASKED_NOW')] },
      'MAY_HAVE_MOVED',
    ],
    [
      'another selection now',
      { rows: [{}] },
      { rows: [], record: { target_selection: 'SNAPSHOT' }, changes: [vanished('NOT_ASKED_NOW')] },
      'GONE',
    ],
    [
      'a status to which it may have gone not asked for',
      { rows: [{}] },
      {
        statuses: ['SCHEDULED', 'IN_PROGRESS', 'COMPLETED', 'CANCELED'],
        rows: [],
        changes: [vanished('MAY_HAVE_MOVED')],
      },
      'GONE',
    ],
    [
      'a canceled job, of which it can only have been deleted',
      { rows: [{ status: 'CANCELED' }] },
      {
        statuses: ['CANCELED', 'DELETION_IN_PROGRESS'],
        rows: [],
        changes: [vanished('GONE', { from_status: 'CANCELED' })],
      },
      'MAY_HAVE_MOVED',
    ],
    [
      'a status that was not known',
      { rows: [{ status: null }] },
      { statuses: ['SCHEDULED'], rows: [], changes: [vanished('GONE', { from_status: null })] },
      'MAY_HAVE_MOVED',
    ],
    [
      'everything asked for',
      { statuses: all, rows: [{}] },
      { rows: [], changes: [vanished('GONE')] },
      'MAY_HAVE_MOVED',
    ],
  ])('%s', async (_what, before, now, wrong) => {
    const [first, second]: [ManualSnapshot, ManualSnapshot] = [
      { hour: 1, ...before },
      { hour: 2, previous: 1, ...now },
    ];
    expect(await problemsOf(first, second)).toEqual([]);
    const [change] = second.changes as [ChangeRow];
    const spoilt = { ...second, changes: [{ ...change, reason: wrong }] };
    expect(await problemsOf(first, spoilt)).toEqual([
      `changes row 1 has reason ${wrong}, and by the rows it is ${change.reason}`,
    ]);
  });
});

describe('finds', () => {
  const first: ManualSnapshot = { hour: 1, rows: [{}, { job_id: 'b' }] };
  const second = (
    changes: readonly Partial<ChangeRow>[],
    rows: readonly Partial<JobRow>[] = [since(1)],
  ): ManualSnapshot => ({
    ...{ hour: 2, previous: 1, rows, changes },
  });

  it.each<[string, ManualSnapshot, readonly string[]]>([
    ['a change that is not told', second([]), ['snapshots does not tell that job b vanished in account-wide']],
    [
      'one of two that is not told',
      second([vanished('GONE', { job_id: 'b' })], []),
      ['changes does not tell that job job vanished in account-wide'],
    ],
    [
      'a change that was none',
      second([vanished('GONE', { job_id: 'b' }), { ...FROM, to_status: 'CANCELED', to_seen_at: at(2, 2) }]),
      ['changes row 2 says that job job is MOVED in account-wide, and by the rows it is not'],
    ],
    [
      'a job that neither has',
      second([vanished('GONE', { job_id: 'b' }), vanished('GONE', { job_id: 'c' })]),
      ['changes row 2 says that job c is VANISHED in account-wide, and by the rows it is not'],
    ],
    [
      'a change told twice',
      second([vanished('GONE', { job_id: 'b' }), vanished('GONE', { job_id: 'b' })]),
      ['changes row 2 has job b a second time in account-wide'],
    ],
    [
      'the status before, told wrong',
      second([vanished('GONE', { job_id: 'b', from_status: 'SCHEDULED' })]),
      ['changes row 1 has from_status SCHEDULED, and by the rows it is IN_PROGRESS'],
    ],
    [
      'other fields of a job than it had',
      second([vanished('GONE', { job_id: 'b', target_selection: 'CONTINUOUS' })]),
      [expect.stringMatching(/^changes row 1 has another job_id, job_arn, target_selection, last_updated_at or/)],
    ],
    [
      'a job that was seen for the first time, and was seen before',
      second([vanished('GONE', { job_id: 'b' })], [{}]),
      [
        `jobs row 1 has first_seen_at ${at(2, 2)}, and by the rows before it is ${at(1, 2)}`,
        `jobs row 1 has status_since ${at(2, 2)}, and by the rows before it is ${at(1, 2)}`,
      ],
    ],
  ])('%s', async (_what, snapshot, problems) => {
    expect(await problemsOf(first, snapshot)).toEqual(problems);
  });

  it('changes without a record, or that no record names', async () => {
    const snapshot = second([vanished('GONE', { job_id: 'b' })]);
    const objects = historyOf(first, snapshot);
    objects.delete(recordKey(identityOf(2)));
    expect(textsOf(await findingsOf(objects))).toEqual([
      'jobs has no record: no query reads these rows',
      'changes has no record: no query reads these changes',
    ]);
    objects.delete(jobsKey(identityOf(2)));
    expect(textsOf(await findingsOf(objects))).toEqual(['changes has no record: no query reads these changes']);
    const unnamed = new Map([...objects, ...manualSnapshot(second([], [since(1), { job_id: 'b', ...since(1) }]))]);
    expect(textsOf(await findingsOf(unnamed))).toEqual(['changes is there, and its record says that there is none']);
  });

  it('changes that are gone', async () => {
    const objects = historyOf(first, second([vanished('GONE', { job_id: 'b' })]));
    objects.delete(changesKey(identityOf(2)));
    expect(textsOf(await findingsOf(objects))).toEqual(['changes is not there, and its record says that it is']);
  });
});

describe('the line', () => {
  const linked = (hour: number, previous: number): ManualSnapshot => ({ hour, previous, rows: [] });
  const unlinked = (hour: number, reason: ManualSnapshot['unlinked']): ManualSnapshot => ({
    hour,
    unlinked: reason,
    rows: [],
  });
  const check = async (...snapshots: readonly ManualSnapshot[]) => {
    const findings = await findingsOf(historyOf(...snapshots));
    return [
      ...textsOf(findings),
      ...findings.flatMap(({ breaks = [] }) => breaks.map(({ kind, text }) => `${kind}: ${text}`)),
    ];
  };
  const FIRST_ONE = unlinked(1, 'FIRST');

  it('is unbroken where each snapshot names the newest before it, apart from late ones', async () => {
    expect(await check(FIRST_ONE, linked(2, 1), linked(3, 2))).toEqual([]);
    expect(await check(FIRST_ONE, unlinked(2, 'LATE'), linked(3, 1), linked(4, 3))).toEqual([]);
    expect(await check({ hour: 1, isOlder: true, rows: [] }, linked(2, 1))).toEqual([]);
  });

  it('forks where two runs passed each other, and each of the snapshots is checked against the one that it names', async () => {
    const job = [{}];
    const [one, two] = [
      { ...linked(2, 1), rows: [] },
      { ...linked(3, 1), rows: [since(1)] },
    ];
    const gone = { ...one, changes: [vanished('GONE')] };
    const next = { ...linked(4, 3), rows: [since(1)] };
    expect(await check({ hour: 1, rows: job }, gone, two, next)).toEqual([
      `fork: ${idOf(3)} follows ${idOf(1)}, and so does ${idOf(2)}`,
    ]);
    expect(await check({ hour: 1, rows: job }, one, two, next)).toEqual([
      'snapshots does not tell that job job vanished in account-wide',
      `fork: ${idOf(3)} follows ${idOf(1)}, and so does ${idOf(2)}`,
    ]);
  });

  it.each<[string, readonly ManualSnapshot[], readonly string[]]>([
    [
      'one that came later stands between',
      [FIRST_ONE, linked(2, 1), unlinked(3, 'UNREADABLE'), linked(4, 2)],
      [
        `gap: ${idOf(3)} follows none (UNREADABLE): the one before could not be read, and all ages begin anew`,
        `gap: ${idOf(4)} follows ${idOf(2)}, though ${idOf(3)} exists now`,
      ],
    ],
    [
      'another one is the first',
      [FIRST_ONE, unlinked(2, 'FIRST')],
      [`gap: ${idOf(2)} follows none (FIRST), though ${idOf(1)} exists now: all ages begin anew`],
    ],
    [
      'an older version wrote one',
      [FIRST_ONE, { hour: 2, isOlder: true, rows: [] }, linked(3, 2)],
      [`gap: ${idOf(2)} follows none: an older version wrote it`],
    ],
    [
      'a record is lost that one names',
      [FIRST_ONE, linked(3, 2)],
      [`snapshots names ${idOf(2)} as the one before, and there is no record of it: it is lost`],
    ],
    [
      'the later one of a late one is lost',
      [FIRST_ONE, unlinked(2, 'LATE')],
      ['snapshots is LATE, and there is no record of a later snapshot: it is lost'],
    ],
    [
      'the one before an unreadable one is lost',
      [unlinked(2, 'UNREADABLE')],
      ['snapshots is UNREADABLE, and there is no record of an earlier snapshot: it is lost'],
    ],
  ])('is broken where %s', async (_what, snapshots, found) => {
    expect(await check(...snapshots)).toEqual(found);
  });

  it('says so in the report, and is no problem', async () => {
    const findings = await findingsOf(historyOf(FIRST_ONE, linked(2, 1), linked(3, 1)));
    const summary = summarize(findings);
    expect(linesOf(findings)).toEqual([`a fork in the line: ${idOf(3)} follows ${idOf(1)}, and so does ${idOf(2)}`]);
    expect(verdict(summary, './history', new UnselectedSnapshots())).toEqual({
      text: '3 snapshots, 0 jobs in ./history: all is well',
      exitCode: 0,
    });
  });

  it('is looked at beyond the requested days', async () => {
    const days: ManualSnapshot[] = [FIRST_ONE, unlinked(2, 'LATE'), linked(25, 1), linked(26, 25)];
    const select = async (selection: Selection, ...snapshots: readonly ManualSnapshot[]) => {
      const findings = await findingsOf(historyOf(...snapshots), selection);
      const problems = textsOf(findings);
      return problems.length > 0 ? problems : linesOf(findings);
    };
    expect(await select({ from: '2026-11-24' }, ...days)).toEqual([]);
    expect(await select({ to: '2026-11-23' }, ...days)).toEqual([]);
    const third = linked(3, 1);
    expect(await select({ from: '2026-11-24' }, ...days, third)).toEqual([
      `a fork in the line: ${idOf(25)} follows ${idOf(1)}, and so does ${idOf(3)}`,
    ]);
    expect(await select({ from: '2026-11-24' }, { hour: 1, rows: [{}] }, { ...linked(25, 1), rows: [] })).toEqual([
      'snapshots does not tell that job job vanished in account-wide',
    ]);
  });
});

describe('what cannot be compared is listed, and is no problem by itself', () => {
  const first: ManualSnapshot = { hour: 1, rows: [{}] };
  const second: ManualSnapshot = { hour: 2, previous: 1, rows: [since(1)] };
  const third: ManualSnapshot = { hour: 3, previous: 2, rows: [since(1)] };
  const check = async (objects: ReadonlyMap<string, MemoryObject>, selection: Selection = {}) => {
    const findings = await findingsOf(objects, selection);
    return {
      problems: textsOf(findings),
      lines: linesOf(findings),
      verdict: verdict(summarize(findings), 'x', new UnselectedSnapshots()),
    };
  };
  const without = (key: string) => {
    const objects = historyOf(first, second, third);
    objects.delete(key);
    return objects;
  };

  it('where rows have expired', async () => {
    const {
      problems,
      lines,
      verdict: result,
    } = await check(without(jobsKey(identityOf(1))), { rowsExpireAfterDays: 2 });
    expect([problems, lines]).toEqual([[], ['1 snapshot not compared: the rows of the one before have expired']]);
    expect(result).toEqual({
      text: '3 snapshots, 3 jobs in x: all is well; the rows of 1 snapshot have expired; 1 snapshot not compared',
      exitCode: 0,
    });
    const middle = await check(without(jobsKey(identityOf(2))), { rowsExpireAfterDays: 2 });
    expect(middle.lines).toEqual([
      '1 snapshot not compared: its own rows have expired',
      '1 snapshot not compared: the rows of the one before have expired',
    ]);
  });

  it('where rows are lost or damaged', async () => {
    expect(await check(without(jobsKey(identityOf(1))))).toMatchObject({
      problems: [expect.stringContaining('jobs is not there, and its record is: lost, or expired')],
      lines: [expect.anything(), `1 snapshot not compared: the rows of ${idOf(1)} are not there`],
    });
    const objects = historyOf(first, second, third);
    const key = jobsKey(identityOf(2));
    const { body, modifiedAt } = objects.get(key) as MemoryObject;
    objects.set(key, { body: body.subarray(0, -3), modifiedAt });
    const { lines } = await check(objects);
    expect(lines.slice(1)).toEqual([
      '1 snapshot not compared: its own rows are not there, or are damaged',
      `1 snapshot not compared: the rows of ${idOf(2)} are damaged`,
    ]);
  });

  it('where the rows are not read, to be quick', async () => {
    const { problems, lines } = await check(historyOf(first, second, third), { isQuick: true });
    expect([problems, lines]).toEqual([[], ['2 snapshots not compared: --quick does not read the rows']]);
  });
});
