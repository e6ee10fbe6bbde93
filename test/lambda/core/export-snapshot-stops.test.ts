import { MINUTES, nothingVisible, REQUEST, setUp } from '../../support/export-run.ts';
import { MemoryStore } from '../../support/memory-store.ts';
import { notFound, page } from '../../support/scripted-source.ts';

describe('a run that fails', () => {
  it.each([
    ['on the first page', 0],
    ['in the middle', 2],
    ['on the last page', 4],
  ])('%s leaves nothing behind', async (_when, failing) => {
    const { run, store } = setUp((query, call) => (call === failing ? new Error('down') : page([query.status])));
    await expect(run()).rejects.toThrow('down');
    expect(store.puts).toEqual([]);
  });

  it('fails on a token that comes again, also by way of another', async () => {
    const { run, store } = setUp((_query, call) => page([`job-${call}`], ['A', 'B', 'A'][call]));
    await expect(run({ statuses: ['SCHEDULED'] })).rejects.toMatchObject({
      name: 'RepeatedTokenError',
      message: expect.stringMatching(/account-wide SCHEDULED, the second time on page 3/),
    });
    expect(store.puts).toEqual([]);
  });

  it('does not take a token of the listing before for a repeated one', async () => {
    const { run } = setUp(({ nextToken }) => (nextToken ? page([]) : page([], 'page-2')));
    await expect(run()).resolves.toMatchObject({ outcome: 'written' });
  });

  it('fails when a group is deleted while it is being listed, rather than hold half of it', async () => {
    const { run, store } = setUp((_query, call) => (call === 0 ? page(['a']) : notFound()));
    await expect(run({ thingGroups: ['eu'] })).rejects.toMatchObject({ name: 'ThingGroupDeletedError' });
    expect(store.puts).toEqual([]);
  });

  it('fails when the account-wide listing is not found, which is no missing group', async () => {
    const { run } = setUp(() => notFound());
    await expect(run()).rejects.toMatchObject({ name: 'ThingGroupNotFoundError' });
  });
});

describe('the deadline', () => {
  it('stops a call that hangs, says how far the run came and what to change, and leaves nothing', async () => {
    const { clock, run, source, store } = setUp(({ status }) =>
      status === 'COMPLETED' ? new Promise(() => {}) : page([status]),
    );
    const failure = expect(run()).rejects.toMatchObject({
      name: 'OutOfTimeError',
      message: expect.stringMatching(
        /^Out of time after \d+ s: 3 of 6 listings ended, account-wide COMPLETED was at page 1; 2 jobs in 4 calls.*about \d+ s.*Raise maxRunMinutes.*raise callsPerSecond/s,
      ),
    });
    while (source.queries.length < 4) await new Promise((resolve) => setTimeout(resolve, 1));
    clock.advance(15 * MINUTES);
    await failure;
    expect(store.puts).toEqual([]);
  });

  it('stops a listing that is too long while time is left to say so', async () => {
    const { clock, run, store } = setUp((_query, call) => {
      clock.advance(10_000);
      return page([`job-${call}`], `token-${call}`);
    });
    const startedAt = clock.now();
    await expect(run()).rejects.toMatchObject({ name: 'OutOfTimeError' });
    expect(clock.now() - startedAt).toBeLessThan(15 * MINUTES);
    expect(nothingVisible(store)).toEqual([]);
  });

  it('leaves a minute for the writes, in which uploads that stall are tried again', async () => {
    const slow = (msPerListing: number) => {
      const { clock, run, store } = setUp(() => {
        clock.advance(msPerListing);
        return page(['a']);
      });
      store.beforePut = ({ key }) => {
        if (key.startsWith('jobs/')) clock.advance(58_000);
      };
      return run();
    };
    expect(await slow(139_000)).toMatchObject({ outcome: 'written' });
    await expect(slow(141_000)).rejects.toMatchObject({ name: 'OutOfTimeError' });
  });

  it('stops while it writes very many vanished jobs, and leaves nothing', async () => {
    const ids = Array.from({ length: 30_000 }, (_, i) => `job-${i}`);
    const first = setUp(({ status }) => page(status === 'SCHEDULED' ? ids : []));
    await first.run();
    const puts = first.store.puts.length;
    const { clock, run } = setUp(({ status }) => {
      if (status === 'DELETION_IN_PROGRESS') setImmediate(() => setImmediate(() => clock.advance(20 * MINUTES)));
      return page([]);
    }, first.store);
    await expect(run({ scheduledAt: REQUEST.scheduledAt + MINUTES })).rejects.toMatchObject({ name: 'OutOfTimeError' });
    expect(first.store.puts).toHaveLength(puts);
  });

  it('stops a store that hangs', async () => {
    const store = new MemoryStore();
    const putting = new Promise<void>((resolve) => {
      store.beforePut = () => {
        resolve();
        return new Promise(() => {});
      };
    });
    const { clock, run } = setUp(() => page([]), store);
    const failure = expect(run()).rejects.toMatchObject({ name: 'OutOfTimeError' });
    await putting;
    clock.advance(15 * MINUTES);
    await failure;
  });
});
