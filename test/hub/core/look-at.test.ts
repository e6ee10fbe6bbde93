import type { HealthEvent } from '../../../lambda/contract/health.ts';
import { recordKey } from '../../../lambda/contract/keys.ts';
import { at, HubWorld, PLACE, recordOf } from '../../support/simulated-hub.ts';

const HOURLY = { name: 'all', schedule: 'cron(0 * * * ? *)' };
const EVENT: HealthEvent = {
  exports: [HOURLY],
  missedPeriods: 2,
  targets: [{ account: PLACE.accountId, regions: [PLACE.region] }],
};
/** Nothing is expected. */
const NOBODY: HealthEvent = { exports: [], missedPeriods: 2 };

let world: HubWorld;
beforeEach(() => {
  world = new HubWorld('2026-11-23T18:10:00Z');
});

describe('a look at an export', () => {
  it('says that it reports, with its newest and first snapshot and when the next is due', async () => {
    world.put(at('2024-02-03T04:00:00Z'));
    world.put(at('2026-11-23T17:00:00Z'));
    world.put(at('2026-11-23T18:00:00Z'));
    const look = await world.look(EVENT);
    expect(look).toMatchObject({
      failures: [],
      damaged: [],
      future: [],
      isComplete: true,
      isFirst: true,
      staleRows: 0,
    });
    expect(world.row()).toEqual({
      looked_at: '2026-11-23 18:10:00.000',
      account_id: '111122223333',
      region: 'eu-west-1',
      export_name: 'all',
      state: 'REPORTING',
      expected: true,
      expected_since: '2026-11-23 18:10:00.000',
      first_snapshot_at: '2024-02-03 04:00:00.000',
      newest_snapshot_id: '20261123T180000Z-all',
      newest_snapshot_at: '2026-11-23 18:00:00.000',
      newest_finished_at: '2026-11-23 18:00:09.000',
      schedule: { expression: 'cron(0 * * * ? *)', time_zone: 'UTC' },
      due_at: '2026-11-23 19:00:00.000',
      late_at: '2026-11-23 20:20:00.000',
      missing_thing_groups: [],
      new_snapshots: null,
      unlinked_snapshots: null,
      stack_status: null,
      stack_status_reason: null,
    });
  });

  it('costs as much in a history of two years as in one of two days', async () => {
    for (let day = 0; day < 730; day++) world.put(at(Date.parse('2024-11-24T18:00:00Z') + day * 86_400_000));
    await world.look(EVENT);
    // Three levels, the days, the newest and the first day, and a record.
    expect(world.calls.filter((call) => /^(folders|keys|record)/.test(call))).toHaveLength(7);
    world.calls.length = 0;
    await world.look(EVENT);
    expect(world.calls.filter((call) => /^(folders|keys|record)/.test(call))).toHaveLength(4);
  });

  it('counts what came since the look before, and what of it is unlinked', async () => {
    world.put(at('2026-11-23T18:00:00Z'));
    await world.look(EVENT);
    world.put(at('2026-11-23T19:00:00Z'), { unlinked_reason: 'UNREADABLE' });
    world.put(at('2026-11-23T20:00:00Z'), { unlinked_reason: null, previous_snapshot_id: '20261123T190000Z-all' });
    world.goTo('2026-11-23T20:10:00Z');
    await world.look(EVENT);
    expect(world.row()).toMatchObject({
      new_snapshots: 2,
      unlinked_snapshots: 1,
      first_snapshot_at: '2026-11-23 18:00:00.000',
    });
    await world.look(EVENT);
    expect(world.row()).toMatchObject({ new_snapshots: 0, unlinked_snapshots: 0 });
  });

  it('is late once as many runs as may fail are over, and since then', async () => {
    world.put(at('2026-11-23T18:00:00Z'));
    world.goTo('2026-11-23T20:19:59Z');
    await world.look(EVENT);
    expect(world.row().state).toBe('REPORTING');
    world.goTo('2026-11-23T20:20:00Z');
    await world.look(EVENT);
    expect(world.row()).toMatchObject({ state: 'LATE', late_at: '2026-11-23 20:20:00.000' });
  });

  it('gives a run the time that it may take', async () => {
    world.put(at('2026-11-23T18:00:00Z'));
    await world.look({ ...EVENT, exports: [{ ...HOURLY, maxRunMinutes: 120 }] });
    expect(world.row().late_at).toBe('2026-11-23 22:05:00.000');
  });

  it('has its own number of runs that may fail, where what is expected says so', async () => {
    world.put(at('2026-11-23T18:00:00Z'));
    await world.look({ ...EVENT, exports: [{ ...HOURLY, missedPeriods: 5 }] });
    expect(world.row().late_at).toBe('2026-11-23 23:20:00.000');
  });

  it('awaits what has never come, and says that it never came once it is late', async () => {
    await world.look(EVENT);
    expect(world.row()).toMatchObject({
      state: 'AWAITED',
      newest_snapshot_id: null,
      late_at: '2026-11-23 20:20:00.000',
    });
    world.goTo('2026-11-23T20:20:00Z');
    await world.look(EVENT);
    expect(world.row()).toMatchObject({ state: 'NEVER', expected_since: '2026-11-23 18:10:00.000' });
  });

  it('drops what is neither expected nor there, and keeps what has left', async () => {
    await world.look(EVENT);
    await world.look(NOBODY);
    expect(world.rows()).toEqual([]);
    world.put(at('2026-11-23T18:00:00Z'));
    await world.look(NOBODY);
    expect(world.row()).toMatchObject({ state: 'REPORTING', expected: false, expected_since: null });
    world.goTo('2026-12-23T18:00:00Z');
    await world.look(NOBODY);
    expect(world.row()).toMatchObject({ state: 'LEFT', expected: false });
  });

  it('awaits what had left and is expected again, before it calls that late', async () => {
    world.put(at('2025-01-01T18:00:00Z'));
    await world.look(NOBODY);
    expect(world.row().state).toBe('LEFT');
    await world.look(EVENT);
    expect(world.row()).toMatchObject({ state: 'AWAITED', due_at: '2026-11-23 19:00:00.000' });
    world.goTo('2026-11-23T20:19:00Z');
    await world.look(EVENT);
    expect(world.row()).toMatchObject({ state: 'AWAITED', late_at: '2026-11-23 20:20:00.000' });
    world.goTo('2026-11-23T20:20:00Z');
    await world.look(EVENT);
    expect(world.row().state).toBe('LATE');
    await world.look(EVENT);
    expect(world.row().state).toBe('LATE');
    world.put(at('2026-11-23T20:00:00Z'));
    await world.look(EVENT);
    expect(world.row().state).toBe('REPORTING');
  });

  it('calls late at the first look what is', async () => {
    world.put(at('2025-01-01T18:00:00Z'));
    await world.look(EVENT);
    expect(world.row().state).toBe('LATE');
    await world.look(EVENT);
    expect(world.row().state).toBe('LATE');
  });

  it('takes no late snapshot of an older time for news', async () => {
    world.put(at('2026-11-23T18:00:00Z'));
    await world.look(EVENT);
    world.put(at('2026-11-23T12:00:00Z'), { unlinked_reason: 'LATE' });
    world.goTo('2026-11-24T00:00:00Z');
    await world.look(EVENT);
    expect(world.row()).toMatchObject({ state: 'LATE', newest_snapshot_id: '20261123T180000Z-all', new_snapshots: 0 });
  });

  it('takes no snapshot of the future for a sign of life', async () => {
    world.put(at('2026-11-23T12:00:00Z'));
    world.put(at('2030-01-01T00:00:00Z'));
    await world.look(EVENT);
    expect(world.row()).toMatchObject({ state: 'LATE', newest_snapshot_id: '20261123T120000Z-all' });
    expect((await world.look(EVENT)).future).toEqual([recordKey(at('2030-01-01T00:00:00Z'))]);
    expect(world.row()).toMatchObject({ state: 'LATE', newest_snapshot_id: '20261123T120000Z-all' });
  });

  it('passes over keys that are no record and folders that are no account', async () => {
    world.put(at('2026-11-23T18:00:00Z'));
    for (const key of ['snapshots/x', 'snapshots/account_id=1/region=eu-west-1/export_name=all/dt=2026-11-23/y']) {
      world.objects.set(key, 'no');
    }
    world.objects.set(`${recordKey(at('2026-11-23T18:05:00Z'))}.bak`, 'no');
    const look = await world.look(EVENT);
    expect(look.damaged).toEqual([]);
    expect(world.row()).toMatchObject({ newest_snapshot_id: '20261123T180000Z-all' });
  });
});

describe('records that cannot be read', () => {
  it('are no snapshots where they are damaged: the one before counts', async () => {
    world.put(at('2026-11-23T12:00:00Z'));
    world.objects.set(recordKey(at('2026-11-23T18:00:00Z')), '');
    const look = await world.look(EVENT);
    expect(look.damaged).toEqual([`${recordKey(at('2026-11-23T18:00:00Z'))} has zero bytes`]);
    expect(world.row()).toMatchObject({ state: 'LATE', newest_snapshot_id: '20261123T120000Z-all' });
    expect(look.failures).toEqual([]);
  });

  it('let a known export become late where it writes nothing else', async () => {
    world.put(at('2026-11-23T18:00:00Z'));
    await world.look(EVENT);
    for (let hour = 19; hour < 24; hour++) world.objects.set(recordKey(at(`2026-11-23T${hour}:00:00Z`)), '{}');
    world.goTo('2026-11-23T23:10:00Z');
    await world.look(EVENT);
    expect(world.row()).toMatchObject({ state: 'LATE', newest_snapshot_id: '20261123T180000Z-all', new_snapshots: 0 });
  });

  it('are not known to be fine where S3 does not give them, and are read again', async () => {
    world.put(at('2026-11-23T18:00:00Z'));
    world.failing = 'record ';
    const look = await world.look(EVENT);
    expect(look.failures).toHaveLength(1);
    expect(world.row()).toMatchObject({ state: 'UNKNOWN', newest_finished_at: null, missing_thing_groups: null });
    world.failing = undefined;
    await world.look(EVENT);
    expect(world.row()).toMatchObject({
      state: 'REPORTING',
      newest_finished_at: '2026-11-23 18:00:09.000',
      new_snapshots: 0,
    });
  });
});

describe('missing thing groups', () => {
  const listing = { queried_thing_group_id: null, status: 'COMPLETED', job_count: 0 };

  it('are named once each', async () => {
    const listings = ['b', 'a', 'b'].map((name) => ({ ...listing, thing_group_name: name, missing: true }));
    world.put(at('2026-11-23T18:00:00Z'), { listings });
    await world.look(EVENT);
    expect(world.row().missing_thing_groups).toEqual(['a', 'b']);
  });

  it('are not known where a group could not be looked up', async () => {
    const listings = [{ ...listing, thing_group_name: 'a', missing: null }];
    world.put(at('2026-11-23T18:00:00Z'), { listings });
    await world.look(EVENT);
    expect(world.row().missing_thing_groups).toBeNull();
  });
});

describe('the schedule that an export is checked against', () => {
  it('is the one by which it is late later, where the configuration has another than its newest record', async () => {
    world.put(at('2026-11-23T18:00:00Z'));
    await world.look({ ...EVENT, exports: [{ name: 'all', schedule: 'rate(7 days)' }] });
    expect(world.row()).toMatchObject({ schedule: { expression: 'rate(7 days)' }, due_at: '2026-11-30 18:00:00.000' });
    await world.look({ ...EVENT, exports: [{ name: 'all', schedule: 'rate(5 minutes)' }] });
    expect(world.row()).toMatchObject({ schedule: { expression: 'cron(0 * * * ? *)' } });
  });

  it('stays where a snapshot was taken by hand', async () => {
    world.put(at('2026-11-23T18:00:00Z'));
    await world.look(NOBODY);
    world.put(at('2026-11-23T18:07:00Z'), { schedule: null });
    await world.look(NOBODY);
    expect(world.row()).toMatchObject({
      newest_snapshot_id: '20261123T180700Z-all',
      due_at: '2026-11-23 19:00:00.000',
    });
  });

  it('is the usual time between its snapshots where no schedule is known', async () => {
    for (let hour = 10; hour <= 18; hour += 2) world.put(at(`2026-11-23T${hour}:00:00Z`), { schedule: null });
    world.put(at('2026-11-23T18:03:00Z'), { schedule: null });
    await world.look(NOBODY);
    expect(world.row()).toMatchObject({ state: 'REPORTING', schedule: null, due_at: '2026-11-23 20:03:00.000' });
  });

  it('is not known of a single snapshot by hand', async () => {
    world.put(at('2026-11-23T18:00:00Z'), { schedule: null });
    await world.look(NOBODY);
    expect(world.row()).toMatchObject({ state: 'UNKNOWN', due_at: null, late_at: null });
  });

  it('is that of the configuration where that of the newest record has no run to come', async () => {
    world.put(at('2026-11-23T18:00:00Z'), { schedule: { expression: 'cron(0 * * * ? 2025)', time_zone: 'UTC' } });
    await world.look(EVENT);
    expect(world.row()).toMatchObject({
      late_at: '2026-11-23 20:20:00.000',
      schedule: { expression: 'cron(0 * * * ? *)', time_zone: 'UTC' },
    });
    world.goTo('2026-11-23T20:20:00Z');
    await world.look(EVENT);
    expect(world.row().state).toBe('LATE');
  });

  it('never makes one late that has no run to come', async () => {
    const schedule = { expression: 'cron(0 18 23 11 ? 2026)', time_zone: 'UTC' };
    world.put(at('2026-11-23T18:00:00Z'), { schedule });
    world.goTo('2036-01-01T00:00:00Z');
    await world.look({ ...EVENT, exports: [{ name: 'all', schedule: schedule.expression }] });
    expect(world.row()).toMatchObject({ state: 'REPORTING', due_at: null, late_at: null, schedule });
  });
});

it('has a record that the exporter would read', async () => {
  const { parseRecord } = await import('../../../lambda/core/parse-record.ts');
  const of = at('2026-11-23T18:00:00Z');
  expect(parseRecord(JSON.stringify(recordOf(of)), of)).toHaveProperty('record');
});
