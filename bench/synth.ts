/**
 * `npm run bench:synth [-- --small|ACCOUNTS]`: compares `cdk synth`, by default for 200 accounts × 3 Regions, with that of a bare
 * app with as many stacks and resources. Needs a POSIX shell, whose `times` prints the CPU of child processes.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { SMALL_OPTION, wholeNumber } from './options.ts';

const root = join(import.meta.dirname, '..');
const cdk = join(root, 'node_modules/.bin/cdk');
const REGIONS = ['eu-central-1', 'us-east-1', 'ap-southeast-1'];
const GOAL_SECONDS = 30;

interface Synthesis {
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
}

const command = new Command('npm run bench:synth --')
  .argument('[accounts]', 'target accounts (default: 200, or 1 with --small)', wholeNumber)
  .option(...SMALL_OPTION)
  .parse();
const { small: isSmall = false } = command.opts<{ small?: boolean }>();
const accounts: number = command.processedArgs[0] ?? (isSmall ? 1 : 200);
const folder = mkdtempSync(join(tmpdir(), 'bench-synth-'));
try {
  const config = join(folder, 'config.json');
  writeFileSync(config, JSON.stringify(configOf(accounts)));
  const out = join(folder, 'ours');
  const ours = synthesize(out, '-c', `config=${config}`);
  const templates = readdirSync(out).filter((name) => name.endsWith('.template.json'));
  const sizes = templates.map((name) => ({ name, bytes: statSync(join(out, name)).size }));
  const [hub, target] = sizes.sort((a, b) => b.bytes - a.bytes);
  const resources = Object.keys(JSON.parse(readFileSync(join(out, target?.name ?? ''), 'utf8')).Resources).length;
  // CDK adds its metadata resource.
  const app = `node bench/bare-app.ts ${templates.length} ${resources - 1}`;
  const bare = synthesize(join(folder, 'bare'), '--app', app);

  console.log(
    `${templates.length} stacks: ${accounts} accounts × ${REGIONS.length} Regions, ${resources} resources each`,
  );
  console.log(`largest templates: ${kilobytes(hub)}, ${kilobytes(target)}`);
  const goal = isSmall ? 'not judged, this is a small run' : `goal ≤ ${GOAL_SECONDS} s`;
  console.log(`wall: ${ours.wallSeconds.toFixed(1)} s, ${goal}`);
  console.log(`CPU: ${ours.cpuSeconds.toFixed(1)} s`);
  const ratio = (ours.cpuSeconds / bare.cpuSeconds).toFixed(2);
  console.log(
    `bare app of as many stacks and resources: ${bare.wallSeconds.toFixed(1)} s, CPU ${bare.cpuSeconds.toFixed(1)} s`,
  );
  console.log(`CPU against the bare app: ${ratio}`);
  if (ours.wallSeconds > GOAL_SECONDS && !isSmall) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function configOf(count: number): object {
  return {
    exports: [{ name: 'all', schedule: 'cron(0 * * * ? *)' }],
    history: { account: '111111111111', region: 'eu-central-1', organizationId: 'o-a1b2c3d4e5' },
    targets: Array.from({ length: count }, (_, index) => ({ account: `${200_000_000_000 + index}`, regions: REGIONS })),
  };
}

function synthesize(out: string, ...args: string[]): Synthesis {
  const script = '"$@" > "$0" 2>&1; status=$?; times; exit $status';
  const log = join(folder, 'log');
  // The bundle does not depend on the number of accounts; a small run does not build it.
  const build = isSmall ? ['--build', ''] : [];
  const from = performance.now();
  const { status, stdout } = spawnSync('sh', ['-c', script, log, cdk, 'synth', '-q', ...build, '-o', out, ...args], {
    cwd: root,
    encoding: 'utf8',
  });
  const wallSeconds = (performance.now() - from) / 1000;
  if (status !== 0) throw new Error(`cdk synth failed:\n${readFileSync(log, 'utf8').slice(0, 2000)}`);
  return { wallSeconds, cpuSeconds: cpuOfChildren(stdout) };
}

/** Seconds from the second line of `times`: user and system time of child processes, such as `0m18.4s 0m1.2s`. */
function cpuOfChildren(times: string): number {
  const parts = [...(times.split('\n')[1] ?? '').matchAll(/(\d+)m([\d.]+)s/g)];
  if (parts.length !== 2) throw new Error(`The shell's times must have user and system of what it ran; got ${times}`);
  return parts.reduce((sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds), 0);
}

function kilobytes(file: { readonly name: string; readonly bytes: number } | undefined): string {
  return file ? `${file.name.replace('.template.json', '')} ${Math.round(file.bytes / 1000)} kB` : 'none';
}
