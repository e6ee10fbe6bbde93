import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const REQUIREMENTS = join(import.meta.dirname, 'requirements.txt');
const CACHE = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'iot-jobs-exporter');

/** What is missing, in words; empty when nothing is. */
export function missing(): string[] {
  return findPython() ? [] : ['Python 3.11 or later, with venv'];
}

/** What Spark needs besides; empty when nothing is missing. */
export function missingForSpark(): string[] {
  const { stdout, stderr } = spawnSync(javaCommand(), ['-version'], { encoding: 'utf8' });
  const major = /version "(?<major>\d+)/.exec(`${stdout}${stderr}`)?.groups?.major;
  return Number(major) >= 17 ? [] : ['Java 17 or later (JAVA_HOME, or on the path) for Spark'];
}

/**
 * Python with the libraries of requirements.txt (1.1 GB), installed once into a virtual environment in the user's cache.
 *
 * @returns undefined where they could not be had from the Python package index; pip says why unless it is to be silent
 */
export function install(isSilent: boolean): string | undefined {
  const version = createHash('sha256').update(readFileSync(REQUIREMENTS)).digest('hex').slice(0, 12);
  const venv = join(CACHE, `reading-${version}`);
  const python = join(venv, 'bin', 'python');
  const complete = join(venv, 'complete');
  if (existsSync(complete)) return python;
  console.error('Installing pandas, polars, pyarrow, Spark and awswrangler, once (1.1 GB)');
  rmSync(venv, { recursive: true, force: true });
  mkdirSync(venv, { recursive: true });
  const runs = (program: string, ...parameters: readonly string[]) =>
    spawnSync(program, parameters, { stdio: isSilent ? 'ignore' : 'inherit' }).status === 0;
  const pip = ['-m', 'pip', '-q', '--disable-pip-version-check', 'install', '-r', REQUIREMENTS];
  if (runs(findPython() ?? '', '-m', 'venv', venv) && runs(python, ...pip)) {
    writeFileSync(complete, '');
    return python;
  }
  rmSync(venv, { recursive: true, force: true });
  return undefined;
}

function findPython(): string | undefined {
  const isRecent = 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))';
  return ['python3', 'python'].find((name) => spawnSync(name, ['-c', isRecent]).status === 0);
}

function javaCommand(): string {
  return process.env.JAVA_HOME ? join(process.env.JAVA_HOME, 'bin', 'java') : 'java';
}
