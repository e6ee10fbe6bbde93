import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { timeouts } from '../../../lambda/aws/timeouts.ts';
import { createS3Store } from '../../support/s3-store.ts';

const signal = new AbortController().signal;
/** Much less than in production, so that the test does not take minutes. */
const SILENCE_MS = 1000;

/** What becomes of the body of each request, in turn; the last one holds for all that follow. */
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
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  const requestHandler = silenceMs === undefined ? {} : { requestHandler: timeouts({ silenceMs }) };
  return createS3Store({
    bucket: 'history',
    client: { endpoint, region: 'eu-west-1', credentials, ...requestHandler },
  });
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

it('gives up a small put that is not answered after five seconds, and tries it again', async () => {
  const store = await storeBefore([stopReading, readAtOnce]);
  expect(await store.putIfAbsent(object(1000), signal)).toBe(true);
  const [first = 0, second = 0] = received;
  expect(second - first).toBeGreaterThan(4500);
  expect(second - first).toBeLessThan(8000);
}, 20_000);
