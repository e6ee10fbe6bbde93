import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

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
  ['a folder', {}, 'sub', /^The configuration file .*sub cannot be loaded:\n/],
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
