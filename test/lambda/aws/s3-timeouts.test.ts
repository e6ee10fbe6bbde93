import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { timeouts } from '../../../lambda/aws/timeouts.ts';
import { createS3Store } from '../../support/s3-store.ts';

const signal = new AbortController().signal;
/** Much shorter than in production, so that the test does not take minutes. */
const SILENCE_MS = 1000;

/** Fates of the bodies of requests, in order; the last one is for all that follow. */
type Reader = (request: IncomingMessage) => Promise<void>;

let server: Server;
const received: number[] = [];
afterEach(() => {
  server.closeAllConnections();
  server.close();
  received.length = 0;
});

const readAtOnce: Reader = async (request) => {
  for await (const _ of request);
};

/** The kernel passes on what has room for the next one or two megabytes, so that the client sees steps of that size. */
const readSlowly: Reader = async (request) => {
  for await (const _ of request) await sleep(10);
};

const stopReading: Reader = (request) => {
  request.pause();
  return new Promise(() => {});
};

async function storeBefore(readers: Reader[], silenceMs?: number) {
  server = createServer(async (request, response) => {
    received.push(Date.now());
    await (readers.length > 1 ? readers.shift() : readers[0])?.(request);
    response.writeHead(200, { etag: '"0"' }).end();
  });
  return await storeAt(server, silenceMs);
}

async function storeAt(listener: Server, silenceMs?: number) {
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const endpoint = `http://127.0.0.1:${(listener.address() as AddressInfo).port}`;
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  const requestHandler = silenceMs === undefined ? {} : { requestHandler: timeouts({ silenceMs }) };
  return createS3Store({
    bucket: 'history',
    client: { endpoint, region: 'eu-west-1', credentials, ...requestHandler },
  });
}

function listOf(key: string): string {
  return `<?xml version="1.0"?><ListBucketResult><Contents><Key>${key}</Key></Contents></ListBucketResult>`;
}

function object(bytes: number) {
  const body = randomBytes(bytes);
  const sha256 = createHash('sha256').update(body).digest('hex');
  return { key: 'jobs/rows', body, sha256, contentType: 'application/gzip' };
}

it('uploads rows for as long as bytes pass, however slowly', async () => {
  const store = await storeBefore([readSlowly], SILENCE_MS);
  const startedAt = Date.now();
  expect(await store.putIfAbsent(object(30_000_000), signal)).toBe(true);
  expect(Date.now() - startedAt).toBeGreaterThan(3 * SILENCE_MS);
  expect(received).toHaveLength(1);
}, 60_000);

it('gives up an upload of which no more bytes pass, and tries it again', async () => {
  const store = await storeBefore([stopReading, readAtOnce], SILENCE_MS);
  expect(await store.putIfAbsent(object(30_000_000), signal)).toBe(true);
  expect(received).toHaveLength(2);
}, 60_000);

it('reads a large object for as long as bytes come, which is longer than a small call may take', async () => {
  const body = randomBytes(8_000_000);
  server = createServer(async (request, response) => {
    if (request.url?.includes('list-type=2')) return void response.end(listOf('jobs/rows'));
    response.writeHead(200, { 'content-length': body.length });
    for (let from = 0; from < body.length; from += 1_000_000) {
      response.write(body.subarray(from, from + 1_000_000));
      await sleep(750);
    }
    response.end();
  });
  const store = await storeAt(server);
  expect(Buffer.from((await store.readBytes('jobs/rows', signal)) ?? []).equals(body)).toBe(true);
}, 20_000);

it('gives up a small put that is not answered after five seconds, and tries it again', async () => {
  const store = await storeBefore([stopReading, readAtOnce]);
  expect(await store.putIfAbsent(object(1000), signal)).toBe(true);
  const [first = 0, second = 0] = received;
  expect(second - first).toBeGreaterThan(4500);
  expect(second - first).toBeLessThan(8000);
}, 20_000);
