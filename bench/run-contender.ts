import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

export interface Measurement {
  readonly jobs: number;
  readonly cpuMs: number;
  readonly wallMs: number;
  readonly peakMb: number;
}

export interface Contender {
  readonly name: string;
  /** Program and arguments. */
  readonly command: readonly string[];
  readonly variables?: Readonly<Record<string, string>>;
}

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

/** Runs a contender once, in its own process, against the service at a port. Returns its last line, parsed as JSON. */
export async function runContender<T>({ command, variables }: Contender, port: number): Promise<T> {
  const [program, ...programArguments] = command as [string, ...string[]];
  const endpoint = `http://127.0.0.1:${port}`;
  const { stdout } = await run(program, programArguments, {
    env: {
      PATH: process.env.PATH,
      AWS_REGION: 'eu-west-1',
      AWS_DEFAULT_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_ENDPOINT_URL_IOT: endpoint,
      AWS_ENDPOINT_URL_S3: endpoint,
      HISTORY_BUCKET: 'history',
      LIST_JOBS_PER_SECOND: '1000000',
      DESCRIBE_JOB_PER_SECOND: '1000000',
      BENCH_OUTPUT: join(folder, 'rows.ndjson.gz'),
      ...variables,
    },
  });
  return JSON.parse(stdout.trim().split('\n').at(-1) as string) as T;
}

/** Runs a contender, and checks that it wrote the number of jobs. */
export async function measureContender<T extends Measurement = Measurement>(
  contender: Contender,
  port: number,
  jobs: number,
): Promise<T> {
  const measurement = await runContender<T>(contender, port);
  if (measurement.jobs !== jobs) throw new Error(`${contender.name} wrote ${measurement.jobs} jobs, not ${jobs}`);
  return measurement;
}

/** Runs work with the port of a service that has `jobs` completed jobs, and jobs in progress. */
export async function withService<T>(jobs: number, work: (port: number) => Promise<T>, inProgress = 0): Promise<T> {
  const service = spawn(
    process.execPath,
    [join(import.meta.dirname, 'service.ts'), ...[jobs, inProgress].map(String)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  try {
    return await work(await portOf(service));
  } finally {
    service.kill();
  }
}

function portOf(service: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    service.stdout?.once('data', (line) => resolve(Number(line)));
    service.once('exit', (code) => reject(new Error(`The service ended with ${code}`)));
  });
}
