import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { changesKey, detailsKey, jobsKey, recordKey, type SnapshotIdentity } from '../../lambda/contract/keys.ts';
import type { ExportRecords } from '../../lambda/ports.ts';
import { directoryRecords } from '../../local/directory-records.ts';

const DAY_MS = 86_400_000;
const MIDNIGHT = Date.parse('2024-03-01T00:00:00Z');
const OWN = { accountId: '123456789012', region: 'eu-west-1', exportName: 'all' };
const FOLDER = 'snapshots/account_id=123456789012/region=eu-west-1/export_name=all';
const { signal } = new AbortController();

let root: string;
let records: ExportRecords;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'directory-records-'));
  records = directoryRecords(root);
});
afterEach(() => rm(root, { recursive: true, force: true }));

const at = (scheduledAt: number, fields: Partial<SnapshotIdentity> = {}) => ({ ...OWN, scheduledAt, ...fields });

async function put(key: string, body: string | Uint8Array = ''): Promise<void> {
  await mkdir(dirname(join(root, key)), { recursive: true });
  await writeFile(join(root, key), body);
}

async function timesBefore(snapshot: SnapshotIdentity): Promise<number[]> {
  const times: number[] = [];
  for await (const { scheduledAt } of records.earlier(snapshot, signal)) times.push(scheduledAt);
  return times;
}

async function rowsOf(snapshot: SnapshotIdentity, ownSignal = signal): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of records.readRows(snapshot, ownSignal)) pieces.push(piece);
  return Buffer.concat(pieces);
}

it('gives the snapshots before one, newest first, and whether there is a later one', async () => {
  const time = fc
    .tuple(fc.constantFrom(-2000, -31, -2, -1, 0, 1, 366), fc.constantFrom(0, 1, 43_200, 86_399))
    .map(([day, second]) => MIDNIGHT + day * DAY_MS + second * 1000);
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(time, { maxLength: 9 }), time, fc.boolean(), async (times, own, exists) => {
      await rm(join(root, 'snapshots'), { recursive: true, force: true });
      for (const scheduledAt of exists ? [...times, own] : times) await put(recordKey(at(scheduledAt)));
      expect(await timesBefore(at(own))).toEqual(times.filter((other) => other < own).sort((a, b) => b - a));
      expect(await records.hasLater(at(own), signal)).toBe(times.some((other) => other > own));
    }),
    { numRuns: 40 },
  );
});

it('passes over what is of another export, Region or account, and what is no record', async () => {
  for (const scheduledAt of [MIDNIGHT, MIDNIGHT + 120_000]) {
    for (const other of [
      { exportName: 'all-2' },
      { exportName: 'al' },
      { region: 'eu-west-2' },
      { accountId: '123456789013' },
    ]) {
      await put(recordKey(at(scheduledAt, other)));
    }
  }
  for (const name of [
    '.DS_Store',
    'dt=2024-03-01/.20240301T000000Z-all.ndjson.swp',
    'dt=2024-03-01/20240301T000000Z-all.ndjson.gz',
    'dt=2024-03-01/20240229T000000Z-all.ndjson',
    'dt=2024-03-02/20240301T000500Z-all.ndjson',
    'dt=yesterday/20230302T000000Z-all.ndjson',
    '2024-03-01/20240301T000000Z-all.ndjson',
  ])
    await put(`${FOLDER}/${name}`);
  const own = at(MIDNIGHT + 60_000);
  expect([await timesBefore(own), await records.hasLater(own, signal)]).toEqual([[], false]);
});

it('reads record, rows, changes and details as they are', async () => {
  const [rows, changes, details] = [randomBytes(300_000), randomBytes(1000), randomBytes(2000)];
  await put(recordKey(at(MIDNIGHT)), 'record');
  await put(jobsKey(at(MIDNIGHT)), rows);
  await put(changesKey(at(MIDNIGHT)), changes);
  await put(detailsKey(at(MIDNIGHT)), details);
  expect(await records.readText(at(MIDNIGHT), signal)).toBe('record');
  expect((await rowsOf(at(MIDNIGHT))).equals(rows)).toBe(true);
  expect(Buffer.from(await records.readChanges(at(MIDNIGHT), signal)).equals(changes)).toBe(true);
  expect(Buffer.from(await records.readDetails(at(MIDNIGHT), signal)).equals(details)).toBe(true);
});

it('has nothing where there is no directory', async () => {
  records = directoryRecords(join(root, 'none'));
  expect([await timesBefore(at(MIDNIGHT)), await records.hasLater(at(0), signal)]).toEqual([[], false]);
});

it.each(['readText', 'readChanges', 'readDetails', 'readRows'] as const)(
  '%s of what is gone or not allowed is refused by name',
  async (read) => {
    const work = async () =>
      read === 'readRows' ? await rowsOf(at(MIDNIGHT)) : await records[read](at(MIDNIGHT), signal);
    const refused = (code: string) => ({
      name: 'StoreRefusedError',
      message: expect.stringMatching(new RegExp(`^Cannot read the history in .*${code}.*dt=2024-03-01`)),
    });
    await expect(work()).rejects.toMatchObject(refused('ENOENT'));
    if (process.getuid?.() === 0) return;
    for (const key of [recordKey, jobsKey, changesKey, detailsKey]) {
      await put(key(at(MIDNIGHT)));
      await chmod(join(root, key(at(MIDNIGHT))), 0);
    }
    await expect(work()).rejects.toMatchObject(refused('EACCES'));
  },
);

it('leaves rows that do not come at once when the signal aborts, with its reason', async () => {
  const rows = join(root, jobsKey(at(MIDNIGHT)));
  await mkdir(dirname(rows), { recursive: true });
  execFileSync('mkfifo', [rows]);
  const stop = new AbortController();
  const reason = new Error('enough');
  setTimeout(() => stop.abort(reason), 50);
  await expect(rowsOf(at(MIDNIGHT), stop.signal)).rejects.toBe(reason);
  // Lets the open go on that Node has begun.
  await writeFile(rows, '');
});
