import { createHash } from 'node:crypto';
import { StoreUnavailableError } from '../../../lambda/errors.ts';
import { InterruptedError } from '../../../local/cli/interrupt.ts';
import { copyHistory } from '../../../local/copy/copy-history.ts';
import { verify } from '../../../local/verify/verify.ts';
import { MemoryStore } from '../../support/memory-store.ts';
import {
  archiveOf,
  changesOf,
  copied,
  detailsOf,
  FIRST,
  HOUR,
  makeOlder,
  NEVER,
  outcomes,
  problemsOf,
  recordOf,
  removeIntent,
  rowsOf,
  take,
  visible,
} from './copied-histories.ts';

let from: MemoryStore;
let to: MemoryStore;
beforeEach(async () => {
  from = new MemoryStore();
  to = new MemoryStore();
  for (const hour of [0, 1, 2]) await take(from, hour);
});

const bytesOf = (store: MemoryStore, hour: number) =>
  [rowsOf(hour), changesOf(hour), detailsOf(hour), recordOf(hour)].map((key) => store.objects.get(key));

it('copies each snapshot to the byte: rows, then changes, details and the record, each with its intent before', async () => {
  expect(outcomes(await copied(from, to))).toEqual(['copied', 'copied', 'copied']);
  expect(visible(to)).toEqual(visible(from));
  expect([0, 1, 2].map((hour) => to.objects.has(changesOf(hour)))).toEqual([false, true, true]);
  expect([0, 1, 2].map((hour) => to.objects.has(detailsOf(hour)))).toEqual([false, true, false]);
  const ofHour = (hour: number) => to.puts.filter((key) => key.includes(from.record(recordOf(hour)).snapshot_id));
  expect(ofHour(0).map(shortKey)).toEqual(['intents json', 'jobs', 'snapshots']);
  const [intents, tables] = [
    ['intents changes', 'intents details', 'intents json'],
    ['jobs', 'changes', 'details'],
  ];
  expect(ofHour(1).map(shortKey)).toEqual([...intents, ...tables, 'snapshots']);
  const isOfDetails = (key: string) => key.endsWith('details');
  expect(ofHour(2).map(shortKey)).toEqual([...intents, ...tables, 'snapshots'].filter((key) => !isOfDetails(key)));
});

it('copies a history of a version without changes and details to the byte', async () => {
  for (const hour of [0, 1, 2]) makeOlder(from, hour);
  expect(outcomes(await copied(from, to))).toEqual(['copied', 'copied', 'copied']);
  expect(visible(to)).toEqual(visible(from));
  expect(outcomes(await copied(from, to))).toEqual(['same', 'same', 'same']);
});

it('copies nothing the second time', async () => {
  await copied(from, to);
  to.puts.length = 0;
  expect(outcomes(await copied(from, to))).toEqual(['same', 'same', 'same']);
  expect(to.puts).toEqual([]);
});

it('leaves a snapshot whole that the target has of the same time, and names both', async () => {
  await take(to, 1, 7);
  const before = bytesOf(to, 1);
  const found = await copied(from, to);
  expect(outcomes(found)).toEqual(['copied', 'kept', 'copied']);
  expect(found[1]).toMatchObject({ key: recordOf(1), record: { job_count: 2 }, existing: { job_count: 7 } });
  expect(bytesOf(to, 1)).toEqual(before);
});

it('writes nothing without a store, and says what it would do', async () => {
  await take(to, 1, 7);
  const before = new Map(to.objects);
  const target = { archive: archiveOf(to) };
  const found = await Array.fromAsync(copyHistory(archiveOf(from), target, { interrupt: NEVER }));
  expect(outcomes(found)).toEqual(['copied', 'kept', 'copied']);
  expect(to.objects).toEqual(before);
});

describe('a snapshot that is not whole', () => {
  it.each([
    ['rows that are gone', () => from.objects.delete(rowsOf(1)), /^is not there, and its record is: lost, or expired/],
    ['rows that were cut', () => from.objects.set(rowsOf(1), Buffer.from('x')), /^has 1 bytes, and its record says/],
    ['rows with a bit changed', () => flip(rowsOf(1)), 'has another SHA-256 than its record says'],
    ['changes that are gone', () => from.objects.delete(changesOf(1)), 'is not there, and its record is: lost'],
    ['changes that were cut', () => from.objects.set(changesOf(1), Buffer.from('x')), /^has 1 bytes, and its record/],
    ['changes with a bit changed', () => flip(changesOf(1)), 'has another SHA-256 than its record says'],
    ['details that are gone', () => from.objects.delete(detailsOf(1)), 'is not there, and its record is: lost'],
    ['details that were cut', () => from.objects.set(detailsOf(1), Buffer.from('x')), /^has 1 bytes, and its record/],
    ['details with a bit changed', () => flip(detailsOf(1)), 'has another SHA-256 than its record says'],
    ['a record that is none', () => from.objects.set(recordOf(1), Buffer.from('{}')), /newline/],
    ['a record that is gone', () => from.objects.delete(recordOf(1)), /^has no record: no query reads these rows/],
  ])('is named and not copied, and the others are: %s', async (_, damage, text) => {
    damage();
    const found = await copied(from, to);
    expect(outcomes(found).sort()).toEqual(['copied', 'copied', 'not-copied']);
    expect(problemsOf(found)).toEqual([
      { key: expect.stringContaining('T190000Z'), text: expect.stringMatching(text) },
    ]);
    expect([...visible(to).keys()].filter((key) => key.includes('T190000Z'))).toEqual([]);
  });

  it('is named as under way where its rows are young, for the copy is to be run again', async () => {
    from.objects.delete(recordOf(2));
    const now = FIRST + 2 * HOUR + 60_000;
    const archive = archiveOf(from, now);
    const found = await Array.fromAsync(
      copyHistory(archive, { archive: archiveOf(to), store: to }, { interrupt: NEVER, now: () => now }),
    );
    expect(problemsOf(found)).toEqual([
      { key: rowsOf(2), text: 'has no record yet: the run may be under way; copy again in an hour' },
    ]);
  });

  it('is copied where its record came while the history was read', async () => {
    const late = from.objects.get(recordOf(2)) as Uint8Array;
    from.objects.delete(recordOf(2));
    to.afterPut = () => {
      from.objects.set(recordOf(2), late);
    };
    expect(outcomes(await copied(from, to))).toEqual(['copied', 'copied', 'copied']);
  });

  it('is what is below jobs/ or snapshots/ and no snapshot, too', async () => {
    from.objects.set('jobs/notes.txt', Buffer.from('x'));
    from.objects.set('snapshots/notes.txt', Buffer.from('x'));
    const found = await copied(from, to);
    expect(problemsOf(found).map(({ key }) => key)).toEqual(['jobs/notes.txt', 'snapshots/notes.txt']);
    expect([...visible(to).keys()].filter((key) => key.includes('notes'))).toEqual([]);
  });
});

describe('a snapshot whose rows have expired', () => {
  const options = { rowsExpireAfterDays: 30, now: () => FIRST + 40 * 24 * HOUR };
  beforeEach(() => from.objects.delete(rowsOf(1)));

  it('keeps its record in the copy, which the next run passes over', async () => {
    expect(outcomes(await copied(from, to, options))).toEqual(['copied', 'record-copied', 'copied']);
    expect(visible(to)).toEqual(visible(from));
    to.puts.length = 0;
    expect(outcomes(await copied(from, to, options))).toEqual(['same', 'same', 'same']);
    expect(to.puts).toEqual([]);
  });

  it.each([
    ['its changes', 'the record, which keeps other runs out', recordOf],
    ['its details', 'the changes', changesOf],
  ])('goes on with %s where the copy died after %s', async (_what, _last, lastOf) => {
    to.afterPut = ({ key }) => {
      if (key === lastOf(1)) throw new StoreUnavailableError('the line broke');
    };
    await expect(copied(from, to, options)).rejects.toThrow('the line broke');
    expect(to.objects.has(changesOf(1))).toBe(lastOf === changesOf);
    expect(to.objects.has(detailsOf(1))).toBe(false);
    to.afterPut = () => {};
    const target = { archive: archiveOf(to) };
    const dry = await Array.fromAsync(copyHistory(archiveOf(from), target, { interrupt: NEVER, ...options }));
    expect(outcomes(dry)).toContain('record-copied');
    expect(outcomes(await copied(from, to, options))).toContain('record-copied');
    expect(visible(to)).toEqual(visible(from));
    expect(outcomes(await copied(from, to, options))).toEqual(['same', 'same', 'same']);
  });

  it.each([changesOf, detailsOf])(
    'is not copied without its changes and details, which do not expire',
    async (keyOf) => {
      from.objects.delete(keyOf(1));
      expect(problemsOf(await copied(from, to, options))).toEqual([
        { key: keyOf(1), text: 'is not there, and its record is: lost' },
      ]);
      expect(to.objects.has(recordOf(1))).toBe(false);
    },
  );

  it('is one that has lost its rows where they would not have expired yet', async () => {
    const found = await copied(from, to, { ...options, now: () => FIRST + 29 * 24 * HOUR });
    expect(problemsOf(found)).toEqual([
      { key: rowsOf(1), text: 'is not there, and its record is: lost, for it would not expire before 2026-12-24' },
    ]);
  });

  it('leaves the target what it has of the time', async () => {
    await take(to, 1, 7);
    const before = bytesOf(to, 1);
    expect(outcomes(await copied(from, to, options))).toEqual(['copied', 'kept', 'copied']);
    expect(bytesOf(to, 1)).toEqual(before);
    to.objects.delete(recordOf(1));
    expect(outcomes(await copied(from, to, options))).toEqual(['same', 'kept', 'same']);
    expect(to.objects.has(recordOf(1))).toBe(false);
  });

  it('has the record of another run in the target that came at the same moment', async () => {
    const rival = new MemoryStore();
    await take(rival, 1, 7);
    to.beforePut = ({ key }) => {
      if (key === recordOf(1)) for (const [theirs, body] of rival.objects) to.objects.set(theirs, body);
    };
    expect(outcomes(await copied(from, to, options))).toEqual(['copied', 'kept', 'copied']);
    expect(bytesOf(to, 1)).toEqual(bytesOf(rival, 1));
  });

  it('is only reported as copied where nothing is written', async () => {
    const target = { archive: archiveOf(to) };
    const found = await Array.fromAsync(copyHistory(archiveOf(from), target, { interrupt: NEVER, ...options }));
    expect(outcomes(found)).toEqual(['copied', 'record-copied', 'copied']);
    expect(to.objects.size).toBe(0);
  });
});

describe('what the target has of a snapshot', () => {
  it('rows of this copy without the record: it goes on with the record', async () => {
    await copied(from, to);
    to.objects.delete(recordOf(1));
    expect(outcomes(await copied(from, to))).toEqual(['same', 'copied', 'same']);
    expect(visible(to)).toEqual(visible(from));
  });

  it('this record without the rows: it puts them', async () => {
    await copied(from, to);
    to.objects.delete(rowsOf(1));
    expect(outcomes(await copied(from, to))).toEqual(['same', 'copied', 'same']);
    expect(visible(to)).toEqual(visible(from));
  });

  it.each([
    ['changes', changesOf],
    ['details', detailsOf],
  ])('this record without the %s: it puts them', async (_what, keyOf) => {
    await copied(from, to);
    to.objects.delete(keyOf(1));
    expect(outcomes(await copied(from, to))).toEqual(['same', 'copied', 'same']);
    expect(visible(to)).toEqual(visible(from));
  });

  it('rows of a run that died there: they are completed from their intent, and kept', async () => {
    for (const hour of [0, 1]) await take(to, hour, 7);
    const before = bytesOf(to, 1);
    for (const key of [changesOf(1), detailsOf(1), recordOf(1)]) to.objects.delete(key);
    expect(outcomes(await copied(from, to))).toEqual(['kept', 'kept', 'copied']);
    expect(bytesOf(to, 1)).toEqual(before);
  });

  it.each([
    ['rows without record and intent', recordOf(1), rowsOf(1), /is in the target without a record/],
    ['another record without rows', rowsOf(1), rowsOf(1), 'is not in the target, and its record is'],
    ['another record without changes', changesOf(1), changesOf(1), 'is not in the target, and its record is'],
    ['another record without details', detailsOf(1), detailsOf(1), 'is not in the target, and its record is'],
  ])('%s: it is named, and nothing is put there', async (_, gone, key, text) => {
    for (const hour of [0, 1]) await take(to, hour, 7);
    removeIntent(to, 1);
    to.objects.delete(gone);
    const before = bytesOf(to, 1);
    expect(problemsOf(await copied(from, to))).toEqual([{ key, text: expect.stringMatching(text) }]);
    expect(bytesOf(to, 1)).toEqual(before);
  });

  it.each([
    ['changes', changesOf(1)],
    ['details', detailsOf(1)],
  ])('%s alone, with other content: they are named, and nothing is put there', async (_what, key) => {
    to.objects.set(key, Buffer.from('x'));
    expect(problemsOf(await copied(from, to))).toEqual([
      { key, text: expect.stringMatching(/is in the target without a record/) },
    ]);
    expect([to.objects.has(rowsOf(1)), to.objects.has(recordOf(1))]).toEqual([false, false]);
  });

  it.each([rowsOf(1), changesOf(1), detailsOf(1), recordOf(1)])(
    'damage: it is named, and stays as it is: %s',
    async (key) => {
      await copied(from, to);
      to.objects.set(key, Buffer.from('x'));
      const found = await copied(from, to);
      expect(problemsOf(found)).toEqual([{ key, text: expect.stringContaining('of the target') }]);
      expect(to.objects.get(key)).toEqual(Buffer.from('x'));
    },
  );

  it('one that an exporter puts at the same moment: the writer that puts the rows first has the whole snapshot', async () => {
    const rival = new MemoryStore();
    await take(rival, 1, 7);
    let isFirst = true;
    to.beforePut = ({ key }) => {
      if (key !== rowsOf(1) || !isFirst) return;
      isFirst = false;
      for (const [theirs, body] of rival.objects) to.objects.set(theirs, body);
    };
    expect(outcomes(await copied(from, to))).toEqual(['copied', 'kept', 'copied']);
    expect(bytesOf(to, 1)).toEqual(bytesOf(rival, 1));
  });
});

it('leaves an exporter that comes between rows and record what completes the snapshot', async () => {
  to.afterPut = ({ key }) => {
    if (key === rowsOf(1)) throw new StoreUnavailableError('the line broke');
  };
  await expect(copied(from, to)).rejects.toThrow('the line broke');
  to.afterPut = () => {};
  await take(to, 1, 7);
  expect(bytesOf(to, 1)).toEqual(bytesOf(from, 1));
});

it('ends at an interrupt with each snapshot whole or not there, and goes on the next time', async () => {
  const controller = new AbortController();
  to.beforePut = async ({ key }) => {
    if (key.startsWith('jobs/')) controller.abort(new InterruptedError('SIGINT'));
    await new Promise((resolve) => setTimeout(resolve, 5));
  };
  await expect(copied(from, to, { interrupt: controller.signal })).rejects.toThrow(InterruptedError);
  const findings = await Array.fromAsync(verify(archiveOf(to), {}));
  expect(findings.flatMap(({ problems }) => problems)).toEqual([]);
  to.beforePut = () => {};
  await copied(from, to);
  expect(visible(to)).toEqual(visible(from));
});

it('ends with the error of a target that fails, for the next snapshot would fail, too', async () => {
  to.beforePut = () => {
    throw new StoreUnavailableError('no answer');
  };
  await expect(copied(from, to)).rejects.toThrow('no answer');
});

it('copies an empty snapshot, too, and none from where there is none', async () => {
  await take(from, 3, 0);
  expect(outcomes(await copied(from, to))).toHaveLength(4);
  expect(
    createHash('sha256')
      .update(to.objects.get(rowsOf(3)) as Uint8Array)
      .digest('hex'),
  ).toBe(to.record(recordOf(3)).object_sha256);
  expect(await copied(new MemoryStore(), new MemoryStore())).toEqual([]);
});

function flip(key: string): void {
  const body = Buffer.from(from.objects.get(key) as Uint8Array);
  body[body.length - 1] = (body.at(-1) as number) ^ 1;
  from.objects.set(key, body);
}

/** `intents changes` of the intent of changes, `jobs` of the rows. */
function shortKey(key: string): string {
  const [table = ''] = key.split('/');
  return table === 'intents' ? `${table} ${/\.(changes|details|json)/.exec(key)?.[1]}` : table;
}
