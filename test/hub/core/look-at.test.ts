import type { StackInstance } from '../../../hub/ports.ts';
import type { HealthEvent } from '../../../lambda/contract/health.ts';
import { recordKey } from '../../../lambda/contract/keys.ts';
import { StoreUnavailableError } from '../../../lambda/errors.ts';
import { at, HubWorld, PLACE, recordOf } from '../../support/hub-world.ts';

const HOURLY = { name: 'all', schedule: 'cron(0 * * * ? *)' };
const EVENT: HealthEvent = {
  exports: [HOURLY],
  missedPeriods: 2,
  targets: [{ account: PLACE.accountId, regions: [PLACE.region] }],
};
/** Nothing is expected. */
const NOBODY: HealthEvent = { exports: [], missedPeriods: 2 };
const ORGANIZATION: HealthEvent = {
  exports: [HOURLY],
  missedPeriods: 2,
  organization: { stackSetName: 'exporters', callAs: 'SELF' },
};
const INSTANCE = { account: PLACE.accountId, region: PLACE.region, status: 'CURRENT', detailedStatus: 'SUCCEEDED' };

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

  it('are not known where AWS IoT could not be asked', async () => {
    const listings = [{ ...listing, thing_group_name: 'a', missing: null }];
    world.put(at('2026-11-23T18:00:00Z'), { listings });
    await world.look(EVENT);
    expect(world.row().missing_thing_groups).toBeNull();
  });
});

describe('the schedule that an export is held to', () => {
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

  it('is the usual time between its snapshots where nobody knows one', async () => {
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

describe('an organization', () => {
  it('expects each stack instance, but of suspended accounts', async () => {
    world.instances = [
      INSTANCE,
      { ...INSTANCE, account: '222222222222', status: 'OUTDATED', detailedStatus: 'FAILED', reason: 'S3 said no' },
      { ...INSTANCE, account: '333333333333', status: 'OUTDATED', detailedStatus: 'SKIPPED_SUSPENDED_ACCOUNT' },
      { ...INSTANCE, account: '444444444444', status: 'OUTDATED', detailedStatus: 'RUNNING' },
    ];
    world.put(at('2026-11-01T00:00:00Z', { accountId: '333333333333' }));
    const look = await world.look(ORGANIZATION);
    expect(world.rows()).toMatchObject([
      { account_id: '111122223333', state: 'AWAITED', stack_status: 'SUCCEEDED' },
      { account_id: '222222222222', state: 'FAILED', stack_status: 'FAILED', stack_status_reason: 'S3 said no' },
      { account_id: '333333333333', state: 'LEFT', expected: false, stack_status: 'SKIPPED_SUSPENDED_ACCOUNT' },
      { account_id: '444444444444', state: 'AWAITED', stack_status: 'RUNNING' },
    ]);
    expect(look.failedInstances).toMatchObject([{ account: '222222222222' }]);
  });

  it('expects nothing of accounts that do not export, and of the places of targets what these say', async () => {
    world.instances = [
      INSTANCE,
      { ...INSTANCE, account: '222222222222' },
      { ...INSTANCE, account: '333333333333' },
      { ...INSTANCE, account: '333333333333', region: 'us-east-1' },
    ];
    await world.look({
      ...ORGANIZATION,
      organization: { stackSetName: 'IotJobsExporters', callAs: 'SELF', excludeAccounts: ['222222222222'] },
      targets: [
        {
          account: '333333333333',
          regions: ['us-east-1'],
          exports: [{ name: 'own', schedule: 'rate(1 hour)' }],
        },
      ],
    });
    expect(world.rows().map(({ account_id, region, export_name }) => [account_id, region, export_name])).toEqual([
      ['111122223333', INSTANCE.region, 'all'],
      ['333333333333', INSTANCE.region, 'all'],
      ['333333333333', 'us-east-1', 'own'],
    ]);
  });

  describe('of whose stacks one is not there', () => {
    const RUNNING = { ...INSTANCE, status: 'OUTDATED', detailedStatus: 'RUNNING' };
    const BLOCKED = { ...INSTANCE, status: 'OUTDATED', detailedStatus: 'FAILED', reason: 'AccessDenied' };
    const lookAs = async (time: string, instance: StackInstance) => {
      world.goTo(time);
      world.instances = [instance];
      await world.look(ORGANIZATION);
      return world.row();
    };

    it('awaits its exports as long as CloudFormation is about to bring it, and their runs from then on', async () => {
      await lookAs('2026-11-23T18:10:00Z', { ...RUNNING, detailedStatus: 'PENDING' });
      expect((await lookAs('2026-11-23T23:10:00Z', RUNNING)).state).toBe('AWAITED');
      const there = await lookAs('2026-11-24T00:10:00Z', INSTANCE);
      expect(there).toMatchObject({ state: 'AWAITED', late_at: '2026-11-24 02:20:00.000' });
      expect((await lookAs('2026-11-24T02:20:00Z', INSTANCE)).state).toBe('NEVER');
    });

    it('awaits its exports once it is mended, before they are late', async () => {
      await lookAs('2026-11-23T18:10:00Z', BLOCKED);
      expect(await lookAs('2026-11-25T18:10:00Z', BLOCKED)).toMatchObject({
        state: 'FAILED',
        expected_since: '2026-11-23 18:10:00.000',
      });
      expect((await lookAs('2026-11-25T19:10:00Z', RUNNING)).state).toBe('AWAITED');
      expect((await lookAs('2026-11-25T20:10:00Z', INSTANCE)).state).toBe('AWAITED');
      expect((await lookAs('2026-11-25T21:10:00Z', INSTANCE)).state).toBe('AWAITED');
      expect((await lookAs('2026-11-25T22:20:00Z', INSTANCE)).state).toBe('NEVER');
    });

    it('awaits what had left in the same way, until its stack is there again', async () => {
      world.put(at('2026-11-01T18:00:00Z'));
      world.instances = [];
      await world.look(ORGANIZATION);
      expect(world.row().state).toBe('LEFT');
      expect((await lookAs('2026-11-23T19:10:00Z', RUNNING)).state).toBe('AWAITED');
      expect((await lookAs('2026-11-23T23:10:00Z', RUNNING)).state).toBe('AWAITED');
      expect((await lookAs('2026-11-24T00:10:00Z', INSTANCE)).state).toBe('AWAITED');
      expect((await lookAs('2026-11-24T02:20:00Z', INSTANCE)).state).toBe('LATE');
      expect((await lookAs('2026-11-24T03:10:00Z', RUNNING)).state).toBe('LATE');
    });

    it('goes on saying that it failed while the StackSet cannot be asked', async () => {
      await lookAs('2026-11-23T18:10:00Z', BLOCKED);
      world.goTo('2026-11-25T18:10:00Z');
      world.instances = new StoreUnavailableError('refused');
      await world.look(ORGANIZATION);
      expect(world.row()).toMatchObject({ state: 'FAILED', expected: null });
    });

    it('calls exports that never came late all the same while a later operation is under way', async () => {
      await lookAs('2026-11-23T18:10:00Z', INSTANCE);
      expect((await lookAs('2026-11-23T20:20:00Z', INSTANCE)).state).toBe('NEVER');
      expect((await lookAs('2026-11-23T21:10:00Z', RUNNING)).state).toBe('NEVER');
      expect((await lookAs('2026-11-23T22:10:00Z', INSTANCE)).state).toBe('NEVER');
    });
  });

  it('that cannot be asked leaves what is expected as it was, and says that it is not known', async () => {
    world.instances = [INSTANCE];
    await world.look(ORGANIZATION);
    world.instances = new StoreUnavailableError('throttled');
    world.put(at('2026-11-01T00:00:00Z', { accountId: '333333333333' }));
    world.goTo('2026-11-23T21:00:00Z');
    const look = await world.look(ORGANIZATION);
    expect(look.failures).toMatchObject([{ message: 'throttled' }]);
    expect(look).not.toHaveProperty('failedInstances');
    expect(world.rows()).toMatchObject([
      { account_id: '111122223333', state: 'NEVER', expected: null, expected_since: '2026-11-23 18:10:00.000' },
      { account_id: '333333333333', state: 'UNKNOWN', expected: null, expected_since: null },
    ]);
  });

  it('expects a place once that a target expects too, as the target says', async () => {
    world.instances = [INSTANCE];
    const targets = [
      { account: PLACE.accountId, regions: [PLACE.region], exports: [{ name: 'all', schedule: 'rate(2 hours)' }] },
    ];
    await world.look({ ...ORGANIZATION, targets });
    expect(world.row()).toMatchObject({ schedule: { expression: 'rate(2 hours)' }, stack_status: 'SUCCEEDED' });
  });
});

describe('a look of which a part fails', () => {
  it('keeps what the look before knew, and makes nothing silent that it cannot see', async () => {
    world.put(at('2026-11-23T18:00:00Z'));
    world.put(at('2026-11-23T18:00:00Z', { accountId: '222222222222' }));
    const event = {
      ...EVENT,
      targets: [PLACE.accountId, '222222222222'].map((account) => ({ account, regions: [PLACE.region] })),
    };
    await world.look(event);
    world.failing = 'keys snapshots/account_id=2222';
    world.goTo('2026-11-24T18:00:00Z');
    const look = await world.look(event);
    expect(look.staleRows).toBe(1);
    expect(world.rows()).toMatchObject([
      { account_id: '111122223333', state: 'LATE', new_snapshots: 0 },
      { account_id: '222222222222', state: 'UNKNOWN', new_snapshots: null, newest_snapshot_id: '20261123T180000Z-all' },
    ]);
  });

  it('goes on being silent where it was, while its account cannot be listed', async () => {
    await world.look(EVENT);
    world.goTo('2026-11-24T18:00:00Z');
    await world.look(EVENT);
    world.failing = 'folders snapshots/';
    const look = await world.look(EVENT);
    expect(world.row()).toMatchObject({ state: 'NEVER', new_snapshots: null });
    expect(look).toMatchObject({ isComplete: false, staleRows: 1 });
  });

  it('writes nothing where it cannot read the look before', async () => {
    world.failing = 'health read';
    await expect(world.look(EVENT)).rejects.toThrow('health read failed');
    expect(world.calls).toEqual(['health read']);
  });

  it('brings the tables up to date though the look cannot be written', async () => {
    world.put(at('2026-11-23T18:00:00Z'));
    world.failing = 'health put';
    const look = await world.look(EVENT);
    expect(look.failures).toHaveLength(1);
    expect(world.tables.get('jobs')).toMatchObject({ 'projection.account_id.values': '111122223333' });
  });

  it('is written in time, with what is known, when S3 hangs', async () => {
    world.put(at('2026-11-23T18:00:00Z'));
    await world.look(EVENT);
    const { keys, ...ports } = world.ports();
    const hang = (signal: AbortSignal) =>
      new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    const { lookAt } = await import('../../../hub/core/look-at.ts');
    const hanging = {
      ...keys,
      // biome-ignore lint/correctness/useYield: it hangs
      keys: async function* (_prefix: string, _after: string | undefined, signal: AbortSignal) {
        await hang(signal);
      },
    };
    const looking = lookAt({ ...ports, keys: hanging }, EVENT, world.clock.monotonic() + 900_000);
    await new Promise((resolve) => setTimeout(resolve, 20));
    world.clock.advance(840_000);
    const look = await looking;
    expect(look.failures).toMatchObject([{ name: 'OutOfTimeError' }]);
    expect(world.row()).toMatchObject({ new_snapshots: null, newest_snapshot_id: '20261123T180000Z-all' });
  });
});

describe('the look before', () => {
  it.each([
    ['is no JSON', 'no\n'],
    ['is of an older version', `${JSON.stringify({ looked_at: '2026-11-23 17:00:00.000' })}\n`],
  ])('is begun anew where it %s', async (_, text) => {
    world.stored = { text, version: 'x' };
    world.put(at('2026-11-23T18:00:00Z'));
    const look = await world.look(EVENT);
    expect(look.begunAnew).toContain('health/exports.ndjson, line 1');
    expect(world.row()).toMatchObject({ state: 'REPORTING' });
  });

  it('with columns of a newer version is taken over', async () => {
    await world.look(EVENT);
    const [line = ''] = (world.stored?.text ?? '').split('\n');
    world.stored = { text: `${JSON.stringify({ ...JSON.parse(line), more: 1 })}\n`, version: 'y' };
    world.goTo('2026-11-23T19:10:00Z');
    const look = await world.look(EVENT);
    expect(look).not.toHaveProperty('begunAnew');
    expect(world.row().expected_since).toBe('2026-11-23 18:10:00.000');
  });

  it('stays where it began later than the one that is to be written', async () => {
    world.put(at('2026-11-23T18:00:00Z'));
    const { health, ...ports } = world.ports();
    let isFirst = true;
    const slow = {
      ...health,
      put: async (text: string, over: string | undefined, signal: AbortSignal) => {
        if (isFirst) {
          isFirst = false;
          world.goTo('2026-11-23T18:30:00Z');
          await world.look(EVENT);
        }
        return await health.put(text, over, signal);
      },
    };
    const { lookAt } = await import('../../../hub/core/look-at.ts');
    expect(await lookAt({ ...ports, health: slow }, EVENT)).toMatchObject({ isSuperseded: true, failures: [] });
    expect(world.row().looked_at).toBe('2026-11-23 18:30:00.000');
  });
});

describe('the tables', () => {
  it('get what writes and what is expected, and lose nothing', async () => {
    world.put(at('2026-11-23T18:00:00Z'));
    Object.assign(world.tables.get('jobs') as object, { 'projection.account_id.values': '999999999999' });
    const look = await world.look({ ...EVENT, targets: [{ account: '222222222222', regions: ['eu-north-1'] }] });
    expect(look).toMatchObject({ unseen: [], updatedTables: ['changes', 'job_details', 'jobs', 'snapshots'] });
    expect(world.tables.get('jobs')).toMatchObject({
      'projection.account_id.values': '999999999999,111122223333,222222222222',
      'projection.region.values': 'eu-north-1,eu-west-1',
      'projection.export_name.values': 'all',
      'projection.dt.type': 'date',
    });
    world.calls.length = 0;
    expect((await world.look(EVENT)).updatedTables).toEqual([]);
    expect(world.calls.filter((call) => call.startsWith('update'))).toEqual([]);
  });

  it('that cannot be changed leave values unseen, those that write alone', async () => {
    world.put(at('2026-11-23T18:00:00Z'));
    world.failing = 'update snapshots';
    const look = await world.look({ ...EVENT, targets: [{ account: '222222222222', regions: ['eu-north-1'] }] });
    expect(look.unseen).toEqual(['account_id=111122223333', 'export_name=all', 'region=eu-west-1']);
    expect(look.failures).toHaveLength(1);
  });

  it('that cannot be read leave it unknown', async () => {
    world.failing = 'table changes';
    expect(await world.look(EVENT)).not.toHaveProperty('unseen');
  });
});

it('has a record that the exporter would read', async () => {
  const { parseRecord } = await import('../../../lambda/core/parse-record.ts');
  const of = at('2026-11-23T18:00:00Z');
  expect(parseRecord(JSON.stringify(recordOf(of)), of)).toHaveProperty('record');
});
