import type { CountedStatusAlarm } from '../../../lambda/contract/count-alarm.ts';
import { recordKey } from '../../../lambda/contract/keys.ts';
import type { SnapshotRequest } from '../../../lambda/core/request.ts';
import { LookBackRun } from '../../support/look-back-run.ts';
import type { SnapshotToPut } from '../../support/put-snapshot.ts';

const ALARM: CountedStatusAlarm = { name: 'a', status: 'COMPLETED', comparison: '>=', threshold: 1, forSnapshots: 3 };

type Listings = NonNullable<SnapshotToPut['listings']>;

let run: LookBackRun;
beforeEach(() => {
  run = new LookBackRun();
  run.put(0, { listings: [{ job_count: 1 }] });
});

const look = (request: Partial<SnapshotRequest> = {}, options?: Parameters<LookBackRun['look']>[1]) =>
  run.look({ alarms: [ALARM], ...request }, options);

/** Puts the record of a snapshot that was so many minutes before, with what it listed. */
function putRecord(minutesBefore: number, listings: Listings): string {
  run.put(minutesBefore, { listings });
  return recordKey(run.identityOf(minutesBefore));
}

it('reads one record after one that is in breach, then more at a time, and eight at most', async () => {
  for (let minute = 1; minute <= 1500; minute += 1) putRecord(minute, [{ job_count: minute <= 700 ? 1 : 0 }]);
  run.records.before = () => new Promise((resolve) => setImmediate(resolve));
  const lookBack = await look({ alarms: [{ ...ALARM, forSnapshots: 1440 }] });
  expect(lookBack).toEqual({ isNewest: true, inBreach: new Map([['a', 701]]), uncounted: new Map() });
  expect(run.records.mostAtOnce).toBe(8);
  expect(run.records.read.length).toBeLessThanOrEqual(708);
});

it('reads no more than an alarm wants, though all are in breach', async () => {
  for (let minute = 1; minute <= 2000; minute += 1) putRecord(minute, [{ job_count: 5 }]);
  const lookBack = await look({ alarms: [{ ...ALARM, forSnapshots: 1440 }] });
  expect(lookBack?.inBreach).toEqual(new Map([['a', 1440]]));
  expect(run.records.read.length).toBeLessThan(1448);
});

it('reads each record once for all alarms, and each alarm ends for itself', async () => {
  for (let minute = 1; minute <= 20; minute += 1) putRecord(minute, [{ job_count: minute }]);
  run.put(0, { listings: [{}] });
  const alarms = [
    { ...ALARM, name: 'below 4', comparison: '<', threshold: 4, forSnapshots: 10 },
    { ...ALARM, name: 'at most 4', comparison: '<=', threshold: 4, forSnapshots: 10 },
    { ...ALARM, name: 'at most 9 for 2', comparison: '<=', threshold: 9, forSnapshots: 2 },
    { ...ALARM, name: 'above 0', comparison: '>', threshold: 0, forSnapshots: 2 },
  ] as const;
  const lookBack = await look({ alarms });
  expect(Object.fromEntries(lookBack?.inBreach ?? [])).toEqual({
    'below 4': 4,
    'at most 4': 5,
    'at most 9 for 2': 2,
    'above 0': 0,
  });
  expect(new Set(run.records.read).size).toBe(run.records.read.length);
});

it.each<[string, Listings]>([
  ['the group was missing', [{ thing_group_name: 'eu', missing: true }]],
  ['it was not known whether the group exists', [{ thing_group_name: 'eu', missing: null }]],
  ['another group was listed', [{ thing_group_name: 'us', job_count: 0 }]],
  ['the account as a whole was listed', [{ job_count: 0 }]],
  ['another status was listed', [{ thing_group_name: 'eu', status: 'CANCELED' }]],
  ['nothing was listed', []],
])('passes over a snapshot where %s', async (_what, listings) => {
  run.put(0, { listings: [{ thing_group_name: 'eu', job_count: 1 }] });
  putRecord(1, listings);
  putRecord(2, [{ thing_group_name: 'eu', job_count: 1 }]);
  putRecord(3, listings);
  putRecord(4, [{ thing_group_name: 'eu', job_count: 0 }]);
  const alarms = [{ ...ALARM, thingGroup: 'eu' }];
  expect((await look({ alarms }))?.inBreach).toEqual(new Map([['a', 2]]));
});

it('finds a thing group by its id, and breaks where a name and an id are the same and one of them does', async () => {
  run.put(0, { listings: [{ queried_thing_group_id: 'eu', job_count: 1 }] });
  putRecord(1, [
    { thing_group_name: 'eu', job_count: 0 },
    { queried_thing_group_id: 'eu', job_count: 7 },
  ]);
  const alarms = [{ ...ALARM, thingGroup: 'eu' }];
  expect((await look({ alarms }))?.inBreach).toEqual(new Map([['a', 2]]));
});

it.each([
  [100, { inBreach: 2, uncounted: 0 }],
  [101, { inBreach: 0, uncounted: 1 }],
])('passes over %d snapshots that do not know the count: %j', async (unknown, expected) => {
  for (let minute = 1; minute <= unknown; minute += 1) putRecord(minute, []);
  putRecord(unknown + 1, [{ job_count: 1 }]);
  putRecord(unknown + 2, [{ job_count: 0 }]);
  for (let minute = unknown + 3; minute < 400; minute += 1) putRecord(minute, [{ job_count: 0 }]);
  const lookBack = await look();
  expect(lookBack?.inBreach.get('a') ?? 0).toBe(expected.inBreach);
  expect([...(lookBack?.uncounted.values() ?? [])]).toEqual(
    expected.uncounted ? [expect.stringMatching(/^More than 100 snapshots .* keeps its state/)] : [],
  );
  expect(run.records.read.length).toBeLessThan(120);
});

it('looks at nothing where the present count is unknown, no alarm is given, or the snapshot was there', async () => {
  putRecord(1, []);
  expect(await look({ alarms: [{ ...ALARM, status: 'CANCELED' }] })).toBeUndefined();
  expect(await look({}, { outcome: 'already-written' })).toBeUndefined();
  expect(await look({ alarms: [] })).toBeUndefined();
  expect(run.records.read).toEqual([]);
});

describe('what goes wrong fails nothing', () => {
  it('and leaves the alarms that are known, where one record is damaged', async () => {
    putRecord(1, [{ job_count: 1 }]);
    const damaged = putRecord(2, [{ job_count: 1 }]);
    run.store.objects.set(damaged, Buffer.from('no record'));
    putRecord(3, [{ job_count: 1 }]);
    const lookBack = await look({ alarms: [ALARM, { ...ALARM, name: 'b', forSnapshots: 2 }] });
    expect(lookBack?.inBreach).toEqual(new Map([['b', 2]]));
    expect(lookBack?.uncounted.get('a')).toMatch(/^DamagedRecordError: .*T175800Z-all.ndjson is not .* is not JSON/);
  });

  it('nor does a fault of the program', async () => {
    run.records.before = () => {
      throw new TypeError('x is not a function');
    };
    const lookBack = await look();
    expect(lookBack).toMatchObject({ isNewest: null, uncounted: new Map([['a', 'TypeError: x is not a function']]) });
  });

  it('nor does a store that hangs until the deadline; an alarm that was counted by then is known', async () => {
    for (let minute = 1; minute <= 9; minute += 1) putRecord(minute, [{ job_count: 1 }]);
    const hanging = putRecord(2, [{ job_count: 1 }]);
    run.records.before = (key) => {
      if (key !== hanging) return;
      setImmediate(() => run.clock.advance(60_000));
      return new Promise(() => {});
    };
    const lookBack = await look({ alarms: [ALARM, { ...ALARM, name: 'b', forSnapshots: 2 }] }, { seconds: 60 });
    expect(lookBack?.inBreach).toEqual(new Map([['b', 2]]));
    expect(lookBack?.uncounted.get('a')).toMatch(/^OutOfTimeError: Out of time after 60 s, while records/);
  });
});
