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

  it.each(['', '{"snapshot_id":', '[]', 'null'])('that is damaged (%p) is told of, with what to do', async (damage) => {
    const { run, store } = setUp(() => page(['a']));
    killAt(store, 'snapshots/');
    await expect(run()).rejects.toThrow('killed');
    store.beforePut = () => {};
    const key = intentKey(REQUEST, (await store.sha256(JOBS_KEY)) as string);
    store.objects.set(key, Buffer.from(damage));
    await expect(run()).rejects.toMatchObject({
      name: 'OrphanedRowsError',
      message: expect.stringMatching(/is damaged; it begins with .*Delete the object of rows, and run again/),
    });
  });
});

describe('the record', () => {
  it.each([
    ['of zero bytes', '', /begins with nothing: it has zero bytes/],
    ['that is cut', '{"snapshot_id":"2026', /begins with "\{\\"snapshot_id/],
    [
      'of another snapshot',
      '{"snapshot_id":"20200101T000000Z-all","listings":[]}\n',
      /is not the record of a snapshot/,
    ],
    ['that is null', 'null\n', /begins with "null/],
  ])('%s is told of, with what to do, and nothing is called', async (_what, text, message) => {
    const { run, source, store } = setUp(() => page(['a']));
    store.objects.set(RECORD_KEY, Buffer.from(text));
    await expect(run()).rejects.toMatchObject({ name: 'DamagedRecordError', message: expect.stringMatching(message) });
    await expect(run()).rejects.toThrow(/Delete it, and run again with the same event$/);
    expect(source.queries).toEqual([]);
    expect(store.puts).toEqual([]);
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
