import { createHash, randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { directoryError } from '../../local/directory-error.ts';
import { openDirectoryStore } from '../../local/directory-store.ts';

const { signal } = new AbortController();
const KEY =
  'jobs/account_id=123456789012/region=eu-west-1/export_name=all/dt=2026-11-23/20261123T180000Z-all.ndjson.gz';
let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'directory-store-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

function object(body: string | Buffer, key = KEY) {
  const bytes = Buffer.from(body);
  return { key, body: bytes, sha256: sha256(bytes), contentType: 'application/gzip' };
}
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

test('what was put is read back, under the path that its key says', async () => {
  const store = await openDirectoryStore(join(root, 'deep', 'history'));
  const body = randomBytes(200_000);
  expect(await store.putIfAbsent(object(body), signal)).toBe(true);
  expect(await store.sha256(KEY, signal)).toBe(sha256(body));
  expect(await readFile(join(root, 'deep', 'history', KEY))).toEqual(body);
  expect(await readdir(join(root, 'deep', 'history', '.incomplete'))).toEqual([]);
});

test('what is not there is undefined, not an error', async () => {
  const store = await openDirectoryStore(root);
  expect(await store.readText(KEY, signal)).toBeUndefined();
  expect(await store.sha256(KEY, signal)).toBeUndefined();
});

test('an empty object is an object', async () => {
  const store = await openDirectoryStore(root);
  expect(await store.putIfAbsent(object(''), signal)).toBe(true);
  expect(await store.readText(KEY, signal)).toBe('');
});

test('of many that put the same key at once, in stores of their own, one wins and its object stays', async () => {
  const stores = await Promise.all(Array.from({ length: 10 }, () => openDirectoryStore(root)));
  const bodies = stores.map((_, i) => `writer ${i}`);
  const won = await Promise.all(stores.map((store, i) => store.putIfAbsent(object(bodies[i] as string), signal)));
  expect(won.filter(Boolean)).toHaveLength(1);
  expect(await stores[0]?.readText(KEY, signal)).toBe(bodies[won.indexOf(true)]);
  expect(await readdir(join(root, '.incomplete'))).toEqual([]);
});

test.each(['readText', 'sha256'] as const)('%s that is aborted ends with the reason of the signal', async (read) => {
  const store = await openDirectoryStore(root);
  await store.putIfAbsent(object(randomBytes(20_000_000)), signal);
  const controller = new AbortController();
  const reason = new Error('somebody pressed Ctrl-C');
  const reading = store[read](KEY, controller.signal);
  setImmediate(() => controller.abort(reason));
  await expect(reading).rejects.toBe(reason);
});

test('a put that is aborted leaves neither the object nor a part of it', async () => {
  const store = await openDirectoryStore(root);
  const controller = new AbortController();
  const putting = store.putIfAbsent(object(randomBytes(50_000_000)), controller.signal);
  setTimeout(() => controller.abort(), 5);
  await expect(putting).rejects.toMatchObject({ name: 'AbortError' });
  expect(await store.sha256(KEY, signal)).toBeUndefined();
  expect(await readdir(join(root, '.incomplete'))).toEqual([]);
});

test('what a killed run left is swept away when it is old, and left alone when it may be in use', async () => {
  const incomplete = join(root, '.incomplete');
  await mkdir(incomplete);
  await writeFile(join(incomplete, 'old'), 'half');
  await writeFile(join(incomplete, 'new'), 'half');
  const yesterday = new Date(Date.now() - 86_400_000);
  await utimes(join(incomplete, 'old'), yesterday, yesterday);
  await openDirectoryStore(root);
  expect(await readdir(incomplete)).toEqual(['new']);
});

test('a file where the directory should be is refused before anything is listed', async () => {
  await writeFile(join(root, 'file'), '');
  for (const path of [join(root, 'file'), join(root, 'file', 'below')]) {
    await expect(openDirectoryStore(path)).rejects.toMatchObject({
      name: 'StoreRefusedError',
      message: expect.stringMatching(/there is a file where a directory is needed .*; choose another directory/),
    });
  }
});

const onLinux = process.platform === 'linux' ? test : test.skip;
onLinux('a place that takes no folders is refused at once', async () => {
  await expect(openDirectoryStore('/proc/nowhere/history')).rejects.toMatchObject({
    name: 'StoreRefusedError',
    message: expect.stringContaining('it cannot be made there'),
  });
});

test('a file in the place of a folder of the history is an error, not an object that exists', async () => {
  const store = await openDirectoryStore(root);
  await writeFile(join(root, 'jobs'), '');
  await expect(store.putIfAbsent(object('x'), signal)).rejects.toMatchObject({ name: 'StoreRefusedError' });
  await expect(store.readText(KEY, signal)).rejects.toMatchObject({ name: 'StoreRefusedError' });
});

const asUser = process.getuid?.() === 0 ? test.skip : test;
asUser('a directory without permission is refused before anything is listed', async () => {
  await mkdir(join(root, '.incomplete'));
  await chmod(root, 0o500);
  await expect(openDirectoryStore(root)).rejects.toMatchObject({
    name: 'StoreRefusedError',
    message: expect.stringContaining('no permission to write there'),
  });
  await chmod(root, 0o700);
});

test.each([
  ['ENOSPC', 'StoreRefusedError', 'the disk is full'],
  ['EROFS', 'StoreRefusedError', 'the file system is read-only'],
  ['ENOTSUP', 'StoreRefusedError', 'no hard links'],
  ['EIO', 'StoreUnavailableError', 'failed'],
])('%s becomes a %s that says so', (code, name, message) => {
  const failure = Object.assign(new Error(`${code}: something, write`), { code, syscall: 'write' });
  expect(directoryError(failure, '/history')).toMatchObject({ name, message: expect.stringContaining(message) });
});
