import type { SnapshotRecord } from '../../../lambda/contract/columns.ts';
import type { CountedStatusAlarm } from '../../../lambda/contract/count-alarm.ts';
import { jobsKey, recordKey, snapshotId } from '../../../lambda/contract/keys.ts';
import { exportSnapshot } from '../../../lambda/core/export-snapshot.ts';
import type { SnapshotRequest } from '../../../lambda/core/request.ts';
import type { LookBack } from '../../../lambda/ports.ts';
import { MINUTES, REQUEST } from '../../support/export-run.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { MemoryRecords } from '../../support/memory-records.ts';
import { MemoryStore } from '../../support/memory-store.ts';
import { page, ScriptedSource } from '../../support/scripted-source.ts';

const ALARM: CountedStatusAlarm = { name: 'a', status: 'COMPLETED', comparison: '>=', threshold: 1, forSnapshots: 3 };

let clock: FakeClock;
let store: MemoryStore;
let records: MemoryRecords;
let jobs: string[];

beforeEach(() => {
  clock = new FakeClock('2026-11-23T18:00:02Z');
  store = new MemoryStore();
  records = new MemoryRecords(store);
  jobs = ['job-1'];
});

/** The present run, and what it found out about others. */
async function run(request: Partial<SnapshotRequest> = {}, seconds = 900) {
  const found: LookBack[] = [];
  const source = new ScriptedSource(() => page(jobs));
  const observer = { lookedBack: (result: LookBack) => void found.push(result) };
  const answer = await exportSnapshot(
    { ...REQUEST, statuses: ['COMPLETED'], alarms: [ALARM], ...request },
    { clock, source, store, observer, records },
    clock.monotonic() + seconds * 1000,
  );
  return { answer, lookBack: found[0], found: found.length };
}

type Listing = SnapshotRecord['listings'][number];

/** Puts the record of a snapshot that was so many minutes before, with what it listed. */
function putRecord(minutesBefore: number, listings: readonly Partial<Listing>[]): string {
  const identity = { ...REQUEST, scheduledAt: REQUEST.scheduledAt - minutesBefore * MINUTES };
  const time = new Date(identity.scheduledAt).toISOString().replace('T', ' ').slice(0, 23);
  const record: Partial<SnapshotRecord> = {
    snapshot_id: snapshotId(identity),
    snapshot_at: time,
    started_at: time,
    finished_at: time,
    job_count: 0,
    listings: listings.map((listing) => ({
      thing_group_name: null,
      queried_thing_group_id: null,
      status: 'COMPLETED',
      job_count: 0,
      missing: false,
      ...listing,
    })),
    object_key: jobsKey(identity),
    object_bytes: 0,
    object_sha256: '',
    exporter_version: '0.0.0',
  };
  store.objects.set(recordKey(identity), Buffer.from(`${JSON.stringify(record)}\n`));
  return recordKey(identity);
}

it('reads one record after one that is in breach, then more at a time, and eight at most', async () => {
  for (let minute = 1; minute <= 1500; minute += 1) putRecord(minute, [{ job_count: minute <= 700 ? 1 : 0 }]);
  records.before = () => new Promise((resolve) => setImmediate(resolve));
  const { lookBack } = await run({ alarms: [{ ...ALARM, forSnapshots: 1440 }] });
  expect(lookBack).toEqual({ isNewest: true, inBreach: new Map([['a', 701]]), uncounted: new Map() });
  expect(records.mostAtOnce).toBe(8);
  expect(records.read.length).toBeLessThanOrEqual(708);
});

it('reads no more than an alarm wants, though all are in breach', async () => {
  for (let minute = 1; minute <= 2000; minute += 1) putRecord(minute, [{ job_count: 5 }]);
  const { lookBack } = await run({ alarms: [{ ...ALARM, forSnapshots: 1440 }] });
  expect(lookBack?.inBreach).toEqual(new Map([['a', 1440]]));
  expect(records.read.length).toBeLessThan(1448);
});

it('reads each record once for all alarms, and each alarm ends for itself', async () => {
  for (let minute = 1; minute <= 20; minute += 1) putRecord(minute, [{ job_count: minute }]);
  jobs = [];
  const alarms = [
    { ...ALARM, name: 'below 4', comparison: '<', threshold: 4, forSnapshots: 10 },
    { ...ALARM, name: 'at most 4', comparison: '<=', threshold: 4, forSnapshots: 10 },
    { ...ALARM, name: 'at most 9 for 2', comparison: '<=', threshold: 9, forSnapshots: 2 },
    { ...ALARM, name: 'above 0', comparison: '>', threshold: 0, forSnapshots: 2 },
  ] as const;
  const { lookBack } = await run({ alarms });
  expect(Object.fromEntries(lookBack?.inBreach ?? [])).toEqual({
    'below 4': 4,
    'at most 4': 5,
    'at most 9 for 2': 2,
    'above 0': 0,
  });
  expect(new Set(records.read).size).toBe(records.read.length);
});

it.each<[string, Partial<Listing>[]]>([
  ['the group was missing', [{ thing_group_name: 'eu', missing: true }]],
  ['it was not known whether the group exists', [{ thing_group_name: 'eu', missing: null }]],
  ['another group was listed', [{ thing_group_name: 'us', job_count: 0 }]],
  ['the account as a whole was listed', [{ job_count: 0 }]],
  ['another status was listed', [{ thing_group_name: 'eu', status: 'CANCELED' }]],
  ['nothing was listed', []],
])('passes over a snapshot where %s', async (_what, listings) => {
  putRecord(1, listings);
  putRecord(2, [{ thing_group_name: 'eu', job_count: 1 }]);
  putRecord(3, listings);
  putRecord(4, [{ thing_group_name: 'eu', job_count: 0 }]);
  const alarms = [{ ...ALARM, thingGroup: 'eu' }];
  expect((await run({ thingGroups: ['eu'], alarms })).lookBack?.inBreach).toEqual(new Map([['a', 2]]));
});

it('finds a thing group by its id, and breaks where a name and an id are the same and one of them does', async () => {
  putRecord(1, [
    { thing_group_name: 'eu', job_count: 0 },
    { queried_thing_group_id: 'eu', job_count: 7 },
  ]);
  const alarms = [{ ...ALARM, thingGroup: 'eu' }];
  expect((await run({ thingGroupIds: ['eu'], alarms })).lookBack?.inBreach).toEqual(new Map([['a', 2]]));
});

it.each([
  [100, { inBreach: 2, uncounted: 0 }],
  [101, { inBreach: 0, uncounted: 1 }],
])('passes over %d snapshots that do not know the count: %j', async (unknown, expected) => {
  for (let minute = 1; minute <= unknown; minute += 1) putRecord(minute, []);
  putRecord(unknown + 1, [{ job_count: 1 }]);
  putRecord(unknown + 2, [{ job_count: 0 }]);
  for (let minute = unknown + 3; minute < 400; minute += 1) putRecord(minute, [{ job_count: 0 }]);
  const { lookBack } = await run();
  expect(lookBack?.inBreach.get('a') ?? 0).toBe(expected.inBreach);
  expect([...(lookBack?.uncounted.values() ?? [])]).toEqual(
    expected.uncounted ? [expect.stringMatching(/^More than 100 snapshots .* keeps its state/)] : [],
  );
  expect(records.read.length).toBeLessThan(120);
});

it('looks at nothing where the present count is unknown, no alarm is given, or the snapshot was there', async () => {
  putRecord(1, []);
  const looks = [
    await run({ alarms: [{ ...ALARM, status: 'CANCELED' }] }),
    await run(),
    await run({ alarms: undefined, scheduledAt: REQUEST.scheduledAt - 30_000 }),
  ];
  expect(looks.map(({ found, answer }) => [answer.outcome, found])).toEqual([
    ['written', 0],
    ['already-written', 0],
    ['written', 0],
  ]);
  expect(records.read).toEqual([]);
});

describe('what goes wrong fails nothing', () => {
  it('and leaves the alarms that are known, where one record is damaged', async () => {
    putRecord(1, [{ job_count: 1 }]);
    const damaged = putRecord(2, [{ job_count: 1 }]);
    store.objects.set(damaged, Buffer.from('no record'));
    putRecord(3, [{ job_count: 1 }]);
    const { answer, lookBack } = await run({ alarms: [ALARM, { ...ALARM, name: 'b', forSnapshots: 2 }] });
    expect(answer.outcome).toBe('written');
    expect(lookBack?.inBreach).toEqual(new Map([['b', 2]]));
    expect(lookBack?.uncounted.get('a')).toMatch(/^DamagedRecordError: .*T175800Z-all.ndjson is not .* is not JSON/);
  });

  it('nor does a fault of the program', async () => {
    records.before = () => {
      throw new TypeError('x is not a function');
    };
    const { answer, lookBack } = await run();
    expect(answer.outcome).toBe('written');
    expect(lookBack).toMatchObject({ isNewest: null, uncounted: new Map([['a', 'TypeError: x is not a function']]) });
  });

  it('nor does a store that hangs until the deadline; an alarm that was counted by then is known', async () => {
    for (let minute = 1; minute <= 9; minute += 1) putRecord(minute, [{ job_count: 1 }]);
    const hanging = putRecord(2, [{ job_count: 1 }]);
    records.before = (key) => {
      if (key !== hanging) return;
      setImmediate(() => clock.advance(60_000));
      return new Promise(() => {});
    };
    const { answer, lookBack } = await run({ alarms: [ALARM, { ...ALARM, name: 'b', forSnapshots: 2 }] }, 60);
    expect(answer.outcome).toBe('written');
    expect(lookBack?.inBreach).toEqual(new Map([['b', 2]]));
    expect(lookBack?.uncounted.get('a')).toMatch(/^OutOfTimeError: Out of time after 60 s, while records/);
  });
});
