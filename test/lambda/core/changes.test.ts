import type { ChangeRow } from '../../../lambda/contract/columns.ts';
import { CHANGES_COLUMNS } from '../../../lambda/contract/columns.ts';
import { timestamp } from '../../../lambda/core/timestamp.ts';
import { expectChangesAndAges } from '../../support/changes-oracle.ts';
import { REQUEST } from '../../support/export-run.ts';
import type { MemoryStore } from '../../support/memory-store.ts';
import { asNewerVersion, asOldVersion } from '../../support/other-version.ts';
import { FIRST_AT, sceneJob as job, type Scene, SECOND_AT, takeTwo } from '../../support/two-snapshots.ts';

const DAY = 86_400_000;
const FIRST = timestamp(FIRST_AT);
const SECOND = timestamp(SECOND_AT);

/** The change, its reason, and the statuses of the one change between two scenes; none where there is none. */
async function between(first: Scene, second: Scene): Promise<string | undefined> {
  const { before, now } = await takeTwo(first, second);
  expectChangesAndAges(now, before);
  expect(now.changes.length).toBeLessThanOrEqual(1);
  const [only] = now.changes;
  return only && `${only.change} ${only.reason} ${only.from_status}→${only.to_status}`;
}

const NONE: Scene = { jobs: [] };
const of = (...statuses: ('SCHEDULED' | 'IN_PROGRESS' | 'COMPLETED' | 'CANCELED' | 'DELETION_IN_PROGRESS')[]) => ({
  requested: { statuses },
});
const old = (status: string | undefined, fields = {}): Scene => ({ jobs: [job('a', status, fields)] });
const inGroup = { groups: ['eu'] };
const groups = (...thingGroups: string[]) => ({ requested: { thingGroups } });

describe('a job that was not in the snapshot before', () => {
  const created = (createdAt: number | undefined) => old('IN_PROGRESS', { createdAt });
  it.each<[string, Scene, Scene, string]>([
    ['whose status was not asked for', { ...NONE, ...of('COMPLETED') }, old('IN_PROGRESS'), 'NOT_ASKED_BEFORE'],
    [
      'whose scope was not asked for',
      { ...NONE, ...groups('us') },
      { ...old('IN_PROGRESS', inGroup), ...groups('eu') },
      'NOT_ASKED_BEFORE',
    ],
    [
      'whose scope was account-wide before',
      NONE,
      { ...old('IN_PROGRESS', inGroup), ...groups('eu') },
      'NOT_ASKED_BEFORE',
    ],
    [
      'whose group was missing then',
      { ...NONE, ...groups('eu'), missing: ['eu'] },
      { ...old('IN_PROGRESS', inGroup), ...groups('eu') },
      'NOT_ASKED_BEFORE',
    ],
    [
      'with another selection then',
      { ...NONE, requested: { targetSelection: 'SNAPSHOT' } },
      old('IN_PROGRESS'),
      'NOT_ASKED_BEFORE',
    ],
    [
      'with another namespace then',
      { ...NONE, requested: { namespaceId: 'ns' } },
      old('IN_PROGRESS'),
      'NOT_ASKED_BEFORE',
    ],
    [
      'that is new, but whose status was not asked for',
      { ...NONE, ...of('COMPLETED') },
      created(SECOND_AT),
      'NOT_ASKED_BEFORE',
    ],
    ['created at the very beginning of the run before', NONE, created(FIRST_AT), 'NEW'],
    ['created since', NONE, created(SECOND_AT), 'NEW'],
    [
      'created since, in a status to which it may have moved',
      { ...NONE, ...of('IN_PROGRESS') },
      created(SECOND_AT),
      'NEW',
    ],
    ['created a millisecond before the run before', NONE, created(FIRST_AT - 1), 'UNEXPLAINED'],
    ['created no one knows when', NONE, created(undefined), 'UNEXPLAINED'],
    [
      'that may have been SCHEDULED',
      { ...NONE, ...of('IN_PROGRESS') },
      { ...old('IN_PROGRESS'), ...of('IN_PROGRESS') },
      'MAY_HAVE_MOVED',
    ],
    [
      'that may have been IN_PROGRESS',
      { ...NONE, ...of('SCHEDULED') },
      { ...old('SCHEDULED'), ...of('SCHEDULED') },
      'MAY_HAVE_MOVED',
    ],
    [
      'COMPLETED, and only SCHEDULED unasked',
      { ...NONE, ...of('IN_PROGRESS', 'COMPLETED') },
      old('COMPLETED'),
      'MAY_HAVE_MOVED',
    ],
    [
      'COMPLETED, and only CANCELED unasked',
      { ...NONE, ...of('SCHEDULED', 'IN_PROGRESS', 'COMPLETED') },
      old('COMPLETED'),
      'UNEXPLAINED',
    ],
    [
      'DELETION_IN_PROGRESS, and only CANCELED unasked',
      { ...NONE, ...of('SCHEDULED', 'IN_PROGRESS', 'COMPLETED', 'DELETION_IN_PROGRESS') },
      old('DELETION_IN_PROGRESS'),
      'MAY_HAVE_MOVED',
    ],
    ['where all was asked for', NONE, old('CANCELED'), 'UNEXPLAINED'],
    [
      'of an unknown status, where few were asked for',
      { ...NONE, ...of('COMPLETED') },
      old('PAUSED', { listedAs: 'IN_PROGRESS' }),
      'UNEXPLAINED',
    ],
    [
      'of an unknown status, created since',
      NONE,
      old('PAUSED', { listedAs: 'IN_PROGRESS', createdAt: SECOND_AT }),
      'NEW',
    ],
    [
      'without a status, in another selection',
      { ...NONE, requested: { targetSelection: 'SNAPSHOT' } },
      old(undefined, { listedAs: 'IN_PROGRESS' }),
      'NOT_ASKED_BEFORE',
    ],
  ])('%s', async (_what, first, second, reason) => {
    const { status = null } = second.jobs[0] ?? {};
    expect(await between(first, second)).toBe(`APPEARED ${reason} null→${status}`);
  });
});

describe('a job that is not there any more', () => {
  it.each<[string, Scene, Scene, string]>([
    [
      'whose group is missing',
      { ...old('IN_PROGRESS', inGroup), ...groups('eu') },
      { ...NONE, ...groups('eu'), missing: ['eu'] },
      'GROUP_MISSING',
    ],
    [
      'whose group is missing, with another selection',
      { ...old('IN_PROGRESS', inGroup), ...groups('eu') },
      { ...NONE, requested: { thingGroups: ['eu'], targetSelection: 'SNAPSHOT' }, missing: ['eu'] },
      'GROUP_MISSING',
    ],
    [
      'whose scope is not asked for',
      { ...old('IN_PROGRESS', inGroup), ...groups('eu') },
      { ...NONE, ...groups('us') },
      'NOT_ASKED_NOW',
    ],
    ['whose status is not asked for', old('IN_PROGRESS'), { ...NONE, ...of('COMPLETED') }, 'NOT_ASKED_NOW'],
    [
      'with another selection',
      old('IN_PROGRESS'),
      { ...NONE, requested: { targetSelection: 'SNAPSHOT' } },
      'NOT_ASKED_NOW',
    ],
    ['with another namespace', old('IN_PROGRESS'), { ...NONE, requested: { namespaceId: 'ns' } }, 'NOT_ASKED_NOW'],
    [
      'that may be COMPLETED now',
      old('IN_PROGRESS'),
      { ...NONE, ...of('SCHEDULED', 'IN_PROGRESS', 'CANCELED', 'DELETION_IN_PROGRESS') },
      'MAY_HAVE_MOVED',
    ],
    [
      'that may wait for its next window',
      old('IN_PROGRESS'),
      { ...NONE, ...of('IN_PROGRESS', 'COMPLETED', 'CANCELED', 'DELETION_IN_PROGRESS') },
      'MAY_HAVE_MOVED',
    ],
    [
      'COMPLETED, and only IN_PROGRESS unasked',
      old('COMPLETED'),
      { ...NONE, ...of('SCHEDULED', 'COMPLETED', 'CANCELED', 'DELETION_IN_PROGRESS') },
      'GONE',
    ],
    [
      'COMPLETED, and DELETION_IN_PROGRESS unasked',
      old('COMPLETED'),
      { ...NONE, ...of('COMPLETED') },
      'MAY_HAVE_MOVED',
    ],
    [
      'DELETION_IN_PROGRESS, and nothing else asked',
      old('DELETION_IN_PROGRESS'),
      { ...NONE, ...of('DELETION_IN_PROGRESS') },
      'GONE',
    ],
    ['where all is asked for', old('IN_PROGRESS'), NONE, 'GONE'],
    [
      'of an unknown status, where few are asked for',
      old('PAUSED', { listedAs: 'IN_PROGRESS' }),
      { ...NONE, ...of('COMPLETED') },
      'GONE',
    ],
    [
      'without a status, with another namespace',
      old(undefined, { listedAs: 'IN_PROGRESS' }),
      { ...NONE, requested: { namespaceId: 'ns' } },
      'NOT_ASKED_NOW',
    ],
  ])('%s', async (_what, first, second, reason) => {
    const { status = null } = first.jobs[0] ?? {};
    expect(await between(first, second)).toBe(`VANISHED ${reason} ${status}→null`);
  });
});

describe('a job that is in both', () => {
  it.each<[string, Scene, Scene, string | undefined]>([
    ['as it was', old('COMPLETED'), old('COMPLETED', { lastUpdatedAt: SECOND_AT }), undefined],
    ['in another status', old('SCHEDULED'), old('CANCELED'), 'MOVED null SCHEDULED→CANCELED'],
    ['back in SCHEDULED', old('IN_PROGRESS'), old('SCHEDULED'), 'MOVED null IN_PROGRESS→SCHEDULED'],
    [
      'in a status that nobody knows',
      old('SCHEDULED'),
      old('PAUSED', { listedAs: 'IN_PROGRESS' }),
      'MOVED null SCHEDULED→PAUSED',
    ],
    ['without a status', old('SCHEDULED'), old(undefined, { listedAs: 'IN_PROGRESS' }), 'MOVED null SCHEDULED→null'],
    [
      'without a status both times',
      old(undefined, { listedAs: 'IN_PROGRESS' }),
      old(undefined, { listedAs: 'COMPLETED' }),
      undefined,
    ],
    ['without its id now', old('SCHEDULED'), old('SCHEDULED', { jobId: undefined }), undefined],
    ['without its ARN then', old('SCHEDULED', { jobArn: undefined }), old('SCHEDULED'), undefined],
    ['whose creation was not known then', old('SCHEDULED', { createdAt: undefined }), old('SCHEDULED'), undefined],
    ['whose creation is not known now', old('SCHEDULED'), old('SCHEDULED', { createdAt: undefined }), undefined],
    ['without any identity', old('SCHEDULED', { jobId: undefined, jobArn: undefined }), NONE, undefined],
    [
      'with an empty id, told by its ARN',
      old('SCHEDULED', { jobId: '' }),
      old('COMPLETED'),
      'MOVED null SCHEDULED→COMPLETED',
    ],
  ])('%s', async (_what, first, second, expected) => {
    expect(await between(first, second)).toBe(expected);
  });

  it.each([
    ['a UUID', '61626364-6566-4768-a96a-6b6c6d6e6f70'],
    ['a UUID in upper case', '61626364-6566-4768-A96A-6B6C6D6E6F70'],
    ['text that is not ASCII', 'Überprüfung-測試-🚗'],
    ['half a surrogate pair', 'a\ud83d'],
    ['a very long text', 'x'.repeat(5000)],
    ['quotes and a newline', '"job_arn":\n\\'],
  ])('under an id of %s', async (_what, id) => {
    const other = job('other', 'SCHEDULED');
    const first = { jobs: [job(id, 'SCHEDULED', { createdAt: 5 }), other] };
    expect(await between(first, { jobs: [other, job(id, 'COMPLETED', { createdAt: 5 })] })).toBe(
      'MOVED null SCHEDULED→COMPLETED',
    );
    const { now } = await takeTwo(first, { jobs: [other] });
    expect(now.changes).toMatchObject([{ change: 'VANISHED', job_id: id, job_arn: first.jobs[0]?.jobArn }]);
  });

  it('distinguishes ids in upper and in lower case', async () => {
    const id = 'aaaaaaaa-6566-4768-a96a-6b6c6d6e6f70';
    const { before, now } = await takeTwo(
      { jobs: [job(id, 'SCHEDULED')] },
      { jobs: [job(id.toUpperCase(), 'SCHEDULED')] },
    );
    expectChangesAndAges(now, before);
    expect(now.changes.map(({ change, job_id }) => [change, job_id])).toEqual([
      ['APPEARED', id.toUpperCase()],
      ['VANISHED', id],
    ]);
  });
});

describe('an id that is used again', () => {
  it('is another job: the old one vanished, the new one appeared', async () => {
    const { before, now } = await takeTwo(old('COMPLETED'), old('SCHEDULED', { createdAt: SECOND_AT - 1000 }));
    expectChangesAndAges(now, before);
    expect(now.changes.map(({ change, reason }) => [change, reason])).toEqual([
      ['APPEARED', 'NEW'],
      ['VANISHED', 'GONE'],
    ]);
    expect(now.rows).toMatchObject([{ first_seen_at: SECOND, status_since: SECOND }]);
  });

  it.each([
    ['the old one first', [job('a', 'SCHEDULED'), job('a', 'COMPLETED', { createdAt: SECOND_AT })], undefined],
    [
      'the new one first',
      [job('a', 'SCHEDULED', { createdAt: SECOND_AT }), job('a', 'DELETION_IN_PROGRESS')],
      'APPEARED,VANISHED',
    ],
  ])('within a run is one job, as it was met: %s', async (_what, jobs, expected) => {
    const { before, now } = await takeTwo(old('SCHEDULED'), { jobs });
    expectChangesAndAges(now, before);
    expect(now.rows).toHaveLength(1);
    expect(now.changes.map(({ change }) => change).join() || undefined).toBe(expected);
  });
});

describe('a row of changes', () => {
  it('has every column, in order, and what the job was and is', async () => {
    const { now } = await takeTwo(
      {
        jobs: [
          job('gone', 'COMPLETED', { completedAt: FIRST_AT - 5, targetSelection: 'SNAPSHOT' }),
          job('moved', 'SCHEDULED'),
        ],
      },
      {
        jobs: [
          job('moved', 'COMPLETED', { completedAt: SECOND_AT, lastUpdatedAt: SECOND_AT }),
          job('new', 'SCHEDULED', { createdAt: SECOND_AT }),
        ],
      },
    );
    const common = {
      snapshot_id: '20261123T190000Z-all',
      snapshot_at: '2026-11-23 19:00:00.000',
      previous_snapshot_id: '20261123T180000Z-all',
      previous_snapshot_at: '2026-11-23 18:00:00.000',
      thing_group_name: null,
      queried_thing_group_id: null,
    };
    const arn = (id: string) => `arn:aws:iot:eu-west-1:123456789012:job/${id}`;
    const created = timestamp(FIRST_AT - DAY);
    const updated = timestamp(FIRST_AT - 3_600_000);
    const expected: ChangeRow[] = [
      {
        ...common,
        job_arn: arn('new'),
        job_id: 'new',
        change: 'APPEARED',
        reason: 'NEW',
        from_status: null,
        from_since: null,
        from_seen_at: null,
        to_status: 'SCHEDULED',
        to_seen_at: SECOND,
        target_selection: null,
        created_at: SECOND,
        last_updated_at: updated,
        completed_at: null,
      },
      {
        ...common,
        job_arn: arn('moved'),
        job_id: 'moved',
        change: 'MOVED',
        reason: null,
        from_status: 'SCHEDULED',
        from_since: FIRST,
        from_seen_at: FIRST,
        to_status: 'COMPLETED',
        to_seen_at: SECOND,
        target_selection: null,
        created_at: created,
        last_updated_at: SECOND,
        completed_at: SECOND,
      },
      {
        ...common,
        job_arn: arn('gone'),
        job_id: 'gone',
        change: 'VANISHED',
        reason: 'GONE',
        from_status: 'COMPLETED',
        from_since: FIRST,
        from_seen_at: FIRST,
        to_status: null,
        to_seen_at: null,
        target_selection: 'SNAPSHOT',
        created_at: created,
        last_updated_at: updated,
        completed_at: timestamp(FIRST_AT - 5),
      },
    ];
    expect(now.changes).toEqual(expected);
    for (const row of now.changes) expect(Object.keys(row)).toEqual(CHANGES_COLUMNS.map(({ name }) => name));
  });

  it('is one for each scope of a job', async () => {
    const requested = { thingGroups: ['eu', 'us'], thingGroupIds: ['eu'] };
    const groups = ['eu', 'us'];
    const { before, now } = await takeTwo(
      { requested, jobs: [job('a', 'SCHEDULED', { groups })] },
      { requested, jobs: [job('a', 'COMPLETED', { groups })] },
    );
    expectChangesAndAges(now, before);
    expect(now.changes.map((row) => [row.thing_group_name, row.queried_thing_group_id])).toEqual([
      ['eu', null],
      ['us', null],
      [null, 'eu'],
    ]);
  });

  it('keeps times of any year, before 1970 too', async () => {
    const times = [-1, -5_000_000_000, Date.parse('0033-04-03T15:00:00Z'), Date.parse('9999-12-31T23:59:59.999Z')];
    for (const createdAt of times) {
      const { before, now } = await takeTwo(old('COMPLETED', { createdAt, completedAt: createdAt }), NONE);
      expectChangesAndAges(now, before);
      expect(now.changes).toMatchObject([{ created_at: timestamp(createdAt), completed_at: timestamp(createdAt) }]);
      expect(await between(old('COMPLETED', { createdAt }), old('COMPLETED', { createdAt }))).toBeUndefined();
    }
  });
});

it('says 0 changes where there are none, with no object', async () => {
  const { now, store } = await takeTwo(old('COMPLETED'), old('COMPLETED'));
  expect(now.record).toMatchObject({
    previous_snapshot_id: '20261123T180000Z-all',
    unlinked_reason: null,
    change_count: 0,
    changes_key: null,
    changes_bytes: null,
    changes_sha256: null,
  });
  expect(store.keys('changes/')).toEqual([]);
});

describe('rows of an older version', () => {
  const aged = (store: MemoryStore) => asOldVersion(store, REQUEST);

  it('have their observed_at for both ages, and were asked without selection and namespace', async () => {
    const { before, now } = await takeTwo(
      { jobs: [job('a', 'SCHEDULED'), job('b', 'SCHEDULED'), job('c', 'SCHEDULED')] },
      { jobs: [job('a', 'SCHEDULED'), job('b', 'COMPLETED')] },
      aged,
    );
    expect(before.record.unlinked_reason).toBe('FIRST');
    expect(now.record.previous_snapshot_id).toBe(before.record.snapshot_id);
    expect(now.rows.map((row) => [row.job_id, row.first_seen_at, row.status_since])).toEqual([
      ['a', FIRST, FIRST],
      ['b', FIRST, SECOND],
    ]);
    expect(now.changes.map((row) => [row.job_id, row.change, row.reason, row.from_since])).toEqual([
      ['b', 'MOVED', null, FIRST],
      ['c', 'VANISHED', 'GONE', FIRST],
    ]);
    const filtered = await takeTwo(
      NONE,
      { ...old('IN_PROGRESS', { targetSelection: 'SNAPSHOT' }), requested: { targetSelection: 'SNAPSHOT' } },
      aged,
    );
    expect(filtered.now.changes).toMatchObject([{ reason: 'NOT_ASKED_BEFORE' }]);
  });
});

it('goes on from rows and a record of a newer version', async () => {
  const { before, now } = await takeTwo(old('SCHEDULED'), old('COMPLETED'), (store) => asNewerVersion(store, REQUEST));
  expect(now.record.previous_snapshot_id).toBe(before.record.snapshot_id);
  expect(now.changes).toMatchObject([{ change: 'MOVED', from_since: FIRST }]);
  expect(now.rows).toMatchObject([{ first_seen_at: FIRST, status_since: SECOND }]);
});
