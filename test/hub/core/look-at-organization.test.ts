import type { StackInstance } from '../../../hub/ports.ts';
import type { HealthEvent } from '../../../lambda/contract/health.ts';
import { StoreUnavailableError } from '../../../lambda/errors.ts';
import { at, HubWorld, PLACE } from '../../support/simulated-hub.ts';

const HOURLY = { name: 'all', schedule: 'cron(0 * * * ? *)' };
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
    expect(look.isExpectationKnown).toBe(false);
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
