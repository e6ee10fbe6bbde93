import { type ChildProcess, spawn } from 'node:child_process';
import { openSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';

export interface StandInS3 {
  readonly endpoint: string;
  /** Environment variables that direct S3 clients to this server. */
  readonly environment: NodeJS.ProcessEnv;
  /** Puts a directory's files into a new bucket, under their relative paths. */
  upload(directory: string, bucket: string): Promise<void>;
  /** Method and path of each request so far, in order: `GET /bucket/key`. */
  requests(): string[];
  stop(): Promise<void>;
}

/** S3 on loopback, in memory: moto's server. */
export async function startS3(python: string, folder: string): Promise<StandInS3> {
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const log = join(folder, 's3.log');
  const file = openSync(log, 'w');
  const server = spawn(python, ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)], {
    stdio: ['ignore', file, file],
  });
  const stop = () => ended(server);
  try {
    await answering(`${endpoint}/moto-api/data.json`, log);
  } catch (error) {
    await stop();
    throw error;
  }
  const key = { accessKeyId: 'test', secretAccessKey: 'test' };
  return {
    endpoint,
    environment: {
      AWS_ENDPOINT_URL: endpoint,
      // polars uses https only by default.
      AWS_ALLOW_HTTP: 'true',
      AWS_ACCESS_KEY_ID: key.accessKeyId,
      AWS_SECRET_ACCESS_KEY: key.secretAccessKey,
      AWS_REGION: 'us-east-1',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_EC2_METADATA_DISABLED: 'true',
    },
    async upload(directory, bucket) {
      const client = new S3Client({ endpoint, region: 'us-east-1', credentials: key, forcePathStyle: true });
      await client.send(new CreateBucketCommand({ Bucket: bucket }));
      const files = readdirSync(directory, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name));
      for (let i = 0; i < files.length; i += 16) {
        const puts = files.slice(i, i + 16).map((path) => {
          const object = { Bucket: bucket, Key: relative(directory, path), Body: readFileSync(path) };
          return client.send(new PutObjectCommand(object));
        });
        await Promise.all(puts);
      }
      client.destroy();
    },
    requests: () => stripVTControlCharacters(readFileSync(log, 'utf8')).match(/(?<=")[A-Z]+ \/\S*(?= HTTP)/g) ?? [],
    stop,
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function answering(url: string, log: string): Promise<void> {
  for (let i = 0; i < 240; i++) {
    const isUp = await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isUp) return;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Error(`${url} did not come up. The end of its log:\n${readFileSync(log, 'utf8').slice(-2000)}`);
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.pid === undefined) return;
  const exit = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await exit;
}
