import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { root } from './installed.ts';

/** The last of Node 20. It is no devDependency: its program would take the place of Node 24's in node_modules/.bin. */
const NODE_20 = 'node@20.20.2';

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The folder of the Node that this repository is developed with. */
export const node24 = () => join(root, 'node_modules/node/bin');

/** Installs Node 20 into a folder below the one given. @returns the folder of the program */
export async function installNode20(below: string): Promise<string> {
  const folder = join(below, 'node-20');
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{"allowScripts": {"node": true}}');
  await install(folder, NODE_20, node24());
  return join(folder, 'node_modules/node/bin');
}

/** Installs a tarball into an empty folder, as a user would, by npm on a Node. @returns the folder */
export async function installCli(tarball: string, nodeFolder: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'fresh-cli-'));
  await install(folder, tarball, nodeFolder);
  return folder;
}

async function install(folder: string, what: string, nodeFolder: string): Promise<void> {
  // npm gives its scripts, of which jest may be one, settings that are for this repository.
  const own = Object.entries(process.env).filter(
    ([name]) => !/^npm_(config_local_prefix|package|lifecycle)/.test(name),
  );
  const env = { ...Object.fromEntries(own), PATH: pathWith(nodeFolder) };
  const flags = ['--prefix', folder, '--prefer-offline', '--no-audit', '--no-fund'];
  const { code, stderr } = await ended('npm', ['install', ...flags, what], { cwd: folder, env });
  if (code !== 0) throw new Error(`npm cannot install ${what}: ${stderr}`);
}

/** Runs the installed command line by npx on a Node. It fails where npx would have to fetch it. */
export function npx(folder: string, nodeFolder: string, ...args: string[]): Promise<Ended> {
  const env = { HOME: homedir(), PATH: pathWith(nodeFolder), npm_config_yes: 'false' };
  return ended('npx', ['iot-jobs-exporter', ...args], { cwd: folder, env });
}

/** Runs the program that npx finds, without the second that npm takes to find it, with this environment and no other. */
export function installedCommand(folder: string, nodeFolder: string, args: readonly string[], env: NodeJS.ProcessEnv) {
  const program = join(folder, 'node_modules/.bin/iot-jobs-exporter');
  return ended(program, args, { cwd: folder, env: { PATH: pathWith(nodeFolder), ...env } });
}

function pathWith(nodeFolder: string): string {
  return [nodeFolder, process.env.PATH].join(delimiter);
}

function ended(program: string, args: readonly string[], options: { cwd: string; env: NodeJS.ProcessEnv }) {
  return new Promise<Ended>((resolve) => {
    execFile(program, args, { ...options, maxBuffer: 1e8 }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
}
