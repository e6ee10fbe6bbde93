import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readQueries, readViews } from '../../../sql/catalog.ts';
import { MINIMAL_ENVIRONMENT } from '../../support/minimal-environment.ts';

const COMMAND = join(import.meta.dirname, '../../../local/query.ts');
const empty = mkdtempSync(join(tmpdir(), 'query-'));
afterAll(() => rmSync(empty, { recursive: true }));

function start(...args: string[]) {
  const child = spawn(process.execPath, [COMMAND, '--dir', empty, ...args], { env: MINIMAL_ENVIRONMENT });
  const output = { out: '', err: '' };
  child.stdout.on('data', (chunk) => {
    output.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    output.err += chunk;
  });
  const ended = new Promise<{ code: number | null; out: string; err: string }>((resolve) =>
    child.on('close', (code) => resolve({ code, ...output })),
  );
  return { child, output, ended };
}

function prompted(input: string) {
  const { child, ended } = start();
  child.stdin.end(input);
  return ended;
}

const until = async (holds: () => boolean) => {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20));
};

test('help at the prompt says at once what there is, without a semicolon, in lines of 80 columns', async () => {
  const { child, output, ended } = start();
  child.stdin.write('help\n');
  await until(() => output.out.includes('leaves'));
  child.stdin.end();
  const { code, out, err } = await ended;
  expect([code, err]).toEqual([0, '']);
  for (const { name } of [...readViews(), ...readQueries()]) expect(out).toContain(name);
  const flat = out.replaceAll(/\s+/g, ' ');
  for (const { question } of readQueries()) expect(flat).toContain(question);
  expect(flat).toContain('exit, quit or Ctrl-D leaves');
  expect(Math.max(...out.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(80);
});

test('statements may have several lines, a mistake does not end the prompt, and a saved query runs by its name', async () => {
  const { code, out, err } = await prompted("SELECT 'help'\n  AS word;\nnope;\njobs-now\nexit\nSELECT 'never';\n");
  expect(code).toBe(0);
  expect(out).toMatch(/│ word │\n.*\n│ help │/);
  expect(out).toContain('│ status ');
  expect(err).toMatch(/^error: .*nope.*\n$/);
  expect(out).not.toContain('never');
});

test('a word that is in the middle of a statement is a part of it', async () => {
  const { out, err } = await prompted('SELECT 1 AS\nhelp\n;\n');
  expect([out.includes('│ help │'), err]).toEqual([true, '']);
});

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s ends it with one line', async (signal, code) => {
  const { child, output, ended } = start();
  child.stdin.write("SELECT 'ready';\n");
  await until(() => output.out.includes('ready'));
  (child as ChildProcess).kill(signal);
  expect(await ended).toMatchObject({ code, err: 'Interrupted\n' });
});

test('a directory or a saved query that is not there is a mistake of the command line', async () => {
  const noDirectory = await start('--dir', join(empty, 'none'), 'SELECT 1').ended;
  expect(noDirectory).toMatchObject({
    code: 2,
    err: expect.stringMatching(/^error: There is no directory .*none:.*\n$/),
  });
  const noQuery = await start('--saved', 'none').ended;
  expect(noQuery).toMatchObject({
    code: 2,
    err: 'error: There is no saved query "none": see --help for those there are\n',
  });
  expect(await start('--format', 'xml').ended).toMatchObject({ code: 2 });
});
