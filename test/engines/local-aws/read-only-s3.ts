import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** S3 gives so many keys in an answer. Source: Amazon S3 API Reference, ListObjectsV2, MaxKeys. */
const PAGE = 1000;

/** S3 as far as Trino's reads need it, from memory. */
export interface ReadOnlyS3 {
  readonly endpoint: string;
  /** Puts an object of the one bucket. */
  put(key: string, body: Uint8Array): void;
  /** Requests since the last call, by kind. */
  takeCounts(): { readonly lists: number; readonly gets: number };
  stop(): Promise<void>;
}

/**
 * Starts it on loopback. The S3 of the local AWS looks at all keys for each listing: with tens of thousands of them, and a
 * listing per partition, a query would measure that.
 */
export async function startReadOnlyS3(): Promise<ReadOnlyS3> {
  const folders = new Map<string, Map<string, Uint8Array>>();
  let lists = 0;
  let gets = 0;
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://s3');
    if (searchParams.has('list-type')) {
      lists += 1;
      list(response, folders.get(searchParams.get('prefix') ?? ''), searchParams.get('continuation-token'));
    } else {
      gets += 1;
      // The path begins with the bucket.
      const key = decodeURIComponent(pathname).split('/').slice(2).join('/');
      get(request, response, folders.get(folderOf(key))?.get(key));
    }
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    put(key, body) {
      const folder = folders.get(folderOf(key)) ?? new Map<string, Uint8Array>();
      folders.set(folderOf(key), folder.set(key, body));
    },
    takeCounts() {
      const counts = { lists, gets };
      lists = 0;
      gets = 0;
      return counts;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function folderOf(key: string): string {
  return key.slice(0, key.lastIndexOf('/') + 1);
}

function list(response: ServerResponse, folder: ReadonlyMap<string, Uint8Array> | undefined, token: string | null) {
  const start = Number(token ?? 0);
  const objects = [...(folder ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
  const contents = objects
    .slice(start, start + PAGE)
    .map(
      ([key, { length }]) =>
        `<Contents><Key>${encodeURIComponent(key)}</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified>` +
        `<ETag>"0"</ETag><Size>${length}</Size><StorageClass>STANDARD</StorageClass></Contents>`,
    );
  const isTruncated = start + PAGE < objects.length;
  const next = isTruncated ? `<NextContinuationToken>${start + PAGE}</NextContinuationToken>` : '';
  response.writeHead(200, { 'content-type': 'application/xml' });
  response.end(
    `<?xml version="1.0"?><ListBucketResult><EncodingType>url</EncodingType><KeyCount>${contents.length}</KeyCount>` +
      `<IsTruncated>${isTruncated}</IsTruncated>${next}${contents.join('')}</ListBucketResult>`,
  );
}

function get({ method, headers }: IncomingMessage, response: ServerResponse, body: Uint8Array | undefined) {
  if (body === undefined) {
    response.writeHead(404).end('<?xml version="1.0"?><Error><Code>NoSuchKey</Code></Error>');
    return;
  }
  const range = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? '');
  const first = Number(range?.[1] ?? 0);
  const last = Math.min(Number(range?.[2] || body.length - 1), body.length - 1);
  response.writeHead(range ? 206 : 200, {
    'content-length': last - first + 1,
    ...(range && { 'content-range': `bytes ${first}-${last}/${body.length}` }),
    etag: '"0"',
    'last-modified': 'Thu, 01 Jan 2026 00:00:00 GMT',
  });
  response.end(method === 'HEAD' ? undefined : body.subarray(first, last + 1));
}
