import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * AWS IoT and S3 in a process of their own: `GET /jobs` answers from pages made beforehand, a PUT is read and dropped, a
 * listing of keys is empty.
 * Argument: how many jobs. Prints its port when it is ready.
 */
const PAGE = 250;
const FIRST_CREATED = 1_763_900_000;
const NO_KEYS = '<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>';
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

const server = createServer((request, response) => {
  response.sendDate = false;
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://service');
  if (pathname === '/jobs') {
    const page = pages[Number(searchParams.get('nextToken')?.slice('page-'.length) ?? 0)] ?? Buffer.from('{}');
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': page.length }).end(page);
    return;
  }
  request.resume().on('end', () => {
    if (request.method === 'PUT') response.writeHead(200, { etag: '"0"' }).end();
    else if (searchParams.has('list-type')) response.writeHead(200).end(NO_KEYS);
    else response.writeHead(404).end();
  });
});
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
