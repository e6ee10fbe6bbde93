import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { install } from './install.ts';
import { runOnTrino, type TrinoResult } from './trino.ts';

const ROOT = join(import.meta.dirname, '../../..');
export const ACCOUNT = '111111111111';
export const REGION = 'us-east-1';

/** A local AWS that takes `cdk deploy`, and Trino on its Glue catalog and its S3. */
export interface LocalAws {
  /** Deploys the app with a configuration file, and gives the outputs of its stack. */
  deploy(configFile: string): Record<string, string>;
  /** Puts the files of a directory into a bucket, under their relative paths. */
  upload(directory: string, bucket: string): Promise<number>;
  sql(query: string): Promise<TrinoResult>;
  stop(): Promise<void>;
}

/** Starts both on free ports of loopback, empty. Whoever starts must stop. */
export async function startLocalAws(): Promise<LocalAws> {
  const { python, trino, javaHome } = install();
  const folder = mkdtempSync(join(tmpdir(), 'local-aws-'));
  const [awsPort, trinoPort] = [await freePort(), await freePort()];
  const endpoint = `http://127.0.0.1:${awsPort}`;
  const trinoUrl = `http://127.0.0.1:${trinoPort}`;
  const credentials = { AWS_ACCESS_KEY_ID: ACCOUNT, AWS_SECRET_ACCESS_KEY: 'test' };
  const env = {
    ...process.env,
    ...credentials,
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    CDK_DEFAULT_ACCOUNT: ACCOUNT,
    CDK_DEFAULT_REGION: REGION,
  };
  const children: ChildProcess[] = [];
  const start = (name: string, command: string, parameters: string[], variables: NodeJS.ProcessEnv) => {
    const log = openSync(join(folder, `${name}.log`), 'w');
    children.push(spawn(command, parameters, { env: variables, stdio: ['ignore', log, log], detached: true }));
  };
  const stop = async () => {
    for (const child of children) await ended(child);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const gateway = { GATEWAY_PORT: String(awsPort), BIND_HOST: '127.0.0.1', MINISTACK_REGION: REGION };
    const patches = join(import.meta.dirname, 'ministack_patches.py');
    start('aws', python, [patches], {
      ...process.env,
      ...gateway,
      LAMBDA_EXECUTOR: 'local',
      AWS_ENDPOINT_URL: endpoint,
    });
    writeTrinoConfiguration(folder, trinoPort, endpoint);
    const path = `${join(javaHome, 'bin')}:${process.env.PATH}`;
    start('trino', trino, ['run', '--etc-dir', join(folder, 'etc')], {
      ...process.env,
      JAVA_HOME: javaHome,
      PATH: path,
    });
    await answering(`${endpoint}/_ministack/health`, /./, join(folder, 'aws.log'));
    await answering(`${trinoUrl}/v1/info`, /"starting":false/, join(folder, 'trino.log'));
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    deploy(configFile) {
      const outputs = join(folder, 'outputs.json');
      const cdk = (...parameters: string[]) =>
        execFileSync(join(ROOT, 'node_modules/.bin/cdk'), parameters, { cwd: ROOT, env, stdio: ['ignore', 2, 2] });
      cdk(
        'bootstrap',
        `aws://${ACCOUNT}/${REGION}`,
        '--output',
        join(folder, 'bootstrap'),
        '-c',
        `config=${configFile}`,
      );
      const where = ['--outputs-file', outputs, '--output', join(folder, 'assembly'), '-c', `config=${configFile}`];
      cdk('deploy', '--all', '--require-approval', 'never', ...where);
      return Object.assign({}, ...Object.values(JSON.parse(readFileSync(outputs, 'utf8')) as object)) as never;
    },
    async upload(directory, bucket) {
      const client = new S3Client({
        endpoint,
        region: REGION,
        forcePathStyle: true,
        credentials: { accessKeyId: ACCOUNT, secretAccessKey: 'test' },
      });
      const files = ['jobs', 'snapshots'].flatMap((table) =>
        readdirSync(join(directory, table), { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => join(entry.parentPath, entry.name)),
      );
      for (let i = 0; i < files.length; i += 32) {
        const puts = files.slice(i, i + 32).map((file) => {
          const where = { Bucket: bucket, Key: relative(directory, file), IfNoneMatch: '*' };
          return client.send(new PutObjectCommand({ ...where, Body: readFileSync(file) }));
        });
        await Promise.all(puts);
      }
      client.destroy();
      return files.length;
    },
    sql: (query) => runOnTrino(trinoUrl, query),
    stop,
  };
}

function writeTrinoConfiguration(folder: string, port: number, endpoint: string): void {
  const etc = join(folder, 'etc');
  mkdirSync(join(etc, 'catalog'), { recursive: true });
  const write = (name: string, lines: readonly string[]) => writeFileSync(join(etc, name), `${lines.join('\n')}\n`);
  write('node.properties', ['node.environment=local', 'node.id=local', `node.data-dir=${join(folder, 'data')}`]);
  write('jvm.config', ['-server', '-Xmx3G', '-XX:+ExitOnOutOfMemoryError', '-Djdk.attach.allowAttachSelf=true']);
  write('config.properties', [
    'coordinator=true',
    'node-scheduler.include-coordinator=true',
    `http-server.http.port=${port}`,
    `discovery.uri=http://127.0.0.1:${port}`,
  ]);
  write('catalog/awsdatacatalog.properties', [
    'connector.name=hive',
    'hive.metastore=glue',
    `hive.metastore.glue.region=${REGION}`,
    `hive.metastore.glue.endpoint-url=${endpoint}`,
    `hive.metastore.glue.aws-access-key=${ACCOUNT}`,
    'hive.metastore.glue.aws-secret-key=test',
    'hive.partition-projection-enabled=true',
    'fs.native-s3.enabled=true',
    `s3.endpoint=${endpoint}`,
    `s3.region=${REGION}`,
    's3.path-style-access=true',
    `s3.aws-access-key=${ACCOUNT}`,
    's3.aws-secret-key=test',
  ]);
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
