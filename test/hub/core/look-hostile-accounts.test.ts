import type { HealthEvent } from '../../../lambda/contract/health.ts';
import { at, HubWorld, PLACE } from '../../support/simulated-hub.ts';

const EVENT: HealthEvent = {
  exports: [{ name: 'all', schedule: 'cron(0 * * * ? *)' }],
  missedPeriods: 2,
  targets: [{ account: PLACE.accountId, regions: [PLACE.region] }],
};
const NEIGHBOUR = '999988887777';
const OWN = `snapshots/account_id=${PLACE.accountId}/region=${PLACE.region}/export_name=all/`;

let world: HubWorld;
beforeEach(() => {
  world = new HubWorld('2026-11-23T18:10:00Z');
  world.put(at('2026-11-23T17:00:00Z'));
  world.put(at('2026-11-23T18:00:00Z'));
});

const put = (key: string) => world.objects.set(key, '');
const day = (index: number) => new Date(Date.parse('2020-01-01') + index * 86_400_000).toISOString().slice(0, 10);

describe('an account that writes what no exporter writes', () => {
  it('has its keys of the future not listed to their end', async () => {
    await world.look(EVENT);
    for (let second = 0; second < 3000; second++) world.put(at(Date.parse('2026-11-24T00:00:00Z') + second * 1000));
    put(`${OWN}dt=9999-12-31/x`);
    world.keysTaken = 0;
    const look = await world.look(EVENT);
    expect(world.row()).toMatchObject({ state: 'REPORTING', newest_snapshot_id: '20261123T180000Z-all' });
    expect(look.future).toHaveLength(10);
    expect(world.keysTaken).toBeLessThan(20);
  });

  it('makes no look search thousands of days that have no record', async () => {
    world.objects.clear();
    for (let index = 0; index < 2500; index++) put(`${OWN}dt=${day(index)}/x`);
    await world.look(EVENT);
    expect(world.row()).toMatchObject({ state: 'AWAITED' });
    expect(world.calls.filter((call) => call.startsWith('keys'))).toHaveLength(100);
  });

  it('leaves not known when its first snapshot was, where that is behind days without one', async () => {
    for (let index = 0; index < 200; index++) put(`${OWN}dt=${day(index)}/x`);
    await world.look(EVENT);
    expect(world.row()).toMatchObject({
      state: 'REPORTING',
      first_snapshot_at: null,
      newest_snapshot_id: '20261123T180000Z-all',
    });
  });

  it('is found by its newest day, where more came since the look before than is listed', async () => {
    await world.look(EVENT);
    for (let index = 0; index < 20_001; index++) put(`${OWN}dt=2026-11-24/0${index}`);
    world.put(at('2026-11-25T18:00:00Z'));
    world.goTo('2026-11-25T18:10:00Z');
    const look = await world.look(EVENT);
    expect(look.failures).toEqual([]);
    expect(world.row()).toMatchObject({
      state: 'REPORTING',
      newest_snapshot_id: '20261125T180000Z-all',
      first_snapshot_at: '2026-11-23 17:00:00.000',
      new_snapshots: null,
      unlinked_snapshots: null,
    });
  });

  it('fails for itself where a day has more than is listed, and is not taken for silent', async () => {
    await world.look(EVENT);
    for (let index = 0; index < 20_001; index++) put(`${OWN}dt=2026-11-24/0${index}`);
    world.goTo('2026-11-24T18:10:00Z');
    const look = await world.look(EVENT);
    expect(look.failures).toMatchObject([{ name: 'TooManyKeysError' }]);
    expect(look.failures[0]?.message).toContain(`${OWN}dt=2026-11-24/`);
    expect(world.row()).toMatchObject({ state: 'UNKNOWN' });
  });

  it.each([
    ['Regions', (index: number) => `region=aa-south-${index}/export_name=all/dt=2026-11-23/x`],
    ['exports', (index: number) => `region=eu-west-1/export_name=e${index}/dt=2026-11-23/x`],
    ['exports in Regions', (index: number) => `region=aa-south-${index % 40}/export_name=e${index}/dt=2026-11-23/x`],
  ])('is left out with too many %s, and the others are not', async (_, keyOf) => {
    for (let index = 0; index < 1001; index++) put(`snapshots/account_id=${NEIGHBOUR}/${keyOf(index)}`);
    const look = await world.look(EVENT);
    expect(world.row()).toMatchObject({ account_id: PLACE.accountId, state: 'REPORTING' });
    expect(look).toMatchObject({ isComplete: false, failures: [{ name: 'TooManyKeysError' }] });
    expect(look.failures[0]?.message).toContain(`snapshots/account_id=${NEIGHBOUR}/`);
    expect(world.tables.get('jobs')).toMatchObject({ 'projection.export_name.values': 'all' });
  });

  it('leaves the others their share of the records that a look reads', async () => {
    const early = { accountId: '000000000000' };
    for (let index = 0; index < 6; index++)
      world.put(at('2026-11-23T18:00:00Z', { ...early, exportName: `e${index}` }));
    await world.look(EVENT);
    for (let index = 0; index < 2; index++) {
      for (let second = 0; second < 6000; second++) {
        world.put(at(Date.parse('2026-11-23T18:00:01Z') + second * 1000, { ...early, exportName: `e${index}` }));
      }
    }
    world.put(at('2026-11-23T19:00:00Z'));
    world.put(at('2026-11-23T20:00:00Z'), { unlinked_reason: 'UNREADABLE' });
    world.goTo('2026-11-23T21:00:00Z');
    await world.look(EVENT);
    const reads = world.calls.filter((call) => call.startsWith('record snapshots/account_id=000000000000'));
    expect(reads.length).toBeLessThan(6100);
    expect(world.rows().find(({ account_id }) => account_id === PLACE.accountId)).toMatchObject({
      new_snapshots: 2,
      unlinked_snapshots: 1,
    });
  });

  it('brings no hundreds of names into the tables, of which each query would list each everywhere', async () => {
    for (let index = 0; index < 201; index++)
      put(`snapshots/account_id=${NEIGHBOUR}/region=eu-west-1/export_name=e${index}/x`);
    const look = await world.look(EVENT);
    expect(world.tables.get('jobs')).toMatchObject({
      'projection.account_id.values': PLACE.accountId,
      'projection.export_name.values': 'all',
    });
    expect(look.unseen).toHaveLength(202);
    expect(look.unseen).toContain(`account_id=${NEIGHBOUR}`);
    expect(look.failures).toEqual([]);
    const targets = [...(EVENT.targets ?? []), { account: NEIGHBOUR, regions: ['eu-west-1'] }];
    expect((await world.look({ ...EVENT, targets })).unseen).toHaveLength(201);
  });

  it('has nothing of any length taken over from its records', async () => {
    world.clock.set(Date.parse('2026-11-23T19:10:00Z'));
    const long = 'x'.repeat(1_000_000);
    const listings = Array.from({ length: 1000 }, (_, index) => ({
      ...{ thing_group_name: `g${index}`, queried_thing_group_id: null },
      ...{ status: 'SCHEDULED', job_count: 0, missing: true },
    }));
    const neighbour = { accountId: NEIGHBOUR };
    world.put(at('2026-11-23T18:00:00Z', neighbour), { listings, schedule: { expression: long, time_zone: long } });
    world.put(at('2026-11-23T19:00:00Z', neighbour), { snapshot_id: long });
    const look = await world.look(EVENT);
    const row = world.rows().find(({ account_id }) => account_id === NEIGHBOUR);
    expect(row).toMatchObject({ newest_snapshot_id: '20261123T180000Z-all', schedule: null });
    expect(row?.missing_thing_groups).toHaveLength(100);
    expect(look.damaged).toHaveLength(1);
    expect(JSON.stringify([row, look.damaged]).length).toBeLessThan(5000);
  });

  it('makes no look fail by a schedule that no calendar holds', async () => {
    const schedule = { expression: 'rate(999999999 days)', time_zone: 'UTC' };
    world.put(at('2026-11-23T18:00:00Z', { accountId: NEIGHBOUR }), { schedule });
    await world.look(EVENT);
    expect(world.rows()).toMatchObject([{ state: 'REPORTING' }, { state: 'REPORTING', due_at: null, late_at: null }]);
  });
});
