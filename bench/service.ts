import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * AWS IoT and S3 in a process of their own: `GET /jobs` answers from pages made beforehand. In the bucket `kept` objects are
 * kept, and once it has a record a job in 316 is in another status, as from hour to hour in a fleet of 100,000 jobs. In all
 * other buckets a PUT is read and dropped, and a listing of keys is empty.
 * Argument: how many jobs. Prints its port when it is ready.
 */
const PAGE = 250;
const FIRST_CREATED = 1_763_900_000;
const KEPT = '/kept/';
const ONE_MOVES_IN = 316;
const count = Number(process.argv[2]);
const pages: Buffer[] = [];

for (let from = 0; from < count; from += PAGE) {
  const jobs = Array.from({ length: Math.min(PAGE, count - from) }, (_, i) => job(from + i));
  const nextToken = from + PAGE < count ? `page-${from / PAGE + 1}` : null;
  pages.push(Buffer.from(JSON.stringify({ jobs, nextToken })));
}

function job(n: number) {
  const jobId = randomUUID();
  const createdAt = FIRST_CREATED + n * 7.123;
  return {
    jobArn: `arn:aws:iot:eu-west-1:123456789012:job/${jobId}`,
    jobId,
    targetSelection: 'SNAPSHOT',
    status: 'COMPLETED',
    createdAt,
    lastUpdatedAt: createdAt + 86_400.5,
    completedAt: createdAt + 86_400.5,
    isConcurrent: false,
  };
}

const kept = new Map<string, Buffer>();

/** Some jobs move on. */
function move(): void {
  for (const [i, text] of pages.entries()) {
    const page = JSON.parse(text.toString());
    for (const [n, one] of page.jobs.entries()) if ((i * PAGE + n) % ONE_MOVES_IN === 0) one.status = 'CANCELED';
    pages[i] = Buffer.from(JSON.stringify(page));
  }
}

/** The part of ListObjectsV2 that the exporter uses: a prefix, a key to start after, a delimiter. */
function keysXml(parameters: URLSearchParams): string {
  const [prefix, after] = [parameters.get('prefix') ?? '', parameters.get('start-after') ?? ''];
  const found = [...kept.keys()].filter((key) => key.startsWith(prefix) && key > after).sort();
  const folders = found.map((key) => key.slice(0, key.indexOf('/', prefix.length) + 1));
  const entries = parameters.has('delimiter')
    ? [...new Set(folders)].map((folder) => `<CommonPrefixes><Prefix>${folder}</Prefix></CommonPrefixes>`)
    : found.map((key) => `<Contents><Key>${key}</Key></Contents>`);
  return `<ListBucketResult>${entries.join('')}<IsTruncated>false</IsTruncated></ListBucketResult>`;
}

const NO_KEYS = keysXml(new URLSearchParams());

const server = createServer((request, response) => {
  response.sendDate = false;
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://service');
  if (pathname === '/jobs') {
    const page = pages[Number(searchParams.get('nextToken')?.slice('page-'.length) ?? 0)] ?? Buffer.from('{}');
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': page.length }).end(page);
    return;
  }
  const key = pathname.startsWith(KEPT) ? decodeURIComponent(pathname.slice(KEPT.length)) : undefined;
  const body: Buffer[] = [];
  request.on('data', (piece) => key !== undefined && body.push(piece));
  request.on('end', () => {
    if (request.method === 'PUT') {
      if (key !== undefined) kept.set(key, Buffer.concat(body));
      response.writeHead(200, { etag: '"0"' }).end();
      if (key?.startsWith('snapshots/')) move();
    } else if (searchParams.has('list-type')) {
      response.writeHead(200).end(key === undefined ? NO_KEYS : keysXml(searchParams));
    } else {
      const found = kept.get(key ?? '');
      response.writeHead(found ? 200 : 404).end(found);
    }
  });
});
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
