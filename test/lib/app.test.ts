import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../lib/config/load.ts';

const root = join(import.meta.dirname, '../..');

/** Runs the app as the CDK CLI does, in a folder with the given files and with `-c config=` the first of them. */
function run(files: Readonly<Record<string, string>>, config = Object.keys(files)[0], more: NodeJS.ProcessEnv = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'app-'));
  mkdirSync(join(folder, 'sub'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const out = join(folder, 'cdk.out');
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'bin/app.ts')], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, CDK_OUTDIR: out, CDK_CONTEXT_JSON: JSON.stringify({ config }), ...more },
  });
  return { folder, status, stdout, stderr, synthesized: existsSync(join(out, 'manifest.json')) };
}

test('a configuration with mistakes ends the app with all of them and no stack trace', () => {
  const { folder, status, stderr, synthesized } = run({
    'bad.json': JSON.stringify({ exports: [{ name: 'All', schedule: 'rate(1 hours)' }], callPerSecond: 5 }),
  });
  expect(stderr).toBe(
    [
      `${join(folder, 'bad.json')} has 3 mistakes:`,
      '  - exports[0].name must be an export name: 1 to 63 of a-z, 0-9 and "-", beginning with a letter or a digit; got "All"',
      '  - exports[0].schedule must be rate(1 hour): AWS takes the singular with 1, else the plural; got "rate(1 hours)"',
      '  - callPerSecond is not a key: did you mean callsPerSecond?',
      '',
    ].join('\n'),
  );
  expect({ status, synthesized }).toEqual({ status: 1, synthesized: false });
});

test.each([
  [
    'a file that is not there',
    {},
    'nope.ts',
    /^There is no configuration file .*nope\.ts: name one that exists by -c config=PATH\n$/,
  ],
  [
    'a file without a default export',
    { 'a.mjs': 'export const config = {};' },
    undefined,
    /^The configuration file .*a\.mjs has no default export: write "export default defineConfig\(\{ … \}\)"\n$/,
  ],
  [
    'a file that throws',
    { 'a.ts': 'const why: string = "no fleet";\nthrow new Error(why);' },
    undefined,
    /^The configuration file .*a\.ts cannot be loaded:\n {2}no fleet\n$/,
  ],
  [
    'a file that is no JSON',
    { 'a.json': '{exports' },
    undefined,
    /^The configuration file .*a\.json cannot be loaded:\n {2}.*JSON.*\n$/,
  ],
  ['a directory', {}, 'sub', /^The configuration .*sub is a directory: name a file in it by -c config=PATH\n$/],
  [
    'a file that is no TypeScript',
    { 'a.ts': 'export default { exports: [ };' },
    undefined,
    /^The configuration file .*a\.ts cannot be loaded:\n {2}.*a\.ts:1\n {2}export default \{ exports: \[ \};\n/,
  ],
  [
    'TypeScript that is more than types',
    { 'a.ts': 'enum Colour { Red }\nexport default { exports: [Colour.Red] };' },
    undefined,
    /^The configuration file .*a\.ts cannot be loaded:\n {2}.*a\.ts:1\n {2}enum Colour/,
  ],
  [
    'a file that throws no error',
    { 'a.mjs': "throw 'no fleet';" },
    undefined,
    /^The configuration file .*a\.mjs cannot be loaded:\n {2}no fleet\n$/,
  ],
  [
    'a file that imports what is not there',
    { 'a.mjs': "import './fleet.mjs';\nexport default {};" },
    undefined,
    /^The configuration file .*a\.mjs cannot be loaded:\n {2}Cannot find module/,
  ],
  [
    'a name without a file behind it',
    {},
    '',
    /^The configuration .* is a directory: name a file in it by -c config=PATH\n$/,
  ],
  [
    'values that JSON does not have',
    { 'a.mjs': 'export default { exports: [{ name: 5n, schedule: () => 1 }], memorySize: Symbol("MB") };' },
    undefined,
    /has 3 mistakes:\n.*name must be .*; got 5n\n.*schedule must be .*; got \(\) => 1\n.*memorySize must be .*; got Symbol\(MB\)\n$/,
  ],
  [
    'a configuration that goes in a circle',
    { 'a.mjs': 'const circle = {};\ncircle.exports = circle;\nexport default circle;' },
    undefined,
    /exports must be a list of exports; got \[object Object\]\n$/,
  ],
])('%s ends the app with a message alone', (_, files, config, message) => {
  const { status, stderr, synthesized } = run(files, config ?? Object.keys(files)[0]);
  expect(stderr).toMatch(message);
  expect(stderr).not.toMatch(/\n\s+at /);
  expect({ status, synthesized }).toEqual({ status: 1, synthesized: false });
});

test('a topic of another Region than the CLI deploys to is refused', () => {
  const topic = 'arn:aws:sns:eu-west-1:222222222222:on-call';
  const exports = [{ name: 'all', schedule: 'rate(1 hour)' }];
  const file = { 'a.json': JSON.stringify({ exports, alarmTopicArn: topic }) };
  const { status, stderr, synthesized } = run(file, 'a.json', { CDK_DEFAULT_REGION: 'us-east-1' });
  expect(stderr).toMatch(/^A topic of alarms in us-east-1 must begin with arn:aws:sns:us-east-1:/);
  expect(stderr).not.toMatch(/\n\s+at /);
  expect({ status, synthesized }).toEqual({ status: 1, synthesized: false });
  expect(run(file, 'a.json', { CDK_DEFAULT_REGION: 'eu-west-1' }).synthesized).toBe(true);
});

test('a file that is there but cannot be read is a mistake with its reason', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'app-')), 'socket.json');
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(file, resolve));
  await expect(loadConfig(file)).rejects.toMatchObject({
    name: 'UsageError',
    message: expect.stringMatching(/^The configuration file .*socket\.json cannot be loaded:\n {2}.*ENXIO/),
  });
  await new Promise((resolve) => server.close(resolve));
});
