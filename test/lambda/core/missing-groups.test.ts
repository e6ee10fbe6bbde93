import { AccessDeniedError } from '../../../lambda/errors.ts';
import { RECORD_KEY, setUp } from '../../support/export-run.ts';
import { notFound, page } from '../../support/scripted-source.ts';

const missingOf = (store: ReturnType<typeof setUp>['store']) =>
  store.record(RECORD_KEY).listings.map((l) => [l.thing_group_name ?? l.queried_thing_group_id, l.missing]);

describe('a thing group of which no job is found', () => {
  it('is looked up once, and is recorded as missing or as empty', async () => {
    const { run, source, store } = setUp(({ thingGroupName }) => page(thingGroupName === 'busy' ? ['a'] : []));
    source.groupExists = (name) => name === 'idle';
    await run({ thingGroups: ['busy', 'idle', 'nowhere'], statuses: ['SCHEDULED', 'COMPLETED'] });
    expect(source.lookedUp).toEqual(['idle', 'nowhere']);
    expect(missingOf(store)).toEqual([
      ['busy', false],
      ['busy', false],
      ['idle', false],
      ['idle', false],
      ['nowhere', true],
      ['nowhere', true],
    ]);
  });

  it('is not looked up where ListJobs says that it does not exist, nor where the account is listed', async () => {
    const { run, source } = setUp(({ thingGroupName }) => (thingGroupName ? notFound() : page([])));
    await run({ thingGroups: ['nowhere'] });
    await run({ exportName: 'account', thingGroups: [] });
    expect(source.lookedUp).toEqual([]);
  });

  it('is recorded as unknown where it is known by its id, by which AWS IoT finds no group', async () => {
    const { run, source, store } = setUp(({ thingGroupId }) => page(thingGroupId === 'busy' ? ['a'] : []));
    await run({ thingGroupIds: ['busy', 'idle'], statuses: ['SCHEDULED'] });
    expect(source.lookedUp).toEqual([]);
    expect(missingOf(store)).toEqual([
      ['busy', false],
      ['idle', null],
    ]);
  });

  it('is recorded as unknown where the look-up fails, which is tried once in a run and reported once', async () => {
    const { run, source, store } = setUp(() => page([]));
    source.groupExists = () => new AccessDeniedError('No permission for iot:DescribeThingGroup');
    const reported: string[] = [];
    const { outcome } = await run(
      { thingGroups: ['a', 'b', 'c'], statuses: ['SCHEDULED'] },
      { thingGroupUnchecked: (scope, error) => reported.push(`${scope.thing_group_name}: ${error.name}`) },
    );
    expect(outcome).toBe('written');
    expect(source.lookedUp).toEqual(['a']);
    expect(reported).toEqual(['a: AccessDeniedError']);
    expect(missingOf(store)).toEqual([
      ['a', null],
      ['b', null],
      ['c', null],
    ]);
  });

  it('is recorded as unknown where the look-up hangs, also when the time for listing is nearly over', async () => {
    const { clock, run, source, store } = setUp(() => page([]));
    let lookUps = 0;
    source.thingGroupExists = () => {
      lookUps += 1;
      setImmediate(() => clock.advance(9_500));
      return new Promise(() => {});
    };
    const slow = source.listJobs.bind(source);
    source.listJobs = (query) => {
      clock.advance(query.thingGroupName === 'b' ? 415_000 : 0);
      return slow(query);
    };
    const { outcome } = await run({ thingGroups: ['b', 'c'], statuses: ['SCHEDULED', 'COMPLETED'] });
    expect([outcome, lookUps]).toEqual(['written', 1]);
    expect(missingOf(store).map(([, missing]) => missing)).toEqual([null, null, null, null]);
  });

  it('fails the run where the code is at fault', async () => {
    const { run, source, store } = setUp(() => page([]));
    source.groupExists = () => new TypeError('a bug');
    await expect(run({ thingGroups: ['a'] })).rejects.toThrow(TypeError);
    expect(store.puts).toEqual([]);
  });
});
