import type { ChangeRow } from '../../../lambda/contract/columns.ts';
import type { CountedAlarm, CountedMovesAlarm } from '../../../lambda/contract/count-alarm.ts';
import { changesKey } from '../../../lambda/contract/keys.ts';
import type { SnapshotRequest } from '../../../lambda/core/request.ts';
import { LookBackRun } from '../../support/look-back-run.ts';
import type { SnapshotToPut } from '../../support/put-snapshot.ts';

const ALARM: CountedMovesAlarm = { name: 'm', movedTo: 'COMPLETED', comparison: '>', threshold: 1, forSnapshots: 3 };
const NEW = { change: 'APPEARED', reason: 'NEW', from_status: null } as const;
const UNSURE = { ...NEW, reason: 'MAY_HAVE_MOVED' } as const;

let run: LookBackRun;
beforeEach(() => {
  run = new LookBackRun();
});

/** So many jobs that moved to COMPLETED. */
const moved = (count: number, row: Partial<ChangeRow> = {}): Partial<ChangeRow>[] =>
  Array.from({ length: count }, (_, i) => ({ job_id: `job-${i}`, ...row }));
const put = (minutesBefore: number, snapshot: SnapshotToPut) => run.put(minutesBefore, snapshot);
const changesOf = (minutesBefore: number) => changesKey(run.identityOf(minutesBefore));
const look = (request: Partial<SnapshotRequest> = {}, options?: Parameters<LookBackRun['look']>[1]) =>
  run.look({ alarms: [ALARM], ...request }, options);
const inBreach = async (...args: Parameters<typeof look>) => Object.fromEntries((await look(...args))?.inBreach ?? []);

describe('snapshots in a row in which jobs came to a status', () => {
  it('are counted back to one that is fine, and those without changes are fine without a read', async () => {
    put(0, { changes: moved(2) });
    put(1, { changes: [...moved(1), { job_id: 'n', ...NEW }] });
    put(2, { changes: [] });
    put(3, { changes: moved(5) });
    expect(await inBreach()).toEqual({ m: 2 });
    expect(run.records.read).not.toContain(changesOf(2));
  });

  it('are one for an alarm on one snapshot, which needs no other', async () => {
    put(0, { changes: moved(2) });
    put(1, { changes: moved(2) });
    expect(await inBreach({ alarms: [{ ...ALARM, forSnapshots: 1 }] })).toEqual({ m: 1 });
    expect(run.records.read).toEqual([changesOf(0)]);
    put(0, { changes: moved(1) });
    expect(await inBreach({ alarms: [{ ...ALARM, forSnapshots: 1 }] })).toEqual({ m: 0 });
  });

  it('are counted where nothing came for long: none completed', async () => {
    for (let minute = 0; minute < 24; minute += 1) put(minute, { changes: moved(1, { to_status: 'IN_PROGRESS' }) });
    put(24, { changes: moved(1) });
    const none = { ...ALARM, comparison: '<', threshold: 1, forSnapshots: 24 } as const;
    expect(await inBreach({ alarms: [none, { ...none, name: 'longer', forSnapshots: 25 }] })).toEqual({
      m: 24,
      longer: 24,
    });
  });

  it('are those of the thing group', async () => {
    const listings = [{ thing_group_name: 'eu' }, { queried_thing_group_id: 'us' }];
    for (const minute of [0, 1]) {
      const eu = moved(minute === 0 ? 2 : 0, { thing_group_name: 'eu' });
      put(minute, { listings, changes: [...eu, ...moved(2, { queried_thing_group_id: 'us' })] });
    }
    const alarms = ['eu', 'us'].map((thingGroup) => ({ ...ALARM, name: thingGroup, thingGroup }));
    expect(await inBreach({ thingGroups: ['eu'], thingGroupIds: ['us'], alarms })).toEqual({ eu: 1, us: 2 });
  });

  it('are in breach where a name and an id are the same and one of them is', async () => {
    put(0, {
      listings: [{ thing_group_name: 'eu' }, { queried_thing_group_id: 'eu' }],
      changes: moved(2, { queried_thing_group_id: 'eu' }),
    });
    expect(await inBreach({ alarms: [{ ...ALARM, thingGroup: 'eu' }] })).toEqual({ m: 1 });
  });
});

describe('a snapshot that does not know who came to a status is passed over', () => {
  const listed = (minutesBefore: number, listing: object) => () =>
    put(minutesBefore, { listings: [listing], changes: moved(0) });
  it.each<[string, () => void]>([
    ['could not read the one before', () => put(1, { record: { unlinked_reason: 'UNREADABLE' } })],
    ['is of an older version', () => put(1, {})],
    ['did not ask for the status', listed(1, { status: 'CANCELED' })],
    ['missed the thing group', listed(1, { missing: true })],
    ['does not know whether the thing group exists', listed(1, { missing: null })],
    ['saw jobs that may have moved there or not', () => put(1, { changes: [...moved(1), { job_id: 'u', ...UNSURE }] })],
  ])('as one that %s', async (_what, putUnknown) => {
    put(0, { changes: moved(2) });
    putUnknown();
    put(2, { changes: moved(2) });
    put(3, { changes: [] });
    expect(await inBreach()).toEqual({ m: 2 });
  });

  it('but not where those that may have moved change nothing of the answer', async () => {
    const unsure = { job_id: 'u', ...UNSURE };
    put(0, { changes: [...moved(2), unsure] });
    put(1, { changes: [unsure] });
    put(2, { changes: moved(2) });
    expect(await inBreach()).toEqual({ m: 1 });
  });

  it('and there is no point where it is the newest', async () => {
    put(0, { record: { unlinked_reason: 'LATE' } });
    put(1, { changes: moved(2) });
    expect(await look()).toBeUndefined();
    expect(await look({}, { outcome: 'recovered' })).toMatchObject({ isNewest: true, inBreach: new Map() });
    put(0, { changes: [{ job_id: 'a', ...UNSURE }, ...moved(1)] });
    expect(await inBreach()).toEqual({});
    expect(run.records.read).toEqual([changesOf(0)]);
  });

  it('and after 100 of them it is given up, with the reason', async () => {
    put(0, { changes: moved(2) });
    for (let minute = 1; minute <= 101; minute += 1) put(minute, {});
    const found = await look();
    expect(found?.inBreach.size).toBe(0);
    expect(found?.uncounted.get('m')).toMatch(/^More than 100 snapshots .* compared with none .* keeps its state/);
  });
});

describe('the line of the snapshots', () => {
  it('is followed: of two that were compared with the same one the later counts alone', async () => {
    put(0, { changes: moved(2), record: { previous_snapshot_id: run.idOf(2) } });
    put(1, { changes: [], record: { previous_snapshot_id: run.idOf(2) } });
    put(2, { changes: moved(2) });
    put(3, { changes: [] });
    expect(await inBreach()).toEqual({ m: 2 });
  });

  it('goes on where the one before is gone', async () => {
    put(0, { changes: moved(2) });
    put(2, { changes: moved(2) });
    put(3, { changes: [] });
    expect(await inBreach()).toEqual({ m: 2 });
  });

  it('says nothing of alarms on counts, which every snapshot knows', async () => {
    const count: CountedAlarm = { name: 'c', status: 'COMPLETED', comparison: '<', threshold: 1, forSnapshots: 5 };
    put(0, { changes: moved(2), record: { previous_snapshot_id: run.idOf(2) } });
    put(1, { listings: [{ job_count: 4 }], changes: [] });
    put(2, { changes: [] });
    expect(await inBreach({ alarms: [ALARM, count] })).toEqual({ m: 1, c: 1 });
  });

  it('is begun at the newest by a run that comes after it', async () => {
    put(0, { changes: moved(2), record: { previous_snapshot_id: run.idOf(1) } });
    put(1, { changes: moved(2), record: { previous_snapshot_id: run.idOf(2) } });
    put(2, { changes: [] });
    expect(await inBreach({}, { minutesBefore: 1 })).toEqual({ m: 2 });
  });
});

describe('the numbers of changes', () => {
  const WITHOUT_ALARMS = { alarms: [], changeMetrics: true } as const;

  it('are found where they are requested, by one read', async () => {
    put(0, { changes: [...moved(3), { job_id: 'n', ...NEW }, { job_id: 'job-0', thing_group_name: 'eu' }] });
    expect(await look(WITHOUT_ALARMS)).toMatchObject({
      isNewest: null,
      changes: { APPEARED: 1, MOVED: 3, VANISHED: 0 },
    });
    expect(run.records.read).toEqual([changesOf(0)]);
    expect(await look({ alarms: [] })).toBeUndefined();
  });

  it('are 0 without a read where nothing changed, and unknown where nothing was compared', async () => {
    put(0, { changes: [] });
    expect(await look(WITHOUT_ALARMS)).toMatchObject({ changes: { APPEARED: 0, MOVED: 0, VANISHED: 0 } });
    put(0, { record: { unlinked_reason: 'FIRST' } });
    expect(await look(WITHOUT_ALARMS)).toBeUndefined();
    put(0, {});
    expect(await look(WITHOUT_ALARMS)).toBeUndefined();
    expect(run.records.read).toEqual([]);
  });

  it('come with the alarms by the same read', async () => {
    put(0, { changes: moved(2) });
    put(1, { changes: [] });
    const found = await look({ changeMetrics: true });
    expect(found).toMatchObject({ changes: { MOVED: 2 }, inBreach: new Map([['m', 1]]) });
    expect(run.records.read.filter((key) => key === changesOf(0))).toHaveLength(1);
  });
});

describe('changes that cannot be read fail nothing', () => {
  const count: CountedAlarm = { name: 'c', status: 'COMPLETED', comparison: '<', threshold: 1, forSnapshots: 3 };
  beforeEach(() => {
    for (let minute = 0; minute < 4; minute += 1) put(minute, { changes: moved(2) });
  });

  it.each<[string, () => void, RegExp]>([
    ['gone', () => run.store.objects.delete(changesOf(1)), /^StoreRefusedError: There is no changes\//],
    [
      'others than the record names',
      () => run.store.objects.set(changesOf(1), Buffer.from('x')),
      /Error: changes\/.*T175900Z-all.ndjson.gz is not what its record says: its SHA-256 is [0-9a-f]{64}, and should/,
    ],
  ])('and leave the alarms on counts, and those that are known already: %s', async (_what, damage, reason) => {
    damage();
    const found = await look({
      changeMetrics: true,
      alarms: [ALARM, count, { ...ALARM, name: 'one', forSnapshots: 1 }],
    });
    expect(found?.inBreach).toEqual(
      new Map([
        ['c', 3],
        ['one', 1],
      ]),
    );
    expect(found?.uncounted).toEqual(new Map([['m', expect.stringMatching(reason)]]));
    expect(found).toMatchObject({ changes: { MOVED: 2 } });
  });

  it('nor do the own ones: their metrics and alarms are unknown, with the reason', async () => {
    run.store.objects.delete(changesOf(0));
    const found = await look({ changeMetrics: true, alarms: [ALARM, count] });
    expect(found?.inBreach).toEqual(new Map([['c', 3]]));
    expect([...(found?.uncounted.keys() ?? [])]).toEqual(['m']);
    expect(found?.changes).toBeUndefined();
    expect(found?.changesError?.message).toMatch(/^There is no changes\//);
  });

  it('nor does a store that hangs', async () => {
    run.records.before = () => {
      setImmediate(() => run.clock.advance(60_000));
      return new Promise(() => {});
    };
    const found = await look({ changeMetrics: true }, { seconds: 60 });
    expect(found?.uncounted.get('m')).toMatch(/^OutOfTimeError: Out of time after 60 s/);
    expect(found?.changesError?.name).toBe('OutOfTimeError');
  });
});
