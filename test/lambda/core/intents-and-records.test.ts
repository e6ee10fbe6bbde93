import { gunzipSync } from 'node:zlib';
import { changesIntentKey, changesKey, intentKey } from '../../../lambda/contract/keys.ts';
import { JOBS_KEY, RECORD_KEY, REQUEST, setUp } from '../../support/export-run.ts';
import type { MemoryStore } from '../../support/memory-store.ts';
import { asNewerVersion } from '../../support/other-version.ts';
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

describe('of a newer version', () => {
  it('an existing record is accepted', async () => {
    const { run, source, store } = setUp(() => page(['a']));
    await run();
    asNewerVersion(store, REQUEST);
    const calls = source.queries.length;
    expect(await run()).toMatchObject({ outcome: 'already-written', jobCount: 1 });
    expect(source.queries).toHaveLength(calls);
  });

  it('an intent is left to that version: there may be more to put than this one knows', async () => {
    const { run, store } = setUp(() => page(['a']));
    killAt(store, 'snapshots/');
    await expect(run()).rejects.toThrow('killed');
    store.beforePut = () => {};
    const [key] = store.keys('intents/') as [string];
    const intent = (await store.readText(key)) as string;
    store.objects.set(key, Buffer.from(`${intent.slice(0, -2)},"future_count":5}\n`));
    await expect(run()).rejects.toMatchObject({
      name: 'OrphanedRowsError',
      message: expect.stringMatching(
        /is of a newer exporter, [\d.]+: it has "future_count".*Deploy that version again/,
      ),
    });
    expect(store.objects.has(RECORD_KEY)).toBe(false);
  });
});

describe('changes', () => {
  const CHANGES_KEY = changesKey(REQUEST);
  const BEFORE = { scheduledAt: REQUEST.scheduledAt - 3_600_000 };

  /** A run that saw a change and died before its put of a prefix, and the objects that it left. */
  async function dead(prefix: string) {
    let jobs = ['a'];
    const { run, source, store } = setUp(() => page(jobs));
    await run(BEFORE);
    jobs = ['a', 'b'];
    killAt(store, prefix);
    await expect(run()).rejects.toThrow('killed');
    store.beforePut = () => {};
    jobs = [];
    const rowsSha256 = (await store.sha256(JOBS_KEY)) as string;
    return { run, source, store, intent: rowsSha256 && changesIntentKey(REQUEST, rowsSha256) };
  }

  it('are put after the rows and before the record, and their intent before all', async () => {
    let jobs = ['a'];
    const { run, store } = setUp(() => page(jobs));
    await run(BEFORE);
    jobs = ['b'];
    await run();
    const sha256 = (await store.sha256(JOBS_KEY)) as string;
    const own = store.puts.slice(-5);
    expect(own).toEqual([
      changesIntentKey(REQUEST, sha256),
      intentKey(REQUEST, sha256),
      JOBS_KEY,
      CHANGES_KEY,
      RECORD_KEY,
    ]);
    expect(store.objects.get(own[0] as string)).toEqual(store.objects.get(CHANGES_KEY));
    const { changes_key, changes_bytes, changes_sha256, change_count } = store.record(RECORD_KEY);
    expect([changes_key, changes_bytes]).toEqual([CHANGES_KEY, store.objects.get(CHANGES_KEY)?.byteLength]);
    expect([changes_sha256, change_count]).toEqual([await store.sha256(CHANGES_KEY), 2]);
  });

  it.each([
    ['changes/', 'their intent'],
    ['snapshots/', 'those that stand, also where their intent is gone'],
  ])('of a run that died before its put of %s are those of %s', async (prefix) => {
    const { run, source, store, intent } = await dead(prefix);
    if (prefix === 'snapshots/') store.objects.delete(intent);
    const calls = source.queries.length;
    expect(await run()).toMatchObject({ outcome: 'recovered', jobCount: 2 });
    expect(source.queries).toHaveLength(calls);
    expect(store.changes(CHANGES_KEY)).toMatchObject([{ change: 'APPEARED', job_id: 'b' }]);
    expect(store.record(RECORD_KEY).changes_sha256).toBe(await store.sha256(CHANGES_KEY));
  });

  it.each<[string, (store: MemoryStore, intent: string) => void, RegExp]>([
    [
      'gone',
      (store, intent) => store.objects.delete(intent),
      /that would complete it is gone.*Delete the object of rows/,
    ],
    ['damaged', (store, intent) => store.objects.set(intent, Buffer.from('x')), /is damaged: it has another SHA-256/],
  ])('whose intent is %s are reported with what to do, and nothing becomes visible', async (_what, damage, message) => {
    const { run, store, intent } = await dead('changes/');
    damage(store, intent);
    await expect(run()).rejects.toMatchObject({ name: 'OrphanedRowsError', message: expect.stringMatching(message) });
    expect([store.objects.has(CHANGES_KEY), store.objects.has(RECORD_KEY)]).toEqual([false, false]);
  });

  it.each([
    ['beside rows', 'changes/', 1],
    ['without rows', 'jobs/', 0],
  ])('that are of something else, %s, are never taken for the own ones', async (_what, prefix, rows) => {
    const { run, source, store } = await dead(prefix);
    store.objects.set(CHANGES_KEY, Buffer.from('of another'));
    const calls = source.queries.length;
    await expect(run()).rejects.toMatchObject({
      name: 'OrphanedRowsError',
      message: expect.stringMatching(
        /^changes\/.* exists, and is not of this snapshot's rows.*Delete it, and run again/,
      ),
    });
    expect([source.queries.length, store.keys(JOBS_KEY).length, store.objects.has(RECORD_KEY)]).toEqual([
      calls,
      rows,
      false,
    ]);
    store.objects.delete(CHANGES_KEY);
    expect(await run()).toMatchObject({ outcome: rows ? 'recovered' : 'written' });
  });

  it.each([
    ['the record', RECORD_KEY],
    ['the changes', CHANGES_KEY],
    ['the rows', JOBS_KEY],
  ])('that another run puts with all the rest, right after %s were looked for, are no fault', async (_what, key) => {
    let jobs = ['a'];
    const first = setUp(() => page(jobs));
    await first.run(BEFORE);
    jobs = ['a', 'b'];
    const other = setUp(() => page(jobs), first.store);
    const { readText, sha256 } = first.store;
    /** Gives what was there before the other run. */
    const lookThenRun = async (look: Promise<string | undefined>) => {
      const found = await look;
      Object.assign(first.store, { readText, sha256 });
      await other.run();
      return found;
    };
    first.store.readText = (of) =>
      of === key ? lookThenRun(readText.call(first.store, of)) : readText.call(first.store, of);
    first.store.sha256 = (of) =>
      of === key ? lookThenRun(sha256.call(first.store, of)) : sha256.call(first.store, of);
    const { jobCount, outcome } = await first.run();
    expect([jobCount, outcome === 'written']).toEqual([2, false]);
    expect(first.store.changes(CHANGES_KEY)).toMatchObject([{ change: 'APPEARED', job_id: 'b' }]);
  });

  it('beside rows that have none are of something else', async () => {
    const { run, store } = setUp(() => page(['a']));
    killAt(store, 'snapshots/');
    await expect(run()).rejects.toThrow('killed');
    store.beforePut = () => {};
    store.objects.set(CHANGES_KEY, Buffer.from('of another'));
    await expect(run()).rejects.toThrow(/^changes\/.* exists, and is not of this snapshot's rows/);
  });

  it('of the run that lost are not put: those of the winner are', async () => {
    let jobs = ['a'];
    const first = setUp(() => page(jobs));
    await first.run(BEFORE);
    jobs = ['a', 'loser'];
    const other = setUp(() => page(['winner']), first.store);
    let isRacing = true;
    first.store.beforePut = async ({ key }) => {
      if (!isRacing || !key.startsWith('jobs/')) return;
      isRacing = false;
      await other.run();
    };
    expect(await first.run()).toMatchObject({ outcome: 'already-written', jobCount: 1 });
    expect(first.store.changes(CHANGES_KEY).map(({ change, job_id }) => `${change} ${job_id}`)).toEqual([
      'APPEARED winner',
      'VANISHED a',
    ]);
  });
});

describe('the rows', () => {
  it('are one gzip member that any reader takes, whose header has four random bytes', async () => {
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
