import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type OutputFile, writeAtomically } from '../../../local/report/write-atomically.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'whole-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const file = (name: string, text: string): OutputFile => ({
  path: join(directory, name),
  text,
  what: 'The page',
  option: '--out',
});
const textOf = (name: string) => readFileSync(join(directory, name), 'utf8');

test('files come into place, in folders that it makes, and nothing else is left', async () => {
  await writeAtomically([file('a/page.html', 'page'), file('numbers.json', 'numbers')]);
  await writeAtomically([file('a/page.html', 'page again')]);
  expect([textOf('a/page.html'), textOf('numbers.json')]).toEqual(['page again', 'numbers']);
  expect(readdirSync(directory, { recursive: true }).sort()).toEqual(['a', 'a/page.html', 'numbers.json']);
});

test('where one of two cannot be written both stay as they were', async () => {
  writeFileSync(join(directory, 'page.html'), 'before');
  mkdirSync(join(directory, 'folder'));
  await expect(writeAtomically([file('page.html', 'page'), file('folder', 'numbers')])).rejects.toThrow(
    /^The page cannot be written to .*folder \(.*\): choose another file with --out$/,
  );
  expect(textOf('page.html')).toBe('before');
  expect(readdirSync(directory).sort()).toEqual(['folder', 'page.html']);
});

test('a file that is there keeps its permissions, and a link stays one', async () => {
  writeFileSync(join(directory, 'real.html'), 'before');
  chmodSync(join(directory, 'real.html'), 0o640);
  symlinkSync('real.html', join(directory, 'link.html'));
  await writeAtomically([file('link.html', 'after')]);
  expect([textOf('real.html'), statSync(join(directory, 'real.html')).mode & 0o777]).toEqual(['after', 0o640]);
  expect(readdirSync(directory).sort()).toEqual(['link.html', 'real.html']);
});

const onLinux = process.platform === 'linux' ? test : test.skip;
onLinux('a pipe that a link leads to, as /dev/stdout, is written to, and the link stays', () => {
  // Not /dev/stdout itself: who runs the tests may be allowed to replace it.
  const link = join(directory, 'stdout');
  symlinkSync('/proc/self/fd/1', link);
  const module = join(import.meta.dirname, '../../../local/report/write-atomically.ts');
  const script = `(await import('${module}')).writeAtomically([{ path: '${link}', text: 'page', what: '', option: '' }])`;
  const command = `"${process.execPath}" --input-type=module -e "${script}" | cat`;
  expect(execFileSync('sh', ['-c', command], { encoding: 'utf8' })).toBe('page');
  expect(readlinkSync(link)).toBe('/proc/self/fd/1');
});

test('what is no file is written to, and stays what it is', async () => {
  await writeAtomically([{ ...file('', 'page'), path: '/dev/null' }]);
  expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
});
