import { jobsKey, recordKey } from '../../../lambda/contract/keys.ts';
import { exportSnapshot } from '../../../lambda/core/export-snapshot.ts';
import { RequestRefusedError, StoreRefusedError, ThrottledOutError } from '../../../lambda/errors.ts';
import { MINUTES, REQUEST } from '../../support/export-run.ts';
import { longExport } from '../../support/long-export.ts';
import { historyIn } from '../../support/memory-records.ts';
import { notFound, page, ScriptedSource } from '../../support/scripted-source.ts';

const HANGS = () => new Promise<never>(() => {});
const turns = async () => {
  for (let i = 0; i < 50; i++) await new Promise((resolve) => setImmediate(resolve));
};

/** Listings of as many pages each. */
const pages =
  (count: number) =>
  ({ status, nextToken = '0' }: { status: string; nextToken?: string }) => {
    const at = Number(nextToken.split(' ').at(-1));
    return page([`${status}-${at}`], at + 1 < count ? `${status} ${at + 1}` : undefined, status);
  };

describe('where the store does not answer to the end of an invocation', () => {
  it.each([
    ['the state', '.state'],
    ['a blob', '.blob'],
  ])('put of %s: the run is not lost, for it is tried again', async (_what, suffix) => {
    const { clock, invoke, execute, store, wanted } = longExport(pages(6), { maxRunMinutes: 120 });
    let hung = 0;
    store.beforePut = ({ key }) => {
      if (!key.includes('.3.') || !key.endsWith(suffix) || hung++ > 0) return undefined;
      setImmediate(() => clock.advance(15 * MINUTES));
      return HANGS();
    };
    await invoke();
    const { answer, execution } = await execute(1);
    expect([hung > 0, execution.error, answer?.outcome]).toEqual([true, undefined, 'written']);
    expect(store.record(recordKey(wanted)).job_count).toBe(30);
  });

  it('put of a part: neither', async () => {
    const { clock, invoke, execute, uploads, store, wanted } = longExport(pages(6), { maxRunMinutes: 120 });
    let hung = 0;
    uploads.before = ({ method, number = 0 }) => {
      if (method !== 'putPart' || number <= 50 || hung++ > 0) return undefined;
      setImmediate(() => clock.advance(15 * MINUTES));
      return HANGS();
    };
    await invoke();
    const { answer, execution } = await execute(1);
    expect([hung > 0, execution.error, answer?.outcome]).toEqual([true, undefined, 'written']);
    expect(store.record(recordKey(wanted)).job_count).toBe(30);
  });

  it('says that it is the store, not the size of the export', async () => {
    const { clock, invoke, store } = longExport(pages(6));
    store.beforePut = ({ key }) => {
      if (!key.endsWith('.state')) return undefined;
      setImmediate(() => clock.advance(15 * MINUTES));
      return HANGS();
    };
    await expect(invoke()).rejects.toMatchObject({
      name: 'StoreUnavailableError',
      message: expect.stringMatching(/does not answer in time/),
    });
  });
});

it.each(['running', 'start'] as const)('says that it is Step Functions that does not answer: %s', async (method) => {
  const { clock, invoke, continuations } = longExport(pages(6));
  continuations.before = (called) => {
    if (called !== method) return undefined;
    setImmediate(() => clock.advance(15 * MINUTES));
    return HANGS();
  };
  await expect(invoke()).rejects.toMatchObject({
    name: 'StateMachineUnavailableError',
    message: expect.stringMatching(/Step Functions.*does not answer in time/),
  });
});

it('says that the time of the run is over, where it is while the store is read', async () => {
  const { clock, invoke, continuations } = longExport(pages(20));
  await invoke();
  const { next } = JSON.parse(String(continuations.executions.all[0]?.input));
  clock.advance(45 * MINUTES);
  const reading = invoke(
    { next },
    {
      readBytes: () => {
        setImmediate(() => clock.advance(2 * MINUTES));
        return HANGS();
      },
    },
  );
  await expect(reading).rejects.toMatchObject({
    name: 'OutOfTimeError',
    message: expect.stringMatching(/the 60 minutes that it has are over.*Raise maxRunMinutes/),
  });
});

describe('a thing group that is deleted', () => {
  it('between two invocations that list it: the run begins again, and records it as missing', async () => {
    let isDeleted = false;
    const { invoke, execute, store, uploads, wanted } = longExport(
      (query) => {
        if (query.thingGroupName === 'eu' && isDeleted) return notFound();
        return pages(6)(query);
      },
      { thingGroups: ['eu', 'us'] },
    );
    await invoke();
    isDeleted = true;
    const { answer, execution } = await execute();
    expect([execution.error, answer?.outcome]).toEqual([undefined, 'written']);
    const { listings, job_count } = store.record(recordKey(wanted));
    expect(listings.map(({ missing }) => missing)).toEqual([...Array(5).fill(true), ...Array(5).fill(false)]);
    expect([job_count, uploads.open.length]).toEqual([30, 0]);
  });

  it('is an error where no time is left to begin again, and trying again cannot help', async () => {
    let calls = 0;
    const { invoke, execute, source } = longExport(
      (query) => {
        if (calls++ > 40) return notFound();
        return pages(30)(query);
      },
      { thingGroups: ['eu'] },
    );
    await invoke();
    expect((await execute(6)).execution.error).toBe('ThingGroupDeletedError');
    expect(source.queries.length).toBe(calls);
    expect(calls).toBeLessThan(45);
  });
});

it('has most of an invocation to read the snapshot before, for it may list in the next one', async () => {
  const { invoke, execute, store, clock, wanted, records } = longExport(pages(2));
  await exportSnapshot(
    { ...REQUEST, scheduledAt: REQUEST.scheduledAt - 60 * MINUTES },
    { clock, source: new ScriptedSource(pages(2)), ...historyIn(store) },
    Number.POSITIVE_INFINITY,
  );
  records.before = (key) => {
    if (key?.startsWith('jobs/')) clock.advance(10 * MINUTES);
  };
  await invoke();
  await execute();
  expect(store.record(recordKey(wanted))).toMatchObject({ unlinked_reason: null, change_count: 0 });
});

describe('an upload that cannot be ended', () => {
  it('does not fail a run whose snapshot exists', async () => {
    const { invoke, execute, continuations, uploads, store, wanted, source, clock } = longExport(pages(4));
    await invoke();
    expect(continuations.executions.all).toHaveLength(1);
    // Another run of the snapshot comes to its end.
    const other = longExport(pages(1));
    await other.invoke();
    for (const [key, body] of other.store.objects) if (!key.startsWith('work/')) store.objects.set(key, body);
    uploads.before = ({ method }) => {
      if (method === 'abort') throw new StoreRefusedError('AccessDenied');
    };
    const calls = source.queries.length;
    const began = clock.now();
    const { answer, execution } = await execute();
    expect([execution.error, answer?.outcome]).toEqual([undefined, 'already-written']);
    expect([source.queries.length, clock.now() - began]).toEqual([calls, 0]);
    expect(store.record(recordKey(wanted)).job_count).toBe(5);
  });

  it('and hangs, does not hold it', async () => {
    const { invoke, continuations, uploads, store, clock } = longExport(pages(4));
    await invoke();
    const other = longExport(pages(1));
    await other.invoke();
    for (const [key, body] of other.store.objects) if (!key.startsWith('work/')) store.objects.set(key, body);
    uploads.before = ({ method }) => (method === 'abort' ? HANGS() : undefined);
    const ending = invoke(JSON.parse(String(continuations.executions.all[0]?.input)));
    await turns();
    clock.advance(2000);
    expect(await ending).toMatchObject({ outcome: 'already-written' });
  });

  it('does not fail the delivery that came second', async () => {
    const { invoke, uploads } = longExport(pages(4));
    uploads.before = ({ method }) => {
      if (method === 'abort') throw new StoreRefusedError('AccessDenied');
    };
    const [one, other] = await Promise.all([invoke(), invoke()]);
    expect(one).toEqual(other);
  });
});

describe('no upload is left open', () => {
  it('by a run that begins again in an execution, and fails', async () => {
    let isDown = false;
    const { invoke, execute, store, uploads } = longExport((query, call) => {
      if (isDown && call > 20) return new ThrottledOutError('throttled');
      return pages(5)(query);
    });
    await invoke();
    for (const key of store.keys('work/')) if (key.endsWith('.state')) store.objects.set(key, Buffer.from('{'));
    isDown = true;
    const { execution } = await execute();
    expect([execution.error, uploads.open.length]).toEqual(['ThrottledOutError', 0]);
  });

  it('by a first invocation that cannot start another one', async () => {
    const { invoke, store, uploads } = longExport(pages(6));
    store.beforePut = ({ key }) => {
      if (key.endsWith('.state')) throw new StoreRefusedError('AccessDenied');
    };
    await expect(invoke()).rejects.toMatchObject({ name: 'StoreRefusedError' });
    expect(uploads.open.length).toBe(0);
  });

  it('by the second of two deliveries that come to their end', async () => {
    const { invoke, uploads } = longExport(pages(1));
    const answers = await Promise.all([invoke(), invoke()]);
    expect(answers.map(({ outcome }) => outcome)).toContain('written');
    expect(uploads.open.length).toBe(0);
  });

  it.each([
    ['while it lists', 0],
    ['before it is gone on with', 60],
  ])('by a run whose time is over %s', async (_when, minutes) => {
    const { invoke, execute, uploads, clock } = longExport(pages(30));
    await invoke();
    expect(uploads.open.length).toBe(1);
    clock.advance(minutes * MINUTES);
    expect((await execute()).execution.error).toBe('OutOfTimeError');
    expect(uploads.open.length).toBe(0);
  });

  it('by a run whose state is lost, and that begins again', async () => {
    const { invoke, execute, store, uploads } = longExport(pages(5));
    await invoke();
    for (const key of store.keys('work/')) if (key.endsWith('.state')) store.objects.set(key, Buffer.from('{'));
    const { answer } = await execute();
    expect([answer?.outcome, uploads.open.length]).toEqual(['written', 0]);
  });
});

it('jobs without an identity are listed once, also those that a listing that begins again had not come to', async () => {
  let isRefused = false;
  const { invoke, execute, store, wanted } = longExport(
    ({ status, nextToken = '0' }) => {
      if (isRefused) {
        isRefused = false;
        return new RequestRefusedError('the token has expired');
      }
      const at = Number(nextToken.split(' ').at(-1));
      return { jobs: [{ status }, { status }], ...(at < 19 && { nextToken: `${status} ${at + 1}` }) };
    },
    { statuses: ['COMPLETED'] },
  );
  await invoke();
  isRefused = true;
  expect((await execute()).answer?.outcome).toBe('written');
  expect(isRefused).toBe(false);
  expect(store.rows(jobsKey(wanted)).length).toBe(40);
});
