import { gunzipSync } from 'node:zlib';
import { intentKey } from '../../../lambda/contract/keys.ts';
import { JOBS_KEY, RECORD_KEY, REQUEST, setUp } from '../../support/export-run.ts';
import { page } from '../../support/scripted-source.ts';

const empty = () => page([]);

/** Makes the next put below a prefix fail as a killed run would. */
function killAt(store: ReturnType<typeof setUp>['store'], prefix: string) {
  store.beforePut = ({ key }) => {
    if (key.startsWith(prefix)) throw new Error('killed');
  };
}

describe('the intent', () => {
  it('is of one run: an empty snapshot of other statuses that died before its rows has no part in the next', async () => {
    const dead = setUp(empty);
    killAt(dead.store, 'jobs/');
    await expect(dead.run({ statuses: ['CANCELED'] })).rejects.toThrow('killed');

    dead.store.beforePut = () => {};
    const next = setUp(empty, dead.store);
    expect(await next.run()).toMatchObject({ outcome: 'written', jobCount: 0 });
    expect(dead.store.record(RECORD_KEY).listings).toHaveLength(5);
  });

  it('is of one run, though two runs have the same rows', async () => {
    const first = setUp(() => page(['a']));
    const second = setUp(() => page(['a']), first.store);
    killAt(first.store, 'jobs/');
    await expect(first.run()).rejects.toThrow('killed');
    await expect(second.run()).rejects.toThrow('killed');
    expect(first.store.keys('intents/')).toHaveLength(2);
  });

  it.each([
    ['has zero bytes', () => ''],
    ['is not JSON', (intent: string) => intent.slice(0, 40)],
    ['is not an object', () => '[]'],
    ['is not an object', () => 'null'],
    ['has no started_at', (intent: string) => intent.replace('started_at', 'begun_at')],
    ['is of rows of another checksum', (intent: string) => intent.replace(/(?<="object_sha256":")..../, 'beef')],
  ])('that %s is reported with what to do, and does not become the record', async (fault, damage) => {
    const { run, store } = setUp(() => page(['a']));
    killAt(store, 'snapshots/');
    await expect(run()).rejects.toThrow('killed');
    store.beforePut = () => {};
    const key = intentKey(REQUEST, (await store.sha256(JOBS_KEY)) as string);
    const intent = (await store.readText(key)) as string;
    store.objects.set(key, Buffer.from(damage(intent)));
    await expect(run()).rejects.toMatchObject({
      name: 'OrphanedRowsError',
      message: expect.stringMatching(new RegExp(`is damaged: it ${fault}.*Delete the object of rows, .*run again`)),
    });
    expect(store.objects.has(RECORD_KEY)).toBe(false);
  });
});

describe('the record', () => {
  type Damage = (record: string) => string;
  it.each<[string, Damage]>([
    ['has zero bytes', () => ''],
    ['is not JSON; it begins with "\\{', (record) => record.slice(0, 100)],
    ['is of another snapshot, 2020', (record) => record.replace('"20261123T', '"20200101T')],
    ['is not an object, but null', () => 'null\n'],
    ['has "x" for listings', (record) => record.replace(/"listings":\[.*?\]/, '"listings":"x"')],
    ['listings\\[1\\] is not an object', (record) => record.replace(/"listings":\[.*?\]/, '"listings":[null]')],
    ['names other rows, elsewhere', (record) => record.replace(/"object_key":"[^"]*"/, '"object_key":"elsewhere"')],
  ])('that %s is reported with what to do, and nothing is called', async (fault, damage) => {
    const { run, source, store } = setUp(() => page(['a']));
    await run();
    const [queries, puts] = [source.queries.length, store.puts.length];
    store.objects.set(RECORD_KEY, Buffer.from(damage((await store.readText(RECORD_KEY)) as string)));
    await expect(run()).rejects.toMatchObject({
      name: 'DamagedRecordError',
      message: expect.stringMatching(new RegExp(`: it ${fault}.*Delete it, and run again with the same event$`)),
    });
    expect([source.queries.length, store.puts.length]).toEqual([queries, puts]);
  });
});

describe('the rows', () => {
  it('are one gzip member that any reader takes, whose header bears four random bytes', async () => {
    const bodies = [];
    for (let i = 0; i < 2; i++) {
      const { run, store } = setUp(empty);
      await run();
      bodies.push(store.objects.get(JOBS_KEY) as Uint8Array);
    }
    const [one, other] = bodies as [Uint8Array, Uint8Array];
    expect(gunzipSync(one).byteLength).toBe(0);
    expect(one).not.toEqual(other);
    expect([...one.subarray(0, 4), ...one.subarray(8)]).toEqual([...other.subarray(0, 4), ...other.subarray(8)]);
  });
});
