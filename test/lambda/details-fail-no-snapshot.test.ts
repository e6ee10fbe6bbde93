import { gunzipSync } from 'node:zlib';
import { changesKey, detailsIntentKey, detailsKey, jobsKey, recordKey } from '../../lambda/contract/keys.ts';
import { listingDeadline } from '../../lambda/core/deadline.ts';
import { exportSnapshot } from '../../lambda/core/export-snapshot.ts';
import type { SnapshotRequest } from '../../lambda/core/request.ts';
import {
  AccessDeniedError,
  CredentialsError,
  OrphanedRowsError,
  OutOfTimeError,
  ServiceUnavailableError,
  StoreUnavailableError,
  ThrottledOutError,
} from '../../lambda/errors.ts';
import type {
  DetailsResult,
  JobDescription,
  JobsPage,
  ListJobsQuery,
  LookBack,
  RunObserver,
} from '../../lambda/ports.ts';
import { MINUTES, REQUEST } from '../support/export-run.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { historyIn } from '../support/memory-records.ts';
import { MemoryStore } from '../support/memory-store.ts';
import { described, ScriptedDescriber } from '../support/scripted-describer.ts';
import { ScriptedSource } from '../support/scripted-source.ts';

const WANTED: SnapshotRequest = {
  ...REQUEST,
  statuses: ['IN_PROGRESS', 'COMPLETED'],
  details: { statuses: ['IN_PROGRESS'], maxJobs: 12 },
};
const BEFORE: SnapshotRequest = { ...WANTED, scheduledAt: WANTED.scheduledAt - 60 * MINUTES };
/** In progress, and those that end after the snapshot before. */
const RUNNING = [...'abcdefgh'];
const ENDING = [...'wxyz'];

function list({ status, nextToken = '0' }: ListJobsQuery, isBefore: boolean): JobsPage {
  const names = status === 'IN_PROGRESS' ? [...RUNNING, ...(isBefore ? ENDING : [])] : isBefore ? [] : ENDING;
  const from = Number(nextToken);
  const jobs = names.slice(from, from + 3).map((jobId) => ({ jobId, status, createdAt: 1000 }));
  return { jobs, ...(from + 3 < names.length && { nextToken: String(from + 3) }) };
}

type Answer = JobDescription | undefined | Error | Promise<JobDescription>;

class Run {
  readonly clock = new FakeClock('2026-11-23T17:00:02Z');
  readonly store = new MemoryStore();
  readonly results: DetailsResult[] = [];
  readonly lookBacks: LookBack[] = [];
  describer = new ScriptedDescriber();
  /** Milliseconds of a call of ListJobs. */
  listMs = 100;
  /** Milliseconds by which the clock advances while a run waits. */
  tickMs = 1000;
  hasListed = false;
  /** Milliseconds until all was listed and described. */
  tookMs = 0;
  readonly history = historyIn(this.store);

  async take(request: SnapshotRequest, answer?: (id: string, call: number, signal: AbortSignal) => Answer) {
    const { clock, store } = this;
    const source = new ScriptedSource((query) => {
      clock.advance(this.listMs);
      return list(query, request.scheduledAt === BEFORE.scheduledAt);
    });
    this.describer = new ScriptedDescriber(answer);
    const observer: RunObserver = {
      detailsEnded: (result: DetailsResult) => {
        this.results.push(result);
        this.tookMs = clock.monotonic() - beganAt;
      },
      listingEnded: ({ status }: { status: string }) => {
        this.hasListed ||= status === 'COMPLETED';
      },
      lookedBack: (result: LookBack) => void this.lookBacks.push(result),
    };
    this.results.length = 0;
    this.hasListed = false;
    const state = { hasEnded: false };
    const beganAt = clock.monotonic();
    const ports = { clock, source, describer: this.describer, store, records: this.history.records, observer };
    const running = exportSnapshot(request, ports, beganAt + 15 * MINUTES).finally(() => {
      state.hasEnded = true;
    });
    running.catch(() => {});
    // When all is listed, the test waits for calls that hang: compressors work meanwhile.
    for (let rest = 20; rest > 0 && !state.hasEnded; rest -= this.hasListed ? 1 : 0)
      await new Promise((resolve) => setTimeout(resolve, 1));
    while (!state.hasEnded) {
      clock.advance(this.tickMs);
      const isDescribing = this.results.length === 0;
      await new Promise((resolve) => (isDescribing ? setImmediate(resolve) : setTimeout(resolve, 5)));
    }
    return await running;
  }

  async takeBefore() {
    await this.take(BEFORE);
    this.clock.set(Date.parse('2026-11-23T18:00:02Z'));
  }

  /** Rows, changes and the record, without fields of bytes and of details. */
  get snapshot() {
    const record = this.store.record(recordKey(WANTED));
    const text = (key: string) => gunzipSync(this.store.objects.get(key) as Uint8Array).toString();
    const others = Object.entries(record).filter(([name]) => !/^detail|_sha256$|_bytes$/.test(name));
    return { rows: text(jobsKey(WANTED)), changes: text(changesKey(WANTED)), record: Object.fromEntries(others) };
  }

  get record() {
    return this.store.record(recordKey(WANTED));
  }

  get detailed(): string[] {
    const key = detailsKey(WANTED);
    return this.store.objects.has(key) ? this.store.details(key).map(({ job_id }) => job_id) : [];
  }
}

const begun = async () => {
  const run = new Run();
  await run.takeBefore();
  return run;
};

describe('rows, changes and record are as without details', () => {
  let without: Run['snapshot'];
  beforeAll(async () => {
    const run = await begun();
    const { details: _, ...request } = WANTED;
    await run.take(request);
    without = run.snapshot;
    expect(run.record).toMatchObject({ detail_count: null, details_left_out: null, details_owed: null });
    expect(run.store.keys('details/')).toHaveLength(1);
  });

  it('where all goes well', async () => {
    const run = await begun();
    await run.take(WANTED);
    expect(run.snapshot).toEqual(without);
    expect(run.detailed).toEqual([...ENDING, ...RUNNING]);
    expect(run.results).toEqual([
      { described: 12, leftOut: 0, gone: 0, failed: 0, counts: { calls: 12, throttled: 0 } },
    ]);
    expect(run.describer.mostAtOnce).toBeLessThanOrEqual(10);
  });

  /** What a call answers, and how many jobs are left out of 12 where it is the nth call; all from the nth on. */
  const FAULTS: readonly (readonly [string, (signal: AbortSignal) => Answer, 'one' | 'rest'])[] = [
    ['gone', () => undefined, 'one'],
    ['another job by now', () => ({ ...described('other'), createdAt: 99_000 }), 'one'],
    ['unavailable', () => new ServiceUnavailableError('no answer'), 'one'],
    ['a fault of the code', () => new TypeError('x is undefined'), 'one'],
    ['an impossible time', () => ({ ...described('a'), lastUpdatedAt: Number.NaN }), 'one'],
    ['denied', () => new AccessDeniedError('no'), 'rest'],
    ['without credentials', () => new CredentialsError('no'), 'rest'],
    ['throttled out', () => new ThrottledOutError('slow down'), 'rest'],
    ['hangs', () => new Promise(() => {}), 'one'],
    ['hangs until it is left', (signal) => new Promise((_, no) => signal.addEventListener('abort', no)), 'one'],
  ];

  describe.each(FAULTS)('%s', (name, fault, leaves) => {
    it('at any of the calls', async () => {
      for (let at = 0; at < 12; at++) {
        const run = await begun();
        await run.take(WANTED, (id, call, signal) => (call === at ? fault(signal) : described(id)));
        expect(run.snapshot).toEqual(without);
        expect(run.tookMs).toBeLessThanOrEqual(listingDeadline(0, 15 * MINUTES) + 1000);
        const [result] = run.results as [DetailsResult];
        expect(result.described + result.leftOut).toBe(12);
        expect(result.described).toBe(run.detailed.length);
        if (leaves === 'one') expect(result.described).toBe(11);
        const isGone = name === 'gone';
        const isOther = name === 'another job by now';
        expect(result.gone).toBe(isGone || isOther ? 1 : 0);
        expect(result.error === undefined).toBe(result.failed === 0);
        if (name.startsWith('hangs')) expect(result.error).toBeInstanceOf(OutOfTimeError);
      }
    }, 60_000);

    it('from any of the calls on', async () => {
      for (const at of [0, 1, 4, 11]) {
        const run = await begun();
        await run.take(WANTED, (id, call, signal) => (call >= at ? fault(signal) : described(id)));
        expect(run.snapshot).toEqual(without);
        expect(run.tookMs).toBeLessThanOrEqual(listingDeadline(0, 15 * MINUTES) + 1000);
        expect(run.record.details_left_out).toBe(12 - run.detailed.length);
        // Those that were tried one by one are not, all others that have ended are.
        const missing = ENDING.filter((id) => !run.detailed.includes(id));
        expect(missing).toEqual(expect.arrayContaining(run.record.details_owed as string[]));
        if (leaves === 'rest' || name.startsWith('hangs')) expect(run.record.details_owed).toEqual(missing);
      }
    }, 60_000);
  });

  it('where the details of the snapshot before are gone: since when rollouts stall is not known', async () => {
    const run = await begun();
    run.store.objects.delete(detailsKey(BEFORE));
    await run.take(WANTED);
    expect(run.snapshot).toEqual(without);
    expect(run.store.details(detailsKey(WANTED)).map(({ progress_since }) => progress_since)).toEqual(
      Array(12).fill(null),
    );
  });

  it('where describing takes longer than there is time for: what was described by then, and what ended is owed', async () => {
    const run = await begun();
    let turn = Promise.resolve();
    await run.take(WANTED, (id, _, signal) => {
      const mine = turn.then(() => run.clock.sleep(2 * MINUTES, signal));
      turn = mine.catch(() => {});
      return mine.then(() => described(id));
    });
    expect(run.snapshot).toEqual(without);
    expect(run.detailed.length).toBeGreaterThan(3);
    expect(run.detailed.length).toBeLessThan(8);
    expect(run.results[0]?.error).toBeInstanceOf(OutOfTimeError);
  });
});

describe('a run that was killed', () => {
  /** A run that stops after its put of the rows. */
  async function killed(): Promise<Run> {
    const run = await begun();
    run.store.afterPut = ({ key }) => {
      if (key === jobsKey(WANTED)) throw new StoreUnavailableError('killed');
    };
    await expect(run.take(WANTED)).rejects.toThrow('killed');
    run.store.afterPut = () => {};
    return run;
  }

  const intentOf = ({ store }: Run) =>
    store.keys('intents/').find((key) => key.includes('T18') && key.includes('.details.')) as string;

  it('is completed with its details, also by an event that asks for none', async () => {
    for (const hasDetails of [true, false]) {
      const run = await killed();
      const { details, ...request } = WANTED;
      const answer = await run.take({ ...request, ...(hasDetails && { details }) });
      expect(answer.outcome).toBe('recovered');
      expect(run.describer.requested).toEqual([]);
      expect(run.detailed).toEqual([...ENDING, ...RUNNING]);
      expect(run.record.details_sha256).toBe(await run.store.sha256(detailsKey(WANTED)));
      // Its own run described nothing, but existing details can be judged.
      expect(run.lookBacks.at(-1)?.rollouts !== undefined).toBe(hasDetails);
    }
  });

  it.each([
    ['gone', (store: MemoryStore, key: string) => void store.objects.delete(key)],
    ['damaged', (store: MemoryStore, key: string) => void store.objects.set(key, Buffer.from('no gzip'))],
  ])('whose intent of details is %s is not completed, unless the details exist', async (_, damage) => {
    const run = await killed();
    const key = intentOf(run);
    const body = run.store.objects.get(key) as Uint8Array;
    expect(key).toBe(detailsIntentKey(WANTED, (await run.store.sha256(jobsKey(WANTED))) as string));
    damage(run.store, key);
    await expect(run.take(WANTED)).rejects.toThrow(OrphanedRowsError);
    expect(run.store.objects.has(recordKey(WANTED))).toBe(false);
    run.store.objects.set(detailsKey(WANTED), body);
    expect((await run.take(WANTED)).outcome).toBe('recovered');
    expect(run.detailed).toEqual([...ENDING, ...RUNNING]);
  });

  it('details that exist without rows are refused, and so are those that are not of the rows', async () => {
    const run = await begun();
    run.store.objects.set(detailsKey(WANTED), Buffer.from('of another'));
    await expect(run.take(WANTED)).rejects.toThrow(/details\/.* exists, and is not of this snapshot's rows/);
    const other = await killed();
    other.store.objects.set(detailsKey(WANTED), Buffer.from('of another'));
    await expect(other.take(WANTED)).rejects.toThrow(/details\/.* exists, and is not of this snapshot's rows/);
  });
});

it('a run that was overtaken while it described begins again, as listing takes no longer than before', async () => {
  const run = await begun();
  const between = { ...WANTED, scheduledAt: WANTED.scheduledAt - 30 * MINUTES };
  const { details: _, ...plain } = between;
  let passes = 0;
  await run.take(WANTED, async (id, call, signal) => {
    if (call === 0) {
      passes += 1;
      const source = new ScriptedSource((query) => list(query, false));
      await exportSnapshot(plain, { clock: run.clock, source, ...historyIn(run.store) }, Number.POSITIVE_INFINITY);
      await run.clock.sleep(10 * MINUTES, signal);
    }
    return described(id);
  });
  expect(passes).toBe(1);
  expect(run.record.previous_snapshot_id).toBe('20261123T173000Z-all');
  expect(run.record.detail_count).toBe(8);
});

it.each([1, 50, 60])('describing leaves time to list again, at %d s a page', async (seconds) => {
  const run = await begun();
  const between = { ...WANTED, scheduledAt: WANTED.scheduledAt - 30 * MINUTES };
  const { details: _, ...plain } = between;
  run.listMs = seconds * 1000;
  // Time passes while compressors work, too: little of it where pages are long.
  run.tickMs = seconds < 10 ? 500 : 10;
  let isOvertaken = false;
  let turn: Promise<void> = Promise.resolve();
  await run.take(WANTED, (id, __, signal) => {
    const mine = turn.then(async () => {
      await run.clock.sleep(40_000, signal);
      if (isOvertaken || !run.hasListed) return;
      isOvertaken = true;
      const source = new ScriptedSource((query) => list(query, false));
      await exportSnapshot(plain, { clock: run.clock, source, ...historyIn(run.store) }, Number.POSITIVE_INFINITY);
    });
    turn = mine.catch(() => {});
    return mine.then(() => described(id));
  });
  expect(isOvertaken).toBe(true);
  expect(run.record.previous_snapshot_id).toBe('20261123T173000Z-all');
  expect((run.record.detail_count ?? 0) + (run.record.details_left_out ?? 0)).toBe(8);
});

it('jobs that stay as they are have their turn after as many snapshots as it takes', async () => {
  for (const maxJobs of [1, 2, 3, 5, 8, 9]) {
    const run = new Run();
    const lastAt = new Map(RUNNING.map((id) => [id, 0]));
    const most = Math.ceil(RUNNING.length / maxJobs);
    for (let n = 1; n <= 2 * most + 1; n++) {
      const request = { ...BEFORE, statuses: ['IN_PROGRESS'], scheduledAt: BEFORE.scheduledAt + n * MINUTES } as const;
      run.clock.advance(MINUTES);
      await run.take({ ...request, details: { statuses: ['IN_PROGRESS'], maxJobs } });
      for (const { job_id } of run.store.details(detailsKey(request))) lastAt.set(job_id, n);
      for (const at of lastAt.values()) expect(n - at).toBeLessThan(most + (at === 0 ? 1 : 0) || 1);
    }
  }
});

describe('looks back', () => {
  const ALARM = { name: 'a', status: 'COMPLETED', comparison: '>=', threshold: 1, forSnapshots: 1 } as const;

  it('and says what the details are, whether it is the newest or not', async () => {
    const run = await begun();
    await run.take({ ...WANTED, scheduledAt: WANTED.scheduledAt + MINUTES });
    expect(run.lookBacks.at(-1)).toMatchObject({ rollouts: { stalled: 0, worstFailedPercent: 0 } });
    await run.take(WANTED);
    expect(run.record.unlinked_reason).toBe('LATE');
    expect(run.lookBacks.at(-1)?.rollouts).toMatchObject({ worstFailedPercent: 0 });
  });

  it('details that are gone, or that hang, say why, and leave no alarm uncounted', async () => {
    for (const fault of ['gone', 'hangs']) {
      const run = await begun();
      run.history.records.before = (key) => {
        if (key !== detailsKey(WANTED)) return undefined;
        if (fault === 'hangs') return new Promise(() => {});
        run.store.objects.delete(key);
        return undefined;
      };
      await run.take({ ...WANTED, alarms: [ALARM] });
      const lookBack = run.lookBacks.at(-1);
      expect(lookBack?.rollouts).toBeUndefined();
      expect(lookBack?.rolloutsError?.message).toMatch(fault === 'gone' ? /There is no details\// : /^Out of time/);
      expect(lookBack?.inBreach).toEqual(new Map([['a', 1]]));
    }
  });
});
