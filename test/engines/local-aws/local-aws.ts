import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Account, openAccount } from './account.ts';
import { install } from './install.ts';
import { runOnTrino, type TrinoResult } from './trino.ts';
import { writeTrinoConfiguration } from './trino-configuration.ts';

/** Account and Region of the one deployment, or of the hub. */
export const ACCOUNT = '111111111111';
export const REGION = 'us-east-1';
/** Every account's root key has its number as the id and this as the secret. */
export const SECRET = 'test';
/** State machines wait for a twentieth of the time: three seconds for a minute. */
const WAIT_SCALE = '0.05';

/** A local AWS that takes `cdk deploy` and holds all to their policies, and Trino on its Glue catalog and its S3. */
export interface LocalAws {
  readonly endpoint: string;
  /** Folder for files of the test; gone with the rest. */
  readonly folder: string;
  /** The commands of an account's administrator. */
  account(id?: string, region?: string): Account;
  /** A query in the catalog of the hub. */
  sql(query: string): Promise<TrinoResult>;
  /** From now on alarms are judged as if so much time had gone by; 0 for the true time. */
  later(seconds: number): void;
  /** Makes jobs that are like one that was created, with the next ListJobs of its account and Region. */
  copyJob(jobId: string, ids: readonly string[]): void;
  stop(): Promise<void>;
}

/** Starts both on free ports of loopback, empty. Whoever starts must stop; an interrupt stops them, too. */
export async function startLocalAws(): Promise<LocalAws> {
  const { python, trino, javaHome, awsCli } = install();
  const folder = mkdtempSync(join(tmpdir(), 'local-aws-'));
  const [awsPort, trinoPort] = [await freePort(), await freePort()];
  const endpoint = `http://127.0.0.1:${awsPort}`;
  const trinoUrl = `http://127.0.0.1:${trinoPort}`;
  const later = join(folder, 'later');
  const copies = join(folder, 'copies');
  const children: ChildProcess[] = [];
  const start = (name: string, command: string, parameters: string[], variables: NodeJS.ProcessEnv) => {
    const log = openSync(join(folder, `${name}.log`), 'w');
    const env = { ...process.env, ...variables };
    children.push(spawn(command, parameters, { env, stdio: ['ignore', log, log], detached: true }));
  };
  const stop = async () => {
    for (const child of children) await ended(child);
    rmSync(folder, { recursive: true, force: true });
  };
  const interrupted = () => void stop().finally(() => process.exit(130));
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  try {
    start('aws', python, [join(import.meta.dirname, 'ministack', 'serve.py')], {
      GATEWAY_PORT: String(awsPort),
      BIND_HOST: '127.0.0.1',
      MINISTACK_REGION: REGION,
      MINISTACK_ACCOUNT_ID: ACCOUNT,
      LAMBDA_EXECUTOR: 'local',
      AUTH: 'true',
      AWS_ACCESS_KEY_ID: ACCOUNT,
      AWS_SECRET_ACCESS_KEY: SECRET,
      AWS_ENDPOINT_URL: endpoint,
      LOCAL_AWS_LATER: later,
      LOCAL_AWS_COPIES: copies,
      SFN_WAIT_SCALE: WAIT_SCALE,
      PYTHONDONTWRITEBYTECODE: '1',
      // Functions run on the Node of this project.
      PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
    });
    writeTrinoConfiguration(folder, trinoPort, { endpoint, region: REGION, accessKey: ACCOUNT, secret: SECRET });
    const path = `${join(javaHome, 'bin')}:${process.env.PATH}`;
    start('trino', trino, ['run', '--etc-dir', join(folder, 'etc')], { JAVA_HOME: javaHome, PATH: path });
    await answering(`${endpoint}/_ministack/health`, /./, join(folder, 'aws.log'));
    await answering(`${trinoUrl}/v1/info`, /"starting":false/, join(folder, 'trino.log'));
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    endpoint,
    folder,
    account: (id = ACCOUNT, region = REGION) => openAccount({ id, region, endpoint, folder, awsCli, secret: SECRET }),
    sql: (query) => runOnTrino(trinoUrl, query),
    later: (seconds) => writeFileSync(later, String(seconds)),
    copyJob: (jobId, ids) => writeFileSync(copies, JSON.stringify({ of: jobId, ids })),
    async stop() {
      process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
      await stop();
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function answering(url: string, pattern: RegExp, log: string): Promise<void> {
  for (let i = 0; i < 240; i++) {
    const text = await fetch(url).then(
      (response) => response.text(),
      () => '',
    );
    if (pattern.test(text)) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error(`${url} did not come up. The end of its log:\n${readFileSync(log, 'utf8').slice(-2000)}`);
}

/** Ends the child and those that it started: a process group of its own. */
async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.pid === undefined) return;
  const exit = new Promise((resolve) => child.once('exit', resolve));
  process.kill(-child.pid, 'SIGTERM');
  const late = setTimeout(() => process.kill(-(child.pid as number), 'SIGKILL'), 20_000);
  await exit;
  clearTimeout(late);
}
