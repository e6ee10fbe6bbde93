import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const MINISTACK = '1.5.33';
const AWS_CLI = '1.46.3';
const MOTO = '5.2.5';
const TRINO = '476';

/** Where installs are kept from run to run. */
const CACHE = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'iot-jobs-exporter');

export interface Installed extends InstalledCommands {
  /** Trino's launcher. */
  readonly trino: string;
  readonly javaHome: string;
}

export interface InstalledCommands {
  /** Python with MiniStack. */
  readonly python: string;
  /** The AWS CLI. */
  readonly awsCli: string;
}

/** What is missing for a local AWS with Trino, in words; empty when nothing is. */
export function missing(): string[] {
  return [
    ...(pythonVersion() >= 10 ? [] : ['Python 3.10 or later, with venv']),
    ...(runs('mvn', ['-v']) || isTrinoThere() ? [] : ['Maven, which fetches Trino']),
    ...(javaHome() ? [] : ['Java 24 or later (JAVA_HOME, or under /usr/lib/jvm)']),
  ];
}

/** Installs what is not there yet: MiniStack and the AWS CLI from PyPI, Trino (0.8 GB) from Maven Central. */
export function install(): Installed {
  const commands = installCommands();
  if (!isTrinoThere()) installTrino();
  return { ...commands, trino: join(trinoHome(), 'bin', 'launcher'), javaHome: javaHome() ?? '' };
}

/** Installs MiniStack and the AWS CLI from PyPI, unless they are there. */
export function installCommands(): InstalledCommands {
  const packages = [`ministack[full]==${MINISTACK}`, `awscli==${AWS_CLI}`];
  const bin = installFromPyPi(`ministack-${MINISTACK}-awscli-${AWS_CLI}`, packages, ['aws', 'ministack']);
  return { python: join(bin, 'python'), awsCli: join(bin, 'aws') };
}

/** Installs moto from PyPI (0.3 GB), unless it is there, and gives its Python. */
export function installMoto(): string {
  return join(installFromPyPi(`moto-${MOTO}`, [`moto[server]==${MOTO}`], ['moto_server']), 'python');
}

/** Makes an environment of Python with packages, unless it has the commands already, and gives the folder of its commands. */
function installFromPyPi(name: string, packages: readonly string[], commands: readonly string[]): string {
  const bin = join(CACHE, name, 'bin');
  if (commands.every((command) => existsSync(join(bin, command)))) return bin;
  console.error(`Installing ${packages.join(' and ')} from PyPI, once`);
  mkdirSync(CACHE, { recursive: true });
  execFileSync('python3', ['-m', 'venv', join(CACHE, name)], { stdio: 'inherit' });
  const pip = ['-m', 'pip', '-q', '--disable-pip-version-check', 'install'];
  execFileSync(join(bin, 'python'), [...pip, ...packages], { stdio: 'inherit' });
  return bin;
}

function installTrino(): void {
  console.error(`Fetching Trino ${TRINO}, once (0.8 GB)`);
  mkdirSync(CACHE, { recursive: true });
  const repository = join(CACHE, 'maven');
  const local = `-Dmaven.repo.local=${repository}`;
  const artifact = `-Dartifact=io.trino:trino-server:${TRINO}:tar.gz`;
  execFileSync('mvn', ['-q', local, 'dependency:get', artifact, '-Dtransitive=false'], { stdio: 'inherit' });
  const archive = join(repository, 'io/trino/trino-server', TRINO, `trino-server-${TRINO}.tar.gz`);
  const unpacked = `${trinoHome()}.part`;
  rmSync(unpacked, { recursive: true, force: true });
  mkdirSync(unpacked);
  execFileSync('tar', ['xzf', archive, '-C', unpacked, '--strip-components=1']);
  // Hive alone is used; the other plugins cost a minute of start and 2 GB.
  const plugins = join(unpacked, 'plugin');
  for (const name of readdirSync(plugins)) if (name !== 'hive') rmSync(join(plugins, name), { recursive: true });
  renameSync(unpacked, trinoHome());
  rmSync(repository, { recursive: true });
}

function trinoHome(): string {
  return join(CACHE, `trino-${TRINO}`);
}

function isTrinoThere(): boolean {
  return existsSync(join(trinoHome(), 'plugin', 'hive'));
}

function javaHome(): string | undefined {
  const installed = existsSync('/usr/lib/jvm') ? readdirSync('/usr/lib/jvm').map((name) => `/usr/lib/jvm/${name}`) : [];
  return [process.env.JAVA_HOME ?? '', ...installed].find((home) => {
    const java = join(home, 'bin', 'java');
    if (home === '' || !existsSync(java)) return false;
    const major = /^\S+ (?<major>\d+)/.exec(output(java, ['--version']))?.groups?.major;
    return Number(major) >= 24;
  });
}

function pythonVersion(): number {
  return Number(/^Python 3\.(?<minor>\d+)/.exec(output('python3', ['--version']))?.groups?.minor ?? 0);
}

function runs(command: string, parameters: readonly string[]): boolean {
  return output(command, parameters) !== '';
}

function output(command: string, parameters: readonly string[]): string {
  try {
    return execFileSync(command, parameters, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return '';
  }
}
