import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StoredObject } from '../../lambda/ports.ts';
import { LoopbackS3 } from './loopback-s3.ts';
import { createS3Store } from './s3-store.ts';

/** A history in its own loopback S3, with the folder in which a command keeps fetched objects. */
export class ReportBucket {
  readonly s3 = new LoopbackS3();
  readonly place = 's3://history/iot';
  readonly temporary = mkdtempSync(join(tmpdir(), 'tmp-'));
  readonly #put = new Set<string>();
  #endpoint = '';

  async start(): Promise<this> {
    this.#endpoint = await this.s3.start();
    return this;
  }

  /** By which a command finds it. */
  get variables(): Record<string, string> {
    return {
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'a',
      AWS_SECRET_ACCESS_KEY: 'b',
      AWS_ENDPOINT_URL_S3: this.#endpoint,
      TMPDIR: this.temporary,
    };
  }

  /** Puts what is new in a directory, a record last, as the exporter does. */
  async put(directory: string): Promise<void> {
    const client = {
      endpoint: this.#endpoint,
      region: 'eu-west-1',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    };
    const store = createS3Store({ bucket: 'history', prefix: 'iot', client });
    for (const file of readdirSync(directory, { recursive: true, encoding: 'utf8' }).sort()) {
      if (!/\.(gz|ndjson)$/.test(file) || this.#put.has(file)) continue;
      this.#put.add(file);
      const body = readFileSync(join(directory, file));
      const sha256 = createHash('sha256').update(body).digest('hex');
      const object = { key: file.replaceAll('\\', '/'), body, contentType: 'application/octet-stream', sha256 };
      await store.putIfAbsent(object as StoredObject, new AbortController().signal);
    }
  }

  /** Paths of the objects that were read. */
  get read(): string[] {
    return this.s3.requests
      .filter(({ method, query }) => method === 'GET' && !query.has('list-type'))
      .map(({ path }) => path);
  }

  async stop(): Promise<void> {
    await this.s3.stop();
    rmSync(this.temporary, { recursive: true, force: true });
  }
}
