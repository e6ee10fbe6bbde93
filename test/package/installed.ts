import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export const root = join(import.meta.dirname, '../..');

export function run(cwd: string, program: string, ...args: string[]): string {
  // A deprecated API of aws-cdk-lib is an error.
  const env = { ...process.env, JSII_DEPRECATED: 'fail' };
  return execFileSync(program, args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

interface PackageJson {
  readonly name: string;
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

export function packageJson(folder: string): PackageJson {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}

/** The tarball of the constructs that npm would publish. */
export function pack(): string {
  run(root, process.execPath, 'scripts/package.mjs');
  return packed(packageJson(root));
}

/** The tarball of the command line that npm would publish. */
export function packCli(): string {
  if (!existsSync(join(root, 'cli/dist/main.js'))) throw new Error('Run `npm run build:cli` first');
  return packed(packageJson(join(root, 'cli')), '-w', 'cli');
}

function packed({ name, version }: PackageJson, ...options: string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'packed-'));
  run(root, 'npm', 'pack', '--ignore-scripts', '--pack-destination', folder, ...options);
  return join(folder, `${name}-${version}.tgz`);
}

/**
 * A fresh app with the tarball unpacked where npm would. What it depends on is linked from this repository, so no network
 * is needed.
 *
 * @param suffix of the aliases under which the peers are installed here, such as `-oldest`
 */
export function freshApp(tarball: string, files: Readonly<Record<string, string>>, suffix = ''): string {
  const fresh = mkdtempSync(join(tmpdir(), 'fresh-app-'));
  const installed = join(fresh, 'node_modules/iot-jobs-exporter');
  mkdirSync(installed, { recursive: true });
  run(fresh, 'tar', '-xzf', tarball, '-C', installed, '--strip-components=1');
  const { dependencies = {}, peerDependencies } = packageJson(installed);
  for (const name of [...Object.keys(dependencies), '@types/node']) linkTo(fresh, name, name);
  for (const name of Object.keys(peerDependencies)) linkTo(fresh, name, `${name}${suffix}`);
  writeFileSync(join(fresh, 'package.json'), '{"type": "module"}');
  for (const [name, text] of Object.entries(files)) writeFileSync(join(fresh, name), text);
  return fresh;
}

/** A package, and what it depends on where that is not inside it. */
function linkTo(fresh: string, name: string, alias: string): void {
  const link = join(fresh, 'node_modules', name);
  if (existsSync(link)) return;
  const target = join(root, 'node_modules', alias);
  mkdirSync(dirname(link), { recursive: true });
  symlinkSync(target, link);
  for (const needed of Object.keys(packageJson(target).dependencies ?? {})) {
    if (!existsSync(join(target, 'node_modules', needed))) linkTo(fresh, needed, needed);
  }
}

/**
 * Type-checks all files and runs app.ts. Links are kept: a package sees those beside it, not those of this repository.
 *
 * @param moreOptions of the compiler
 */
export function synthesize(fresh: string, ...moreOptions: string[]): Readonly<Record<string, Template>> {
  const options = ['--module', 'nodenext', '--target', 'es2022', '--strict', '--types', 'node', '--preserveSymlinks'];
  options.push(...moreOptions);
  const sources = readdirSync(fresh).filter((file) => file.endsWith('.ts'));
  run(fresh, process.execPath, join(root, 'node_modules/typescript/bin/tsc'), ...options, ...sources);
  run(fresh, process.execPath, '--preserve-symlinks', '--preserve-symlinks-main', 'app.js');
  const out = join(fresh, 'cdk.out');
  const files = readdirSync(out).filter((file) => file.endsWith('.template.json'));
  return Object.fromEntries(files.map((file) => [file, JSON.parse(readFileSync(join(out, file), 'utf8'))]));
}

export interface Template {
  readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties?: object }>>;
}
