import { spawn } from 'node:child_process';
import { openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Code {
  readonly name: string;
  readonly code: string;
  /** Names of the tables that it ends with. */
  readonly tables: readonly string[];
  /** Folder for what they hold. */
  readonly out: string;
}

export interface Task {
  readonly runs: readonly Code[];
  /** Expressions, and the code that gives them their names. */
  readonly expressions?: readonly string[];
  readonly setting?: string;
}

export interface Python {
  readonly command: string;
  /** Folder for its files. */
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
}

const VARIABLES = {
  TZ: 'Asia/Kolkata',
  PYTHONDONTWRITEBYTECODE: '1',
  PYSPARK_SUBMIT_ARGS: '--master local[2] --conf spark.ui.enabled=false pyspark-shell',
};

/**
 * Runs the code of a task in one process, in a time zone far from UTC, which no time may be taken for.
 *
 * @param timeoutMs after which it is killed
 * @returns what the expressions give, or `timeout`
 * @throws where it fails; with the end of its output
 */
export async function runPython(
  { command, folder, environment }: Python,
  { runs, expressions = [], setting = '' }: Task,
  timeoutMs?: number,
): Promise<string[] | 'timeout'> {
  const log = join(folder, 'python.log');
  const input = join(folder, 'task.json');
  const given = join(folder, 'given.json');
  writeFileSync(input, JSON.stringify({ runs, expressions, setting, given }));
  const child = spawn(command, [join(import.meta.dirname, 'run.py')], {
    env: { ...process.env, ...environment, ...VARIABLES },
    stdio: [openSync(input, 'r'), 'inherit', openSync(log, 'w')],
  });
  const late = timeoutMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), timeoutMs);
  const status = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(signal === 'SIGKILL' && late ? 'timeout' : code));
  });
  clearTimeout(late);
  if (status === 'timeout') return 'timeout';
  if (status !== 0) throw new Error(`Python ended with ${status}:\n${readFileSync(log, 'utf8').slice(-3000)}`);
  return JSON.parse(readFileSync(given, 'utf8'));
}
