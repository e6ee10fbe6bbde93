import type { HealthEvent } from '../../../lambda/contract/health.ts';
import { at, HubWorld, PLACE } from '../../support/simulated-hub.ts';

const HOURLY = { name: 'all', schedule: 'cron(0 * * * ? *)' };
const EVENT: HealthEvent = {
  exports: [HOURLY],
  missedPeriods: 2,
  targets: [{ account: PLACE.accountId, regions: [PLACE.region] }],
};

let world: HubWorld;
beforeEach(() => {
  world = new HubWorld('2026-11-23T18:10:00Z');
});

describe('a look of which a part fails', () => {
  it('keeps what the previous look knew, and makes nothing silent that it cannot see', async () => {
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
    const { checkExports } = await import('../../../hub/core/check-exports.ts');
    const hanging = {
      ...keys,
      // biome-ignore lint/correctness/useYield: it hangs
      keys: async function* (_prefix: string, _after: string | undefined, signal: AbortSignal) {
        await hang(signal);
      },
    };
    const looking = checkExports({ ...ports, keys: hanging }, EVENT, world.clock.monotonic() + 900_000);
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
  ])('is begun again where it %s', async (_, text) => {
    world.stored = { text, version: 'x' };
    world.put(at('2026-11-23T18:00:00Z'));
    const look = await world.look(EVENT);
    expect(look.restarted).toContain('health/exports.ndjson, line 1');
    expect(world.row()).toMatchObject({ state: 'REPORTING' });
  });

  it('with columns of a newer version is taken over', async () => {
    await world.look(EVENT);
    const [line = ''] = (world.stored?.text ?? '').split('\n');
    world.stored = { text: `${JSON.stringify({ ...JSON.parse(line), more: 1 })}\n`, version: 'y' };
    world.goTo('2026-11-23T19:10:00Z');
    const look = await world.look(EVENT);
    expect(look).not.toHaveProperty('restarted');
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
    const { checkExports } = await import('../../../hub/core/check-exports.ts');
    expect(await checkExports({ ...ports, health: slow }, EVENT)).toMatchObject({ isSuperseded: true, failures: [] });
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
