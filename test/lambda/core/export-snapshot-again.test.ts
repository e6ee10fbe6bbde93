import { JOBS_KEY, nothingVisible, RECORD_KEY, setUp } from '../../support/export-run.ts';
import { notFound, page } from '../../support/scripted-source.ts';

describe('delivered again', () => {
  const jobs = () => setUp(({ status }) => page([status]));

  it('finds the record, and ends well without a single call', async () => {
    const first = jobs();
    const written = await first.run();
    const before = new Map(first.store.objects);
    const second = setUp(() => page(['other']), first.store);
    expect(await second.run()).toEqual({ ...written, outcome: 'already-written' });
    expect(second.source.queries).toEqual([]);
    expect(first.store.objects).toEqual(before);
  });

  it.each(['jobs/', 'intents/'])('starts again after a crash before the put of %s', async (prefix) => {
    const { run, store } = jobs();
    store.beforePut = ({ key }) => {
      if (key.startsWith(prefix)) throw new Error('killed');
    };
    await expect(run()).rejects.toThrow('killed');
    expect(nothingVisible(store)).toEqual([]);
    store.beforePut = () => {};
    expect(await run()).toMatchObject({ outcome: 'written', jobCount: 5 });
  });

  it('writes the record of a run that died before it, missing groups and all, without a single call', async () => {
    const dead = setUp(({ thingGroupName }) => (thingGroupName === 'gone' ? notFound() : page(['a'])));
    dead.store.beforePut = ({ key }) => {
      if (key.startsWith('snapshots/')) throw new Error('killed');
    };
    const groups = { thingGroups: ['eu', 'gone'], statuses: ['IN_PROGRESS'] as const };
    await expect(dead.run(groups)).rejects.toThrow('killed');

    dead.store.beforePut = () => {};
    const next = setUp(() => page([]), dead.store);
    expect(await next.run(groups)).toMatchObject({ outcome: 'recovered', jobCount: 1 });
    expect(next.source.queries).toEqual([]);
    const { listings, started_at } = dead.store.record(RECORD_KEY);
    expect(listings.map((listing) => listing.missing)).toEqual([false, true]);
    expect(started_at).toBe('2026-11-23 18:00:02.000');
  });

  it('counts as recovered where the answer to the put of the record was lost, so that its metrics are not', async () => {
    const dead = jobs();
    dead.store.beforePut = ({ key }) => {
      if (key.startsWith('snapshots/')) throw new Error('killed');
    };
    await expect(dead.run()).rejects.toThrow('killed');
    dead.store.beforePut = () => {};
    const put = dead.store.putIfAbsent.bind(dead.store);
    dead.store.putIfAbsent = async (object) => {
      await put(object);
      return await put(object);
    };
    expect(await dead.run()).toMatchObject({ outcome: 'recovered' });
  });

  it('refuses rows whose record and intent are both gone, and says what to do', async () => {
    const { run, store } = jobs();
    await run();
    for (const key of store.keys('')) if (!key.startsWith('jobs/')) store.objects.delete(key);
    await expect(run()).rejects.toMatchObject({
      name: 'OrphanedRowsError',
      message: expect.stringContaining('Delete the object of rows'),
    });
  });

  it.each(['intents/', 'jobs/', 'snapshots/'])(
    'takes a put of %s whose answer was lost for its own',
    async (prefix) => {
      const { run, store } = jobs();
      const put = store.putIfAbsent.bind(store);
      // As the SDK's own retry sees it: the first attempt was applied, the second meets its object.
      store.putIfAbsent = async (object) => {
        if (object.key.startsWith(prefix)) await put(object);
        return await put(object);
      };
      expect(await run()).toMatchObject({ outcome: 'written', jobCount: 5 });
      expect(store.puts).toHaveLength(3);
    },
  );
});

describe('two at once', () => {
  /** Runs another delivery just before the first one puts its rows. */
  async function race(answer: () => ReturnType<typeof page>) {
    const first = setUp(answer);
    const other = setUp(() => page(['winner']), first.store);
    first.clock.advance(7);
    let outcome: Promise<unknown> | undefined;
    first.store.beforePut = async ({ key }) => {
      if (key.startsWith('jobs/') && !outcome) {
        first.store.beforePut = () => {};
        outcome = other.run();
        await outcome;
      }
    };
    return { loser: await first.run(), winner: await outcome, store: first.store };
  }

  it('the one that lost takes what the winner wrote', async () => {
    const { loser, winner, store } = await race(() => page(['loser', 'loser-2']));
    expect(winner).toMatchObject({ outcome: 'written', jobCount: 1 });
    expect(loser).toMatchObject({ outcome: 'already-written', jobCount: 1 });
    expect(store.rows(JOBS_KEY).map((row) => row.job_id)).toEqual(['winner']);
  });

  it('the one that lost to a run that then died writes the record of the winner', async () => {
    const first = setUp(() => page(['loser']));
    const dead = setUp(() => page(['winner']), first.store);
    dead.clock.advance(5);
    let isRacing = true;
    first.store.beforePut = async ({ key }) => {
      if (!key.startsWith('jobs/') || !isRacing) return;
      isRacing = false;
      first.store.beforePut = (object) => {
        if (object.key.startsWith('snapshots/')) throw new Error('killed');
      };
      await expect(dead.run()).rejects.toThrow('killed');
      first.store.beforePut = () => {};
    };
    expect(await first.run()).toMatchObject({ outcome: 'recovered', jobCount: 1 });
    expect(first.store.record(RECORD_KEY).started_at).toBe('2026-11-23 18:00:02.005');
  });

  it('two empty snapshots end in one record', async () => {
    const { loser, store } = await race(() => page([]));
    expect(loser.outcome).toBe('already-written');
    const empties = setUp(() => page([]));
    const later = setUp(() => page([]), empties.store);
    later.clock.advance(3);
    const outcomes = await Promise.all([empties.run(), later.run()]);
    expect(outcomes.map((answer) => answer.outcome).sort()).toEqual(['already-written', 'written']);
    expect(store.keys('snapshots/')).toHaveLength(1);
  });
});
